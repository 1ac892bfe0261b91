import HostFacts

/// What a host says a parameter should be.
enum ObservedParameter {
    case value(PolicyValue)
    /// The host cannot decide it, for this reason.
    case left(String)

    init(_ parameter: String, of control: Control, _ facts: HostFacts, _ context: JudgingContext) {
        var values: [PolicyValue] = []
        for leaf in control.check.leaves {
            guard case .compare(let comparison) = leaf, case .parameter(parameter) = comparison.operand else {
                continue
            }
            switch Self.value(comparison, facts, context) {
            case .value(let value): values.append(value)
            case .left(let reason):
                self = .left(reason)
                return
            }
        }
        if let first = values.first {
            self = Set(values).count == 1 ? .value(first) : .left("the host has several values for it")
        } else {
            self = .left("no comparison with a fact decides it")
        }
    }

    /// The operand with which the comparison holds for what was seen.
    private static func value(
        _ comparison: Comparison, _ facts: HostFacts, _ context: JudgingContext
    ) -> ObservedParameter {
        let fact = comparison.fact
        guard comparison.subject == .whole else { return .left("it is compared with the entries of \(fact.path)") }
        guard fact.stability == .stable else { return .left("\(fact.path) changes by itself") }
        guard let seen = fact.read(facts).value else { return .left("\(fact.path) is \(fact.read(facts).shown)") }
        switch (seen, comparison.operator) {
        case (.flag(let flag), .equals): return .value(.flag(flag))
        case (.integer(let number), .equals): return .value(.integer(number))
        case (.text(let text), .equals): return .value(.text(text))
        case (.version(let version), .equals): return .value(.version(version))
        case (.list(let items), .equals), (.list(let items), .only): return .value(.list(items.sorted()))
        case (.integer(let number), .oneOf): return .value(.list([String(number)]))
        case (.text(let text), .oneOf): return .value(.list([text]))
        // A bound that is met stays the bound: the host's own value would ask more of others than anybody wants.
        case (.integer(let number), .atLeast), (.integer(let number), .atMost):
            return comparison.truth(facts, context) == .holds
                ? .left("\(fact.path) is \(number), within the bound") : .value(.integer(number))
        case (.version(let version), .atLeast), (.version(let version), .atMost):
            return comparison.truth(facts, context) == .holds
                ? .left("\(fact.path) is \(version), within the bound") : .value(.version(version))
        default: return .left("'\(comparison.operator.rawValue)' cannot be turned round")
        }
    }
}
