import Drift
import Formats
import FoundationEssentials
import HostFacts
package import Policy

/// `report.sarif`: failures and open questions as SARIF 2.1.0 (OASIS), for GitHub code scanning, Azure DevOps and viewers.
///
/// - A failure is a result of kind `fail`, a waived one carries an accepted external suppression, and what could not be told
///   is of kind `open`: the rule was evaluated, and there was too little to decide (3.27.9). Its level is `none`, since
///   the standard allows no other. Passes and what does not apply are left out, as scanners do.
/// - Hosts that gave no answer, or not a whole one, are notifications of the invocation: no result could speak of them.
/// - GitHub refuses results without a physical location, and tells alerts apart by rule, file and fingerprint. So each host
///   is a file, `hosts/<name>`, and the finding's identifier is the fingerprint that it looks at. The logical location is
///   what the standard means for things that are no files.
/// - Results that are gone have no entry with the state `absent`: GitHub does not look at the state and would keep their
///   alerts open. What is missing in a later run it closes by itself. How many went is a property of the run.
///
/// Nothing is cut, whatever a reader's limits are (docs/sarif.md names GitHub's).
package enum SARIFReport {
    package static let schema = "https://json.schemastore.org/sarif-2.1.0.json"

    package static func render<Failure: Error>(
        _ result: AuditResult, _ summary: FleetSummary, to emit: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        let places = Dictionary(
            result.baseline.controls.enumerated().map { ($0.element.id, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        var writer = JSONWriter()
        try writer.object { writer throws(Failure) in
            writer.member("$schema", schema)
            writer.member("version", "2.1.0")
            writer.key("runs")
            try writer.array { writer throws(Failure) in
                try writer.object { writer throws(Failure) in
                    SARIFTool.write(result, &writer)
                    writer.key("automationDetails")
                    // What stands before the last slash is GitHub's category: one for each baseline.
                    writer.object {
                        $0.member("id", "fleetaudit/\(SARIFText.segment(result.baseline.name))/\(result.run)")
                    }
                    invocation(result, summary, &writer)
                    writer.key("results")
                    try writer.array { writer throws(Failure) in
                        for judgement in result.hosts {
                            SARIFResult.write(judgement, summary.trend, places, &writer)
                            try emit(writer.takeBytes())
                        }
                    }
                    properties(result, summary, &writer)
                }
            }
        }
        try emit(writer.takeBytes() + [0x0a])
    }

    /// The run that asked and judged. It was successful when it could speak of anybody.
    private static func invocation(_ result: AuditResult, _ summary: FleetSummary, _ writer: inout JSONWriter) {
        writer.key("invocations")
        writer.array { writer in
            writer.object { writer in
                writer.member("executionSuccessful", summary.judged > 0 || summary.hostCount == 0)
                writer.member("startTimeUtc", ISO8601.text(result.started))
                writer.key("toolExecutionNotifications")
                writer.array { writer in
                    for judgement in result.hosts { notification(judgement, &writer) }
                }
            }
        }
    }

    private static func notification(_ judgement: HostJudgement, _ writer: inout JSONWriter) {
        let host = judgement.host
        let isJudged = judgement.verdict != .notJudged
        guard !isJudged || host.state != .audited else { return }
        let reason = isJudged ? host.reason : judgement.whyNotJudged
        writer.object { writer in
            writer.key("descriptor")
            writer.object { $0.member("id", isJudged ? SARIFTool.partly : SARIFTool.notAudited) }
            writer.member("level", isJudged ? "warning" : "error")
            writer.key("message")
            writer.object {
                $0.member(
                    "text",
                    SARIFText.message(
                        "\(host.name) was \(isJudged ? "audited in part" : "not audited") (\(host.state.rawValue)): \(reason)"
                    ))
            }
            writer.member("timeUtc", ISO8601.text(host.collected))
            writer.key("locations")
            writer.array { SARIFPlace(host).write(&$0) }
        }
    }

    private static func properties(_ result: AuditResult, _ summary: FleetSummary, _ writer: inout JSONWriter) {
        writer.key("properties")
        writer.object { writer in
            writer.member("baseline", "\(result.baseline.name) \(result.baseline.version)")
            writer.member("judgedAt", ISO8601.text(result.judgedAt))
            writer.member("verdict", summary.verdict)
            writer.key("figures")
            writer.object { RunFiguresJSON.members(summary.figures, &$0) }
            guard let previous = summary.trend.previous else { return }
            writer.member("previousRun", previous.run)
            writer.member("newFailures", summary.newFailures)
            writer.member("fixed", summary.fixed)
            writer.member("noLongerVisible", summary.noLongerVisible)
        }
    }
}
