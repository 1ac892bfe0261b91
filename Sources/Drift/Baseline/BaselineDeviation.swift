package import FoundationEssentials
import HostFacts
package import Policy

/// What deviates from the baseline now: a control that fails, for the same reason, with all hosts on which it does.
package struct BaselineDeviation: Sendable {
    package let control: ControlStatement
    /// The facts that it looked at, as on the first host.
    package let evidence: [Finding.Evidence]
    /// Paths of those facts whose values are not the same on all hosts.
    package let differing: Set<String>
    /// Why it fails, on the first host.
    package let because: String
    package let wanted: String
    /// In alphabetical order.
    package let hosts: [String]
    /// Since when it has failed on the host where that is longest; `nil` when nobody knows.
    package let since: Date?

    private struct Key: Hashable {
        let control: String
        let paths: [String]
    }

    /// Everything that fails openly, the worst first.
    ///
    /// - Parameter isWanted: hosts and controls that are looked at.
    package static func all(
        in result: AuditResult, _ trend: RunTrend, isWanted: (HostJudgement, String) -> Bool
    ) -> [BaselineDeviation] {
        var groups = HostGroups<Key, Finding.Evidence>()
        var examples: [String: Finding] = [:]
        for host in result.hosts {
            for finding in host.failures where isWanted(host, finding.control.id) {
                if examples[finding.control.id] == nil { examples[finding.control.id] = finding }
                groups.add(
                    Key(control: finding.control.id, paths: finding.evidence.map(\.fact)), finding.evidence,
                    because: finding.because, host: host.host.name)
            }
        }
        return groups.entries.compactMap { entry -> BaselineDeviation? in
            guard let example = examples[entry.key.control] else { return nil }
            return BaselineDeviation(
                control: example.control, evidence: entry.facts, differing: entry.differing, because: entry.because,
                wanted: example.wanted, hosts: entry.hosts,
                since: entry.hosts.compactMap { trend.failingSince[$0]?[entry.key.control] }.min())
        }.sorted { left, right in
            if left.control.severity != right.control.severity { return left.control.severity > right.control.severity }
            if left.hosts.count != right.hosts.count { return left.hosts.count > right.hosts.count }
            return (left.control.id, left.hosts.first ?? "") < (right.control.id, right.hosts.first ?? "")
        }
    }
}
