import HostFacts

/// A condition with the parameters that are in force for it.
struct BoundCondition {
    let condition: Condition
    let context: JudgingContext
}

/// All hosts that some conditions can tell from each other, as far as the facts in them go. Named rules are taken as facts
/// of their own that may hold or fail.
struct ConditionSpace {
    /// Beyond this many hosts nothing is said.
    private static let mostHosts = 20_000

    private var paths: [String] = []
    private var samples: [[Collected<FactValue>]] = []
    private var rules: [String] = []

    /// One host of the space.
    struct Host {
        fileprivate var values: [String: Collected<FactValue>] = [:]
        fileprivate var rules: [String: Truth] = [:]
    }

    /// Facts at the beginning of `paths` that nobody wants changed.
    private var fixedCount = 0

    /// - Parameter wanted: the facts that a change can be asked of; the others are what a host is. Without it nothing can.
    /// - Returns: `nil` when there are too many hosts to try.
    init?(_ conditions: [BoundCondition], changing wanted: Set<String> = []) {
        var comparisons: [String: [(comparison: Comparison, context: JudgingContext)]] = [:]
        for bound in conditions {
            for leaf in bound.condition.leaves {
                switch leaf {
                case .compare(let comparison):
                    comparisons[comparison.fact.path, default: []].append((comparison, bound.context))
                case .rule(let rule):
                    let key = rule.key(bound.context)
                    if !rules.contains(key) { rules.append(key) }
                case .all, .any, .not: continue
                }
            }
        }
        var hosts = 1
        let fixedFirst = comparisons.sorted {
            (wanted.contains($0.key) ? 1 : 0, $0.key) < (wanted.contains($1.key) ? 1 : 0, $1.key)
        }
        fixedCount = comparisons.keys.count { !wanted.contains($0) }
        for (path, found) in fixedFirst {
            guard let fact = found.first?.comparison.fact, let values = SampleValues.all(of: fact, in: found) else {
                return nil
            }
            paths.append(path)
            samples.append(values)
            hosts *= values.count
            guard hosts <= Self.mostHosts else { return nil }
        }
        guard rules.count <= 10, hosts << rules.count <= Self.mostHosts else { return nil }
    }

    /// Whether some host fits.
    func contains(where fits: (Host) -> Bool) -> Bool { search(Host(), 0, fits) }

    /// Whether some host, as it may be changed, fits.
    func containsHost(where fits: (Changes) -> Bool) -> Bool {
        fixed(Host(), 0) { fits(Changes(space: self, host: $0)) }
    }

    /// All that can become of one host.
    struct Changes {
        fileprivate let space: ConditionSpace
        fileprivate let host: Host

        func contains(where fits: (Host) -> Bool) -> Bool { space.search(host, space.fixedCount, fits) }
    }

    private func fixed(_ host: Host, _ depth: Int, _ fits: (Host) -> Bool) -> Bool {
        guard depth < fixedCount else { return fits(host) }
        var host = host
        return samples[depth].contains { value in
            host.values[paths[depth]] = value
            return fixed(host, depth + 1, fits)
        }
    }

    private func search(_ host: Host, _ depth: Int, _ fits: (Host) -> Bool) -> Bool {
        var host = host
        if depth < paths.count {
            return samples[depth].contains { value in
                host.values[paths[depth]] = value
                return search(host, depth + 1, fits)
            }
        }
        let rule = depth - paths.count
        guard rule < rules.count else { return fits(host) }
        return [Truth.holds, .fails].contains { truth in
            host.rules[rules[rule]] = truth
            return search(host, depth + 1, fits)
        }
    }
}

extension BoundCondition {
    func truth(on host: ConditionSpace.Host) -> Truth {
        truth(condition) { leaf in
            switch leaf {
            case .compare(let comparison):
                comparison.truth(of: host.values[comparison.fact.path] ?? .failed("not tried"), context)
            case .rule(let rule): host.rules[rule.key(context)] ?? .unknown("not tried")
            case .all, .any, .not: .unknown("no leaf")
            }
        }
    }

    /// Whether it holds when only some leaves are known and the others may be anything.
    func truth(of leaf: (Condition) -> Truth) -> Truth { truth(condition, leaf) }

    private func truth(_ condition: Condition, _ leaf: (Condition) -> Truth) -> Truth {
        switch condition {
        case .compare, .rule: leaf(condition)
        case .all(let parts): Conjunction(parts.map { truth($0, leaf) }).truth
        case .any(let parts): Disjunction(parts.map { truth($0, leaf) }).truth
        case .not(let part):
            switch truth(part, leaf) {
            case .holds: .fails
            case .fails: .holds
            case let other: other
            }
        }
    }
}

extension Rule {
    /// One rule with one set of arguments says the same wherever it stands.
    fileprivate func key(_ context: JudgingContext) -> String {
        Self.name + arguments.map { " \($0.name)=\($0.value?.value(context)?.text ?? "")" }.joined()
    }
}
