import Formats
import FoundationEssentials
import HostFacts
import Policy

/// `hosts.csv`: one row for every host of the selection, also those that gave no answer. Columns keep their place; new
/// ones come last.
package enum HostsCSV {
    package static let columns = [
        "host", "address", "group", "site", "role", "os", "build", "state", "state_reason", "transport", "seconds",
        "last_audited_utc", "silent_runs", "rdp", "exposed", "pass", "fail_critical", "fail_high", "fail_medium",
        "fail_low", "waived", "unknown", "not_applicable", "new", "fixed", "worst_control", "pending_restart",
        "verdict",
        "authentication", "unchecked", "advice",
    ]

    package static func render(_ result: AuditResult) -> [UInt8] {
        var writer = CSVWriter(byteOrderMark: true)
        writer.row(columns.map { .text($0) })
        for judgement in result.hosts { writer.row(row(judgement, result)) }
        return writer.takeBytes()
    }

    private static func row(_ judgement: HostJudgement, _ result: AuditResult) -> [CSVWriter.Cell] {
        let host = judgement.host
        let isJudged = judgement.verdict != .notJudged
        func count(_ outcome: Finding.Outcome) -> CSVWriter.Cell {
            isJudged ? .init(judgement.findings.count { $0.outcome == outcome }) : .empty
        }
        func failures(_ severity: Severity) -> CSVWriter.Cell {
            isJudged ? .init(judgement.failures.count { $0.control.severity == severity }) : .empty
        }
        let worst = judgement.failures.max { $0.control.severity < $1.control.severity }
        return [
            .text(host.name), .text(host.address), .text(host.groups.joined(separator: " ")), .init(host.site),
            .init(host.role), .init(host.osName), .init(host.osVersion.map { "\($0)" }), .text(host.state.rawValue),
            .init(host.reason.isEmpty ? nil : host.reason), .init(host.transport), .decimal(host.seconds, digits: 3),
            isJudged ? .instant(host.collected) : .empty, .empty,
            isJudged ? .text(judgement.breaks(.breaks) ? "broken" : "no break found") : .empty,
            isJudged ? .text(judgement.breaks(.exposes) ? "yes" : "no") : .empty, count(.pass), failures(.critical),
            failures(.high), failures(.medium), failures(.low), count(.waived), count(.unknown), count(.notApplicable),
            .empty,
            .empty, .init(worst?.control.id), .empty, .text(judgement.verdict.rawValue), .init(host.authentication),
            .init(result.unchecked[host.name]?.joined(separator: ", ")), .init(host.advice.isEmpty ? nil : host.advice),
        ]
    }
}
