package import FoundationEssentials
package import HostFacts

/// Judges one host after another against a baseline, at one moment.
package struct Evaluator: Sendable {
    private let baseline: Baseline
    private let now: Date

    package init(baseline: Baseline, now: Date) {
        self.baseline = baseline
        self.now = now
    }

    /// - Parameter facts: `nil` when the host gave none.
    package func judge(_ host: AuditedHost, _ facts: HostFacts?) -> HostJudgement {
        guard host.state.isJudged, let facts else { return HostJudgement(host: host, findings: []) }
        // What we know nothing about is said once, not once for every control.
        if case .value(let windows) = facts.windows, !windows.isSupported {
            let reason = "\(windows.name) is older than Windows 7 / Server 2008 R2, which is not supported"
            return HostJudgement(
                host: host,
                findings: baseline.controls.map { Finding(control: $0, outcome: .notApplicable, because: reason) })
        }
        return HostJudgement(host: host, findings: baseline.controls.map { judge($0, facts, role: host.role) })
    }

    private func judge(_ control: Control, _ facts: HostFacts, role: String?) -> Finding {
        if let reason = baseline.exclusion(of: control, role: role) {
            return Finding(control: control, outcome: .notApplicable, because: reason)
        }
        let context = JudgingContext(
            now: now, parameters: baseline.parameters(of: control, role: role), catalogue: baseline.catalogue)
        if let condition = control.appliesTo {
            switch condition.truth(facts, context) {
            case .holds: break
            case .fails:
                return Finding(
                    control: control, outcome: .notApplicable, because: condition.account(facts, context).because)
            case .notApplicable(let reason): return Finding(control: control, outcome: .notApplicable, because: reason)
            case .unknown(let reason):
                return Finding(
                    control: control, outcome: .unknown, because: "whether it applies could not be told: \(reason)")
            }
        }
        switch control.check.truth(facts, context) {
        case .holds: return Finding(control: control, outcome: .pass, because: "")
        case .notApplicable(let reason): return Finding(control: control, outcome: .notApplicable, because: reason)
        case .unknown(let reason): return Finding(control: control, outcome: .unknown, because: reason)
        case .fails: return failure(control, facts, context)
        }
    }

    private func failure(_ control: Control, _ facts: HostFacts, _ context: JudgingContext) -> Finding {
        let account = control.check.account(facts, context)
        let actions = control.remediation.filter { template in
            template.onlyFor.map { account.failedFacts.contains($0) } ?? true
        }.map { template in
            template.action(
                for: facts, policyOwned: account.policyOwned.contains { (template.onlyFor ?? $0) == $0 },
                parameters: context.parameters)
        }
        return Finding(
            control: control, outcome: .fail, because: account.because, wanted: account.wanted,
            evidence: account.evidence, remediation: actions)
    }
}

extension Finding {
    init(control: Control, outcome: Outcome, because: String) {
        self.init(control: control, outcome: outcome, because: because, wanted: "", evidence: [], remediation: [])
    }
}

/// Why a condition failed: which parts, what was seen, what was wanted, and who owns it.
struct FailureAccount {
    var because: String
    var wanted: String
    var evidence: [Finding.Evidence]
    var failedFacts: Set<String>
    /// Failed facts whose value a policy decides.
    var policyOwned: Set<String>
}

extension Condition {
    /// Goes through the parts that failed.
    func account(_ facts: HostFacts, _ context: JudgingContext) -> FailureAccount {
        var because: [String] = []
        var wanted: [String] = []
        var evidence: [Finding.Evidence] = []
        var failed: Set<String> = []
        var owned: Set<String> = []
        for leaf in failedLeaves(facts, context, wanted: true) {
            switch leaf {
            case .compare(let comparison):
                let fact = comparison.fact
                let value = fact.read(facts)
                let source = fact.source(facts)
                because.append("\(fact.path) is \(value.shown)")
                wanted.append(comparison.wanted(context))
                evidence.append(.init(fact: fact.path, value: value.shown, source: source))
                failed.insert(fact.path)
                if source == .policy { owned.insert(fact.path) }
            case .rule(let rule):
                let verdict = rule.judge(facts, context)
                because.append(verdict.because)
                wanted.append(rule.wanted)
                for fact in rule.facts {
                    evidence.append(.init(fact: fact.path, value: fact.read(facts).shown, source: fact.source(facts)))
                    failed.insert(fact.path)
                }
                evidence += verdict.evidence
            default: continue
            }
        }
        return FailureAccount(
            because: Self.unique(because).joined(separator: "; "), wanted: Self.unique(wanted).joined(separator: "; "),
            evidence: Self.unique(evidence), failedFacts: failed, policyOwned: owned)
    }

    /// Two parts of a condition may look at one fact.
    private static func unique<Item: Hashable>(_ items: [Item]) -> [Item] {
        var seen: Set<Item> = []
        return items.filter { seen.insert($0).inserted }
    }

    /// The leaves that made it fail; under a `not`, those that hold.
    private func failedLeaves(_ facts: HostFacts, _ context: JudgingContext, wanted: Bool) -> [Condition] {
        switch self {
        case .compare, .rule:
            return truth(facts, context) == (wanted ? .fails : .holds) ? [self] : []
        case .all(let parts), .any(let parts): return parts.flatMap { $0.failedLeaves(facts, context, wanted: wanted) }
        case .not(let part): return part.failedLeaves(facts, context, wanted: !wanted)
        }
    }
}

extension Comparison {
    /// The wanted state in a few words.
    func wanted(_ context: JudgingContext) -> String {
        let value = expected(context)?.text ?? "?"
        switch self.operator {
        case .equals: return value
        case .notEquals: return "not \(value)"
        case .atLeast: return "at least \(value)"
        case .atMost: return "at most \(value)"
        case .oneOf: return "one of \(value)"
        case .contains: return "with \(value)"
        case .only: return "only \(value)"
        case .matches: return "like \(value)"
        case .before: return "before \(value)"
        case .after: return "after \(value)"
        case .isPresent: return value == "true" ? "present" : "absent"
        case .isEmpty: return value == "true" ? "none" : "some"
        }
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
    var shown: String {
        switch self {
        case .value(let value): value.text
        case .absent: "absent"
        case .accessDenied: "not readable (access denied)"
        case .unsupported(let reason), .failed(let reason): "unknown (\(reason))"
        }
    }
}
