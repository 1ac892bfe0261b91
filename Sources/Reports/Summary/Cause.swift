package import FoundationEssentials
import HostFacts
package import Policy

extension Finding {
    /// What failures of one root cause share: who owns the value and what ends it, whichever controls see a wrong value
    /// of a registry. What else is done on a host ends one control's failure here and another's there. Stable between
    /// runs.
    var causeID: String {
        let owner = isPolicyOwned ? "policy" : "host"
        let ends = remediation.map(\.causeKey)
        // What nobody could write down as values is one matter for each control.
        let isTold = !ends.isEmpty && ends.allSatisfy { $0 != nil }
        return ReportIdentifier.make(
            isTold ? "" : control.id, owner,
            isTold
                ? ends.compactMap(\.self).sorted().joined(separator: "\n")
                : remediation.map(\.summary).joined(separator: "\n"))
    }
}

extension RemediationAction {
    /// What it changes to what, without what differs from host to host; `nil` when a sentence is all there is.
    fileprivate var causeKey: String? {
        if place == .policy { return policyPath.map { "\($0)\n\(policyObject ?? "")\n\(summary)" } }
        guard place == .host, !steps.isEmpty else { return nil }
        var values: [String] = []
        for step in steps {
            guard case .registry(let step) = step else { return nil }
            values.append("\(step.location.description.lowercased()) \(step.wanted.map { "\($0)" } ?? "none")")
        }
        return values.sorted().joined(separator: "\n")
    }
}

/// Failures of one root on many hosts: one line in a report, one thing to do.
package struct Cause: Sendable {
    /// ``Policy/Finding/causeID``
    package let id: String
    /// Those that see it, the worst first; never empty.
    package let controls: [ControlStatement]
    /// A policy sets the wrong value: one change there ends it for all.
    package let isPolicyOwned: Bool
    /// The policy object that decides, when all hosts that could name one name the same.
    package let policyObject: String?
    /// In the order of their names.
    package let hosts: [HostJudgement]
    /// Open failures that end with it: at least one a host.
    package let failureCount: Int
    /// Since when at least one of its hosts has failed; `nil` without a history.
    package let failingSince: Date?
    /// The finding of its first host, as evidence.
    package let example: (host: HostJudgement, finding: Finding)

    /// The worst of its controls.
    package var control: ControlStatement { controls.first ?? example.finding.control }
    package var title: String { control.title }

    /// Breaking ones first, then exposing ones, then by severity and number of hosts.
    static func group(_ hosts: [HostJudgement], since: [String: [String: Date]] = [:]) -> [Cause] {
        var drafts: [String: Draft] = [:]
        for (index, host) in hosts.enumerated() {
            for finding in host.findings where finding.outcome == .fail {
                drafts[finding.causeID, default: Draft()].add(
                    finding, index, since: since[host.host.name]?[finding.control.id])
            }
        }
        return drafts.compactMap { id, draft in draft.cause(id, hosts) }.sorted { $0.rank < $1.rank }
    }

    /// The lowest comes first.
    private var rank: (Int, Int, Int, String) {
        let consequence = controls.map { $0.consequence.map { $0 == .breaks ? 2 : 1 } ?? 0 }.max() ?? 0
        let severity = Severity.allCases.firstIndex(of: control.severity) ?? 0
        return (-consequence, -severity, -hosts.count, control.id + id)
    }

    /// A cause while hosts are gone through.
    private struct Draft {
        var controls: [String: ControlStatement] = [:]
        /// Places of the hosts, ascending.
        var hosts: [Int] = []
        var failures = 0
        var since: Date?
        var objects: Set<String> = []
        var first: Finding?

        mutating func add(_ finding: Finding, _ host: Int, since: Date?) {
            controls[finding.control.id] = finding.control
            if hosts.last != host { hosts.append(host) }
            failures += 1
            if let since { self.since = min(self.since ?? since, since) }
            objects.formUnion(finding.remediation.compactMap(\.policyObject))
            first = first ?? finding
        }

        func cause(_ id: String, _ all: [HostJudgement]) -> Cause? {
            guard let first, let place = hosts.first else { return nil }
            return Cause(
                id: id, controls: controls.values.sorted { ($1.severity, $0.id) < ($0.severity, $1.id) },
                isPolicyOwned: first.isPolicyOwned, policyObject: objects.count == 1 ? objects.first : nil,
                hosts: hosts.map { all[$0] }.sorted { $0.host.name < $1.host.name }, failureCount: failures,
                failingSince: since, example: (all[place], first))
        }
    }
}
