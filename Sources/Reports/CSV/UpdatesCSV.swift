import Formats
import HostFacts
package import Policy

/// `updates.csv`: one row for each update of a host's component store, and one for each host that does not tell them.
/// Columns keep their place; new ones come last.
package enum UpdatesCSV {
    package static let columns = [
        "host", "address", "group", "site", "role", "os", "build", "kb", "state", "state_reason",
    ]

    /// - Parameter sink: gets the file piece by piece.
    package static func render<Failure: Error>(
        _ result: AuditResult, _ summary: FleetSummary, byteOrderMark: Bool = true,
        to sink: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let states: [InstalledUpdates.State: CSVWriter.Cells] = [
            .installed: CSVWriter.Cells(["installed", .empty]), .staged: CSVWriter.Cells(["staged", .empty]),
            .superseded: CSVWriter.Cells(["superseded", .empty]),
        ]
        let table = ReportTable(columns, byteOrderMark: byteOrderMark)
        try table.fill(result.hosts, to: sink) { judgement, writer in
            let host = judgement.host
            let hostCells = CSVWriter.Cells([
                .text(host.name), .text(host.address), .text(host.groups.joined(separator: " ")), .init(host.site),
                .init(host.role), .init(host.osName), .init(host.osVersion.map { "\($0)" }),
            ])
            func add(_ kb: CSVWriter.Cell, _ state: CSVWriter.Cells) {
                writer.add(hostCells)
                writer.add(kb)
                writer.add(state)
                writer.endRecord()
            }
            switch judgement.assets.updates {
            case .value(let updates) where updates.isEmpty: add(.empty, CSVWriter.Cells(["none", .empty]))
            case .value(let updates):
                for update in updates {
                    if let state = states[update.state] { add(.text("KB\(update.number)"), state) }
                }
            case let missing:
                add(.empty, CSVWriter.Cells(["not-read", .text(missing.whyMissing(on: host))]))
            }
        }
    }
}
