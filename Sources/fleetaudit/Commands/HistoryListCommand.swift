import Console
import Drift
import Formats
import FoundationEssentials
import History

/// `fleetaudit history`: which runs are remembered, with their figures.
struct HistoryListCommand: Command {
    var reports = "reports"
    var history = HistoryOptions()
    var format = OutputFormat.text
    var console = ConsoleOptions()

    static let name = "list"
    static let summary = "List the runs that are remembered, the newest last."
    static let discussion = """
        What a history keeps, how large it gets and who may read it stands in docs/history.md.
        """
    static let examples = [
        Example("fleetaudit history", "Every run with its figures."),
        Example("fleetaudit history list --format json", "The same for a program: a trend over years."),
    ]

    static var parameters: ParameterList<HistoryListCommand> {
        HistoryOptions.reports(\.reports)
        Group(\.history, title: "History")
        Option(\.format, "--format", help: "For people or for programs.")
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        let runs = try await history.asked(in: reports) { database throws(HistoryError) in try await database.runs() }
        switch format {
        case .text: output.print(Self.table(runs))
        case .json:
            var writer = JSONWriter(style: [.pretty])
            writer.value(["fleetaudit": "history", "format": 1, "runs": .array(runs.map(\.json))])
            output.write(writer.takeBytes() + [0x0a])
        }
        return .success
    }

    private static func table(_ runs: [StoredRun]) -> Table {
        var table = Table([
            Table.Column("run", overflow: .keep), Table.Column("started", overflow: .keep),
            Table.Column("baseline", overflow: .truncate), Table.Column("judged", .right, overflow: .keep),
            Table.Column("broken", .right, overflow: .keep), Table.Column("exposed", .right, overflow: .keep),
            Table.Column("met", .right, overflow: .keep), Table.Column("failures", .right, overflow: .keep),
            Table.Column("selection", overflow: .truncate),
        ])
        for run in runs {
            let figures = run.past.figures
            table.add([
                "\(run.name)", "\(run.startedText)", "\(run.past.baseline) \(run.past.baselineVersion)",
                "\(figures.judged)/\(figures.hosts)", "\(figures.broken)", "\(figures.exposed)",
                "\(figures.metWithWaivers)", "\(figures.failureCount)", "\(run.selection)",
            ])
        }
        return table
    }
}
