package import HostFacts

/// Why a condition failed: which parts, what was seen, what was wanted, and who owns it.
///
/// Facts are handed on from call to call and caught in no closure: a copy of all facts would cost more than judging.
struct FailureAccount {
    private var reasons: [String] = []
    private var wishes: [String] = []
    private var seen: [Finding.Evidence] = []
    private(set) var failedFacts: Set<String> = []
    /// Failed facts whose value a policy decides.
    private(set) var policyOwned: Set<String> = []
    /// Only the reasons are wanted.
    private let isBrief: Bool

    /// - Parameter condition: one that fails.
    init(of condition: Condition, _ facts: HostFacts, _ context: JudgingContext, isBrief: Bool = false) {
        self.isBrief = isBrief
        visit(condition, facts, context, wanted: true)
    }

    var because: String { Self.joined(reasons) }
    var wanted: String { Self.joined(wishes) }
    var evidence: [Finding.Evidence] { Self.unique(seen) }

    /// Goes to the leaves that made it fail; under a `not`, to those that hold.
    private mutating func visit(
        _ condition: Condition, _ facts: HostFacts, _ context: JudgingContext, wanted: Bool
    ) {
        switch condition {
        case .compare(let comparison):
            if comparison.truth(facts, context) == (wanted ? .fails : .holds) { add(comparison, facts, context) }
        case .rule(let rule):
            let verdict = rule.judge(facts, context)
            if verdict.truth == (wanted ? .fails : .holds) { add(rule, verdict, facts) }
        case .all(let parts), .any(let parts):
            for part in parts { visit(part, facts, context, wanted: wanted) }
        case .not(let part): visit(part, facts, context, wanted: !wanted)
        }
    }

    private mutating func add(_ comparison: Comparison, _ facts: HostFacts, _ context: JudgingContext) {
        let path = comparison.fact.path
        let value = comparison.fact.read(facts).shown
        reasons.append("\(path) is \(value)")
        if isBrief { return }
        let source = comparison.source(facts)
        wishes.append(comparison.wanted(context))
        seen.append(.init(fact: path, value: value, source: source))
        failedFacts.insert(path)
        if source == .policy { policyOwned.insert(path) }
    }

    private mutating func add(_ rule: any Rule, _ verdict: RuleVerdict, _ facts: HostFacts) {
        reasons.append(verdict.because)
        if isBrief { return }
        wishes.append(rule.wanted)
        for fact in rule.facts {
            seen.append(.init(fact: fact.path, value: fact.read(facts).shown, source: fact.source(facts)))
            failedFacts.insert(fact.path)
        }
        seen += verdict.evidence
    }

    /// Two parts of a condition may look at one fact.
    private static func unique<Item: Hashable>(_ items: [Item]) -> [Item] {
        guard items.count > 1 else { return items }
        var seen: Set<Item> = []
        return items.filter { seen.insert($0).inserted }
    }

    private static func joined(_ texts: [String]) -> String {
        texts.count == 1 ? texts[0] : unique(texts).joined(separator: "; ")
    }
}

extension Fact {
    /// Who decides a setting's effective value.
    func source(_ facts: HostFacts) -> SettingSource? {
        guard path.hasSuffix(".effective"),
            case .value(.text(let text))? = FactDictionary[path.dropLast(".effective".count) + ".source"]?.read(facts)
        else { return nil }
        return SettingSource(rawValue: text)
    }
}

extension Collected where Value == FactValue {
    /// As it stands in reports: the value, or why there is none.
    package var shown: String {
        switch self {
        case .value(let value): value.text
        case .absent: "absent"
        case .accessDenied: "not readable (access denied)"
        case .unsupported(let reason), .failed(let reason): "unknown (\(reason))"
        }
    }
}
