import Formats
import HostFacts

/// What is wrong with the controls of a baseline together.
extension PolicyLint {
    mutating func check(_ baseline: Baseline, _ file: String) {
        checkRoles(baseline, file)
        var told: Set<[String]> = []
        for role in [nil] + baseline.roles.keys.sorted().map(Optional.some) {
            let inForce = baseline.controls.filter { baseline.exclusion(of: $0.id, role: role) == nil }
                .map { BoundControl($0, context($0, baseline, role)) }
            for (index, right) in inForce.enumerated() {
                for left in inForce[..<index] where !told.contains([left.id, right.id]) {
                    let pair = ControlPair(left, right)
                    let known = knownPairs[pair] ?? contradiction(left, right)
                    knownPairs[pair] = .some(known)
                    guard let reason = known else { continue }
                    told.insert([left.id, right.id])
                    report(
                        sources.diagnostic(
                            .error, file, sources.entry(of: right.id, in: file), "P151",
                            "no host can pass both \(left.id) and \(right.id)\(Self.whom(role)): \(reason)",
                            help: "see \(left.control.file) and \(right.control.file)"))
                }
            }
            for control in inForce { checkChanges(of: control, among: inForce, role, file, &told) }
        }
    }

    static func whom(_ role: String?) -> String { role.map { " (role \($0))" } ?? "" }

    private mutating func checkRoles(_ baseline: Baseline, _ file: String) {
        let roles = sources.root(file)?["roles"]
        for role in baseline.roles.values.sorted(by: { $0.name < $1.name }) {
            if baseline.controls.allSatisfy({ baseline.exclusion(of: $0.id, role: role.name) != nil }) {
                report(
                    sources.diagnostic(
                        .warning, file, roles?.entry(role.name)?.key, "P157",
                        "no control is left for hosts of the role \(role.name)"))
            }
        }
    }

    /// Why no host can pass both; `nil` when one can, or when they never meet.
    private func contradiction(_ left: BoundControl, _ right: BoundControl) -> String? {
        let shared = left.checked.intersection(right.checked)
        let conflicts = KnownConflict.all.filter { conflict in
            let paths = Set(conflict.condition.facts.map(\.path))
            return paths.isSubset(of: left.checked.union(right.checked))
                && !paths.isSubset(of: left.checked) && !paths.isSubset(of: right.checked)
        }
        guard !shared.isEmpty || !conflicts.isEmpty else { return nil }
        let bound = conflicts.map { BoundCondition(condition: $0.condition, context: left.check.context) }
        let space = ConditionSpace(
            left.conditions + right.conditions + bound, changing: left.checked.union(right.checked))
        guard let space else { return nil }
        /// Whether both concern a host and each could be passed, but not both, however the host is changed.
        func isContradictory(_ changes: ConditionSpace.Changes, _ isPossible: (ConditionSpace.Host) -> Bool) -> Bool {
            changes.contains { left.applies(to: $0) && right.applies(to: $0) }
                && changes.contains { left.applies(to: $0) && left.isPassed(by: $0) && isPossible($0) }
                && changes.contains { right.applies(to: $0) && right.isPassed(by: $0) && isPossible($0) }
                && !changes.contains { left.isMet(by: $0) && right.isMet(by: $0) && isPossible($0) }
        }
        if !shared.isEmpty, space.containsHost(where: { isContradictory($0) { _ in true } }) {
            return [left, right].map { "\($0.id) wants \($0.wanted(of: shared))" }.joined(separator: ", ")
        }
        for (conflict, condition) in zip(conflicts, bound)
        where space.containsHost(where: { isContradictory($0) { condition.truth(on: $0) != .holds } }) {
            return conflict.reason
        }
        return nil
    }
}

/// Two controls under their parameters: what is found of them hangs on nothing else.
struct ControlPair: Hashable {
    private let ids: [String]
    private let parameters: [[String: PolicyValue]]

    init(_ left: BoundControl, _ right: BoundControl) {
        ids = [left.id, right.id]
        parameters = [left.check.context.parameters, right.check.context.parameters]
    }
}

/// A control as it is in force in one baseline for one role.
struct BoundControl {
    let control: Control
    let check: BoundCondition
    let application: BoundCondition?
    /// The facts of its check.
    let checked: Set<String>

    init(_ control: Control, _ context: JudgingContext) {
        self.control = control
        check = BoundCondition(condition: control.check, context: context)
        application = control.appliesTo.map { BoundCondition(condition: $0, context: context) }
        checked = Set(
            control.check.leaves.compactMap {
                if case .compare(let comparison) = $0 { comparison.fact.path } else { nil }
            })
    }

    var id: String { control.id }
    var conditions: [BoundCondition] { [check] + [application].compactMap(\.self) }

    func applies(to host: ConditionSpace.Host) -> Bool { application.map { $0.truth(on: host) == .holds } ?? true }

    /// What does not apply to a host is in nobody's way.
    func isPassed(by host: ConditionSpace.Host) -> Bool {
        switch check.truth(on: host) {
        case .holds, .notApplicable: true
        case .fails, .unknown: false
        }
    }

    /// Nothing is to be done about it: it is passed, or does not concern the host.
    func isMet(by host: ConditionSpace.Host) -> Bool { !applies(to: host) || isPassed(by: host) }

    /// What its check wants of some facts.
    func wanted(of paths: Set<String>) -> String {
        control.check.leaves.compactMap { leaf -> String? in
            guard case .compare(let comparison) = leaf, paths.contains(comparison.fact.path) else { return nil }
            return "\(comparison.fact.path) \(comparison.wanted(check.context))"
        }.joined(separator: " and ")
    }
}
