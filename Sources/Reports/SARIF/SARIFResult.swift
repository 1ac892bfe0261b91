import Drift
import Formats
import HostFacts
import Policy

/// What was found on one host.
enum SARIFResult {
    /// - Parameter rules: places of the controls among the rules.
    static func write(
        _ judgement: HostJudgement, _ trend: RunTrend, _ rules: [String: Int], _ writer: inout JSONWriter
    ) {
        let host = judgement.host
        let place = SARIFPlace(host)
        let changes = trend.previous == nil ? nil : trend.differences[host.name]?.changes ?? []
        for finding in judgement.findings {
            switch finding.outcome {
            case .pass, .notApplicable: continue
            case .fail, .waived, .unknown:
                writer.object { result(finding, host, place, changes, rules[finding.control.id], &$0) }
            }
        }
    }

    private static func result(
        _ finding: Finding, _ host: AuditedHost, _ place: SARIFPlace,
        _ changes: [JudgementDifference.ControlChange]?, _ rule: Int?, _ writer: inout JSONWriter
    ) {
        let control = finding.control
        writer.member("ruleId", control.id)
        if let rule { writer.member("ruleIndex", rule) }
        writer.member("kind", finding.isFailure ? "fail" : "open")
        writer.member("level", finding.isFailure ? control.severity.sarifLevel : "none")
        writer.key("message")
        writer.object { $0.member("text", SARIFText.message(text(finding, host))) }
        writer.key("locations")
        writer.array { place.write(&$0) }
        let id = ReportIdentifier.finding(control.id, on: host.name)
        writer.key("partialFingerprints")
        writer.object { writer in
            writer.member("fleetauditFinding/v1", id)
            writer.member("primaryLocationLineHash", id + ":1")
        }
        if finding.outcome == .waived { suppressions(finding, &writer) }
        if let changes { writer.member("baselineState", state(finding, changes)) }
        writer.key("properties")
        writer.object { writer in
            writer.member("outcome", finding.outcome.rawValue)
            writer.member("severity", control.severity.rawValue)
            guard finding.isFailure else { return }
            writer.member("cause", finding.causeID)
            writer.key("evidence")
            writer.array { writer in
                for evidence in finding.evidence {
                    writer.object { writer in
                        writer.member("fact", evidence.fact)
                        writer.member("value", evidence.value)
                        if let source = evidence.source { writer.member("source", source.rawValue) }
                    }
                }
            }
        }
    }

    /// The first sentence is what lists show.
    private static func text(_ finding: Finding, _ host: AuditedHost) -> String {
        let control = finding.control
        guard finding.isFailure else {
            return "\(host.name): it could not be told whether this holds: \(control.title). \(finding.because)"
        }
        let waived = finding.waiver.map { " Waived until \($0.lastDay) (\($0.id))." } ?? ""
        let fixes = finding.remediation.map { " Fix: \($0.summary)." }.joined()
        return "\(host.name): \(finding.because).\(waived) Wanted: \(finding.wanted).\(fixes)"
    }

    private static func suppressions(_ finding: Finding, _ writer: inout JSONWriter) {
        writer.key("suppressions")
        writer.array { writer in
            for waiver in finding.waivers {
                writer.object { writer in
                    writer.member("kind", "external")
                    writer.member("status", "accepted")
                    writer.member(
                        "justification",
                        SARIFText.message(
                            "\(waiver.id) until \(waiver.lastDay), \(waiver.ticket), owner \(waiver.owner), approved by "
                                + "\(waiver.approver): \(waiver.reason)"))
                }
            }
        }
    }

    /// Against the run before: a result that was none there is new, one that was another kind of result is updated.
    private static func state(_ finding: Finding, _ changes: [JudgementDifference.ControlChange]) -> String {
        let change = changes.first { $0.control == finding.control.id }
        guard let change else { return "unchanged" }
        switch change.before {
        case .fail?, .waived?, .unknown?: return change.before == finding.outcome ? "unchanged" : "updated"
        case .pass?, .notApplicable?, nil: return "new"
        }
    }
}
