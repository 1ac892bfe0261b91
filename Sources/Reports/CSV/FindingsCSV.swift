import Formats
import FoundationEssentials
import HostFacts
import Policy

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

    package static func render(_ result: AuditResult) -> [UInt8] {
        var writer = CSVWriter(byteOrderMark: true)
        writer.row(columns.map { .text($0) })
        for judgement in result.hosts {
            for finding in judgement.findings { writer.row(row(finding, judgement, result)) }
        }
        return writer.takeBytes()
    }

    private static func row(_ finding: Finding, _ judgement: HostJudgement, _ result: AuditResult) -> [CSVWriter.Cell] {
        let host = judgement.host
        let control = finding.control
        let failed = finding.outcome == .fail
        let waiver = finding.waiver
        let actions = finding.remediation
        func flag(_ consequence: Consequence) -> CSVWriter.Cell {
            .text(failed && control.consequence == consequence ? "yes" : "no")
        }
        func lines(_ texts: [String]) -> CSVWriter.Cell {
            texts.isEmpty ? .empty : .text(texts.joined(separator: "\n"))
        }
        return [
            .text(ReportIdentifier.make(host.name, control.id)), .text(result.run), .instant(host.collected),
            .text(host.name), .text(host.address), .text(host.groups.joined(separator: " ")), .init(host.site),
            .init(host.role), .init(host.osName), .init(host.osVersion.map { "\($0)" }), .text(control.id),
            .text(control.title), .text(control.area), .text(control.severity.rawValue),
            .text(finding.outcome.rawValue),
            .text((finding.isFailure ? Finding.Outcome.fail : finding.outcome).rawValue), flag(.breaks), flag(.exposes),
            .empty, .empty,
            .init(failed ? finding.causeID : nil),
            lines(finding.evidence.map(\.fact)), lines(finding.evidence.map(\.value)),
            lines(finding.evidence.compactMap { $0.source?.rawValue }), .empty,
            .init(finding.isFailure ? finding.wanted : nil),
            .init(finding.outcome == .unknown ? finding.because : nil),
            lines(actions.flatMap { $0.apply.isEmpty ? [$0.summary] : $0.apply }),
            lines(actions.map { $0.policyPath ?? $0.place.rawValue }), lines(actions.map(\.effect.rawValue)),
            lines(actions.flatMap(\.rollback)), lines(finding.waivers.map(\.id)), .init(waiver?.lastDay),
            .init(waiver?.owner), lines(control.references),
            .init(finding.because.isEmpty ? nil : finding.because), lines(actions.compactMap(\.guardCondition)),
            lines(actions.compactMap(\.verify)), .init(waiver?.ticket), .init(waiver?.approver), .init(waiver?.reason),
        ]
    }
}
