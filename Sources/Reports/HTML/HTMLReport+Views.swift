import Drift
import FoundationEssentials
import HostFacts
import Policy

/// What stands behind page one and is of bounded size.
extension HTMLReport {
    /// Rows of a list that may be as long as the fleet.
    private static let mostRows = 200

    // MARK: Groups

    var groups: HTML {
        Self.view(
            "groups", "Groups",
            intro: "A host counts in each of its groups; the last row is the whole fleet, each host once.",
            groupTable(summary.groups))
    }

    /// The last group is the whole.
    func groupTable(_ groups: [GroupSummary], kind: String = "sortable") -> HTML {
        let hasWaivers = !result.waivers.isEmpty
        let hasTrend = summary.trend.previous != nil
        let rows = groups.map { group -> [HTML] in
            [
                "<a href=\"#group=\(fragment: group.name)\">\(group.name)</a>", "\(group.judged) of \(group.hosts)",
                "\(group.met)",
            ] + (hasWaivers ? ["\(group.metWithWaivers)"] : [])
                + [
                    group.broken > 0 ? "<span class=\"broken\">\(group.broken)</span>" : "0", "\(group.failures)",
                ]
                + (hasWaivers ? ["\(group.waived)"] : [])
                + (hasTrend
                    ? [
                        group.new > 0 ? "<span class=\"worse\">\(group.new)</span>" : "0",
                        group.fixed > 0 ? "<span class=\"better\">\(group.fixed)</span>" : "0",
                    ] : [])
        }
        return Self.table(
            [("Group", false), ("Judged", true), ("Met", true)] + (hasWaivers ? [("With waivers", true)] : [])
                + [("Broken", true), ("Failures", true)] + (hasWaivers ? [("Waived", true)] : [])
                + (hasTrend ? [("New", true), ("Fixed", true)] : []), Array(rows.dropLast()), kind: kind,
            total: rows.last ?? [])
    }

    // MARK: Controls

    var controls: HTML {
        let counts = outcomeCounts
        let rows = result.baseline.controls.map { control -> [HTML] in
            func count(_ outcome: Finding.Outcome, _ word: String, _ kind: String = "") -> HTML {
                let count = counts[control.id]?[outcome] ?? 0
                return count == 0
                    ? "<span class=\"quiet\">0</span>"
                    : "<a href=\"#c=\(fragment: control.id)&amp;state=\(word)\">\(count)</a>"
            }
            let order = (Severity.allCases.count - (Severity.allCases.firstIndex(of: control.severity) ?? 0))
            let references: HTML =
                control.references.isEmpty
                ? .empty : "<p class=\"small\">\(control.references.joined(separator: "; "))</p>\n"
            return [
                "\(control.id)",
                """
                <details>
                <summary>\(control.title)</summary>
                <p>\(Self.paragraph(control.why))</p>
                \(references)</details>
                """,
                "<span class=\"unseen\">\(order) </span>\(Self.severity(control.severity))",
                control.consequence.map { "<span class=\"\($0 == .breaks ? "broken" : "exposed")\">\($0.word)</span>" }
                    ?? .empty,
                count(.pass, "pass"), count(.fail, "fail"), count(.waived, "waived"), count(.unknown, "unknown"),
                count(.notApplicable, "na"),
            ]
        }
        return Self.view(
            "controls", "Controls",
            intro: "What every host is held against. A number leads to the hosts behind it.",
            Self.table(
                [
                    ("Control", false), ("Wanted", false), ("Severity", false), ("Effect", false), ("Pass", true),
                    ("Fail", true), ("Waived", true), ("Unknown", true), ("Not applicable", true),
                ], rows, kind: "sortable"))
    }

    private var outcomeCounts: [String: [Finding.Outcome: Int]] {
        let controls = result.baseline.controls
        let width = Finding.Outcome.allCases.count
        let places = Dictionary(
            uniqueKeysWithValues: Finding.Outcome.allCases.enumerated().map { ($1, $0) })
        var aligned = [Int](repeating: 0, count: controls.count * width)
        var counts: [String: [Finding.Outcome: Int]] = [:]
        for host in result.hosts {
            for (index, finding) in host.findings.enumerated() {
                if index < controls.count, controls[index] === finding.control {
                    aligned[index * width + (places[finding.outcome] ?? 0)] += 1
                } else {
                    counts[finding.control.id, default: [:]][finding.outcome, default: 0] += 1
                }
            }
        }
        for (index, control) in controls.enumerated() {
            for (place, outcome) in Finding.Outcome.allCases.enumerated() {
                counts[control.id, default: [:]][outcome, default: 0] += aligned[index * width + place]
            }
        }
        return counts
    }

    // MARK: Certificates

    var certificates: HTML {
        let entries = summary.certificates.entries
        let untold = summary.certificates.untold
        let missing: HTML =
            untold == 0
            ? .empty
            : "<p>Of \(FleetSummary.hosts(untold)) it could not be told what \(untold == 1 ? "it serves" : "they serve"), or until when.</p>\n"
        guard !entries.isEmpty else {
            return Self.view(
                "certificates", "Certificates",
                missing.markup.isEmpty ? "<p>No host said which certificate it serves.</p>\n" : missing)
        }
        let counts = CertificateCalendar.Span.allCases.map { span -> [HTML] in
            ["\(Self.words(span))", "\(summary.certificates.counts[span] ?? 0)"]
        }
        let rows = entries.prefix(Self.mostRows).map { entry -> [HTML] in
            let certificate = entry.certificate
            let urgency =
                switch entry.span {
                case .expired: "critical"
                case .week: "high"
                case .month: "medium"
                case .quarter, .later: "quiet"
                }
            return [
                "<a href=\"#host=\(fragment: entry.host)\">\(entry.host)</a>",
                "\(certificate.notAfter.map(Self.day) ?? "")",
                "<span class=\"tag \(urgency)\">\(Self.words(entry.span))</span>", "\(entry.daysLeft)",
                "\(certificate.subject)",
                certificate.isSelfIssued ? "itself" : "\(certificate.issuer)", "\(certificate.key)",
            ]
        }
        let caption: HTML =
            entries.count > rows.count
            ? "The next \(rows.count) of \(entries.count) to end; certificates.csv holds all"
            : "\(FleetSummary.counted(entries.count, "certificate")), the next to end first"
        return Self.view(
            "certificates", "Certificates", intro: "Those that Remote Desktop serves, by the day on which they end.",
            """
            \(Self.table([("Ends", false), ("Hosts", true)], counts, kind: "few"))\(missing)\(Self.table(
                [
                    ("Host", false), ("Ends on", false), ("Ends", false), ("Days left", true), ("Subject", false),
                    ("Issuer", false), ("Key", false),
                ], rows, caption: caption, kind: "sortable"))
            """)
    }

    // MARK: Not audited

    var notAudited: HTML {
        guard !summary.notAudited.isEmpty || !summary.unknownReasons.isEmpty else {
            return Self.view(
                "not-audited", "Not audited", "<p>Every host was audited, and every answer is there.</p>\n")
        }
        var parts: [HTML] = []
        if summary.notAudited.isEmpty {
            parts.append("<p>Every host was audited.</p>\n")
        } else {
            let reasons = summary.notAuditedReasons.prefix(Self.mostRows).map {
                ["\($0.reason)", "\($0.hosts.count)"] as [HTML]
            }
            parts.append(
                Self.table([("Why", false), ("Hosts", true)], reasons, caption: "By reason", kind: "few"))
            let rows = summary.notAudited.prefix(Self.mostRows).map { judgement -> [HTML] in
                let host = judgement.host
                return [
                    "<a href=\"#host=\(fragment: host.name)\">\(host.name)</a>",
                    "\(host.state.isJudged ? "not judged" : host.state.rawValue)", "\(judgement.whyNotJudged)",
                    "\(host.state.isJudged ? "It answered, and no control concerns it: an old Windows is best taken off the network, or retired." : host.advice)",
                ]
            }
            let caption: HTML =
                summary.notAudited.count > rows.count
                ? "The first \(rows.count) of \(FleetSummary.hosts(summary.notAudited.count)); <a href=\"#verdict=not-judged\">all of them</a>, also in hosts.csv"
                : "\(FleetSummary.hosts(summary.notAudited.count))"
            parts.append(
                Self.table(
                    [("Host", false), ("State", false), ("Why", false), ("What to check", false)], rows,
                    caption: caption, kind: "sortable"))
        }
        if !summary.unknownReasons.isEmpty {
            let shown = summary.unknownReasons.prefix(50)
            let rows = shown.map { ["\($0.reason)", "\($0.answers)", "\($0.hosts.count)"] as [HTML] }
            let rest = summary.unknownReasons.count - shown.count
            parts.append(
                Self.table(
                    [("Why an answer is unknown", false), ("Answers", true), ("Hosts", true)], rows,
                    caption: rest == 0
                        ? "Audited in part: what could not be told"
                        : "Audited in part: the \(rows.count) most frequent reasons, and \(rest) more in findings.csv",
                    kind: "sortable"))
        }
        return Self.view(
            "not-audited", "Not audited",
            intro: "Never counted as compliant, and what failed there before is never counted as fixed.", "\(parts)")
    }

    // MARK: Waivers

    var waivers: HTML {
        guard !summary.waivers.isEmpty else {
            return Self.view("waivers", "Waivers", "<p>No waivers were given for this run.</p>\n")
        }
        let rows = summary.waivers.map { account -> [HTML] in
            let waiver = account.waiver
            let kind = account.state == .inForce ? "good" : account.state == .expired ? "critical" : "quiet"
            return [
                "\(waiver.id)", "<span class=\"tag \(kind)\">\(account.stateText)</span>",
                "<span class=\"date\">\(waiver.lastDay)</span>",
                "\(account.findings)", "\(account.hosts)", "\(waiver.controls.joined(separator: ", "))",
                "<code>\(waiver.hosts)</code>", "\(waiver.reason)", "\(waiver.owner)", "\(waiver.ticket)",
                "\(waiver.approver)", "\(account.remarks.joined(separator: "; "))",
            ]
        }
        return Self.view(
            "waivers", "Waivers",
            intro:
                "A waiver accepts a failure until its last day, UTC; the failure stays what it is. What could not be told "
                + "is never waived.",
            Self.table(
                [
                    ("Waiver", false), ("State", false), ("Last day", false), ("Failures", true), ("Hosts", true),
                    ("Controls", false), ("Pattern", false), ("Reason", false), ("Owner", false), ("Ticket", false),
                    ("Approver", false), ("To look at", false),
                ], rows, kind: "sortable"))
    }

    // MARK: Method

    var method: HTML {
        let unchecked = result.unchecked.keys.sorted()
        let careless: HTML =
            unchecked.isEmpty
            ? .empty
            : """
            <p>Asked with less care than possible, as the inventory wants it: \
            \(unchecked.prefix(Self.mostRows).map { "\($0) (\((result.unchecked[$0] ?? []).joined(separator: ", ")))" }.joined(separator: "; "))\
            \(unchecked.count > Self.mostRows ? " and \(unchecked.count - Self.mostRows) more hosts, in hosts.csv" : "").</p>

            """
        let facts = [
            Self.fact("Program", "fleetaudit \(result.programVersion)"), Self.fact("Run", "\(result.run)"),
            Self.fact("Asked", "\(Self.minute(result.started))"),
            Self.fact("Judged for", "\(Self.minute(result.judgedAt))"),
            Self.fact(
                "Baseline",
                "\(result.baseline.name) \(result.baseline.version), \(result.baseline.controls.count) controls"),
            Self.fact("Catalogue of updates", "as of \(Self.day(result.baseline.catalogueAsOf))"),
            Self.fact("Probe", "SHA-256 <code>\(result.probe)</code>"),
        ]
        return Self.view(
            "method", "Method and versions",
            """
            <p>Every host was asked by one read-only probe over SSH or WinRM; nothing was changed on any host. Commands in this \
            report are proposals; none was executed.</p>
            <p>What a host could not or would not say is unknown, and never counts as good. Statements rest on what hosts say \
            about themselves: configured, not proven on the wire.</p>
            \(careless)<h4>Versions</h4>
            <dl class="facts">
            \(facts)</dl>
            <h4>This file</h4>
            <p>It stands alone: it asks no server for anything, keeps nothing in the browser, and its policy forbids both. \
            What is shown stands in the address, so every view can be linked to and the back button works. Printing gives page \
            one on one sheet and everything behind it; with a host open, that host.</p>

            """)
    }
}
