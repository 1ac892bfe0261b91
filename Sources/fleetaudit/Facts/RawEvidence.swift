import Collection
import Formats
import HostFacts

/// The raw answer behind a fact, as the host gave it.
struct RawEvidence {
    let part: Fact.SettingPart.Part?
    let evidence: FactRule.Evidence
    let facts: HostFacts
    let record: HostRecord

    /// Where it stands, for people.
    var place: String {
        switch evidence {
        case .value(let location): location.description
        case .key(let key): "HKLM\\\(key)"
        case .item(let section, let path): "\(section.rawValue): \(path.joined(separator: "."))"
        }
    }

    /// What stands there, for people; long values are cut.
    var text: String {
        switch evidence {
        case .value(let location):
            switch facts.registry.value(location) {
            case .value(let value): return "\(value.typeName) \(value.shown)"
            case let missing: return Self.missing(missing.whyMissing)
            }
        case .key(let key):
            if case .value(let values) = facts.registry.values(key) { return "values listed: \(values.count)" }
            if case .value(let names) = facts.registry.subkeys(of: key) { return "subkeys listed: \(names.count)" }
            if case .value(let count) = facts.registry.count(of: key) { return "values counted: \(count)" }
            switch facts.registry.exists(key) {
            case .value(let isThere): return isThere ? "the key is there" : "absent"
            case let missing: return Self.missing(missing.whyMissing)
            }
        case .item(let section, let path):
            guard let json = item(section, path) else { return Self.missing(whyUnanswered(section)) }
            let text = String(decoding: JSON.write(json), as: UTF8.self)
            return text.count > 200 ? "\(text.prefix(200))… (\(text.utf8.count) bytes)" : text
        }
    }

    /// For programs: where, and the raw value whole.
    var json: JSON {
        var members: [JSON.Member] = []
        if let part { members.append(.init("part", .string(part.rawValue))) }
        switch evidence {
        case .value(let location):
            members += [.init("key", .string("HKLM\\\(location.key)")), .init("name", .string(location.name))]
            switch facts.registry.value(location) {
            case .value(let value):
                members += [.init("type", .string(value.typeName)), .init("raw", value.json)]
            case let missing: members.append(.init("missing", .string(missing.whyMissing ?? "")))
            }
        case .key(let key):
            members += [.init("key", .string("HKLM\\\(key)")), .init("summary", .string(text))]
        case .item(let section, let path):
            members += [
                .init("section", .string(section.rawValue)), .init("item", .string(path.joined(separator: "."))),
            ]
            if let json = item(section, path) {
                members.append(.init("raw", json))
            } else {
                members.append(.init("missing", .string(whyUnanswered(section))))
            }
        }
        return .object(members)
    }

    private func item(_ section: SectionName, _ path: [String]) -> JSON? {
        path.reduce(record.section(section)?["data"]) { $0?[$1] }
    }

    private func whyUnanswered(_ section: SectionName) -> String {
        guard let json = record.section(section) else {
            return "the host did not answer the section \(section.rawValue)"
        }
        if case .failed(let reason) = SectionAnswer(recorded: json) { return reason }
        return "the host did not say"
    }

    private static func missing(_ why: String?) -> String { why == "absent" ? "absent" : "unknown: \(why ?? "")" }
}

extension HostRecord {
    /// A section as it stands in the snapshot.
    func section(_ name: SectionName) -> JSON? { sections.first { $0.key == name.rawValue }?.value }
}

extension RegistryValue {
    /// The raw value, for people: numbers in both notations, bytes in hexadecimal and cut.
    fileprivate var shown: String {
        switch self {
        case .string(let text), .expandString(let text): "\"\(text)\""
        case .dword(let number): "\(number) (0x\(String(number, radix: 16)))"
        case .qword(let number): "\(number) (0x\(String(number, radix: 16)))"
        case .multiString(let texts): texts.map { "\"\($0)\"" }.joined(separator: ", ")
        case .binary(let bytes), .none(let bytes), .other(_, let bytes):
            "\(bytes.count) bytes \(Hex.encode(bytes.prefix(24)))\(bytes.count > 24 ? "…" : "")"
        }
    }

    /// The raw value, for programs: bytes in base64.
    fileprivate var json: JSON {
        switch self {
        case .string(let text), .expandString(let text): .string(text)
        case .dword(let number): JSON(number)
        case .qword(let number): JSON(number)
        case .multiString(let texts): .array(texts.map { .string($0) })
        case .binary(let bytes), .none(let bytes), .other(_, let bytes): .string(Base64.encode(bytes))
        }
    }
}
