import Drift
import Formats
import FoundationEssentials
import HostFacts
package import Policy

/// `findings.csv`: one row for each control on each judged host. Columns keep their place; new ones come last.
package enum FindingsCSV {
    package static let columns = [
        "finding_id", "run_id", "observed_utc", "host", "address", "group", "site", "role", "os", "build", "control_id",
        "control_title", "area", "severity", "outcome", "outcome_without_waiver", "breaks_rdp", "exposes", "change",
        "failing_since_utc", "cause_id", "fact", "seen", "source", "gpo", "wanted", "reason_unknown", "fix",
        "fix_where",
        "effect", "rollback", "waiver_id", "waiver_until", "waiver_owner", "reference", "because", "guard", "verify",
        "waiver_ticket", "waiver_approver", "waiver_reason",
    ]

    /// - Parameter sink: gets the file piece by piece.
    package static func render<Failure: Error>(
        _ result: AuditResult, _ summary: FleetSummary, byteOrderMark: Bool = true,
        to sink: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        var controls: [ObjectIdentifier: ControlCells] = [:]
        let table = ReportTable(columns, byteOrderMark: byteOrderMark)
        try table.fill(result.hosts, to: sink) { judgement, writer in
            guard !judgement.findings.isEmpty else { return }
            let host = judgement.host
            let hostCells = hostCells(host, result)
            let trend = HostTrend(host.name, summary.trend)
            for finding in judgement.findings {
                writer.add(.text(ReportIdentifier.finding(finding.control.id, on: host.name)))
                writer.add(hostCells)
                let key = ObjectIdentifier(finding.control)
                let control = controls[key] ?? ControlCells(finding.control)
                controls[key] = control
                let change = trend.change(finding.control.id)
                if finding.outcome == .pass, change == nil {
                    writer.add(control.pass)
                } else {
                    writer.add(control.statement)
                    add(finding, change, trend.failingSince(finding.control.id), control, to: &writer)
                }
                writer.endRecord()
            }
        }
    }

    private static func hostCells(_ host: AuditedHost, _ result: AuditResult) -> CSVWriter.Cells {
        CSVWriter.Cells([
            .text(result.run), .instant(host.collected), .text(host.name), .text(host.address),
            .text(host.groups.joined(separator: " ")), .init(host.site), .init(host.role), .init(host.osName),
            .init(host.osVersion.map { "\($0)" }),
        ])
    }

    /// What is the same on every host: most rows are a pass, and these are written in one go.
    private struct ControlCells {
        let statement: CSVWriter.Cells
        let reference: CSVWriter.Cells
        /// From the control's id to the last column, for a pass that was one before.
        let pass: CSVWriter.Cells

        init(_ control: ControlStatement) {
            let statement: [CSVWriter.Cell] = [
                .text(control.id), .text(control.title), .text(control.area), .text(control.severity.rawValue),
            ]
            let reference = CSVWriter.Cell.lines(control.references)
            self.statement = CSVWriter.Cells(statement)
            self.reference = CSVWriter.Cells([reference])
            let width = columns.count - columns.prefix { $0 != "control_id" }.count
            let outcome: [CSVWriter.Cell] = ["pass", "pass", "no", "no"]
            var cells = statement + outcome
            cells += Array(repeating: .empty, count: width - cells.count)
            if let place = columns.firstIndex(of: "reference") { cells[place - columns.count + width] = reference }
            pass = CSVWriter.Cells(cells)
        }
    }

    /// The columns behind the severity.
    private static func add(
        _ finding: Finding, _ change: String?, _ failingSince: Date?, _ control: ControlCells,
        to writer: inout CSVWriter
    ) {
        let hasFailed = finding.outcome == .fail
        let consequence = finding.control.consequence
        let waiver = finding.waiver
        let actions = finding.remediation
        writer.add(.text(finding.outcome.rawValue))
        writer.add(.text((finding.isFailure ? Finding.Outcome.fail : finding.outcome).rawValue))
        writer.add(.flag(hasFailed && consequence == .breaks))
        writer.add(.flag(hasFailed && consequence == .exposes))
        writer.add(.init(change))
        writer.add(failingSince.map { .instant($0) } ?? .empty)
        writer.add(.init(hasFailed ? finding.causeID : nil))
        writer.add(.lines(finding.evidence.map(\.fact)))
        writer.add(.lines(finding.evidence.map(\.value)))
        writer.add(.lines(finding.evidence.compactMap { $0.source?.rawValue }))
        writer.add(.lines(objects(actions)))
        writer.add(.init(finding.isFailure ? finding.wanted : nil))
        writer.add(.init(finding.outcome == .unknown ? finding.because : nil))
        writer.add(.lines(actions.flatMap { $0.apply.isEmpty ? [$0.summary] : $0.apply }))
        writer.add(.lines(actions.map { $0.policyPath ?? $0.place.rawValue }))
        writer.add(.lines(actions.map(\.effect.rawValue)))
        writer.add(.lines(actions.flatMap(\.rollback)))
        writer.add(.lines(finding.waivers.map(\.id)))
        writer.add(.init(waiver?.lastDay))
        writer.add(.init(waiver?.owner))
        writer.add(control.reference)
        writer.add(.init(finding.because.isEmpty ? nil : finding.because))
        writer.add(.lines(actions.compactMap(\.guardCondition)))
        writer.add(.lines(actions.compactMap(\.verify)))
        writer.add(.init(waiver?.ticket))
        writer.add(.init(waiver?.approver))
        writer.add(.init(waiver?.reason))
    }

    /// The policy objects to change, each once.
    private static func objects(_ actions: [RemediationAction]) -> [String] {
        var objects: [String] = []
        for case let object? in actions.map(\.policyObject) where !objects.contains(object) { objects.append(object) }
        return objects
    }
}
