import HostFacts
import Policy

/// Every host, the worst first; hosts of equal findings are told together.
extension MarkdownReport {
    /// Patterns that are told with reasons; of the others only what failed.
    private static let toldPatterns = 400

    mutating func hosts() {
        add("## Hosts", "")
        worstHosts()
        let judged = result.hosts.filter { $0.verdict != .notJudged }
        let failing = Set(summary.worstHosts.map(\.host.name))
        // Those without a failure: what could not be told before what was waived, and what is well last.
        let others = judged.filter { !failing.contains($0.host.name) }
        let order: [HostJudgement.Verdict] = [.failing, .undecided, .metWithWaivers, .met]
        let patterns = HostPattern.group(
            summary.worstHosts + order.flatMap { verdict in others.filter { $0.verdict == verdict } })
        for pattern in patterns.prefix(Self.toldPatterns) { tell(pattern) }
        let rest = patterns.dropFirst(Self.toldPatterns)
        if !rest.isEmpty { list(rest) }
        if !summary.notAudited.isEmpty {
            add(
                "Not among them: [\(FleetSummary.hosts(summary.notAudited.count))](#hosts-that-were-not-audited) that "
                    + "could not be audited.", "")
        }
    }

    private mutating func worstHosts() {
        guard summary.worstHosts.count > 1 else { return }
        table(
            ["Worst hosts", "Windows", "Remote Desktop", "Failures", "Worst"], alignRight: [3],
            summary.worstHosts.prefix(10).map { judgement in
                let failures = judgement.failures
                return [
                    MarkdownText.escaped(judgement.host.name),
                    MarkdownText.escaped(judgement.host.osName ?? "not known"), Self.condition(judgement),
                    "\(failures.count)",
                    failures.max { $0.control.severity < $1.control.severity }.map {
                        "\($0.control.id) (\($0.control.severity.rawValue))"
                    } ?? "",
                ]
            })
    }

    private mutating func tell(_ pattern: HostPattern) {
        let judgement = pattern.example
        let isAlone = pattern.hosts.count == 1
        let state = Self.stateText(judgement)
        fold(isAlone ? "\(judgement.host.name): \(state)" : "\(pattern.hosts.count) hosts: \(state)") { report in
            if isAlone {
                report.add(Self.particulars(judgement.host), "")
                if !judgement.host.reason.isEmpty { report.add(MarkdownText.escaped(judgement.host.reason), "") }
            } else if pattern.hosts.count <= Self.listedHosts {
                report.add(Self.names(pattern.hosts.map(\.host.name)), "")
            } else {
                report.add("Which ones: `hosts.csv`.", "")
            }
            for finding in judgement.findings {
                switch finding.outcome {
                case .pass, .notApplicable: continue
                case .fail, .waived, .unknown: report.add(Self.line(finding, pattern))
                }
            }
            report.add("")
        }
    }

    private static func line(_ finding: Finding, _ pattern: HostPattern) -> String {
        let control = finding.control
        let head =
            switch finding.outcome {
            case .waived:
                finding.waiver.map {
                    "\(control.id) waived until \($0.lastDay) by \(MarkdownText.escaped($0.owner)) "
                        + "(\($0.id), \(MarkdownText.escaped($0.ticket)))"
                } ?? "\(control.id) waived"
            case .unknown: "\(control.id) unknown"
            case .fail, .pass, .notApplicable: "**\(control.id)** \(control.severity.rawValue)"
            }
        let because = pattern.because(control.id)
        let whose = because.isEverybodys ? "" : " (\(MarkdownText.escaped(pattern.example.host.name)); others differ)"
        return "- \(head): \(MarkdownText.escaped(because.text))\(whose)"
    }

    private static func particulars(_ host: AuditedHost) -> String {
        let system = [host.osName, host.osVersion.map { "\($0)" }].compactMap(\.self).joined(separator: " ")
        return [
            system.isEmpty ? nil : MarkdownText.escaped(system),
            host.role.map { "role \(MarkdownText.escaped($0))" },
            host.transport.map { "\($0), \(seconds(host.seconds))" },
        ].compactMap(\.self).joined(separator: ", ")
    }

    private mutating func list(_ patterns: ArraySlice<HostPattern>) {
        let hosts = patterns.reduce(0) { $0 + $1.hosts.count }
        add("\(FleetSummary.hosts(hosts)) more, each with its failures; why stands in `findings.csv`:", "")
        folded(
            ["Hosts", "State", "Failed"],
            patterns.map { pattern in
                [
                    Self.names(pattern.hosts.prefix(Self.listedHosts).map(\.host.name)),
                    Self.stateText(pattern.example),
                    pattern.example.failures.map(\.control.id).joined(separator: " "),
                ]
            }, visible: 0, elsewhere: "hosts.csv")
    }

    static func stateText(_ judgement: HostJudgement) -> String {
        switch judgement.verdict {
        case .met: "baseline met"
        case .metWithWaivers:
            "baseline met with waivers (\(FleetSummary.counted(judgement.waived.count, "failure")) waived)"
        case .failing: "\(FleetSummary.counted(judgement.failures.count, "failure")), \(condition(judgement))"
        case .undecided: "nothing failed, something could not be told"
        case .notJudged: "not audited (\(judgement.host.state.rawValue))"
        }
    }
}
