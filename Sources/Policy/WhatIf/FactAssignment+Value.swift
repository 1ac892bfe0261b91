import Formats
import FoundationEssentials
import HostFacts

extension FactAssignment {
    /// The value of a fact as it is typed; `nil` for `absent`.
    static func value(
        _ text: String, of fact: Fact, _ target: Target, _ path: String
    ) throws(FactAssignmentError) -> FactValue? {
        if text == "absent" {
            switch target {
            case .serviceStart, .serviceState, .firewallRule:
                throw wrong(text, for: path, fact.choices.joined(separator: ", "))
            case .setting, .schannel, .fact: return nil
            }
        }
        if !fact.choices.isEmpty, fact.type == .text {
            guard let choice = fact.choices.first(where: { $0.lowercased() == text.lowercased() }) else {
                let near = closest(to: text, among: fact.choices).map { "did you mean '\($0)'?" }
                throw FactAssignmentError(
                    message: "\(path) cannot be '\(text)'",
                    help: near ?? "one of \(fact.choices.joined(separator: ", "))")
            }
            return .text(choice)
        }
        guard case .value(let value) = read(text, fact.type, of: path) else {
            throw wrong(text, for: path, expected(fact.type))
        }
        if case .setting = target, case .integer(let number) = value {
            let range: ClosedRange<Int64> = path.hasSuffix(".port") ? 1...65_535 : 0...Int64(UInt32.max)
            guard range.contains(number) else {
                throw wrong(text, for: path, "a number from \(range.lowerBound) to \(range.upperBound)")
            }
        }
        return value
    }

    static func read(_ text: String, _ type: FactType, of path: String) -> Collected<FactValue> {
        switch type {
        case .flag:
            switch text.lowercased() {
            case "true": .value(.flag(true))
            case "false": .value(.flag(false))
            default: .absent
            }
        case .integer: number(text).map { .value(.integer($0)) } ?? .absent
        case .text: .value(.text(text))
        case .version: BuildVersion(text).map { .value(.version($0)) } ?? .absent
        case .date: (ISO8601.date(text) ?? ISO8601.day(text)).map { .value(.date($0)) } ?? .absent
        case .list:
            .value(
                .list(
                    text == "none"
                        ? [] : text.split(separator: ",").map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }))
        }
    }

    /// Decimal, or hexadecimal behind `0x`.
    private static func number(_ text: String) -> Int64? {
        text.lowercased().hasPrefix("0x") ? Int64(text.dropFirst(2), radix: 16) : Int64(text)
    }

    static func wrong(_ text: String, for path: String, _ expected: String) -> FactAssignmentError {
        FactAssignmentError(message: "\(path) cannot be '\(text)'", help: "it is \(expected)")
    }

    private static func expected(_ type: FactType) -> String {
        switch type {
        case .flag: "true or false"
        case .integer: "a number"
        case .text: "a text"
        case .version: "a version such as 10.0.17763.9245"
        case .date: "a moment such as 2027-01-15 or 2027-01-15T00:00:00Z"
        case .list: "a list of texts with commas between them, or none"
        }
    }
}
