import Drift
import Formats
import FoundationEssentials
import HostFacts
package import Policy

/// `results.json`: the whole result for programs (docs/schemas/results-1.schema.json).
///
/// Written host by host, and straight: a large fleet has a finding for every control on every host.
package enum ResultsJSON {
    package static let format: Int64 = 1

    package static func render<Failure: Error>(
        _ result: AuditResult, _ summary: FleetSummary, to sink: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        var writer = JSONWriter(style: [.pretty])
        try writer.object { writer throws(Failure) in
            writer.member("fleetaudit", "results")
            writer.member("format", format)
            writer.member("run", result.run)
            writer.member("started", ISO8601.text(result.started))
            writer.member("judgedAt", ISO8601.text(result.judgedAt))
            writer.member("program", result.programVersion)
            writer.member("probe", result.probe)
            writer.key("baseline")
            baseline(result.baseline, &writer)
            writer.key("summary")
            figures(result, summary, &writer)
            if let previous = summary.trend.previous { trend(previous, summary, &writer) }
            writer.key("causes")
            writer.array { writer in for cause in summary.causes { ResultsJSON.cause(cause, &writer) } }
            if !summary.waivers.isEmpty {
                writer.key("waivers")
                writer.array { writer in for account in summary.waivers { ResultsJSON.account(account, &writer) } }
            }
            writer.key("hosts")
            try writer.array { writer throws(Failure) in
                for judgement in result.hosts {
                    HostJSON.write(judgement, result, summary.trend, &writer)
                    try sink(writer.takeBytes())
                }
            }
        }
        try sink(writer.takeBytes() + [0x0a])
    }

    private static func baseline(_ baseline: BaselineStatement, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("name", baseline.name)
            writer.member("version", baseline.version)
            writer.member("title", baseline.title)
            writer.strings("controls", baseline.controls.map(\.id))
            writer.member("catalogueAsOf", ISO8601.text(baseline.catalogueAsOf))
        }
    }

    private static func figures(_ result: AuditResult, _ summary: FleetSummary, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("verdict", summary.verdict)
            writer.member("hosts", summary.hostCount)
            writer.member("judged", summary.judged)
            writer.member("broken", summary.broken)
            writer.member("exposed", summary.exposed)
            writer.member("unknownAnswers", summary.unknowns)
            writer.key("verdicts")
            writer.object { writer in
                for verdict in HostJudgement.Verdict.allCases {
                    writer.member(verdict.rawValue, summary.verdicts[verdict] ?? 0)
                }
            }
            writer.key("states")
            writer.object { writer in
                for state in HostState.allCases { writer.member(state.rawValue, summary.states[state] ?? 0) }
            }
            writer.key("openFailures")
            RunFiguresJSON.severities(summary.openFailures, &writer)
            guard !result.waivers.isEmpty else { return }
            writer.key("waived")
            RunFiguresJSON.severities(summary.waived, &writer)
            writer.key("withoutWaivers")
            writer.object { writer in
                writer.member("broken", summary.withoutWaivers.broken)
                writer.member("exposed", summary.withoutWaivers.exposed)
                writer.key("openFailures")
                RunFiguresJSON.severities(summary.withoutWaivers.failures, &writer)
            }
        }
    }

    private static func trend(_ previous: PastRun, _ summary: FleetSummary, _ writer: inout JSONWriter) {
        let trend = summary.trend
        writer.key("trend")
        writer.object { writer in
            writer.key("previous")
            writer.object { writer in
                writer.member("run", previous.run)
                writer.member("started", ISO8601.text(previous.started))
                writer.member("judgedAt", ISO8601.text(previous.judgedAt))
                writer.member("baseline", previous.baseline)
                writer.member("baselineVersion", previous.baselineVersion)
                writer.key("figures")
                writer.object { RunFiguresJSON.members(previous.figures, &$0) }
            }
            writer.key("figures")
            writer.object { RunFiguresJSON.members(summary.figures, &$0) }
            writer.member("newFailures", summary.newFailures)
            writer.member("fixed", summary.fixed)
            writer.member("noLongerVisible", summary.noLongerVisible)
            if let change = trend.baselineChange {
                writer.key("baselineChange")
                writer.object { writer in
                    writer.member("before", change.before)
                    writer.member("after", change.after)
                    writer.strings("added", change.added)
                    writer.strings("removed", change.removed)
                }
            }
            guard let coverage = trend.coverage else { return }
            writer.key("coverage")
            writer.object { writer in
                writer.member("day", coverage.day)
                writer.member("week", coverage.week)
                writer.member("month", coverage.month)
            }
        }
    }

    private static func account(_ account: WaiverAccount, _ writer: inout JSONWriter) {
        let waiver = account.waiver
        writer.object { writer in
            writer.member("id", waiver.id)
            writer.member("state", account.state.rawValue)
            writer.strings("controls", waiver.controls)
            writer.member("pattern", waiver.hosts)
            writer.member("reason", waiver.reason)
            writer.member("owner", waiver.owner)
            writer.member("ticket", waiver.ticket)
            writer.member("approver", waiver.approver)
            writer.member("lastDay", waiver.lastDay)
            writer.member("hosts", account.hosts)
            writer.member("findings", account.findings)
            writer.member("unused", account.isUnused)
            writer.member("tooBroad", account.breadth != nil)
            writer.member("tooLong", waiver.isTooLong)
            if let granted = waiver.granted { writer.member("granted", String(ISO8601.text(granted).prefix(10))) }
            if let days = account.endsInDays { writer.member("endsInDays", days) }
        }
    }

    private static func cause(_ cause: Cause, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", cause.id)
            writer.member("control", cause.control.id)
            writer.strings("controls", cause.controls.map(\.id))
            writer.member("policyOwned", cause.isPolicyOwned)
            writer.member("policyObject", told: cause.policyObject)
            writer.member("failures", cause.failureCount)
            if let since = cause.failingSince { writer.member("failingSince", ISO8601.text(since)) }
            writer.strings("hosts", cause.hosts.map(\.host.name))
        }
    }
}

extension JSONWriter {
    mutating func strings(_ key: String, _ texts: some Sequence<String>) {
        self.key(key)
        array { writer in for text in texts { writer.string(text) } }
    }

    /// Only when there is something to say.
    mutating func member(_ key: String, told text: String?) {
        if let text, !text.isEmpty { member(key, text) }
    }
}
