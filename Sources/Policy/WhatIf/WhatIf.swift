package import FoundationEssentials
package import HostFacts

/// A question to a fleet: what would be otherwise with other values, by another baseline, on another day.
package struct WhatIf: Sendable {
    package let assignments: [FactAssignment]
    package let before: Side
    package let after: Side

    /// What a host is judged by, and as of when.
    package struct Side: Sendable {
        package let baseline: Baseline
        package let moment: Date
        fileprivate let evaluator: Evaluator
        /// One list for all hosts.
        fileprivate let controls: [String]

        /// - Parameter hostNames: those of the fleet, which a waiver's pattern tells from groups.
        package init(
            _ baseline: Baseline, at moment: Date, waivers: WaiverRegister = .empty, hostNames: Set<String> = []
        ) {
            self.baseline = baseline
            self.moment = moment
            evaluator = Evaluator(baseline: baseline, now: moment, waivers: waivers, hostNames: hostNames)
            controls = baseline.controls.map(\.id)
        }

        fileprivate func outcomes(_ host: AuditedHost, _ facts: HostFacts?, keepsReasons: Bool) -> HostOutcomes {
            HostOutcomes(evaluator.judge(host, facts), controls: controls, keepsReasons: keepsReasons)
        }
    }

    package init(_ assignments: [FactAssignment], before: Side, after: Side) {
        self.assignments = assignments
        self.before = before
        self.after = after
    }

    /// The answer for a host that gave facts.
    ///
    /// - Parameter complete: adds what only the whole fleet can tell, where it was looked at.
    package func answer(
        _ host: AuditedHost, _ reading: HostReading, completedBy complete: (inout HostFacts) -> Void
    ) -> HostAnswer {
        var earlier = HostFacts(reading)
        complete(&earlier)
        var (later, failed) = assigned(reading, earlier)
        let effects = assignments.indices.map { index in
            failed[index] ?? assignments[index].effect(before: earlier, after: later)
        }
        let end = CertificateEnd(later, after: before.moment, until: after.moment)
        end?.assume(in: &later, at: after.moment)
        let outcomes = after.outcomes(host, later, keepsReasons: true)
        return HostAnswer(
            host: host.name,
            difference: JudgementDifference(
                before: before.outcomes(host, earlier, keepsReasons: false), after: outcomes),
            effects: effects, cutOffs: assignments.isEmpty ? [] : CutOff.all(host, before: earlier, after: later),
            cautions: assignments.isEmpty ? [] : Caution.all(host, before: earlier, after: later),
            certificate: end, isWhole: host.state == .audited && !outcomes.outcomes.contains(.unknown),
            whyNotJudged: outcomes.whyNotJudged)
    }

    /// The facts with every value that could be set, and why the others could not.
    private func assigned(_ reading: HostReading, _ facts: HostFacts) -> (HostFacts, [Int: AssignmentEffect]) {
        guard !assignments.isEmpty else { return (facts, [:]) }
        var changed = reading
        var failed: [Int: AssignmentEffect] = [:]
        for (index, assignment) in assignments.enumerated() {
            failed[index] = assignment.put(into: &changed, facts)
        }
        var later = HostFacts(changed)
        if changed.followListener(from: facts, to: later) { later = HostFacts(changed) }
        // Who its peers are and what they have is not changed by it.
        later.fleet = facts.fleet
        later.peers = facts.peers
        for assignment in assignments where assignment.isTakenAsGiven {
            later.assumed[assignment.fact?.path ?? assignment.path] = assignment.value.map { .value($0) } ?? .absent
        }
        return (later, failed)
    }

    /// What the question comes to on one host.
    package struct HostAnswer: Sendable {
        package let host: String
        package let difference: JudgementDifference?
        /// One for each assignment, in their order.
        package let effects: [AssignmentEffect]
        package let cutOffs: [CutOff]
        package let cautions: [Caution]
        package let certificate: CertificateEnd?
        /// The host answered whole, and nothing is unknown afterwards.
        package let isWhole: Bool
        /// No control concerns it (a Windows that is too old); `nil` where at least one does.
        package let whyNotJudged: String?
    }
}
