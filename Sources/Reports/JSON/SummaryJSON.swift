import Drift
import Formats
import FoundationEssentials
import HostFacts
package import Policy

/// The summary alone, for a program that is told how a run ended (docs/schemas/summary-1.schema.json): no evidence, no
/// address, no account; hosts are named only where a decision is about them.
package enum SummaryJSON {
    package static let format: Int64 = 1
    /// Causes and reasons that are told one by one; how many more there are is said.
    private static let most = 10

    /// - Parameters:
    ///   - exitCode: with which the program ends, or would.
    ///   - folder: the folder of the run's reports; `nil` when there is none.
    /// - Returns: one document, with a line feed at its end.
    package static func render(
        _ result: AuditResult, _ summary: FleetSummary, exitCode: Int, folder: String?
    ) -> [UInt8] {
        var writer = JSONWriter(style: [.pretty])
        writer.object { writer in
            writer.member("fleetaudit", "summary")
            writer.member("format", format)
            writer.member("run", result.run)
            writer.member("started", ISO8601.text(result.started))
            writer.member("judgedAt", ISO8601.text(result.judgedAt))
            writer.member("program", result.programVersion)
            writer.key("baseline")
            writer.object { writer in
                writer.member("name", result.baseline.name)
                writer.member("version", result.baseline.version)
                writer.member("title", result.baseline.title)
            }
            writer.member("verdict", summary.verdict)
            writer.member("exitCode", exitCode)
            writer.key("exitReasons")
            writer.array { writer in for reason in reasons(exitCode) { writer.string(reason) } }
            writer.key("figures")
            writer.object { RunFiguresJSON.members(summary.figures, &$0) }
            writer.key("states")
            writer.object { writer in
                for state in HostState.allCases { writer.member(state.rawValue, summary.states[state] ?? 0) }
            }
            if let previous = summary.trend.previous { change(previous, summary, &writer) }
            causes(summary, &writer)
            notAudited(summary, &writer)
            writer.key("decisions")
            writer.array { writer in
                for decision in summary.decisions {
                    writer.object { writer in
                        writer.member("kind", decision.kind.rawValue)
                        writer.member("text", decision.text)
                        writer.member("failures", decision.failures)
                        writer.member("hosts", decision.hosts.count)
                    }
                }
            }
            if let folder { writer.member("folder", folder) }
        }
        return writer.takeBytes() + [0x0a]
    }

    /// What the bits of an exit code say; empty for 0 and for codes that are no verdict.
    private static func reasons(_ exitCode: Int) -> [String] {
        guard (0...3).contains(exitCode) else { return [] }
        return (exitCode & 1 != 0 ? ["failures"] : []) + (exitCode & 2 != 0 ? ["incomplete"] : [])
    }

    private static func change(_ previous: PastRun, _ summary: FleetSummary, _ writer: inout JSONWriter) {
        writer.key("change")
        writer.object { writer in
            writer.member("run", previous.run)
            writer.member("judgedAt", ISO8601.text(previous.judgedAt))
            writer.member("newFailures", summary.newFailures)
            writer.member("fixed", summary.fixed)
            writer.member("noLongerVisible", summary.noLongerVisible)
            writer.member("baselineChanged", summary.trend.baselineChange != nil)
            writer.key("figures")
            writer.object { RunFiguresJSON.members(previous.figures, &$0) }
        }
    }

    private static func causes(_ summary: FleetSummary, _ writer: inout JSONWriter) {
        writer.key("causes")
        writer.array { writer in
            for cause in summary.causes.prefix(most) {
                writer.object { writer in
                    writer.member("id", cause.id)
                    writer.member("control", cause.control.id)
                    writer.member("title", cause.title)
                    writer.member("severity", cause.control.severity.rawValue)
                    if let consequence = cause.control.consequence {
                        writer.member("consequence", consequence.rawValue)
                    }
                    writer.member("policyOwned", cause.isPolicyOwned)
                    writer.member("hosts", cause.hosts.count)
                    writer.member("failures", cause.failureCount)
                    if let since = cause.failingSince { writer.member("failingSince", ISO8601.text(since)) }
                }
            }
        }
        writer.member("furtherCauses", max(summary.causes.count - most, 0))
    }

    /// By reason, in words without addresses and accounts.
    private static func notAudited(_ summary: FleetSummary, _ writer: inout JSONWriter) {
        var redactor = TextRedactor()
        var counts: [(reason: String, hosts: Int)] = []
        for group in summary.notAuditedReasons {
            // A host chose part of it, and a command may hand it to a terminal.
            let reason = VisibleText.shown(redactor.text(group.reason))
            if let place = counts.firstIndex(where: { $0.reason == reason }) {
                counts[place].hosts += group.hosts.count
            } else if counts.count < most {
                counts.append((reason, group.hosts.count))
            } else {
                break
            }
        }
        let told = counts.reduce(0) { $0 + $1.hosts }
        writer.key("notAudited")
        writer.array { writer in
            for (reason, hosts) in counts {
                writer.object { writer in
                    writer.member("reason", reason)
                    writer.member("hosts", hosts)
                }
            }
        }
        writer.member("notAuditedForOtherReasons", summary.notAudited.count - told)
    }
}

/// The figures of a run, in the same words wherever a document holds them.
enum RunFiguresJSON {
    static func members(_ figures: RunFigures, _ writer: inout JSONWriter) {
        writer.member("hosts", figures.hosts)
        writer.member("judged", figures.judged)
        writer.member("broken", figures.broken)
        writer.member("exposed", figures.exposed)
        writer.member("met", figures.met)
        writer.member("metWithWaivers", figures.metWithWaivers)
        writer.member("unknownAnswers", figures.unknowns)
        writer.key("openFailures")
        severities(figures.openFailures, &writer)
        writer.key("waived")
        severities(figures.waived, &writer)
    }

    static func severities(_ counts: [Severity: Int], _ writer: inout JSONWriter) {
        writer.object { writer in
            for severity in Severity.allCases.reversed() { writer.member(severity.rawValue, counts[severity] ?? 0) }
        }
    }
}
