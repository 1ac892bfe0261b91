import HostFacts
import Policy

/// Something that only a person with a say can end: what a manager reads first.
package struct Decision: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A policy sets what is wrong on many hosts: one change there.
        case policy
        /// A waiver in force ends soon, or has ended while its failures are still there.
        case waiver
        /// Hosts have given no answer in several runs.
        case silence
    }

    package let kind: Kind
    /// What is to be decided, in one line without a full stop; holds names that hosts and files chose.
    package let text: String
    /// Failures that hang on it.
    package let failures: Int
    /// The hosts that it is about, in the order of their names.
    package let hosts: [String]

    /// Runs without an answer from which on a host may be out of service.
    package static let silentRuns = 3

    static func make(
        _ causes: [Cause], _ waivers: [WaiverAccount], _ hosts: [HostJudgement], silentRuns: [String: Int]
    ) -> [Decision] {
        policies(causes) + waivers.compactMap(waiver) + silence(hosts, silentRuns)
    }

    /// One line for each policy object, and for each cause whose object is not known; most failures first.
    private static func policies(_ causes: [Cause]) -> [Decision] {
        var byObject: [String: [Cause]] = [:]
        for cause in causes where cause.isPolicyOwned {
            byObject[cause.policyObject ?? "\0" + cause.id, default: []].append(cause)
        }
        return byObject.values.map { causes in
            let hosts = Set(causes.flatMap { $0.hosts.map(\.host.name) }).sorted()
            let failures = causes.reduce(0) { $0 + $1.failureCount }
            let what =
                causes[0].policyObject.map { object in
                    "Change \(FleetSummary.counted(causes.count, "setting")) in the policy object “\(object)”"
                } ?? "Change the policy behind “\(causes[0].title)”"
            return Decision(
                kind: .policy,
                text:
                    "\(what): ends \(FleetSummary.counted(failures, "failure")) on \(FleetSummary.hosts(hosts.count))",
                failures: failures, hosts: hosts)
        }.sorted { ($1.failures, $0.text) < ($0.failures, $1.text) }
    }

    private static func waiver(_ account: WaiverAccount) -> Decision? {
        let waiver = account.waiver
        let who = "Waiver \(waiver.id) (\(waiver.reason), owner \(waiver.owner))"
        if account.state == .expired, account.openFindings > 0 {
            return Decision(
                kind: .waiver, text: "\(who) ended on \(waiver.lastDay), and what it covered still fails",
                failures: account.openFindings, hosts: [])
        }
        guard account.endsInDays != nil, account.findings > 0 else { return nil }
        return Decision(
            kind: .waiver, text: "\(who) ends on \(waiver.lastDay)", failures: account.findings, hosts: [])
    }

    /// Hosts that have been silent equally long are one matter.
    private static func silence(_ hosts: [HostJudgement], _ silentRuns: [String: Int]) -> [Decision] {
        var byRuns: [Int: [String]] = [:]
        // Who refuses the sign-in is in service.
        for host in hosts where host.host.state == .unreachable {
            if let runs = silentRuns[host.host.name], runs >= Self.silentRuns {
                byRuns[runs, default: []].append(host.host.name)
            }
        }
        return byRuns.sorted { $0.key > $1.key }.map { runs, names in
            let named = names.sorted()
            let who =
                named.count <= 3
                ? named.joined(separator: ", ")
                : named.prefix(2).joined(separator: ", ") + " and \(named.count - 2) more"
            return Decision(
                kind: .silence, text: "\(who): no answer in \(runs) runs. Still in service?", failures: 0, hosts: named)
        }
    }
}
