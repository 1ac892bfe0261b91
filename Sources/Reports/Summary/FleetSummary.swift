package import HostFacts
package import Policy

/// The figures of a run, counted once, so that page, terminal, CSV and JSON cannot disagree.
package struct FleetSummary: Sendable {
    package let hostCount: Int
    /// Hosts that were judged, wholly or in part.
    package let judged: Int
    package let verdicts: [HostJudgement.Verdict: Int]
    package let states: [HostState: Int]
    /// Hosts on which Remote Desktop does not work.
    package let broken: Int
    /// Hosts that somebody who should not may reach or enter.
    package let exposed: Int
    package let openFailures: [Severity: Int]
    /// Answers that could not be told, on judged hosts.
    package let unknowns: Int
    package let causes: [Cause]
    package let groups: [GroupSummary]
    /// Hosts nothing can be said about, with why.
    package let notAudited: [HostJudgement]
    /// Judged hosts of which some answers are missing.
    package let partlyAudited: [HostJudgement]
    /// Failing hosts, the worst first.
    package let worstHosts: [HostJudgement]
    /// Findings that waivers in force cover.
    package let waived: [Severity: Int]
    /// What the figures would be if nothing were waived.
    package let withoutWaivers: Unwaived
    /// What became of every waiver that the run was given.
    package let waivers: [WaiverAccount]

    /// Figures that count failures whether or not they were accepted.
    package struct Unwaived: Sendable, Hashable {
        package let broken: Int
        package let exposed: Int
        package let failures: [Severity: Int]

        package var failureCount: Int { failures.values.reduce(0, +) }
    }

    package var failureCount: Int { openFailures.values.reduce(0, +) }
    package var waivedCount: Int { waived.values.reduce(0, +) }

    /// Hosts that meet the baseline without a waiver.
    package var met: Int { verdicts[.met] ?? 0 }
    /// Hosts that meet it, with or without waivers.
    package var metWithWaivers: Int { met + (verdicts[.metWithWaivers] ?? 0) }

    package init(_ result: AuditResult) {
        let hosts = result.hosts
        hostCount = hosts.count
        let judgedHosts = hosts.filter { $0.verdict != .notJudged }
        judged = judgedHosts.count
        verdicts = Dictionary(hosts.map { ($0.verdict, 1) }, uniquingKeysWith: +)
        states = Dictionary(hosts.map { ($0.host.state, 1) }, uniquingKeysWith: +)
        broken = judgedHosts.count { $0.breaks(.breaks) }
        exposed = judgedHosts.count { $0.breaks(.exposes) }
        openFailures = Self.count(judgedHosts) { $0.outcome == .fail }
        waived = Self.count(judgedHosts) { $0.outcome == .waived }
        withoutWaivers = Unwaived(
            broken: judgedHosts.count { $0.breaks(.breaks, isWaivedToo: true) },
            exposed: judgedHosts.count { $0.breaks(.exposes, isWaivedToo: true) },
            failures: Self.count(judgedHosts, where: \.isFailure))
        waivers = WaiverAccount.make(result.waivers, hosts, at: result.judgedAt)
        unknowns = judgedHosts.reduce(0) { $0 + $1.findings.count { $0.outcome == .unknown } }
        causes = Cause.group(judgedHosts)
        groups = GroupSummary.make(hosts)
        notAudited = hosts.filter { $0.verdict == .notJudged }
        partlyAudited = judgedHosts.filter {
            $0.host.state == .partial || $0.findings.contains { $0.outcome == .unknown }
        }
        worstHosts = judgedHosts.filter { !$0.failures.isEmpty }.sorted { Self.isWorse($0, $1) }
    }

    private static func count(_ hosts: [HostJudgement], where isCounted: (Finding) -> Bool) -> [Severity: Int] {
        Dictionary(
            hosts.flatMap { $0.findings.filter(isCounted).map { ($0.control.severity, 1) } }, uniquingKeysWith: +)
    }

    /// Broken before exposed, then by the number of failures of each severity from the top.
    private static func isWorse(_ left: HostJudgement, _ right: HostJudgement) -> Bool {
        func rank(_ host: HostJudgement) -> [Int] {
            let failures = host.failures
            return [host.breaks(.breaks) ? 1 : 0, host.breaks(.exposes) ? 1 : 0]
                + Severity.allCases.reversed().map { severity in failures.count { $0.control.severity == severity } }
        }
        let (a, b) = (rank(left), rank(right))
        if a != b { return b.lexicographicallyPrecedes(a) }
        return left.host.name < right.host.name
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
        return parts.joined(separator: ", and ") + ". " + (waivedSentence.map { $0 + " " } ?? "") + coverage
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
