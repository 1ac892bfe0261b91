import HostFacts
package import Policy

/// Hosts or answers that could not be had for one and the same reason.
package struct ReasonGroup: Sendable, Hashable {
    /// As the run told it; may hold text of hosts.
    package let reason: String
    /// The hosts, in the order of their names.
    package let hosts: [String]
    /// Answers that are missing: as many as the hosts, or more.
    package let answers: Int

    /// Why hosts were not audited at all, the most hosts first.
    static func notAudited(_ hosts: [HostJudgement]) -> [ReasonGroup] {
        group(hosts.filter { $0.verdict == .notJudged }) { [$0.whyNotJudged] }
    }

    /// Why answers of audited hosts are unknown, the most answers first.
    static func unknown(_ hosts: [HostJudgement]) -> [ReasonGroup] {
        group(hosts.filter { $0.verdict != .notJudged }) { host in
            host.findings.lazy.filter { $0.outcome == .unknown }.map(\.because)
        }
    }

    private static func group<Reasons: Sequence>(
        _ hosts: [HostJudgement], by reasons: (HostJudgement) -> Reasons
    ) -> [ReasonGroup] where Reasons.Element == String {
        var found: [String: (hosts: [String], answers: Int)] = [:]
        for host in hosts {
            for reason in reasons(host) {
                found[reason, default: ([], 0)].answers += 1
                if found[reason]?.hosts.last != host.host.name { found[reason]?.hosts.append(host.host.name) }
            }
        }
        return found.map { ReasonGroup(reason: $0.key, hosts: $0.value.hosts.sorted(), answers: $0.value.answers) }
            .sorted { ($1.answers, $1.hosts.count, $0.reason) < ($0.answers, $0.hosts.count, $1.reason) }
    }
}

extension HostJudgement {
    /// Why nothing can be said about it; only of hosts that were not judged.
    package var whyNotJudged: String {
        if !host.reason.isEmpty { return host.reason }
        return findings.first?.because ?? host.state.rawValue
    }
}
