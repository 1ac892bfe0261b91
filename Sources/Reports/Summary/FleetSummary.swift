package import Drift
package import HostFacts
package import Policy

/// The figures of a run, counted once, so that page, terminal, CSV and JSON cannot disagree.
package struct FleetSummary: Sendable {
    package let figures: RunFigures
    /// What earlier runs say; empty without a history.
    package let trend: RunTrend
    /// Failures that were not there in the run before; 0 without one.
    package let newFailures: Int
    /// Failures of the run before that are seen to be mended.
    package let fixed: Int
    package let verdicts: [HostJudgement.Verdict: Int]
    package let states: [HostState: Int]
    package let causes: [Cause]
    package let groups: [GroupSummary]
    package let decisions: [Decision]
    /// Hosts nothing can be said about, with why.
    package let notAudited: [HostJudgement]
    package let notAuditedReasons: [ReasonGroup]
    /// Judged hosts of which some answers are missing.
    package let partlyAudited: [HostJudgement]
    package let unknownReasons: [ReasonGroup]
    /// Failing hosts, the worst first.
    package let worstHosts: [HostJudgement]
    /// What the figures would be if nothing were waived.
    package let withoutWaivers: Unwaived
    /// What became of every waiver that the run was given.
    package let waivers: [WaiverAccount]
    package let certificates: CertificateCalendar

    /// Figures that count failures whether or not they were accepted.
    package struct Unwaived: Sendable, Hashable {
        package let broken: Int
        package let exposed: Int
        package let failures: [Severity: Int]

        package var failureCount: Int { failures.values.reduce(0, +) }
    }

    package var hostCount: Int { figures.hosts }
    /// Hosts that were judged, wholly or in part.
    package var judged: Int { figures.judged }
    /// Hosts on which Remote Desktop does not work.
    package var broken: Int { figures.broken }
    /// Hosts that somebody who should not may reach or enter.
    package var exposed: Int { figures.exposed }
    package var openFailures: [Severity: Int] { figures.openFailures }
    package var failureCount: Int { figures.failureCount }
    /// Answers that could not be told, on judged hosts.
    package var unknowns: Int { figures.unknowns }
    /// Findings that waivers in force cover.
    package var waived: [Severity: Int] { figures.waived }
    package var waivedCount: Int { figures.waivedCount }
    /// Hosts that meet the baseline without a waiver.
    package var met: Int { figures.met }
    /// Hosts that meet it, with or without waivers.
    package var metWithWaivers: Int { figures.metWithWaivers }
    /// Failures of the run before that this one could not look at.
    package var noLongerVisible: Int { trend.noLongerVisible }

    package init(_ result: AuditResult, trend: RunTrend = .none) {
        let hosts = result.hosts
        self.trend = trend
        figures = RunFigures(hosts)
        let changes = trend.differences.values.lazy.flatMap(\.changes)
        newFailures = changes.count { $0.kind.isWorse }
        fixed = changes.count { $0.kind == .fixed }
        let judgedHosts = hosts.filter { $0.verdict != .notJudged }
        verdicts = Dictionary(hosts.map { ($0.verdict, 1) }, uniquingKeysWith: +)
        states = Dictionary(hosts.map { ($0.host.state, 1) }, uniquingKeysWith: +)
        withoutWaivers = Unwaived(
            broken: judgedHosts.count { $0.breaks(.breaks, isWaivedToo: true) },
            exposed: judgedHosts.count { $0.breaks(.exposes, isWaivedToo: true) },
            failures: Self.count(judgedHosts, where: \.isFailure))
        waivers = WaiverAccount.make(result.waivers, hosts, at: result.judgedAt)
        causes = Cause.group(judgedHosts, since: trend.failingSince)
        groups = GroupSummary.make(hosts, trend)
        decisions = Decision.make(causes, waivers, hosts, silentRuns: trend.silentRuns)
        notAudited = hosts.filter { $0.verdict == .notJudged }
        notAuditedReasons = ReasonGroup.notAudited(hosts)
        partlyAudited = judgedHosts.filter {
            $0.host.state == .partial || $0.findings.contains { $0.outcome == .unknown }
        }
        unknownReasons = ReasonGroup.unknown(judgedHosts)
        worstHosts = judgedHosts.map { (Self.rank($0), $0) }.filter { !$0.1.failures.isEmpty }
            .sorted { left, right in
                if left.0 != right.0 { return right.0.lexicographicallyPrecedes(left.0) }
                return left.1.host.name < right.1.host.name
            }
            .map(\.1)
        certificates = CertificateCalendar(hosts, at: result.judgedAt)
    }

    private static func count(_ hosts: [HostJudgement], where isCounted: (Finding) -> Bool) -> [Severity: Int] {
        Dictionary(
            hosts.flatMap { $0.findings.filter(isCounted).map { ($0.control.severity, 1) } }, uniquingKeysWith: +)
    }

    /// Broken before exposed, then by the number of failures of each severity from the top; the highest is the worst.
    private static func rank(_ host: HostJudgement) -> [Int] {
        var rank = [0, 0] + Severity.allCases.map { _ in 0 }
        for finding in host.findings where finding.outcome == .fail {
            if finding.control.consequence == .breaks { rank[0] = 1 }
            if finding.control.consequence == .exposes { rank[1] = 1 }
            if let place = Severity.allCases.firstIndex(of: finding.control.severity) {
                rank[rank.count - 1 - place] += 1
            }
        }
        return rank
    }
}

extension FleetSummary {
    /// The verdict in two sentences, the same on every report.
    package var verdict: String {
        guard judged > 0 else {
            switch hostCount {
            case 0: return "No host was selected, so this report says nothing."
            case 1: return "The one host could not be audited, so this report says nothing about it."
            default: return "None of the \(hostCount) hosts could be audited, so this report says nothing about them."
            }
        }
        var parts: [String] = []
        if broken > 0 { parts.append("Remote Desktop does not work, or soon will not, on \(Self.hosts(broken))") }
        if exposed > 0 {
            parts.append(
                parts.isEmpty ? "Remote Desktop is exposed on \(Self.hosts(exposed))" : "it is exposed on \(exposed)")
        }
        if parts.isEmpty {
            parts.append(
                failureCount == 0
                    ? waivedCount == 0 ? "No failure was found" : "No failure was found that is not waived"
                    : "Nothing was found that breaks or exposes Remote Desktop, and "
                        + (failureCount == 1 ? "1 lesser failure" : "\(failureCount) lesser failures"))
        }
        let missing = hostCount - judged
        let coverage =
            missing == 0
            ? hostCount == 1 ? "The one host was audited." : "All \(hostCount) hosts were audited."
            : "\(Self.hosts(missing)) could not be audited; this report speaks for \(judged) of \(hostCount)."
        return
            ([parts.joined(separator: ", and ") + "."] + [waivedSentence, changeSentence].compactMap(\.self) + [
                coverage
            ])
            .joined(separator: " ")
    }

    /// What became of it since the run before.
    private var changeSentence: String? {
        guard let previous = trend.previous else { return nil }
        let since = "Since run \(previous.run): "
        let hidden = noLongerVisible == 0 ? "" : "; \(noLongerVisible) could not be looked at again"
        if newFailures == 0, fixed == 0 { return since + "no new failure, none fixed\(hidden)." }
        return since + "\(Self.counted(newFailures, "new failure")), \(fixed) fixed\(hidden)."
    }

    /// What the first sentence leaves out.
    private var waivedSentence: String? {
        guard waivedCount > 0 else { return nil }
        var parts = [Self.counted(waivedCount, "failure") + (waivedCount == 1 ? " is waived" : " are waived")]
        if withoutWaivers.broken > broken { parts.append("broken without waivers: \(withoutWaivers.broken)") }
        if withoutWaivers.exposed > exposed { parts.append("exposed without waivers: \(withoutWaivers.exposed)") }
        return parts.joined(separator: "; ") + "."
    }

    package static func hosts(_ count: Int) -> String { counted(count, "host") }

    /// `1 failure`, `2 failures`
    package static func counted(_ count: Int, _ noun: String) -> String {
        count == 1 ? "1 \(noun)" : "\(count) \(noun)s"
    }
}
