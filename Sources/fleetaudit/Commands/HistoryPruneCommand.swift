import Console
import Drift
import FoundationEssentials
import History
import Reports

/// `fleetaudit history prune`: forget old runs.
struct HistoryPruneCommand: Command {
    var days: Int?
    var runs: Int?
    var isTrial = false
    var reports = "reports"
    var history = HistoryOptions()
    var console = ConsoleOptions()

    static let name = "prune"
    static let summary = "Forget old runs, and give their room back."
    static let discussion = """
        A run stays when one of the rules keeps it; the newest of every baseline and --limit always stays. Since when something fails \
        stays known, also when the run that saw it first is gone.
        """
    static let examples = [
        Example("fleetaudit history prune --keep-days 400 --dry-run", "Which runs would go?"),
        Example("fleetaudit history prune --keep-days 90 --keep-runs 30", "Three months, and 30 runs in any case."),
    ]

    static var parameters: ParameterList<HistoryPruneCommand> {
        Option(\.days, "--keep-days", value: "days", help: "Keep runs that are not older.")
        Option(
            \.runs, "--keep-runs", value: "number", help: "Keep so many of the newest, of each baseline and --limit.")
        Flag(\.isTrial, "--dry-run", help: "Only say which runs would go.")
        HistoryOptions.reports(\.reports)
        Group(\.history, title: "History")
        Group(\.console, title: "Output")
    }

    func validate() throws(UsageError) {
        guard days != nil || runs != nil else { throw UsageError("say what stays: --keep-days, --keep-runs, or both") }
        if let days, !(0...36_525).contains(days) { throw UsageError("--keep-days: a number of days from 0 to 36525") }
        if let runs, runs < 1 { throw UsageError("--keep-runs: at least 1") }
    }

    func run(on output: Output) async throws -> ExitCode {
        let rule = RetentionRule(days: days, runs: runs)
        let account = try await history.asked(in: reports, for: isTrial ? .reading : .writing) {
            database throws(HistoryError) in
            try await database.prune(rule, now: Date(), isTrial: isTrial)
        }
        if console.isQuiet { return .success }
        for run in account.removed { output.print("\(run.name)   \(run.startedText)   \(run.past.baseline)") }
        let removed = FleetSummary.counted(account.removed.count, "run")
        if isTrial {
            output.print("\(removed) would go, \(account.kept) stay; nothing was changed")
        } else {
            let freed = (account.sizeBefore - account.sizeAfter) / 1_024
            output.print("\(removed) gone, \(account.kept) kept; \(freed) KB given back")
        }
        return .success
    }
}
