import Collection
import Console
import FoundationEssentials
import History
import Policy

/// `fleetaudit report`: tell a run that was recorded again, in any format, without its snapshot and without the policy.
struct ReportCommand: Command {
    var run = "last"
    var folder = "reports"
    var wanted = ReportOptions()
    var history = HistoryOptions()
    var judging = ThresholdOption()
    var console = ConsoleOptions()

    static let name = "report"
    static let summary = "Tell a recorded run again, in any format; no host is contacted."
    static let discussion = """
        The run is told as it was judged then: neither its snapshot nor the policy of that day is needed. Without --report \
        the summary is printed. Reports without a path go into the run's folder. The exit code is that of the run.
        """
    static let examples = [
        Example("fleetaudit report last", "The summary of the newest run."),
        Example("fleetaudit report 20261120-020000 --report html=/tmp/rdp.html", "One page of an older one."),
        Example("fleetaudit report last~1 --report json=-", "The run before the newest, for a program."),
    ]

    static var parameters: ParameterList<ReportCommand> {
        Argument(\.run, "run", help: "The run: its name or the beginning of it, a day, 'last' or 'last~1'.")
        Option(
            \.folder, "-o", "--reports", value: "folder", help: "The folder of all runs.",
            environment: "FLEETAUDIT_REPORTS", completion: .directories)
        Group(\.wanted, title: "Reports")
        Group(\.history, title: "History")
        Group(\.judging, title: "Exit code")
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        try ReportWriting.check(wanted)
        guard let file = history.file(in: folder) else {
            throw CommandFailure("--history none: a run is told again from the history", .usage)
        }
        let (result, trend) = try await remembered { () async throws(HistoryError) in
            let database = try HistoryDatabase(file, for: .reading)
            let result = try await database.result(of: try await database.resolve(run))
            return (result, try await database.trend(for: result))
        }
        let needsFolder = wanted.requests.contains { $0.path == nil }
        let place = needsFolder ? try? RunFolder.existing(result.run, in: folder) : nil
        return try await ResultTelling(
            result: result, trend: trend, failOn: judging.failOn, reports: wanted, folder: place,
            isQuiet: console.isQuiet, isBrief: !wanted.requests.isEmpty
        ).tell(on: output)
    }
}

/// From which severity on failures count, where nothing is judged.
struct ThresholdOption: ParameterSet {
    var failOn = JudgingOptions.FailOn.high

    static var parameters: ParameterList<ThresholdOption> {
        Option(\.failOn, "--fail-on", help: "From which severity on failures set bit 1 of the exit code.")
    }
}
