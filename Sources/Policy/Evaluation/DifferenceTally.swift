/// The differences of many hosts, counted: what a fleet's totals are made of.
package struct DifferenceTally: Sendable {
    package private(set) var presences: [JudgementDifference.Presence: Int] = [:]
    /// Hosts by what became of a control on them.
    package private(set) var controls: [String: [JudgementDifference.ControlChange.Kind: Int]] = [:]
    /// Hosts on which at least one control changed so.
    package private(set) var hosts: [JudgementDifference.ControlChange.Kind: Int] = [:]

    package init() {}

    package mutating func add(_ difference: JudgementDifference) {
        presences[difference.presence, default: 0] += 1
        for change in difference.changes { controls[change.control, default: [:]][change.kind, default: 0] += 1 }
        for kind in Set(difference.changes.map(\.kind)) { hosts[kind, default: 0] += 1 }
    }

    /// Changes of a kind, over all controls and hosts.
    package func count(_ kind: JudgementDifference.ControlChange.Kind) -> Int {
        controls.values.reduce(0) { $0 + ($1[kind] ?? 0) }
    }

    /// The ids of the controls on which a host got worse.
    package var worse: [String] {
        controls.filter { $0.value.contains { $0.key.isWorse && $0.value > 0 } }.map(\.key).sorted()
    }
}
