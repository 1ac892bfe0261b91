import Formats
import FoundationEssentials
import HostFacts
package import Policy

/// `hosts.csv`: one row for every host of the selection, also those that gave no answer. Columns keep their place; new
/// ones come last.
package enum HostsCSV {
    package static let columns = [
        "host", "address", "group", "site", "role", "os", "build", "state", "state_reason", "transport", "seconds",
        "last_audited_utc", "silent_runs", "rdp", "exposed", "pass", "fail_critical", "fail_high", "fail_medium",
        "fail_low", "waived", "unknown", "not_applicable", "new", "fixed", "worst_control", "pending_restart",
        "verdict", "authentication", "unchecked", "advice", "fail_info",
    ]

    /// - Parameter sink: gets the file piece by piece.
    package static func render<Failure: Error>(
        _ result: AuditResult, _ summary: FleetSummary, byteOrderMark: Bool = true,
        to sink: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let table = ReportTable(columns, byteOrderMark: byteOrderMark)
        try table.fill(result.hosts, to: sink) { judgement, writer in
            writer.row(row(judgement, HostTrend(judgement.host.name, summary.trend), result))
        }
    }

    private static func row(
        _ judgement: HostJudgement, _ trend: HostTrend, _ result: AuditResult
    ) -> [CSVWriter.Cell] {
        let host = judgement.host
        let isJudged = judgement.verdict != .notJudged
        let tally = Tally(judgement.findings)
        func judged(_ cell: @autoclosure () -> CSVWriter.Cell) -> CSVWriter.Cell { isJudged ? cell() : .empty }
        func count(_ outcome: Finding.Outcome) -> CSVWriter.Cell { judged(.init(tally.outcomes[outcome] ?? 0)) }
        func failures(_ severity: Severity) -> CSVWriter.Cell { judged(.init(tally.failures[severity] ?? 0)) }
        return [
            .text(host.name), .text(host.address), .text(host.groups.joined(separator: " ")), .init(host.site),
            .init(host.role), .init(host.osName), .init(host.osVersion.map { "\($0)" }), .text(host.state.rawValue),
            .init(host.reason.isEmpty ? nil : host.reason), .init(host.transport), .decimal(host.seconds, digits: 3),
            judged(.instant(host.collected)), number(trend.silentRuns ?? (isJudged ? 0 : nil)),
            judged(judgement.breaks(.breaks) ? "broken" : "no break found"),
            judged(exposure(judgement)), count(.pass), failures(.critical), failures(.high),
            failures(.medium), failures(.low), count(.waived), count(.unknown), count(.notApplicable),
            judged(number(trend.newFailures)), judged(number(trend.fixed)), .init(tally.worst?.id),
            judged(restart(judgement.assets.isRestartPending)), .text(judgement.verdict.rawValue),
            .init(host.authentication), .init(result.unchecked[host.name]?.joined(separator: ", ")),
            .init(host.advice.isEmpty ? nil : host.advice), failures(.info),
        ]
    }

    private static func number(_ number: Int?) -> CSVWriter.Cell { number.map { .init($0) } ?? .empty }

    private static func restart(_ isPending: Collected<Bool>) -> CSVWriter.Cell {
        switch isPending {
        case .value(let isPending): .flag(isPending)
        case .absent, .accessDenied, .unsupported, .failed: "unknown"
        }
    }

    /// A host's findings, counted in one go.
    private struct Tally {
        var outcomes: [Finding.Outcome: Int] = [:]
        var failures: [Severity: Int] = [:]
        /// The last one of the highest severity.
        var worst: ControlStatement?

        init(_ findings: [Finding]) {
            for finding in findings {
                outcomes[finding.outcome, default: 0] += 1
                guard finding.outcome == .fail else { continue }
                let control = finding.control
                failures[control.severity, default: 0] += 1
                if worst.map({ $0.severity <= control.severity }) ?? true { worst = control }
            }
        }
    }

    /// What could not be looked at is no good news.
    private static func exposure(_ judgement: HostJudgement) -> CSVWriter.Cell {
        if judgement.breaks(.exposes) { return .flag(true) }
        let isUntold = judgement.findings.contains { $0.outcome == .unknown && $0.control.consequence == .exposes }
        return isUntold ? .text("unknown") : .flag(false)
    }
}
