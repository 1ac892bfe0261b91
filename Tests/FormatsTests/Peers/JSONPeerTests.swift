import Formats
import TestSupport
import Testing

@Suite(.enabled(if: Peers.hasPython)) struct JSONPeerTests {
    @Test func `documents are read as Python reads them, and refused when it refuses them`() async throws {
        var mutations = Mutations(seed: 8259, alphabet: #"{}[]:,"\u0123456789eE+-.truefalsn \#n\#t\#0"#)
        let seeds = Seeds.json.utf8
        let documents = seeds + mutations.sweep(seeds, each: 700)
        try await compare(documents)
    }

    @Test func `the registries of Windows machines are read as Python reads them`() async throws {
        try await compare(try Fixture.all("windows-hosts", suffix: ".json").map { try $0.bytes })
    }

    @Test func `what we write is read as we meant it`() async throws {
        let values = try Seeds.json.utf8.map { try JSON.parse($0) }
        let styles: [JSONWriter.Style] = [[], .pretty, .asciiOnly, [.pretty, .asciiOnly]]
        try await compare(values.flatMap { value in styles.map { JSON.write(value, style: $0) } })
    }

    private func compare(_ documents: [[UInt8]]) async throws {
        let answers = try await Peer(script: "json_peer.py").answers(
            to: documents.map { .string(Base64.encode($0)) })
        var accepted = 0
        for (document, answer) in zip(documents, answers) {
            let text = String(decoding: document.prefix(300), as: UTF8.self)
            do {
                let ours = tagged(try JSON.parse(document))
                accepted += 1
                #expect(answer["value"] == ours, "\(text)")
            } catch {
                #expect(answer["error"] != nil, "\(error): \(text)")
            }
        }
        #expect(accepted > 0)
    }

    private func tagged(_ value: JSON) -> JSON {
        switch value {
        case .null: ["null"]
        case .bool(let value): ["bool", .bool(value)]
        case .int(let value): ["int", .string(String(value))]
        case .uint(let value): ["int", .string(String(value))]
        case .double(let value): ["double", .string(pythonHex(value))]
        case .string(let value): ["string", .string(value)]
        case .array(let values): ["array", .array(values.map(tagged))]
        case .object(let members): ["object", .array(members.map { [.string($0.key), tagged($0.value)] })]
        }
    }
}

/// A double as Python's `float.hex` writes it: exact.
func pythonHex(_ value: Double) -> String {
    let sign = value.sign == .minus ? "-" : ""
    if value.isNaN { return "nan" }
    if value.isInfinite { return sign + "inf" }
    if value == 0 { return sign + "0x0.0p+0" }
    let fraction = String(value.significandBitPattern, radix: 16)
    let digits = String(repeating: "0", count: 13 - fraction.count) + fraction
    let exponent = value.isSubnormal ? -1022 : Int(value.exponent)
    return "\(sign)0x\(value.isSubnormal ? 0 : 1).\(digits)p\(exponent < 0 ? "" : "+")\(exponent)"
}
