import FoundationEssentials
package import Policy

extension RunDifference {
    /// Changes of verdicts, the worst first: by severity, then by the number of hosts, then by control.
    package var verdictChanges: [VerdictChange] {
        verdictEntries.map { entry in
            VerdictChange(
                kind: entry.key.kind, circumstance: entry.key.circumstance, controls: entry.key.controls,
                facts: entry.facts, differing: entry.differing, because: entry.because, hosts: entry.hosts)
        }.sorted { left, right in
            let (a, b) = (severity(of: left), severity(of: right))
            if a != b { return a > b }
            if left.hosts.count != right.hosts.count { return left.hosts.count > right.hosts.count }
            return (left.controls.first ?? "", left.hosts.first ?? "") < (
                right.controls.first ?? "", right.hosts.first ?? ""
            )
        }
    }

    /// Changes of facts without one of a verdict, those of the most hosts first; what the same hosts share stands together.
    package var factDrift: [FactDrift] {
        driftEntries.compactMap { entry in
            entry.facts.first.map { FactDrift(change: $0, isDiffering: !entry.differing.isEmpty, hosts: entry.hosts) }
        }.sorted { left, right in
            if left.hosts.count != right.hosts.count { return left.hosts.count > right.hosts.count }
            if left.hosts != right.hosts { return left.hosts.lexicographicallyPrecedes(right.hosts) }
            return left.change.path < right.change.path
        }
    }

    /// What fails as before, the worst first.
    package var lastingFailures: [LastingFailure] {
        lasting.map { LastingFailure(control: $0.key, hosts: $0.value.hosts.sorted(), since: $0.value.since) }
            .sorted { left, right in
                let (a, b) = (severity(of: left.control), severity(of: right.control))
                if a != b { return a > b }
                if left.hosts.count != right.hosts.count { return left.hosts.count > right.hosts.count }
                return left.control < right.control
            }
    }

    /// By the later run, or the earlier one where only that knows the control.
    package func severity(of control: String) -> Severity { severities[control] ?? .info }

    private func severity(of change: VerdictChange) -> Severity {
        change.controls.first.map { severity(of: $0) } ?? .info
    }

    /// Hosts of which something is to be told: a verdict, a presence or an identity that changed.
    package func hosts(_ presence: JudgementDifference.Presence) -> [HostPresence] {
        presences.filter { $0.presence == presence }.sorted { $0.host < $1.host }
    }

    /// Whether a control got worse on a host, from this severity on.
    package func isWorse(from threshold: Severity) -> Bool {
        tally.worse.contains { severity(of: $0) >= threshold }
    }

    /// Something that was known is not any more.
    package var lostSight: Bool {
        tally.count(.becameUnknown) > 0 || (tally.presences[.becameUnreadable] ?? 0) > 0
    }

    /// Nothing is to be told but what stays as it was.
    package var isEmpty: Bool {
        verdictEntries.isEmpty && driftEntries.isEmpty && machines.isEmpty
            && presences.allSatisfy { $0.presence == .stillUnreadable }
    }
}
