import Formats
import TestSupport
import Testing

/// Nothing that is put in makes a reader trap, in a debug build, where every overflow and every bound is checked. What
/// they accept is walked through and written again.
@Suite struct MutationTests {
    @Test func `nearly right JSON`() throws {
        var mutations = Mutations(seed: 1, alphabet: #"{}[]:,"\u0123456789eE+-.truefalsn \#n\#t\#0"#)
        let probe = try Fixture.file("windows-hosts/winxp-iecompat.json").bytes
        for document in mutations.sweep(Seeds.json.utf8, each: 800) + mutations.sweep([probe], each: 20) {
            guard let value = try? JSON.parse(document) else { continue }
            #expect(try JSON.parse(JSON.write(value, style: [.pretty, .asciiOnly])) == value)
        }
    }

    @Test func `nearly right XML`() {
        var mutations = Mutations(seed: 2, alphabet: "<>/&;#x!-[]?='\": \r\n\tabCDATAsxmlns1")
        for document in mutations.sweep(Seeds.xml.utf8, each: 2_000) {
            guard let node = try? XMLNode.parse(document) else { continue }
            #expect(XML.canCarry(node.text))
        }
    }

    @Test func `nearly right YAML`() {
        var mutations = Mutations(seed: 3, alphabet: "-:,[]{}#&*!|>'\"%@`?~<= \n\t\\0aexyz1_.")
        for file in mutations.sweep(Seeds.yaml.utf8, each: 2_000) {
            do {
                let document = try YAML.parse(file, duplicateKeys: .collected)
                document.root.map(walk)
            } catch {
                let line = String(decoding: file, as: UTF8.self).split(separator: "\n").first.map(String.init)
                #expect(!error.diagnostic(file: "f").rendered(sourceLine: line).isEmpty)
            }
        }
    }

    private func walk(_ node: YAMLNode) {
        _ = (node.int, node.double, node.bool, node.isNull, node.string, node.yaml11)
        node.sequence?.forEach(walk)
        node.mapping?.forEach { entry in
            walk(entry.key)
            walk(entry.value)
        }
    }

    @Test func `nearly right certificates`() throws {
        var mutations = Mutations(seed: 4, alphabet: "\u{1}\u{2}\u{3}\u{6}\u{c}\u{13}\u{16}\u{17}\u{18}01Z\u{30}\u{31}")
        let seeds =
            try CertificateCase.windows().map(\.der) + [
                CertificateBuilder.make {
                    $0.extensions = ["14", "15", "17", "19", "35", "37"].map {
                        DER.extension(
                            "2.5.29.\($0)",
                            DER.sequence(DER.oid("1.2.3"), DER.integer(1), DER.value(0xa4, DER.commonName("x"))))
                    }
                }
            ]
        for der in mutations.sweep(seeds, each: 500) {
            guard let certificate = try? X509Certificate(der) else { continue }
            _ = (certificate.subject.text, certificate.issuer.text, certificate.problems.map(\.description))
            _ = certificate.subjectAlternativeNames.map { $0.map(\.description) }
        }
    }

    @Test func `nearly right gzip`() throws {
        var mutations = Mutations(seed: 5, alphabet: "\u{1f}\0\u{1}\u{8}")
        let journal = Gzip.compress(Array("hello, hello, hello".utf8)) + Gzip.compress([]) + Gzip.compress([1, 2, 3])
        for bytes in mutations.sweep([journal, Gzip.compress(Array("abc".utf8))], each: 2_000) {
            var reader = try GzipMemberReader(bytes, limit: 1_000)
            while let member = try? reader.next() { #expect(member.count <= 1_000) }
            #expect(reader.offset <= bytes.count)
        }
    }

    @Test func `nearly right encodings and times`() {
        var mutations = Mutations(seed: 6, alphabet: "AZaz09+/=-:TZ. ")
        for text in mutations.sweep(
            [Array("QUJDREVGRw==".utf8), Array("2026-11-20T02:00:00.5+01:00".utf8)], each: 3_000)
        {
            if let bytes = Base64.decode(text) { #expect(Array(Base64.encode(bytes).utf8) == text) }
            if let bytes = Hex.decode(text) {
                #expect(Hex.encode(bytes) == String(decoding: text, as: UTF8.self).lowercased())
            }
            if let date = ISO8601.date(String(decoding: text, as: UTF8.self)) {
                #expect(ISO8601.date(ISO8601.text(date)) != nil)
            }
        }
    }
}
