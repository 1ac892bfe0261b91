import Formats
import FoundationEssentials
import HostFacts
import Policy

/// The report as Markdown: one page for a manager, then everything behind it. Long lists are folded, never cut.
package struct MarkdownReport {
    let result: AuditResult
    let summary: FleetSummary
    private var lines: [String] = []

    package init(_ result: AuditResult, _ summary: FleetSummary) {
        self.result = result
        self.summary = summary
    }

    package static func render(_ result: AuditResult, _ summary: FleetSummary) -> [UInt8] {
        var report = MarkdownReport(result, summary)
        report.page()
        report.causes()
        report.waivers()
        report.controls()
        report.hosts()
        report.method()
        return Array((report.lines.joined(separator: "\n") + "\n").utf8)
    }

    // MARK: Page one

    private mutating func page() {
        add(
            "# Remote Desktop audit", "",
            "\(FleetSummary.hosts(summary.hostCount)), asked \(Self.minute(result.started)), judged for "
                + "\(Self.minute(result.judgedAt)), held against the baseline "
                + "\(MarkdownText.escaped(result.baseline.name)) \(MarkdownText.escaped(result.baseline.version)): "
                + "“\(MarkdownText.escaped(result.baseline.title))”.", "",
            "**\(MarkdownText.escaped(summary.verdict))**", "")
        figures()
        fixFirst()
        worstHosts()
        notAudited()
        groups()
    }

    private mutating func figures() {
        let severities = Severity.allCases.reversed().map { "\(summary.openFailures[$0] ?? 0) \($0.rawValue)" }
        let hasWaivers = !result.waivers.isEmpty
        let unwaived = summary.withoutWaivers
        func without(_ count: Int) -> String { hasWaivers ? " (without waivers \(count))" : "" }
        table(
            ["", "Hosts"], alignRight: [1],
            [
                ["Judged", "\(summary.judged) of \(summary.hostCount)"],
                ["Remote Desktop broken", "\(summary.broken)\(without(unwaived.broken))"],
                ["Exposed", "\(summary.exposed)\(without(unwaived.exposed))"],
                ["Baseline met", "\(summary.met)\(share(summary.met))"],
            ]
                + (hasWaivers
                    ? [["Baseline met with waivers", "\(summary.metWithWaivers)\(share(summary.metWithWaivers))"]] : [])
                + [["Nothing failed, but something could not be told", "\(summary.verdicts[.undecided] ?? 0)"]])
        add("Open failures: \(summary.failureCount) (\(severities.joined(separator: ", "))).", "")
        if hasWaivers {
            add(
                "Under [waivers](#waivers): \(summary.waivedCount). Without waivers: "
                    + "\(unwaived.failureCount) open failures.", "")
        }
    }

    private func share(_ count: Int) -> String {
        guard summary.judged > 0 else { return "" }
        let tenths = (count * 1000 + summary.judged / 2) / summary.judged
        return " (\(tenths / 10).\(tenths % 10) % of those judged)"
    }

    private mutating func fixFirst() {
        add("## Fix first", "")
        guard !summary.causes.isEmpty else {
            add("Nothing failed on the hosts that were judged.", "")
            return
        }
        let first = summary.causes.prefix(6)
        table(
            ["#", "Effect", "What is wrong", "Hosts", "What ends it"], alignRight: [0, 3],
            first.enumerated().map { index, cause in
                [
                    "\(index + 1)", Self.effect(cause.control),
                    "Not met: \(MarkdownText.escaped(cause.title))"
                        + (cause.isPolicyOwned ? " (a policy sets it)" : "") + " (\(cause.control.id))",
                    "\(cause.hosts.count)", Self.action(cause),
                ]
            })
        let rest = summary.causes.dropFirst(first.count)
        let covered = first.reduce(0) { $0 + $1.hosts.count }
        if !rest.isEmpty {
            add(
                "\(rest.count) further causes follow below. The first \(first.count) explain \(covered) of "
                    + "\(summary.failureCount) open failures.", "")
        }
    }

    private static func effect(_ control: Control) -> String {
        switch control.consequence {
        case .breaks: "**breaks**"
        case .exposes: "**exposes**"
        case nil: control.severity.rawValue
        }
    }

    private static func action(_ cause: Cause) -> String {
        guard let actions = cause.example?.finding.remediation, let first = actions.first else { return "see below" }
        let place = first.place == .manual ? "" : first.place == .policy ? " (policy)" : " (on each host)"
        return MarkdownText.escaped(first.summary) + place
            + (actions.count > 1 ? ", and \(actions.count - 1) more" : "")
    }

    private mutating func worstHosts() {
        guard !summary.worstHosts.isEmpty else { return }
        add("## Worst hosts", "")
        table(
            ["Host", "Windows", "Remote Desktop", "Failures", "Worst"], alignRight: [3],
            summary.worstHosts.prefix(10).map { judgement in
                [
                    MarkdownText.escaped(judgement.host.name),
                    MarkdownText.escaped(judgement.host.osName ?? "not known"),
                    Self.condition(judgement), "\(judgement.failures.count)",
                    judgement.failures.max { $0.control.severity < $1.control.severity }.map {
                        "\($0.control.id) (\($0.control.severity.rawValue))"
                    } ?? "",
                ]
            })
        let rest = summary.worstHosts.count - 10
        if rest > 0 { add("\(rest) more failing hosts are listed under [Hosts](#hosts).", "") }
    }

    static func condition(_ judgement: HostJudgement) -> String {
        switch (judgement.breaks(.breaks), judgement.breaks(.exposes)) {
        case (true, true): "broken, exposed"
        case (true, false): "broken"
        case (false, true): "exposed"
        case (false, false):
            switch judgement.verdict {
            case .met: "works"
            case .metWithWaivers where !judgement.breaks(.breaks, isWaivedToo: true): "works"
            default: judgement.breaks(.breaks, isWaivedToo: true) ? "broken, waived" : "no break found"
            }
        }
    }

    private mutating func notAudited() {
        add("## Not audited", "")
        guard !summary.notAudited.isEmpty else {
            add("Every host was audited.", "")
            partly()
            return
        }
        add("\(FleetSummary.hosts(summary.notAudited.count)), never counted as compliant:", "")
        let rows = summary.notAudited.map { judgement in
            let reason =
                judgement.host.state.isJudged
                ? judgement.findings.first?.because ?? "no control applies" : judgement.host.reason
            return [
                MarkdownText.escaped(judgement.host.name),
                judgement.host.state.isJudged ? "not judged" : judgement.host.state.rawValue,
                MarkdownText.escaped(reason),
                MarkdownText.escaped(
                    judgement.host.state.isJudged
                        ? "It answered, and no control concerns it: an old Windows is best taken off the network, or retired."
                        : judgement.host.advice),
            ]
        }
        folded(["Host", "State", "Why", "What to check"], rows, visible: 12)
        partly()
    }

    private mutating func partly() {
        guard !summary.partlyAudited.isEmpty else { return }
        let unknowns = summary.unknowns
        add(
            "\(FleetSummary.hosts(summary.partlyAudited.count)) more gave only part of the answers: \(unknowns) "
                + "\(unknowns == 1 ? "verdict is" : "verdicts are") unknown, which counts as neither good nor bad.", "")
    }

    private mutating func groups() {
        guard summary.groups.count > 1 else { return }
        add("## Groups", "")
        let hasWaivers = !result.waivers.isEmpty
        table(
            ["Group", "Judged", "Baseline met"] + (hasWaivers ? ["with waivers"] : []) + ["Broken", "Failures"]
                + (hasWaivers ? ["Waived"] : []), alignRight: [1, 2, 3, 4, 5, 6],
            summary.groups.map { group in
                [MarkdownText.escaped(group.name), "\(group.judged) of \(group.hosts)", "\(group.met)"]
                    + (hasWaivers ? ["\(group.metWithWaivers)"] : []) + ["\(group.broken)", "\(group.failures)"]
                    + (hasWaivers ? ["\(group.waived)"] : [])
            })
    }

    // MARK: Behind it

    private mutating func controls() {
        add("---", "", "## Controls", "")
        let hasWaivers = !result.waivers.isEmpty
        let rows = result.baseline.controls.map { control -> [String] in
            var counts: [Finding.Outcome: Int] = [:]
            for host in result.hosts {
                for finding in host.findings where finding.control.id == control.id {
                    counts[finding.outcome, default: 0] += 1
                }
            }
            return [
                control.id, MarkdownText.escaped(control.title), control.severity.rawValue, "\(counts[.pass] ?? 0)",
                "\(counts[.fail] ?? 0)",
            ] + (hasWaivers ? ["\(counts[.waived] ?? 0)"] : [])
                + ["\(counts[.unknown] ?? 0)", "\(counts[.notApplicable] ?? 0)"]
        }
        table(
            ["Control", "Wanted", "Severity", "Pass", "Fail"] + (hasWaivers ? ["Waived"] : [])
                + ["Unknown", "Not applicable"], alignRight: [3, 4, 5, 6, 7],
            rows)
    }

    private mutating func hosts() {
        add("## Hosts", "")
        for judgement in result.hosts {
            let host = judgement.host
            let system = [host.osName, host.osVersion.map { "\($0)" }].compactMap { $0 }.joined(separator: " ")
            let failures = judgement.failures
            add(
                "<details><summary>\(HTMLText.escaped(host.name)): \(Self.stateText(judgement))</summary>", "",
                [
                    system.isEmpty ? nil : MarkdownText.escaped(system),
                    host.role.map { "role \(MarkdownText.escaped($0))" },
                    host.transport.map { "\($0), \(Self.seconds(host.seconds))" },
                ].compactMap { $0 }.joined(separator: ", "), "")
            if !host.reason.isEmpty { add(MarkdownText.escaped(host.reason), "") }
            for finding in failures {
                add(
                    "- **\(finding.control.id)** \(finding.control.severity.rawValue): \(MarkdownText.escaped(finding.because))"
                )
            }
            for finding in judgement.waived {
                guard let waiver = finding.waiver else { continue }
                add(
                    "- \(finding.control.id) waived until \(waiver.lastDay) by \(MarkdownText.escaped(waiver.owner)) "
                        + "(\(waiver.id), \(MarkdownText.escaped(waiver.ticket))): \(MarkdownText.escaped(finding.because))"
                )
            }
            for finding in judgement.findings where finding.outcome == .unknown {
                add("- \(finding.control.id) unknown: \(MarkdownText.escaped(finding.because))")
            }
            add("", "</details>", "")
        }
    }

    static func stateText(_ judgement: HostJudgement) -> String {
        switch judgement.verdict {
        case .met: "baseline met"
        case .metWithWaivers:
            "baseline met with waivers (\(FleetSummary.counted(judgement.waived.count, "failure")) waived)"
        case .failing: "\(judgement.failures.count) failures, \(condition(judgement))"
        case .undecided: "nothing failed, something could not be told"
        case .notJudged: "not audited (\(judgement.host.state.rawValue))"
        }
    }

    private mutating func method() {
        add(
            "## Method", "",
            "Every host was asked by one read-only probe (SHA-256 \(MarkdownText.code(result.probe))) over SSH or WinRM; "
                + "nothing was changed on any host. Commands above are proposals; none was executed.", "",
            "What a host could not or would not say is unknown, and never counts as good. Statements rest on what hosts say "
                + "about themselves: configured, not proven on the wire.", "")
        if !result.unchecked.isEmpty {
            let names = result.unchecked.keys.sorted()
            add(
                "Asked with less care than possible, as the inventory wants it: "
                    + names.map {
                        "\(MarkdownText.escaped($0)) (\(MarkdownText.escaped((result.unchecked[$0] ?? []).joined(separator: ", "))))"
                    }
                    .joined(separator: "; ") + ".", "")
        }
        add(
            "Update catalogue as of \(ISO8601.text(result.baseline.catalogue.asOf).prefix(10)). "
                + "fleetaudit \(MarkdownText.escaped(result.programVersion)), run \(MarkdownText.escaped(result.run)).")
    }

    // MARK: Pieces

    mutating func add(_ text: String...) { lines += text }

    mutating func block(_ commands: [String]) {
        lines += MarkdownText.block(commands, language: "powershell") + [""]
    }

    mutating func table(_ header: [String], alignRight: Set<Int>, _ rows: [[String]]) {
        lines += Self.tableLines(header, alignRight, rows) + [""]
    }

    /// The first rows open, all others folded.
    mutating func folded(_ header: [String], _ rows: [[String]], visible: Int) {
        table(header, alignRight: [], Array(rows.prefix(visible)))
        let rest = Array(rows.dropFirst(visible))
        guard !rest.isEmpty else { return }
        lines +=
            ["<details><summary>\(rest.count) more</summary>", ""] + Self.tableLines(header, [], rest) + [
                "", "</details>", "",
            ]
    }

    static func tableLines(_ header: [String], _ alignRight: Set<Int>, _ rows: [[String]]) -> [String] {
        let ruler = header.indices.map { alignRight.contains($0) ? "---:" : "---" }
        return ([header, ruler] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
    }

    static func minute(_ date: Date) -> String {
        ISO8601.text(date).prefix(16).replacing("T", with: " ") + " UTC"
    }

    static func seconds(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10).rounded())
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
