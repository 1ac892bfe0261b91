import HostFacts
import Policy

/// What a manager reads: one printed sheet.
extension MarkdownReport {
    mutating func pageOne() {
        let baseline = result.baseline
        add(
            "# Remote Desktop audit", "",
            "\(FleetSummary.hosts(summary.hostCount)), asked \(Self.minute(result.started)), judged for "
                + "\(Self.minute(result.judgedAt)), held against the baseline \(MarkdownText.escaped(baseline.name)) "
                + "\(MarkdownText.escaped(baseline.version)), \(baseline.controls.count) controls: "
                + "“\(MarkdownText.escaped(baseline.title))”. Run \(MarkdownText.escaped(result.run)).", "",
            "**\(MarkdownText.escaped(summary.verdict))**", "")
        figures()
        decisions()
        fixFirst()
        groupsInShort()
        missingInShort()
        waiversInShort()
        certificatesInShort()
    }

    private mutating func decisions() {
        guard !summary.decisions.isEmpty else { return }
        add("## Decisions needed", "")
        let shown = 5
        table(
            ["Decision", "Failures", "Hosts"], alignRight: [1, 2],
            summary.decisions.prefix(shown).map { decision in
                [
                    MarkdownText.escaped(decision.text), decision.failures > 0 ? "\(decision.failures)" : "",
                    decision.hosts.isEmpty ? "" : "\(decision.hosts.count)",
                ]
            })
        let rest = summary.decisions.dropFirst(shown)
        guard !rest.isEmpty else { return }
        fold("\(rest.count) more") { report in
            for decision in rest.prefix(Self.listedRows) { report.add("- \(MarkdownText.escaped(decision.text))") }
            report.add("")
        }
    }

    private mutating func fixFirst() {
        add("## Fix first", "")
        guard !summary.causes.isEmpty else {
            add(summary.judged == 0 ? "Nothing could be judged." : "Nothing failed on the hosts that were judged.", "")
            return
        }
        let first = summary.causes.prefix(6)
        let hasSince = first.contains { $0.failingSince != nil }
        table(
            ["Effect", "What is wrong", "Hosts", "Failures"] + (hasSince ? ["Since"] : []) + ["What ends it"],
            alignRight: [2, 3],
            first.map { cause in
                [
                    Self.effect(cause.controls), Self.title(cause), "\(cause.hosts.count)", "\(cause.failureCount)",
                ] + (hasSince ? [cause.failingSince.map(Self.day) ?? ""] : []) + [Self.action(cause)]
            })
        let covered = first.reduce(0) { $0 + $1.failureCount }
        let explained =
            "\(covered) of \(summary.failureCount) open failures (\(Self.share(covered, of: summary.failureCount)))"
        let rest = summary.causes.count - first.count
        if rest > 0 {
            add(
                "\(rest) further causes stand under [Causes](#causes). The first \(first.count) explain \(explained).",
                "")
        }
    }

    private static func title(_ cause: Cause) -> String {
        let others = cause.controls.count - 1
        return "Not met: \(MarkdownText.escaped(cause.title)) (\(cause.control.id)"
            + (others > 0 ? ", and \(others) more" : "") + ")"
            + (cause.policyObject.map { ", set by the policy object “\(MarkdownText.escaped($0))”" }
                ?? (cause.isPolicyOwned ? ", set by a policy" : ""))
    }

    private static func action(_ cause: Cause) -> String {
        let actions = cause.example.finding.remediation
        guard let first = actions.first else { return "see [Causes](#causes)" }
        let place = first.place == .manual ? "" : first.place == .policy ? " (policy)" : " (on each host)"
        return MarkdownText.escaped(first.summary) + place
            + (actions.count > 1 ? ", and \(actions.count - 1) more" : "")
    }

    /// Those with most failures, and the whole.
    private mutating func groupsInShort() {
        guard summary.groups.count > 1, let whole = summary.groups.last else { return }
        add("## Groups in short", "")
        let groups = summary.groups.dropLast()
        let limit = Self.shortGroups
        let shown =
            groups.count <= limit
            ? Array(groups) : Array(groups.sorted { ($1.failures, $0.name) < ($0.failures, $1.name) }.prefix(limit))
        groupTable(shown + [whole])
        if groups.count > limit {
            add("The \(limit) with most failures; all \(groups.count) stand under [Groups](#groups).", "")
        }
    }

    private mutating func missingInShort() {
        add("## Not audited", "")
        if summary.notAudited.isEmpty {
            add("Every host was audited.", "")
        } else {
            let reasons = summary.notAuditedReasons
            let shown = 5
            add("\(FleetSummary.hosts(summary.notAudited.count)), never counted as compliant, never as fixed:", "")
            table(
                ["Hosts", "Why"], alignRight: [0],
                reasons.prefix(shown).map { ["\($0.hosts.count)", MarkdownText.escaped($0.reason)] })
            add(
                (reasons.count > shown
                    ? "\(FleetSummary.counted(reasons.count - shown, "further reason")), and which hosts these are: "
                    : "Which hosts these are: ") + "[Hosts that were not audited](#hosts-that-were-not-audited).", "")
        }
        partlyInShort()
    }

    private mutating func partlyInShort() {
        guard !summary.partlyAudited.isEmpty else { return }
        let unknowns = summary.unknowns
        let reasons = summary.unknownReasons.prefix(3).map {
            "\(MarkdownText.escaped($0.reason)) (\(FleetSummary.counted($0.answers, "verdict")))"
        }
        add(
            "\(FleetSummary.hosts(summary.partlyAudited.count)) more gave only part of the answers: \(unknowns) "
                + "\(unknowns == 1 ? "verdict is" : "verdicts are") unknown, which counts as neither good nor bad"
                + (reasons.isEmpty ? "." : ". Most often: \(reasons.joined(separator: "; "))."), "")
    }

    private mutating func waiversInShort() {
        guard hasWaivers else { return }
        let accounts = summary.waivers
        let inForce = accounts.filter { $0.state == .inForce }.count
        let soon = accounts.filter { $0.endsInDays != nil }.count
        let expired = accounts.filter { $0.state == .expired && $0.openFindings > 0 }
        let open = expired.reduce(0) { $0 + $1.openFindings }
        let unused = accounts.filter(\.isUnused).count
        var parts = ["\(inForce) in force cover \(FleetSummary.counted(summary.waivedCount, "failure"))"]
        if soon > 0 { parts.append("\(soon) end\(soon == 1 ? "s" : "") within \(WaiverAccount.soonDays) days") }
        if open > 0 {
            parts.append("\(expired.count) expired, and \(FleetSummary.counted(open, "failure")) count again")
        }
        if unused > 0 { parts.append("\(unused) match\(unused == 1 ? "es" : "") nothing") }
        add("**[Waivers](#waivers):** \(parts.joined(separator: "; ")).", "")
    }

    private mutating func certificatesInShort() {
        let calendar = summary.certificates
        guard !calendar.entries.isEmpty || calendar.untold > 0 else { return }
        let spans = CertificateCalendar.Span.allCases.map { span in
            let words =
                switch span {
                case .expired: "expired"
                case .week, .month, .quarter: "within \(span.rawValue)"
                case .later: "later"
                }
            return "\(words) \(calendar.counts[span] ?? 0)"
        }
        add(
            "**[Certificates](#certificates)** that hosts serve end: \(spans.joined(separator: ", "))"
                + (calendar.untold > 0 ? "; not told on \(FleetSummary.hosts(calendar.untold))" : "") + ".", "")
    }
}
