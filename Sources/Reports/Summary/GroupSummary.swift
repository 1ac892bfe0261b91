import HostFacts
import Policy

/// The figures of one group of the inventory.
package struct GroupSummary: Sendable {
    package let name: String
    package let hosts: Int
    package let judged: Int
    /// Without a waiver.
    package let met: Int
    /// With or without.
    package let metWithWaivers: Int
    package let broken: Int
    /// Open ones.
    package let failures: Int
    package let waived: Int

    /// Every group that has hosts, alphabetically, and the whole last.
    static func make(_ hosts: [HostJudgement]) -> [GroupSummary] {
        var members: [String: [HostJudgement]] = [:]
        for host in hosts {
            for group in host.host.groups where group != "all" { members[group, default: []].append(host) }
        }
        return members.keys.sorted().map { GroupSummary($0, members[$0] ?? []) } + [GroupSummary("all", hosts)]
    }

    private init(_ name: String, _ hosts: [HostJudgement]) {
        self.name = name
        self.hosts = hosts.count
        judged = hosts.count { $0.verdict != .notJudged }
        met = hosts.count { $0.verdict == .met }
        metWithWaivers = hosts.count { $0.verdict == .met || $0.verdict == .metWithWaivers }
        broken = hosts.count { $0.breaks(.breaks) }
        failures = hosts.reduce(0) { $0 + $1.failures.count }
        waived = hosts.reduce(0) { $0 + $1.waived.count }
    }
}
