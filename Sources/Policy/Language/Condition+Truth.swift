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
        case .compare(let comparison): return comparison.truth(facts, context)
        case .rule(let rule): return rule.judge(facts, context).truth
        case .all(let parts):
            var sum = Conjunction()
            for part in parts where sum.isOpen { sum.add(part.truth(facts, context)) }
            return sum.truth
        case .any(let parts):
            var sum = Disjunction()
            for part in parts where sum.isOpen { sum.add(part.truth(facts, context)) }
            return sum.truth
        case .not(let part):
            switch part.truth(facts, context) {
            case .holds: return .fails
            case .fails: return .holds
            case let other: return other
            }
        }
    }

    /// Whether any host can fail it.
    package func canFail(_ context: JudgingContext) -> Bool {
        switch self {
        case .rule(let rule): rule.canFail(context)
        case .all(let parts): parts.contains { $0.canFail(context) }
        case .any(let parts): parts.allSatisfy { $0.canFail(context) }
        case .compare, .not: true
        }
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

/// `all`: one that fails decides; then one that is unknown. Parts that do not apply are left out.
struct Conjunction {
    private var result: Truth?

    init(_ parts: [Truth] = []) {
        for part in parts where isOpen { add(part) }
    }

    /// Nothing is decided yet.
    var isOpen: Bool { if case .fails? = result { false } else { true } }
    var truth: Truth { result ?? .holds }

    mutating func add(_ part: Truth) {
        switch part {
        case .fails: result = part
        case .unknown: if case .unknown? = result {} else { result = part }
        case .holds: if case .unknown? = result {} else { result = part }
        case .notApplicable: if result == nil { result = part }
        }
    }
}

/// `any`: one that holds decides; then one that is unknown.
struct Disjunction {
    private var result: Truth?

    init(_ parts: [Truth] = []) {
        for part in parts where isOpen { add(part) }
    }

    /// Nothing is decided yet.
    var isOpen: Bool { if case .holds? = result { false } else { true } }
    var truth: Truth { result ?? .fails }

    mutating func add(_ part: Truth) {
        switch part {
        case .holds: result = part
        case .unknown: if case .unknown? = result {} else { result = part }
        case .fails: if case .unknown? = result {} else { result = part }
        case .notApplicable: if result == nil { result = part }
        }
    }
}

extension Comparison {
    package func truth(_ facts: HostFacts, _ context: JudgingContext) -> Truth {
        truth(of: fact.read(facts), context)
    }

    /// Whether it holds for what was, or was not, read of the fact.
    func truth(of read: Collected<FactValue>, _ context: JudgingContext) -> Truth {
        let value: FactValue
        switch read {
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
        guard let criterion = criterion(context) else {
            return .unknown("the parameter for \(fact.path) has no value")
        }
        guard let isTrue = holds(for: value, criterion, at: context.now) else {
            return .unknown("\(fact.path) is \(value.text), and its revision is not known")
        }
        return isTrue ? .holds : .fails
    }

    private func holds(for value: FactValue, _ criterion: Criterion, at now: Date) -> Bool? {
        if subject == .whole { return criterion.holds(for: value, self.operator, at: now) }
        guard case .list(let items) = value else { return false }
        return switch subject {
        case .whole: criterion.holds(for: value, self.operator, at: now)
        case .every: items.allSatisfy { criterion.holds(for: $0, self.operator) }
        case .some: items.contains { criterion.holds(for: $0, self.operator) }
        case .no: !items.contains { criterion.holds(for: $0, self.operator) }
        case .count: criterion.holds(for: Int64(items.count), self.operator)
        }
    }
}
