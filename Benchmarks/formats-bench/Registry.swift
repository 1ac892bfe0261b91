import Formats
import FoundationEssentials

/// Firewall rules and certificates of real machines.
struct Registry {
    private(set) var rules: [(id: String, text: String)] = []
    private(set) var certificates: [[UInt8]] = []

    struct NothingThere: Error, CustomStringConvertible {
        let folder: String
        var description: String { "no registry extracts in \(folder)" }
    }

    init(folder: String) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where name.hasSuffix(".json") {
            let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name))
            for key in try JSON.parse([UInt8](data))["keys"]?.object ?? [] {
                if key.key.hasSuffix("\\FirewallRules") {
                    for value in key.value["values"]?.object ?? [] {
                        if let text = value.value["data"]?.string { rules.append((value.key, text)) }
                    }
                } else if let text = key.value["values"]?["Blob"]?["data"]?["base64"]?.string {
                    Base64.decode(text).flatMap(Self.certificate).map { certificates.append($0) }
                }
            }
        }
        guard rules.count >= 1_300, !certificates.isEmpty else { throw NothingThere(folder: folder) }
    }

    /// Property 32 of a certificate store's blob: id, 1, length, contents, little-endian.
    private static func certificate(inBlob blob: [UInt8]) -> [UInt8]? {
        var at = 0
        func number(_ place: Int) -> Int { blob[place..<place + 4].reversed().reduce(0) { $0 << 8 | Int($1) } }
        while blob.count - at >= 12 {
            let (id, length) = (number(at), number(at + 8))
            if id == 32 { return Array(blob[(at + 12)...].prefix(length)) }
            at += 12 + length
        }
        return nil
    }

    /// What a probe answers: registry values as `[type, value]`, certificates in Base64.
    func document(rules count: Int, certificates certificateCount: Int) -> JSON {
        let members = rules.prefix(count).enumerated().map { index, rule in
            JSON.Member("\(rule.id) \(index)", [1, .string(rule.text)])
        }
        let list = (0..<certificateCount).map { JSON.string(Base64.encode(certificates[$0 % certificates.count])) }
        return ["ms": 12, "data": .object(members), "certificates": .array(list)]
    }
}
