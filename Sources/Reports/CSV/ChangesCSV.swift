import Drift
import Formats
import FoundationEssentials
import HostFacts
package import Policy

/// `changes.csv`: what is not as it was in the run before, one row for each host that came, went or fell silent, and one
/// for each control that changed on a host. Without an earlier run it has no rows. Columns keep their place; new ones come
/// last.
package enum ChangesCSV {
    package static let columns = [
        "run_id", "previous_run_id", "host", "group", "host_change", "control_id", "control_title", "severity",
        "breaks_rdp", "exposes", "change", "before", "after", "failing_since_utc", "because",
    ]

    /// - Parameter sink: gets the file piece by piece.
    package static func render<Failure: Error>(
        _ result: AuditResult, _ summary: FleetSummary, byteOrderMark: Bool = true,
        to sink: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let trend = summary.trend
        let writing = Rows(result, trend)
        let table = ReportTable(columns, byteOrderMark: byteOrderMark)
        guard trend.previous != nil else { return try table.fill([Int](), to: sink) { _, _ in } }
        let known = Set(result.hosts.map(\.host.name))
        let gone = trend.differences.values.filter { !known.contains($0.host) }.sorted { $0.host < $1.host }
        let here = result.hosts.lazy.compactMap { judgement in
            trend.differences[judgement.host.name].map { (judgement as HostJudgement?, $0) }
        }
        // Hosts that are gone have no judgement.
        let all = [AnySequence(here), AnySequence(gone.map { (nil as HostJudgement?, $0) })].joined()
        try table.fill(all, to: sink) { item, writer in writing.add(item.0, item.1, to: &writer) }
    }

    private struct Rows {
        private let result: AuditResult
        private let trend: RunTrend
        private let controls: [String: ControlStatement]
        /// Controls of one of the two baselines only: what they say is no change of the fleet.
        private let unequal: Set<String>

        init(_ result: AuditResult, _ trend: RunTrend) {
            self.result = result
            self.trend = trend
            controls = Dictionary(
                result.baseline.controls.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
            unequal = Set((trend.baselineChange?.added ?? []) + (trend.baselineChange?.removed ?? []))
        }

        private func isTold(_ change: JudgementDifference.ControlChange) -> Bool {
            switch change.kind {
            case .added, .removed: !unequal.contains(change.control)
            default: change.kind.isChange
            }
        }

        func add(_ judgement: HostJudgement?, _ difference: JudgementDifference, to writer: inout CSVWriter) {
            let since = trend.failingSince[difference.host] ?? [:]
            let start = CSVWriter.Cells([
                .text(result.run), .text(trend.previous?.run ?? ""), .text(difference.host),
                .init(judgement?.host.groups.joined(separator: " ")),
            ])
            switch difference.presence {
            case .compared, .stillUnreadable: break
            case .added, .vanished, .becameUnreadable, .readableAgain:
                writer.add(start)
                writer.add(.text(difference.presence.rawValue))
                for _ in columns[5...].dropLast() { writer.add(.empty) }
                let reason = judgement?.host.reason ?? ""
                writer.add(.init(reason.isEmpty ? nil : reason))
                writer.endRecord()
            }
            for change in difference.changes where isTold(change) {
                let control = controls[change.control]
                let isOpen = change.after == .fail
                for cells in [start, CSVWriter.Cells([.empty])] { writer.add(cells) }
                writer.add(.text(change.control))
                writer.add(.init(control?.title))
                writer.add(.init(control?.severity.rawValue))
                writer.add(.flag(isOpen && control?.consequence == .breaks))
                writer.add(.flag(isOpen && control?.consequence == .exposes))
                writer.add(.text(change.kind.rawValue))
                writer.add(.init(change.before?.rawValue))
                writer.add(.init(change.after?.rawValue))
                writer.add(since[change.control].map { .instant($0) } ?? .empty)
                let finding = judgement?.findings.first { $0.control.id == change.control }
                let because = finding?.because ?? change.because
                writer.add(.init(because.isEmpty ? nil : because))
                writer.endRecord()
            }
        }
    }
}
