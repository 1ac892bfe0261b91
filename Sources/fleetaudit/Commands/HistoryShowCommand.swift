import Console
import Drift
import Formats
import History
import HostFacts
import Policy
import Reports

/// `fleetaudit history show`: what a remembered run concluded, as a whole or about one host.
struct HistoryShowCommand: Command {
    var run = "last"
    var host: String?
    var showsFacts = false
    var reports = "reports"
    var history = HistoryOptions()
    var console = ConsoleOptions()

    static let name = "show"
    static let summary = "Show a remembered run, or one host of it; no host is contacted."
    static let discussion = """
        A run is named by its id or the beginning of it, by a day (2026-11-20), or by last, last~1 and so on. \
        `fleetaudit report` writes all reports of a remembered run again.
        """
    static let examples = [
        Example("fleetaudit history show last", "The figures of the newest run, and who failed in it."),
        Example(
            "fleetaudit history show 2026-11-20 srv-rds-014", "What was wrong with a host that day, and since when."),
        Example("fleetaudit history show last~7 srv-rds-014 --facts", "And its stable facts of then."),
    ]

    static var parameters: ParameterList<HistoryShowCommand> {
        Argument(\.run, "run", help: "The run: an id, the beginning of one, a day, last, last~1.")
        Argument(\.host, "host", help: "A host of the run; without one the hosts are listed.")
        Flag(\.showsFacts, "--facts", help: "Also the host's stable facts.")
        HistoryOptions.reports(\.reports)
        Group(\.history, title: "History")
        Group(\.console, title: "Output")
    }

    func validate() throws(UsageError) {
        if showsFacts, host == nil { throw UsageError("--facts: name a host, too") }
    }

    func run(on output: Output) async throws -> ExitCode {
        let (stored, result, trend, facts) = try await history.asked(in: reports) {
            database throws(HistoryError) -> (StoredRun, AuditResult, RunTrend, [StoredFact]?) in
            let run = try await database.resolve(run)
            let result = try await database.result(of: run)
            var facts: [StoredFact]?
            // Also where no facts are wanted: a host that is not there is told with the name that was meant.
            if let host { facts = try await database.facts(of: run, host: host) }
            return (run, result, try await database.trend(for: result), facts)
        }
        if let judgement = result.hosts.first(where: { $0.host.name == host }) {
            tell(judgement, stored, trend, on: output)
            if showsFacts { tell(facts, on: output) }
        } else {
            tell(result, stored, trend, on: output)
        }
        return .success
    }

    private func heading(_ run: StoredRun) -> Message {
        "\(run.name)   \(run.startedText)   \(run.past.baseline) \(run.past.baselineVersion)"
    }

    private func tell(_ result: AuditResult, _ run: StoredRun, _ trend: RunTrend, on output: Output) {
        let figures = run.past.figures
        output.print(heading(run))
        output.print(
            "\(figures.judged) of \(FleetSummary.counted(figures.hosts, "host")) judged, \(figures.broken) broken, \(figures.exposed) exposed, \(FleetSummary.counted(figures.failureCount, "open failure"))"
        )
        var table = Table([
            Table.Column("host", overflow: .truncate), Table.Column("state", overflow: .keep),
            Table.Column("verdict", overflow: .keep), Table.Column("failures", .right, overflow: .keep),
            Table.Column("oldest since", overflow: .keep), Table.Column("", overflow: .truncate),
        ])
        for judgement in result.hosts where judgement.verdict != .met {
            let host = judgement.host
            let oldest = trend.failingSince[host.name]?.values.min().map { String(ISO8601.text($0).prefix(10)) } ?? ""
            let words =
                host.state.isJudged ? judgement.failures.map(\.control.id).joined(separator: " ") : host.reason
            table.add([
                "\(host.name)", "\(host.state.rawValue)", "\(judgement.verdict.rawValue)",
                "\(judgement.failures.count)", "\(oldest)", "\(words)",
            ])
        }
        output.print(table)
    }

    private func tell(_ judgement: HostJudgement, _ run: StoredRun, _ trend: RunTrend, on output: Output) {
        let host = judgement.host
        output.print(heading(run))
        output.print("\(host.name)   \(host.osName ?? "")   \(host.state.rawValue)   \(judgement.verdict.rawValue)")
        if !host.reason.isEmpty { output.print("\(host.reason)") }
        var table = Table([
            Table.Column("control", overflow: .keep), Table.Column("outcome", overflow: .keep),
            Table.Column("severity", overflow: .keep), Table.Column("since", overflow: .keep),
            Table.Column("because", overflow: .wrap),
        ])
        for finding in judgement.findings where finding.isFailure || finding.outcome == .unknown {
            let since = trend.failingSince[host.name]?[finding.control.id]
            table.add([
                "\(finding.control.id)", "\(finding.outcome.rawValue)", "\(finding.control.severity.rawValue)",
                "\(since.map { String(ISO8601.text($0).prefix(10)) } ?? "")", "\(finding.because)",
            ])
        }
        output.print(table)
        let passes = judgement.findings.count { $0.outcome == .pass }
        let notApplicable = judgement.findings.count { $0.outcome == .notApplicable }
        output.print("\(passes) pass, \(notApplicable) not applicable")
    }

    private func tell(_ facts: [StoredFact]?, on output: Output) {
        guard let facts else { return output.print("the host gave no facts") }
        for fact in facts { output.print("\(fact.path) = \(fact.value.shown)") }
    }
}
