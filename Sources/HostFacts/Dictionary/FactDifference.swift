/// A fact that two readings of one host tell differently.
package struct FactDifference: Sendable {
    package enum Kind: Sendable, Hashable {
        /// Both tell it, and not the same.
        case contradiction
        /// Only one tells it; the other should have.
        case missing
        /// Only one tells it; the other says that it has no means to.
        case untold
    }

    package let fact: Fact
    package let first: Collected<FactValue>
    package let second: Collected<FactValue>

    package var kind: Kind {
        switch (Self.isTold(first), Self.isTold(second)) {
        case (true, true): .contradiction
        case (true, false): Self.isUnsupported(second) ? .untold : .missing
        case (false, true): Self.isUnsupported(first) ? .untold : .missing
        case (false, false): .untold
        }
    }

    private static func isTold(_ value: Collected<FactValue>) -> Bool { value.value != nil || value.isAbsent }

    private static func isUnsupported(_ value: Collected<FactValue>) -> Bool {
        if case .unsupported = value { true } else { false }
    }
}

extension FactDictionary {
    /// The facts that at least one of two readings of a host tells, and that they do not tell alike. What moves by itself
    /// (clocks, counters) is compared only in whether it is told.
    package static func differences(_ first: HostFacts, _ second: HostFacts) -> [FactDifference] {
        all.compactMap { fact in
            let (one, other) = (fact.read(first), fact.read(second))
            if let value = one.value, let otherValue = other.value {
                guard fact.stability == .stable, !value.isSame(as: otherValue) else { return nil }
            } else if one.isAbsent && other.isAbsent || !(isTold(one) || isTold(other)) {
                return nil
            }
            return FactDifference(fact: fact, first: one, second: other)
        }
    }

    private static func isTold(_ value: Collected<FactValue>) -> Bool { value.value != nil || value.isAbsent }
}

extension FactValue {
    /// Both say the same of a host, though maybe in another order or with more around it.
    package func isSame(as other: FactValue) -> Bool {
        switch (self, other) {
        // The order in which a host lists things says nothing.
        case (.list(let items), .list(let others)): items.sorted() == others.sorted()
        case (.text(let text), .text(let other)): text == other || Self.isSameAccessList(text, other)
        default: self == other
        }
    }

    /// One program shows owner, group and access list of a descriptor, another the access list only.
    private static func isSameAccessList(_ text: String, _ other: String) -> Bool {
        guard text.hasPrefix("D:") || other.hasPrefix("D:"), let first = try? SecurityDescriptor(sddl: text),
            let second = try? SecurityDescriptor(sddl: other)
        else { return false }
        return first.accessList == second.accessList
    }
}
