import Formats
import FoundationEssentials
package import Policy

/// `waivers.csv`: one row for each waiver that the run was given. Columns keep their place; new ones come last.
package enum WaiversCSV {
    package static let columns = [
        "waiver_id", "state", "first_day", "last_day", "days_left", "controls", "pattern", "hosts", "failures",
        "open_failures", "reason", "owner", "ticket", "approver", "remarks", "file", "line",
    ]

    /// - Parameter sink: gets the file piece by piece.
    package static func render<Failure: Error>(
        _ result: AuditResult, _ summary: FleetSummary, byteOrderMark: Bool = true,
        to sink: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let table = ReportTable(columns, byteOrderMark: byteOrderMark)
        try table.fill(summary.waivers, to: sink) { account, writer in
            let waiver = account.waiver
            writer.row([
                .text(waiver.id), .text(account.state.rawValue),
                .init(waiver.granted.map { String(ISO8601.text($0).prefix(10)) }), .text(waiver.lastDay),
                account.state == .inForce ? .init(days(until: waiver.end, from: result.judgedAt)) : .empty,
                .text(waiver.controls.joined(separator: " ")), .text(waiver.hosts), .init(account.hosts),
                .init(account.findings), .init(account.openFindings), .text(waiver.reason), .text(waiver.owner),
                .text(waiver.ticket), .text(waiver.approver), .text(account.remarks.joined(separator: "; ")),
                .text(waiver.file), .init(waiver.position.line),
            ])
        }
    }

    /// Days that are begun, today included.
    private static func days(until end: Date, from now: Date) -> Int {
        Int((end.timeIntervalSince(now) / 86_400).rounded(.up))
    }
}
