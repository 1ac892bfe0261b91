import Formats
import HostFacts

/// What a host said about one fact, in the words that people and programs get.
struct FactAnswer {
    enum Status: String {
        case value, absent
        case accessDenied = "access-denied"
        case unsupported, failed
    }

    let status: Status
    let value: FactValue?
    /// Why there is no value; `nil` where the status says it all.
    let reason: String?

    init(_ answer: Collected<FactValue>) {
        switch answer {
        case .value(let value): (status, self.value, reason) = (.value, value, nil)
        case .absent: (status, value, reason) = (.absent, nil, nil)
        case .accessDenied: (status, value, reason) = (.accessDenied, nil, nil)
        case .unsupported(let why): (status, value, reason) = (.unsupported, nil, why)
        case .failed(let why): (status, value, reason) = (.failed, nil, why)
        }
    }

    /// It could not be told. Absent is an answer, and so is that this Windows has no such thing.
    var isUnknown: Bool { status == .accessDenied || status == .failed }

    var text: String {
        switch status {
        case .value: value?.text ?? ""
        case .absent: "absent"
        case .accessDenied: "unknown: access denied"
        case .unsupported: "unsupported: \(reason ?? "")"
        case .failed: "unknown: \(reason ?? "")"
        }
    }

    /// The members `status`, `value` and `reason` of a fact.
    var members: [JSON.Member] {
        var members: [JSON.Member] = [.init("status", .string(status.rawValue))]
        if let value { members.append(.init("value", value.json)) }
        if let reason { members.append(.init("reason", .string(reason))) }
        return members
    }
}

extension FactValue {
    /// Numbers and flags as such, lists as lists, all else as its text.
    fileprivate var json: JSON {
        switch self {
        case .flag(let flag): .bool(flag)
        case .integer(let number): .int(number)
        case .list(let items): .array(items.map { .string($0) })
        case .text, .version, .date: .string(text)
        }
    }
}
