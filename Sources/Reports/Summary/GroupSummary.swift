import Drift
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
    /// Failures that were not there in the run before; 0 without one.
    package let new: Int
    /// Failures of the run before that are seen to be mended.
    package let fixed: Int

    /// Every group that has hosts, alphabetically, and the whole last.
    static func make(_ hosts: [HostJudgement], _ trend: RunTrend) -> [GroupSummary] {
        var members: [String: [HostJudgement]] = [:]
        for host in hosts {
            for group in host.host.groups where group != "all" { members[group, default: []].append(host) }
        }
        return members.keys.sorted().map { GroupSummary($0, members[$0] ?? [], trend) } + [
            GroupSummary("all", hosts, trend)
        ]
    }

    private init(_ name: String, _ hosts: [HostJudgement], _ trend: RunTrend) {
        self.name = name
        let figures = RunFigures(hosts)
        self.hosts = figures.hosts
        judged = figures.judged
        met = figures.met
        metWithWaivers = figures.metWithWaivers
        broken = figures.broken
        failures = figures.failureCount
        waived = figures.waivedCount
        let changes = hosts.lazy.compactMap { trend.differences[$0.host.name] }.flatMap(\.changes)
        new = changes.count { $0.kind.isWorse }
        fixed = changes.count { $0.kind == .fixed }
    }
}
