import Collection
import Console
import FoundationEssentials
import HostFacts
import Policy
import Reports

/// The result on the terminal: a screen for the one who started the run.
struct TerminalSummary {
    let result: AuditResult
    let summary: FleetSummary
    /// Where the reports are; `nil` when none were written.
    let folder: String?
    /// What lies in that folder.
    var files = ReportWriting.files

    func print(on output: Output, exitCode: ExitCode, failOn: JudgingOptions.FailOn) {
        output.print(
            "\(result.baseline.name) \(result.baseline.version) (\(result.baseline.controls.count) controls), \(FleetSummary.hosts(summary.hostCount)), run \(result.run)"
        )
        output.print("")
        output.print("\(summary.verdict)")
        output.print("")
        output.print(figures)
        if !summary.causes.isEmpty {
            output.print("")
            output.print("\("FIX FIRST", .bold)")
            output.print(causes)
            let rest = unmet.count - Self.shownControls
            if rest > 0 { output.print("  \(rest) more\(folder.map { " in \($0)/report.md" } ?? "")") }
        }
        if !summary.waivers.isEmpty {
            output.print("")
            output.print("\("WAIVERS \(summary.waivers.count)", .bold)  \(waiverFigures)")
            output.print(waivers)
        }
        if !summary.notAudited.isEmpty {
            output.print("")
            output.print("\("NOT AUDITED \(summary.notAudited.count)", .bold)  (never counted as compliant)")
            output.print(notAudited)
        }
        if !summary.partlyAudited.isEmpty {
            output.print("")
            output.print(
                "Answers are missing on \(FleetSummary.hosts(summary.partlyAudited.count)): \(summary.unknowns) verdicts are unknown."
            )
        }
        if !result.unchecked.isEmpty {
            output.print(
                "Asked with less care than possible, as the inventory wants it: \(result.unchecked.keys.sorted().joined(separator: ", "))"
            )
        }
        output.print("")
        if let folder { output.print("\(folder)/  \(files.joined(separator: "  "))") }
        output.print("\(Self.meaning(exitCode, failOn))")
    }

    private var figures: Table {
        var table = Table(
            indent: 2, [Table.Column("", overflow: .keep), Table.Column("", .right, overflow: .keep), Table.Column("")])
        let severities = Severity.allCases.reversed().map { "\(summary.openFailures[$0] ?? 0) \($0.rawValue)" }
        table.add(["Remote Desktop broken", "\(summary.broken)", "hosts"])
        table.add(["Exposed", "\(summary.exposed)", "hosts"])
        table.add(["Baseline met", "\(summary.met)", "of \(summary.judged) judged"])
        if !summary.waivers.isEmpty {
            table.add([" .. with waivers", "\(summary.metWithWaivers)", "of \(summary.judged) judged"])
        }
        table.add(["Open failures", "\(summary.failureCount)", "\(severities.joined(separator: ", "))"])
        if !summary.waivers.isEmpty {
            table.add([" .. without waivers", "\(summary.withoutWaivers.failureCount)", ""])
        }
        return table
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

    private static let shownControls = 6

    /// A screen has no room for what ends each cause, so that causes of one control are one line here.
    private var unmet: [(cause: Cause, hosts: Int)] {
        var lines: [(cause: Cause, hosts: Int)] = []
        for cause in summary.causes {
            if let index = lines.firstIndex(where: {
                $0.cause.control.id == cause.control.id && $0.cause.isPolicyOwned == cause.isPolicyOwned
            }) {
                lines[index].hosts += cause.hosts.count
            } else {
                lines.append((cause, cause.hosts.count))
            }
        }
        return lines
    }

    private var causes: Table {
        var table = Table(
            indent: 2,
            [
                Table.Column("", .right, overflow: .keep), Table.Column("", overflow: .keep),
                Table.Column("", overflow: .keep), Table.Column("not met", overflow: .truncate),
                Table.Column("hosts", .right, overflow: .keep),
            ])
        for (index, line) in unmet.prefix(Self.shownControls).enumerated() {
            let cause = line.cause
            let effect =
                cause.control.consequence.map { $0 == .breaks ? "breaks" : "exposes" }
                ?? cause.control.severity.rawValue
            let owner = cause.isPolicyOwned ? " (set by a policy)" : ""
            table.add(["\(index + 1)", "\(effect)", "\(cause.control.id)", "\(cause.title)\(owner)", "\(line.hosts)"])
        }
        return table
    }

    private var notAudited: Table {
        var table = Table(
            indent: 2,
            [Table.Column("", overflow: .keep), Table.Column("", overflow: .keep), Table.Column("", overflow: .wrap)])
        for judgement in summary.notAudited.prefix(20) {
            let host = judgement.host
            let reason = host.state.isJudged ? judgement.findings.first?.because ?? "" : host.reason
            table.add(["\(host.name)", "\(host.state.isJudged ? "not judged" : host.state.rawValue)", "\(reason)"])
        }
        if summary.notAudited.count > 20 {
            table.add(["…", "", "\(summary.notAudited.count - 20) more\(folder == nil ? "" : " in hosts.csv")"])
        }
        return table
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
