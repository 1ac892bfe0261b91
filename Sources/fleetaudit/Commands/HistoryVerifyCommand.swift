import Console
import History
import Reports

/// `fleetaudit history verify`: whether all that was kept is whole.
struct HistoryVerifyCommand: Command {
    var reports = "reports"
    var history = HistoryOptions()
    var console = ConsoleOptions()

    static let name = "verify"
    static let summary = "Check that everything that is remembered is whole."
    static let discussion = """
        SQLite checks its pages; then all content is read and its hash made anew, every run is put together, and its \
        figures and the beginnings of failures are held against it. Runs may be recorded meanwhile. The exit code is 0 when \
        nothing is wrong and 65 otherwise.
        """
    static let examples = [
        Example("fleetaudit history verify", "After a crash, or before a copy is put away."),
        Example("fleetaudit history verify --history /backup/history.sqlite", "Is the copy good?"),
    ]

    static var parameters: ParameterList<HistoryVerifyCommand> {
        HistoryOptions.reports(\.reports)
        Group(\.history, title: "History")
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        let (problems, runs, path) = try await history.asked(in: reports) {
            database throws(HistoryError) -> ([String], Int, String) in
            (try await database.verify(), try await database.runs().count, database.path)
        }
        for problem in problems { output.print("\(problem)") }
        guard problems.isEmpty else {
            throw CommandFailure(
                "\(path) is damaged: \(FleetSummary.counted(problems.count, "problem"))",
                help: "docs/history.md says what to do", .badInput)
        }
        if !console.isQuiet { output.print("\(path) is whole: \(FleetSummary.counted(runs, "run"))") }
        return .success
    }
}
