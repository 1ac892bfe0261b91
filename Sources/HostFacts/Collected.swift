/// A fact with the way it was, or was not, come by. "Not there" and "could not look" are different answers, and neither
/// is a zero.
package enum Collected<Value: Sendable>: Sendable {
    case value(Value)
    /// We looked, and it is not there.
    case absent
    /// The host refused to show it to the account that asked.
    case accessDenied
    /// This Windows has no such thing; the text says why.
    case unsupported(String)
    /// We could not tell; the text says why, in words for an operator.
    case failed(String)

    package var value: Value? {
        if case .value(let value) = self { value } else { nil }
    }

    package var isAbsent: Bool {
        if case .absent = self { true } else { false }
    }

    package func map<Other: Sendable>(_ transform: (Value) -> Other) -> Collected<Other> {
        flatMap { .value(transform($0)) }
    }

    package func flatMap<Other: Sendable>(_ transform: (Value) -> Collected<Other>) -> Collected<Other> {
        switch self {
        case .value(let value): transform(value)
        case .absent: .absent
        case .accessDenied: .accessDenied
        case .unsupported(let reason): .unsupported(reason)
        case .failed(let reason): .failed(reason)
        }
    }

    /// The answer that decides when two are needed and this one is missing: why there is no value, `nil` when there is.
    package var whyMissing: String? {
        switch self {
        case .value: nil
        case .absent: "absent"
        case .accessDenied: "access denied"
        case .unsupported(let reason), .failed(let reason): reason
        }
    }
}

extension Collected: Equatable where Value: Equatable {}
extension Collected: Hashable where Value: Hashable {}
