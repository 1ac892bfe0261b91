import Formats
import TestSupport
import Testing

@Suite(.enabled(if: Peers.hasPython)) struct XMLPeerTests {
    @Test func `documents are read as libxml2 and expat read them`() async throws {
        var mutations = Mutations(seed: 2008, alphabet: "<>/&;#x!-[]?='\": \r\n\tabCDATAsxmlns1")
        let seeds = Seeds.xml.utf8
        let documents = seeds + mutations.sweep(seeds, each: 1_000)
        let answers = try await Peer(script: "xml_peer.py").answers(to: documents.map { .string(Base64.encode($0)) })
        var accepted = 0, refused = 0
        for (document, answer) in zip(documents, answers) {
            let text = String(decoding: document, as: UTF8.self)
            let theirs = [answer["lxml"], answer["expat"]].compactMap { $0?.isNull == true ? nil : $0 }
            do {
                let ours = element(try XMLNode.parse(document))
                accepted += 1
                #expect(theirs.contains(ours), "\(text)")
                #expect(theirs.allSatisfy { $0 == ours }, "\(text)")
            } catch {
                refused += 1
                // Both forgive a version without its second number.
                let isForbidden = answer["refused"]?.bool == true || error.message.hasSuffix("has no version")
                #expect(theirs.count < 2 || isForbidden, "\(error): \(text)")
            }
        }
        #expect(accepted > 100 && refused > 100)
    }

    @Test func `text that was escaped is read as it was`() async throws {
        let texts = ["<a b=\"c\" d='e'>&</a>", "a\tb\nc\rd\r\ne", "ä€😀\u{fffd}\u{7f}\u{85}\u{2028}", "]]>", " x ", ""]
        let documents = texts.map { text in
            let escaped = XML.escape(text)
            return Array("<a b=\"\(escaped)\" c='\(escaped)'>\(XML.escape(text, for: .content))</a>".utf8)
        }
        let answers = try await Peer(script: "xml_peer.py").answers(to: documents.map { .string(Base64.encode($0)) })
        for (text, answer) in zip(texts, answers) {
            let expected: JSON = ["a", [["b", .string(text)], ["c", .string(text)]], .string(text), []]
            #expect(answer["lxml"] == expected)
            #expect(answer["expat"] == expected)
        }
    }

    private func element(_ node: XMLNode) -> JSON {
        let attributes = node.attributes.map { ($0.name.description, $0.value) }.sorted { $0 < $1 }
        return [
            .string(node.name.description), .array(attributes.map { [.string($0.0), .string($0.1)] }),
            .string(node.text), .array(node.children.map(element)),
        ]
    }
}
