package import Formats
package import HostFacts

/// Reads the registry part of a section's data into a ``RegistryReading``.
///
/// The members are `keys` (named values), `lists` (whole keys), `children` (names of subkeys) and `counts`; under each a
/// key's path, then the answer: an object or list, null when the key is not there, or a text that says why it could not
/// be read.
package enum RegistryDecoder {
    static func decode(_ data: JSON, into registry: inout RegistryReading) {
        let capped = Set(data["capped"]?.object?.map(\.key) ?? [])
        for member in data["keys"]?.object ?? [] {
            registry.record(member.key, answer(member.value, isComplete: false))
        }
        for member in data["lists"]?.object ?? [] {
            guard !capped.contains(member.key) else {
                registry.record(member.key, .failed("the key holds more values than the probe reads"))
                continue
            }
            registry.record(member.key, answer(member.value, isComplete: true))
        }
        for member in data["children"]?.object ?? [] {
            registry.recordChildren(of: member.key, names(member.value))
        }
        for member in data["counts"]?.object ?? [] {
            registry.recordCount(of: member.key, count(member.value))
        }
    }

    /// Marks every question of a section that was not answered, so that nothing behind it looks absent.
    static func markUnanswered(_ section: SectionName, _ reason: String, in registry: inout RegistryReading) {
        for question in section.registryQuestions {
            switch question.scope {
            case .values, .presence, .everyValue: registry.record(question.key, .failed(reason))
            case .children, .childrenLike: registry.recordChildren(of: question.key, .failed(reason))
            case .tree:
                registry.record(question.key, .failed(reason))
                registry.recordChildren(of: question.key, .failed(reason))
            case .count: registry.recordCount(of: question.key, .failed(reason))
            }
        }
    }

    private static func answer(_ json: JSON, isComplete: Bool) -> KeyAnswer {
        switch json {
        case .null: return .absent
        case .string(let text):
            switch HostProblem(text).collected(Bool.self) {
            case .accessDenied: return .accessDenied
            case .absent: return .absent
            case .failed(let reason), .unsupported(let reason): return .failed(reason)
            case .value: return .failed("an unreadable answer")
            }
        case .object(let members):
            return .values(members.map(namedValue), isComplete: isComplete)
        default: return .failed("an unreadable answer")
        }
    }

    /// A text in place of a value says why it could not be told.
    private static func namedValue(_ member: JSON.Member) -> KeyAnswer.NamedValue {
        guard let problem = member.value.string else { return KeyAnswer.NamedValue(member.key, value(member.value)) }
        return KeyAnswer.NamedValue(member.key, missing: HostProblem(problem).collected())
    }

    private static func names(_ json: JSON) -> Collected<[String]> {
        switch json {
        case .null: .absent
        case .string(let text): HostProblem(text).collected()
        case .array(let elements):
            elements.allSatisfy { text($0) != nil }
                ? .value(elements.compactMap(text)) : .failed("an unreadable answer")
        default: .failed("an unreadable answer")
        }
    }

    private static func count(_ json: JSON) -> Collected<Int> {
        switch json {
        case .null: .value(0)
        case .string(let text): HostProblem(text).collected()
        default: json.int.map { .value(Int(clamping: $0)) } ?? .failed("an unreadable answer")
        }
    }

    /// A text, also one that had to be sent as UTF-16 units.
    private static func text(_ json: JSON) -> String? {
        json.string ?? json["utf16"]?.string.flatMap { Base64.decode($0) }.map { String(utf16LittleEndian: $0) }
    }

    /// `[kind, value]`. What does not fit its kind is kept as bytes under that kind.
    package static func value(_ json: JSON) -> RegistryValue? {
        guard let pair = json.array, pair.count == 2, let kind = pair[0].int else { return nil }
        let data = pair[1]
        switch kind {
        case 1: if let text = data.string { return .string(text) }
        case 2: if let text = data.string { return .expandString(text) }
        case 3: if let bytes = data.string.flatMap({ Base64.decode($0) }) { return .binary(bytes) }
        case 4: if let number = data.uint, let number = UInt32(exactly: number) { return .dword(number) }
        case 7:
            if let texts = data.array {
                let strings = texts.compactMap(\.string)
                if strings.count == texts.count { return .multiString(strings) }
            }
        case 11: if let number = data.uint { return .qword(number) }
        case -1: if let bytes = data.string.flatMap({ Base64.decode($0) }) { return RegistryValue.none(bytes) }
        default: break
        }
        let bytes = (data["utf16"]?.string ?? data.string).flatMap { Base64.decode($0) } ?? []
        return .other(kind: Int32(clamping: kind), bytes)
    }
}
