import Drift
import Formats
import FoundationEssentials
import HostFacts
import Policy

/// Page one: what a manager reads, on one printed sheet; the same figures in the same order as in Markdown.
extension HTMLReport {
    private var hasWaivers: Bool { !result.waivers.isEmpty }

    var overview: HTML {
        """
        <section class="view open" id="overview" aria-labelledby="overview-title">
        <h2 id="overview-title" class="unseen" tabindex="-1">Overview</h2>
        <div class="sheet page-one">
        <p class="verdict">\(summary.verdict)</p>
        \(baselineChange)\(verdictBar)<div class="two part">
        <div class="part">
        \(figures)</div>
        \(beside)</div>
        <div class="part">
        <h3>Fix first</h3>
        \(fixFirst)</div>
        <div class="two part">
        <div class="part">
        <h3>Groups</h3>
        \(firstGroups)</div>
        <div class="part stack">
        \(notAuditedPart)\(waiverPart)\(certificatePart)</div>
        </div>
        <p class="run part">Baseline \(result.baseline.name) \(result.baseline.version), \
        \(FleetSummary.counted(result.baseline.controls.count, "control")), run \(result.run), judged for \
        \(Self.minute(result.judgedAt))</p>
        </div>
        \(charts)</section>

        """
    }

    /// What stands beside the figures; nothing when there is nothing to say.
    private var beside: HTML {
        let parts = trendChart + decisions
        return parts.markup.isEmpty ? .empty : "<div class=\"part stack\">\n\(parts)</div>\n"
    }

    private var baselineChange: HTML {
        guard let change = summary.trend.baselineChange else { return .empty }
        let parts = [("new", change.added), ("gone", change.removed)].filter { !$0.1.isEmpty }
            .map { "\(FleetSummary.counted($0.1.count, "control")) \($0.0) (\($0.1.joined(separator: ", ")))" }
        return """
            <p class="small">The baseline changed from \(change.before) to \(change.after): \
            \(parts.isEmpty ? "the same controls" : parts.joined(separator: ", ")). Only controls of both runs are compared.</p>

            """
    }

    // MARK: Figures

    /// One figure: what it says of a run, and whether more of it is better.
    private struct Figure {
        let title: String
        let kind: String
        let isGood: Bool?
        let count: (RunFigures) -> Int
        /// Said behind the count.
        var also: (RunFigures) -> String = { _ in "" }
        var note = ""

        static let openFailures = "Open failures"
    }

    private var figureRows: [Figure] {
        let unwaived = summary.withoutWaivers
        func without(_ count: Int) -> String { hasWaivers ? "without waivers \(count)" : "" }
        func share(_ count: @escaping (RunFigures) -> Int) -> (RunFigures) -> String {
            { $0.judged > 0 ? " (" + Self.share(count($0), of: $0.judged) + ")" : "" }
        }
        var rows = [
            Figure(title: "Hosts judged", kind: "", isGood: true, count: \.judged, also: { " of \($0.hosts)" }),
            Figure(
                title: "Remote Desktop broken", kind: "broken", isGood: false, count: \.broken,
                note: without(unwaived.broken)),
            Figure(title: "Exposed", kind: "exposed", isGood: false, count: \.exposed, note: without(unwaived.exposed)),
            Figure(title: "Baseline met", kind: "good", isGood: true, count: \.met, also: share(\.met)),
        ]
        if hasWaivers {
            rows.append(
                Figure(
                    title: "Baseline met with waivers", kind: "waived", isGood: true, count: \.metWithWaivers,
                    also: share(\.metWithWaivers)))
        }
        rows.append(
            Figure(
                title: Figure.openFailures, kind: "", isGood: false, count: \.failureCount,
                note: without(unwaived.failureCount)))
        if hasWaivers {
            rows.append(Figure(title: "Under waivers", kind: "", isGood: nil, count: \.waivedCount))
        }
        rows.append(Figure(title: "Answers unknown", kind: "", isGood: false, count: \.unknowns))
        return rows
    }

    private var figures: HTML {
        let today = summary.figures
        let past = [
            summary.trend.previous.map { ("Previous run", $0) },
            summary.trend.run(atLeast: 30, before: result.started).map { ("30 days ago", $0) },
        ].compactMap { $0 }
        var columns: [(title: HTML, isNumber: Bool)] = [
            ("<span class=\"unseen\">Figure</span>", false), ("Today", true),
        ]
        if !past.isEmpty { columns.append(("Change", true)) }
        for (title, run) in past { columns.append(("\(title)<br>\(Self.day(run.started))", true)) }
        var rows = figureRows.map { row -> [HTML] in
            let note: HTML = row.note.isEmpty ? .empty : " <span class=\"small without\">\(row.note)</span>"
            var cells: [HTML] = [
                row.kind.isEmpty ? "\(row.title)" : "<span class=\"\(row.kind)\">\(row.title)</span>",
                "\(row.count(today))\(row.also(today))\(note)",
            ]
            if let previous = past.first?.1.figures {
                cells.append(Self.change(row.count(previous), row.count(today), isGood: row.isGood))
            }
            for (_, run) in past { cells.append("\(row.count(run.figures))\(row.also(run.figures))") }
            return cells
        }
        // Behind the open failures, of which it is made.
        let place = figureRows.firstIndex { $0.title == Figure.openFailures }.map { $0 + 1 } ?? rows.count
        rows.insert(severityRow(past.map(\.1.figures)), at: place)
        return Self.table(columns, rows, kind: "figures")
    }

    /// Open failures by severity, the worst first, in one row.
    private func severityRow(_ past: [RunFigures]) -> [HTML] {
        let severities = Severity.allCases.reversed().filter {
            $0 != .info || summary.figures.openFailures[.info] ?? 0 > 0
        }
        func counts(_ figures: RunFigures) -> HTML {
            let parts = Self.joined(severities.map { "\(figures.openFailures[$0] ?? 0)" }, by: "/<wbr>")
            return "<span class=\"parts\">\(parts)</span>"
        }
        let title = Self.joined(
            severities.map { "<span class=\"\($0.rawValue)\">\($0.rawValue)</span>" }, by: "/<wbr>")
        var cells: [HTML] = ["<span class=\"small parts\">\(title)</span>", counts(summary.figures)]
        // Where the other rows say by how much they changed.
        if !past.isEmpty { cells.append(.empty) }
        return cells + past.map(counts)
    }

    /// `+2`, and whether that is better.
    static func change(_ before: Int, _ now: Int, isGood: Bool?) -> HTML {
        guard before != now else { return "<span class=\"quiet\">=</span>" }
        let sign = now > before ? "+\(now - before)" : "\u{2212}\(before - now)"
        guard let isGood else { return "\(sign)" }
        let word = (now > before) == isGood ? "better" : "worse"
        return "<span class=\"\(word)\">\(sign)<span class=\"unseen\"> \(word)</span></span>"
    }

    // MARK: What to do

    /// Decisions that stand there at once: a sheet of paper has an end.
    private static let mostDecisions = 5

    private var decisions: HTML {
        guard !summary.decisions.isEmpty else { return .empty }
        let shown = summary.decisions.prefix(Self.mostDecisions).map { "<li>\($0.text)</li>\n" as HTML }
        let rest = summary.decisions.dropFirst(Self.mostDecisions).map { "<li>\($0.text)</li>\n" as HTML }
        let more: HTML =
            rest.isEmpty
            ? .empty
            : """
            <details><summary>\(rest.count) more</summary>
            <ol class="decisions" start="\(Self.mostDecisions + 1)">
            \(rest)</ol>
            </details>

            """
        return "<div>\n<h3>Decisions needed</h3>\n<ol class=\"decisions\">\n\(shown)</ol>\n\(more)</div>\n"
    }

    private var fixFirst: HTML {
        guard !summary.causes.isEmpty else {
            return summary.judged == 0
                ? "<p>Nothing could be judged.</p>\n" : "<p>Nothing failed on the hosts that were judged.</p>\n"
        }
        let first = summary.causes.prefix(6)
        let hasSince = first.contains { $0.failingSince != nil }
        let rows = first.enumerated().map { index, cause -> [HTML] in
            [
                "\(index + 1)", Self.effect(cause.control),
                "<a href=\"#cause-\(cause.id)\">\(cause.control.title)</a> <span class=\"small date\">\(cause.control.id)</span>",
                "\(cause.hosts.count)",
            ] + (hasSince ? ["<span class=\"date\">\(cause.failingSince.map(Self.day) ?? "")</span>"] : [])
                + [Self.action(cause)]
        }
        let covered = first.reduce(0) { $0 + $1.failureCount }
        let rest = summary.causes.count - first.count
        let more: HTML =
            rest == 0
            ? .empty
            : """
            <p class="small">\(FleetSummary.counted(rest, "further cause")) under <a href="#causes">Causes</a>. The first \
            \(first.count) explain \(covered) of \(summary.figures.failureCount) open failures \
            (\(Self.share(covered, of: summary.figures.failureCount))).</p>

            """
        return Self.table(
            [("#", true), ("Effect", false), ("Not met", false), ("Hosts", true)] + (hasSince ? [("Since", false)] : [])
                + [("What ends it", false)], rows, kind: "first") + more
    }

    /// What a failure means, the worst first.
    static func effect(_ control: ControlStatement) -> HTML {
        control.consequence.map(consequence) ?? severity(control.severity)
    }

    static func consequence(_ consequence: Consequence) -> HTML {
        "<span class=\"tag \(consequence == .breaks ? "broken" : "exposed")\">\(consequence.word)</span>"
    }

    static func action(_ cause: Cause) -> HTML {
        let actions = cause.example.finding.remediation
        guard let first = actions.first else { return "see there" }
        let more: HTML = actions.count > 1 ? ", and \(actions.count - 1) more" : .empty
        return "\(first.summary)\(first.place == .manual ? .empty : " (\(place(first)))" as HTML)\(more)"
    }

    /// Where a change is made.
    static func place(_ action: RemediationAction) -> String {
        switch action.place {
        case .host: "on each host"
        case .policy: "in the policy"
        case .manual: "by hand"
        }
    }

    // MARK: The other half

    /// The worst ones are shown.
    private static let mostGroups = 7

    private var firstGroups: HTML {
        let named = summary.groups.dropLast()
        let shown = named.sorted { ($0.broken, $0.failures) > ($1.broken, $1.failures) }.prefix(Self.mostGroups)
            .map(\.name)
        let rows = named.filter { shown.contains($0.name) }
        let rest = named.count - rows.count
        let more: HTML =
            rest == 0
            ? .empty
            : "<p class=\"small\">\(FleetSummary.counted(rest, "further group")) under <a href=\"#groups\">Groups</a>.</p>\n"
        return groupTable(rows + summary.groups.suffix(1), kind: "") + more
    }

    private var notAuditedPart: HTML {
        let count = summary.notAudited.count
        let reasons = summary.notAuditedReasons.prefix(5).map { "<li>\($0.hosts.count) \($0.reason)</li>\n" as HTML }
        let rest = summary.notAuditedReasons.dropFirst(5).reduce(0) { $0 + $1.hosts.count }
        let partly = summary.partlyAudited.count
        let list: HTML = reasons.isEmpty ? .empty : "<ul class=\"plain\">\n\(reasons)</ul>\n"
        let others: HTML = rest == 0 ? .empty : "<p class=\"small\">\(rest) for other reasons</p>\n"
        let part: HTML =
            partly == 0
            ? .empty
            : """
            <p>\(FleetSummary.hosts(partly)) more gave only part of the answers: \
            \(FleetSummary.counted(summary.figures.unknowns, "verdict")) unknown.</p>

            """
        let lost = summary.noLongerVisible
        let gone: HTML =
            lost == 0
            ? .empty
            : """
            <p>\(FleetSummary.counted(lost, "failure")) of the run before \(lost == 1 ? "is" : "are") no longer visible, and not \
            counted as fixed.</p>

            """
        let lately: HTML =
            summary.trend.coverage.map {
                "<p class=\"small\">Seen within a day \($0.day), a week \($0.week), 30 days \($0.month)</p>\n"
            } ?? .empty
        return """
            <div>
            <h3>Not audited</h3>
            <p>\(count == 0
                ? "Every host was audited." as HTML
                : "<a href=\"#not-audited\">\(FleetSummary.hosts(count))</a>, never counted as compliant, never as fixed")</p>
            \(list)\(others)\(part)\(gone)\(lately)</div>

            """
    }

    private var waiverPart: HTML {
        guard hasWaivers else { return .empty }
        let accounts = summary.waivers
        let inForce = accounts.filter { $0.state == .inForce }
        var parts = [
            "\(inForce.count) in force \(inForce.count == 1 ? "covers" : "cover") "
                + FleetSummary.counted(summary.figures.waivedCount, "failure")
        ]
        let soon = accounts.count { $0.endsInDays != nil }
        if soon > 0 { parts.append("\(soon) \(soon == 1 ? "ends" : "end") within \(WaiverAccount.soonDays) days") }
        let expired = accounts.filter { $0.state == .expired }
        if !expired.isEmpty {
            let open = expired.reduce(0) { $0 + $1.openFindings }
            parts.append(
                "\(expired.count) expired" + (open > 0 ? " (\(FleetSummary.counted(open, "failure")) count again)" : "")
            )
        }
        let unused = accounts.count(where: \.isUnused)
        if unused > 0 { parts.append("\(unused) not needed") }
        return "<div>\n<h3>Waivers</h3>\n<p><a href=\"#waivers\">\(parts.joined(separator: "; "))</a></p>\n</div>\n"
    }

    private var certificatePart: HTML {
        guard !summary.certificates.entries.isEmpty else { return .empty }
        let counts = CertificateCalendar.Span.allCases.map {
            "\(Self.words($0)) \(summary.certificates.counts[$0] ?? 0)"
        }
        let untold = summary.certificates.untold > 0 ? ", not known \(summary.certificates.untold)" : ""
        return """
            <div>
            <h3>Certificates</h3>
            <p><a href="#certificates">\(counts.joined(separator: ", "))\(untold)</a></p>
            </div>

            """
    }

    /// `within 7 days`
    static func words(_ span: CertificateCalendar.Span) -> String {
        switch span {
        case .expired, .later: span.rawValue
        case .week, .month, .quarter: "within \(span.rawValue)"
        }
    }
}
