package import Drift
package import Foundation
package import HostFacts
package import Policy

/// Two runs made up of what their hosts are to say.
package enum ComparedFleet {
    /// One host of one run.
    package struct Host {
        package var state = HostState.audited
        package var outcomes: [String: Finding.Outcome] = [:]
        package var evidence: [String: [String]] = [:]
        package var facts: [String: Collected<FactValue>]?
        package var reason = ""

        package init(outcomes: [String: Finding.Outcome] = [:], facts: [String: Collected<FactValue>]? = nil) {
            self.outcomes = outcomes
            self.facts = facts
        }
    }

    package static let start = Date(timeIntervalSince1970: 1_795_132_800)
    package static let severities: [String: Severity] = [
        "FW-001": .critical, "RDP-006": .high, "RDP-008": .medium, "CERT-003": .medium, "TLS-004": .low,
    ]

    package static func statement(_ id: String) -> ControlStatement {
        ControlStatement(
            id: id, title: "It is as \(id) wants it", area: "rdp", severity: severities[id] ?? .medium,
            consequence: nil,
            why: "", symptoms: [], references: [], file: "")
    }

    package static func run(
        _ name: String, after days: Double = 0, controls: [String], baseline: String = "rdp-hardened",
        version: String = "2.3", figures: RunFigures = .none
    ) -> ComparedRun {
        let moment = start.addingTimeInterval(days * 86_400)
        return ComparedRun(
            PastRun(
                run: name, started: moment, judgedAt: moment, baseline: baseline, baselineVersion: version,
                figures: figures),
            controls: controls.map(statement))
    }

    package static func compared(_ name: String, _ host: Host?, order: [String]? = nil) -> ComparedHost? {
        guard let host else { return nil }
        let controls = order ?? host.outcomes.keys.sorted()
        return ComparedHost(
            outcomes: HostOutcomes(
                host: name, state: host.state, controls: host.state.isJudged ? controls : [],
                outcomes: host.state.isJudged ? controls.compactMap { host.outcomes[$0] } : [],
                reasons: controls.map { "\($0) on \(name)" }),
            reason: host.reason, evidence: host.evidence)
    }

    /// The difference of two runs of the same controls, of which the hosts are given before and after.
    package static func difference(
        _ hosts: [(name: String, before: Host?, after: Host?)], since: [String: [String: Date]] = [:],
        before: [String]? = nil, after: [String]? = nil
    ) -> RunDifference {
        let all = Set(
            hosts.flatMap { [$0.before, $0.after] }.compactMap { $0 }.flatMap { Array($0.outcomes.keys) }
        ).sorted()
        func figures(_ hosts: [Host?]) -> RunFigures {
            var figures = RunFigures.none
            for host in hosts.compactMap(\.self) {
                figures.hosts += 1
                if host.state.isJudged { figures.judged += 1 }
            }
            return figures
        }
        var difference = RunDifference(
            from: run("r1", controls: before ?? all, figures: figures(hosts.map(\.before))),
            to: run("r2", after: 1, controls: after ?? all, figures: figures(hosts.map(\.after))))
        for host in hosts {
            difference.add(
                compared(host.name, host.before), compared(host.name, host.after), facts: pair(host.before, host.after),
                failingSince: since[host.name] ?? [:])
        }
        return difference
    }

    package static func pair(_ before: Host?, _ after: Host?) -> FactPair {
        guard let old = before?.facts, let new = after?.facts else { return .notKept }
        var ledger = FactLedger()
        let (first, second) = (ledger.sheet(of: old), ledger.sheet(of: new))
        return first == second ? .same : .differing(before: first, after: second, ledger)
    }
}

extension Collected where Value == FactValue {
    package static func integer(_ number: Int64) -> Self { .value(.integer(number)) }
    package static func text(_ text: String) -> Self { .value(.text(text)) }
    package static func list(_ items: String...) -> Self { .value(.list(items)) }
}
