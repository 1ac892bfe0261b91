import Formats
import FoundationEssentials
import HostFacts
package import Policy

/// `action-plan.csv`: what ends each cause, one row for the whole fleet and one for each group that has it, with room for
/// who does it, until when, and what was decided. Columns keep their place; new ones come last.
package enum ActionPlanCSV {
    package static let columns = [
        "cause_id", "cause", "controls", "severity", "breaks_rdp", "exposes", "group", "hosts", "failures", "since_utc",
        "fix", "fix_where", "gpo", "effect", "script", "owner", "due", "decision", "comment",
    ]

    /// - Parameter sink: gets the file piece by piece.
    package static func render<Failure: Error>(
        _ result: AuditResult, _ summary: FleetSummary, byteOrderMark: Bool = true,
        to sink: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let shares = CauseShares(result, summary)
        let table = ReportTable(columns, byteOrderMark: byteOrderMark)
        try table.fill(summary.causes, to: sink) { cause, writer in
            let (before, behind) = (cells(before: cause), cells(behind: cause))
            func add(_ group: String, _ share: CauseShares.Share) {
                writer.add(before)
                writer.add(.text(group))
                writer.add(.init(share.hosts))
                writer.add(.init(share.failures))
                writer.add(share.since.map { .instant($0) } ?? .empty)
                writer.add(behind)
                writer.endRecord()
            }
            add("all", .init(hosts: cause.hosts.count, failures: cause.failureCount, since: cause.failingSince))
            for (group, share) in shares.groups(of: cause.id) { add(group, share) }
        }
    }

    private static func cells(before cause: Cause) -> CSVWriter.Cells {
        func has(_ consequence: Consequence) -> Bool { cause.controls.contains { $0.consequence == consequence } }
        return CSVWriter.Cells([
            .text(cause.id), .text(cause.title), .text(cause.controls.map(\.id).joined(separator: " ")),
            .text(cause.control.severity.rawValue), .flag(has(.breaks)), .flag(has(.exposes)),
        ])
    }

    private static func cells(behind cause: Cause) -> CSVWriter.Cells {
        let actions = cause.example.finding.remediation
        let cells: [CSVWriter.Cell] = [
            .lines(actions.map(\.summary)), .lines(actions.map { $0.policyPath ?? $0.place.rawValue }),
            .init(cause.policyObject), .lines(actions.map(\.effect.rawValue)),
            // The plan says which host's script it is, and in which order.
            .init(actions.contains { !$0.steps.isEmpty } ? "remediation/plan.md" : nil),
        ]
        return CSVWriter.Cells(cells + Array(repeating: .empty, count: 4))
    }
}
