import Drift
package import FoundationEssentials
import HostFacts
package import Policy

/// What each cause is on the hosts of one group: failures by root and by who has to end them.
package struct CauseShares: Sendable {
    package struct Share: Sendable, Hashable {
        /// With at least one failure of the cause.
        package var hosts = 0
        /// Open ones.
        package var failures = 0
        /// Since when at least one of the hosts has failed; `nil` without a history.
        package var since: Date?
    }

    private var shares: [String: [String: Share]] = [:]

    /// A host counts in each of its groups; `all`, which everybody is in, is left out.
    package init(_ result: AuditResult, _ summary: FleetSummary) {
        for judgement in result.hosts {
            let groups = judgement.host.groups.filter { $0 != "all" }
            guard !groups.isEmpty else { continue }
            let since = summary.trend.failingSince[judgement.host.name] ?? [:]
            var causes: [String: Share] = [:]
            for finding in judgement.findings where finding.outcome == .fail {
                causes[finding.causeID, default: Share()].add(
                    Share(hosts: 0, failures: 1, since: since[finding.control.id]))
            }
            for (id, share) in causes {
                for group in groups {
                    shares[id, default: [:]][group, default: Share()].add(
                        Share(hosts: 1, failures: share.failures, since: share.since))
                }
            }
        }
    }

    /// The groups that have a cause, alphabetically.
    package func groups(of cause: String) -> [(group: String, share: Share)] {
        (shares[cause] ?? [:]).map { ($0.key, $0.value) }.sorted { $0.group < $1.group }
    }

    package func share(of cause: String, in group: String) -> Share? { shares[cause]?[group] }
}

extension CauseShares.Share {
    fileprivate mutating func add(_ other: Self) {
        hosts += other.hosts
        failures += other.failures
        since = [since, other.since].compactMap(\.self).min()
    }
}
