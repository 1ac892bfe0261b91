import Console
import Drift
import Formats
import FoundationEssentials
import HostFacts
import Policy
import Reports

/// The result on the terminal: a screen for the one who started the run, or a short mail when all else is quiet.
struct TerminalSummary {
    let result: AuditResult
    let summary: FleetSummary
    /// Where the reports are; `nil` when none were written into a folder.
    let folder: String?
    /// What lies in that folder.
    let files: [String]
    /// Standard output holds a report, or is to stay empty.
    var usesStandardError = false

    func print(on output: Output, exitCode: ExitCode, failOn: JudgingOptions.FailOn) {
        let page = SummaryPage(output: output, usesStandardError: usesStandardError)
        page.line(heading)
        page.line("")
        page.line("\(summary.verdict)")
        page.line("")
        page.table(FigureTable(summary: summary).table)
        if !summary.causes.isEmpty {
            page.line("")
            page.line("\("FIX FIRST", .bold)")
            page.table(causes)
            let rest = unmet.count - Self.shownControls
            if rest > 0 { page.line("  \(rest) more controls\(folder.map { ", all causes in \($0)/" } ?? "")") }
        }
        if !summary.decisions.isEmpty {
            page.line("")
            page.line("\("DECISIONS NEEDED", .bold)")
            for decision in summary.decisions.prefix(Self.shownDecisions) { page.line("  \(decision.text)") }
            let rest = summary.decisions.count - Self.shownDecisions
            if rest > 0 { page.line("  \(rest) more") }
        }
        if !summary.waivers.isEmpty {
            page.line("")
            page.line("\("WAIVERS \(summary.waivers.count)", .bold)  \(waiverFigures)")
            page.table(waivers)
        }
        notAudited(on: page)
        if !result.unchecked.isEmpty {
            page.line(
                "Asked with less care than possible, as the inventory wants it: \(result.unchecked.keys.sorted().joined(separator: ", "))"
            )
        }
        page.line("")
        if let folder { page.line("\(folder)/  \(files.joined(separator: "  "))") }
        page.line("\(Self.meaning(exitCode, failOn))")
    }

    /// What a mail of cron is to say: the verdict, what newly fails, and who was not audited.
    func printBrief(on output: Output, exitCode: ExitCode, failOn: JudgingOptions.FailOn) {
        let page = SummaryPage(output: output, usesStandardError: true)
        page.line(heading)
        page.line("\(summary.verdict)")
        let new = NewFailures(summary.trend)
        if !new.lines.isEmpty {
            page.line("")
            page.line("NEWLY FAILING \(summary.newFailures)")
            page.table(new.table(result.baseline.controls))
        }
        notAudited(on: page)
        page.line("")
        if let folder { page.line("\(folder)/") }
        page.line("\(Self.meaning(exitCode, failOn))")
    }

    private var heading: Message {
        "\(result.baseline.name) \(result.baseline.version) (\(result.baseline.controls.count) controls), \(FleetSummary.hosts(summary.hostCount)), run \(result.run)"
    }

    private var waiverFigures: String {
        func count(_ noun: String, where isCounted: (WaiverAccount) -> Bool) -> String? {
            let count = summary.waivers.count(where: isCounted)
            return count == 0 ? nil : "\(count) \(noun)"
        }
        return [
            count("in force") { $0.state == .inForce }, count("expired") { $0.state == .expired },
            count("not yet in force") { $0.state == .notYet }, count("unused", where: \.isUnused),
            count("too broad") { $0.breadth != nil },
            summary.waivedCount == 0 ? nil : FleetSummary.counted(summary.waivedCount, "failure") + " waived",
        ].compactMap(\.self).joined(separator: ", ")
    }

    /// Only those that somebody should look at: the others are in the report.
    private var waivers: Table {
        var table = Table(
            indent: 2,
            [Table.Column("", overflow: .keep), Table.Column("", overflow: .keep), Table.Column("", overflow: .wrap)])
        let notable = summary.waivers.filter { !$0.remarks.isEmpty }
        for account in notable.prefix(20) {
            table.add([
                "\(account.waiver.id)", "until \(account.waiver.lastDay)",
                "\(account.remarks.joined(separator: "; ")) (\(account.waiver.owner))",
            ])
        }
        if notable.count > 20 {
            table.add(["…", "", "\(notable.count - 20) more\(folder == nil ? "" : " in report.md")"])
        }
        return table
    }

    private static let (shownControls, shownDecisions, shownReasons) = (6, 5, 12)

    /// A screen has no room for what ends each cause, so that causes of one control are one line here.
    private var unmet: [(cause: Cause, hosts: Int, since: Date?)] {
        var lines: [(cause: Cause, hosts: Int, since: Date?)] = []
        for cause in summary.causes {
            if let index = lines.firstIndex(where: {
                $0.cause.control.id == cause.control.id && $0.cause.isPolicyOwned == cause.isPolicyOwned
            }) {
                lines[index].hosts += cause.hosts.count
                if let since = cause.failingSince { lines[index].since = min(lines[index].since ?? since, since) }
            } else {
                lines.append((cause, cause.hosts.count, cause.failingSince))
            }
        }
        return lines
    }

    private var causes: Table {
        let hasHistory = summary.trend.previous != nil
        var table = Table(
            indent: 2,
            [
                Table.Column("", .right, overflow: .keep), Table.Column("", overflow: .keep),
                Table.Column("", overflow: .keep), Table.Column("not met", overflow: .truncate),
                Table.Column("hosts", .right, overflow: .keep),
            ] + (hasHistory ? [Table.Column("since", overflow: .keep)] : []))
        for (index, line) in unmet.prefix(Self.shownControls).enumerated() {
            let cause = line.cause
            let effect =
                cause.control.consequence.map { $0 == .breaks ? "breaks" : "exposes" }
                ?? cause.control.severity.rawValue
            let owner = cause.isPolicyOwned ? " (set by a policy)" : ""
            let since = line.since.map { String(ISO8601.text($0).prefix(10)) } ?? "-"
            table.add(
                ["\(index + 1)", "\(effect)", "\(cause.control.id)", "\(cause.title)\(owner)", "\(line.hosts)"]
                    + (hasHistory ? ["\(since)"] : []))
        }
        return table
    }

    /// A reason for a line, because one broken site is one matter; a host that stands alone is named.
    private func notAudited(on page: SummaryPage) {
        if !summary.notAudited.isEmpty {
            page.line("")
            page.line("\("NOT AUDITED \(summary.notAudited.count)", .bold)  (never counted as compliant)")
            var table = Table(indent: 2, [Table.Column("", overflow: .wrap), Table.Column("", overflow: .wrap)])
            for group in summary.notAuditedReasons.prefix(Self.shownReasons) {
                let names = group.hosts.prefix(3).joined(separator: ", ")
                let rest = group.hosts.count - 3
                table.add(["\(names)\(rest > 0 ? " and \(rest) more" : "")", "\(group.reason)"])
            }
            let rest = summary.notAuditedReasons.dropFirst(Self.shownReasons)
            if !rest.isEmpty {
                let hosts = rest.reduce(0) { $0 + $1.hosts.count }
                table.add(["\(hosts) more", "for \(rest.count) other reasons\(folder == nil ? "" : ", in hosts.csv")"])
            }
            page.table(table)
        }
        if !summary.partlyAudited.isEmpty {
            page.line("")
            page.line(
                "Answers are missing on \(FleetSummary.hosts(summary.partlyAudited.count)): \(summary.unknowns) verdicts are unknown."
            )
        }
    }

    static func meaning(_ code: ExitCode, _ failOn: JudgingOptions.FailOn) -> String {
        switch code.rawValue {
        case 0: "exit 0: no failure at or above \(failOn.rawValue), and everything could be told"
        case 1: "exit 1: failures at or above \(failOn.rawValue)"
        case 2: "exit 2: incomplete; no failure at or above \(failOn.rawValue) was seen"
        default: "exit 3: failures at or above \(failOn.rawValue) (1) + incomplete (2)"
        }
    }
}

/// Where a summary goes.
struct SummaryPage {
    let output: Output
    let usesStandardError: Bool

    func line(_ message: Message) {
        if usesStandardError { output.printError(message) } else { output.print(message) }
    }

    func table(_ table: Table) {
        if usesStandardError { output.printError(table) } else { output.print(table) }
    }
}
