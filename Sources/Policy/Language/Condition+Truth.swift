import Formats
package import FoundationEssentials
package import HostFacts

/// What judging rests on beside the facts.
package struct JudgingContext: Sendable {
    /// The moment of judging: dates are held against it.
    package let now: Date
    package let parameters: [String: PolicyValue]
    package let catalogue: UpdateCatalogue

    package init(now: Date, parameters: [String: PolicyValue], catalogue: UpdateCatalogue) {
        self.now = now
        self.parameters = parameters
        self.catalogue = catalogue
    }
}

extension Condition {
    package func truth(_ facts: HostFacts, _ context: JudgingContext) -> Truth {
        switch self {
        case .compare(let comparison): comparison.truth(facts, context)
        case .rule(let rule): rule.judge(facts, context).truth
        case .all(let parts): Self.all(parts.lazy.map { $0.truth(facts, context) })
        case .any(let parts): Self.any(parts.lazy.map { $0.truth(facts, context) })
        case .not(let part):
            switch part.truth(facts, context) {
            case .holds: .fails
            case .fails: .holds
            case let other: other
            }
        }
    }

    /// One that fails decides; then one that is unknown. Parts that do not apply are left out.
    private static func all(_ parts: some Sequence<Truth>) -> Truth {
        var result: Truth?
        for part in parts {
            switch part {
            case .fails: return .fails
            case .unknown: if case .unknown? = result {} else { result = part }
            case .holds: if case .unknown? = result {} else { result = .holds }
            case .notApplicable: if result == nil { result = part }
            }
        }
        return result ?? .holds
    }

    /// One that holds decides; then one that is unknown.
    private static func any(_ parts: some Sequence<Truth>) -> Truth {
        var result: Truth?
        for part in parts {
            switch part {
            case .holds: return .holds
            case .unknown: if case .unknown? = result {} else { result = part }
            case .fails: if case .unknown? = result {} else { result = .fails }
            case .notApplicable: if result == nil { result = part }
            }
        }
        return result ?? .fails
    }

    /// The comparisons and rules in it, from left to right.
    package var leaves: [Condition] {
        switch self {
        case .compare, .rule: [self]
        case .all(let parts), .any(let parts): parts.flatMap(\.leaves)
        case .not(let part): part.leaves
        }
    }

    /// The facts it looks at, each once.
    package var facts: [Fact] {
        var seen: Set<String> = []
        let all = leaves.flatMap { leaf -> [Fact] in
            switch leaf {
            case .compare(let comparison): [comparison.fact]
            case .rule(let rule): rule.facts
            default: []
            }
        }
        return all.filter { seen.insert($0.path).inserted }
    }
}

extension Comparison {
    package func truth(_ facts: HostFacts, _ context: JudgingContext) -> Truth {
        let value: FactValue
        switch fact.read(facts) {
        case .value(let read):
            if self.operator == .isPresent { return expected(context) == .flag(true) ? .holds : .fails }
            value = read
        case .absent:
            if self.operator == .isPresent { return expected(context) == .flag(false) ? .holds : .fails }
            switch whenAbsent {
            case .pass: return .holds
            case .fail: return .fails
            case .notApplicable: return .notApplicable("\(fact.path) is absent")
            case nil: return .unknown("\(fact.path) is absent")
            }
        case .accessDenied: return .unknown("\(fact.path): access denied")
        case .unsupported(let reason): return .notApplicable(reason)
        case .failed(let reason): return .unknown("\(fact.path): \(reason)")
        }
        guard let wanted = expected(context) else {
            return .unknown("the parameter for \(fact.path) has no value")
        }
        return compare(value, wanted, context) ? .holds : .fails
    }

    /// The constant, or the parameter's value.
    package func expected(_ context: JudgingContext) -> PolicyValue? {
        switch operand {
        case .constant(let value): value
        case .parameter(let name): context.parameters[name]
        }
    }

    /// Types were checked when the policy was loaded; a pair that cannot be compared is false.
    private func compare(_ value: FactValue, _ wanted: PolicyValue, _ context: JudgingContext) -> Bool {
        switch (value, self.operator, wanted) {
        case (.flag(let left), .equals, .flag(let right)): left == right
        case (.flag(let left), .notEquals, .flag(let right)): left != right
        case (.integer(let left), .equals, .integer(let right)): left == right
        case (.integer(let left), .notEquals, .integer(let right)): left != right
        case (.integer(let left), .atLeast, .integer(let right)): left >= right
        case (.integer(let left), .atMost, .integer(let right)): left <= right
        case (.integer(let left), .oneOf, .list(let items)): items.contains(String(left))
        case (.text(let left), .equals, .text(let right)): left.lowercased() == right.lowercased()
        case (.text(let left), .notEquals, .text(let right)): left.lowercased() != right.lowercased()
        case (.text(let left), .oneOf, .list(let items)): items.contains { $0.lowercased() == left.lowercased() }
        case (.text(let left), .matches, .text(let right)): Wildcard(right).matches(left)
        case (.text(let left), .isEmpty, .flag(let right)): left.isEmpty == right
        case (.version(let left), .equals, .version(let right)): left == right
        case (.version(let left), .atLeast, .version(let right)): left >= right
        case (.version(let left), .atMost, .version(let right)): left <= right
        case (.date(let left), .before, .moment(let right)): left < right.date(at: context.now)
        case (.date(let left), .after, .moment(let right)): left > right.date(at: context.now)
        case (.list(let left), .contains, .text(let right)): left.contains { $0.lowercased() == right.lowercased() }
        case (.list(let left), .isEmpty, .flag(let right)): left.isEmpty == right
        case (.list(let left), .only, .list(let right)):
            left.allSatisfy { item in right.contains { $0.lowercased() == item.lowercased() } }
        case (.list(let left), .equals, .list(let right)): Set(left) == Set(right)
        default: false
        }
    }
}
