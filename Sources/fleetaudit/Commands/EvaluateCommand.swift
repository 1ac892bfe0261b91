import Collection
import Console
import FoundationEssentials
import Reports

/// `fleetaudit evaluate`: judge a snapshot again, with any baseline, at any moment, without the network.
struct EvaluateCommand: Command {
    var snapshot = ""
    var judging = JudgingOptions()
    var reports: String?
    var console = ConsoleOptions()

    static let name = "evaluate"
    static let summary = "Judge a snapshot again; no host is contacted."
    static let examples = [
        Example("fleetaudit evaluate reports/20261120-020000/snapshot.jsonl.gz", "Judge a run again, as of now."),
        Example(
            "fleetaudit evaluate snapshot.jsonl.gz -b rdp-hardened --at 2027-01-15",
            "Judge it by another baseline, for a day to come."),
    ]

    static var parameters: ParameterList<EvaluateCommand> {
        Argument(\.snapshot, "snapshot", help: "The file snapshot.jsonl.gz of a run.", completion: .files)
        Group(\.judging, title: "Against what")
        Option(
            \.reports, "-o", "--reports", value: "folder",
            help:
                "Write the reports into a run folder in this folder, which is made when it is missing; without it only the summary is printed.",
            completion: .directories)
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        let (baseline, waivers) = try judging.load(telling: output)
        let result = try await Evaluation.judge(
            snapshot: snapshot, baseline: baseline, waivers: waivers, at: judging.judgedAt, telling: output)
        let summary = FleetSummary(result)
        var folder: String?
        if let reports {
            let run = try made { () throws(SnapshotError) in
                try ReportsFolder.make(reports)
                return try RunFolder.create(in: reports, at: Date())
            }
            try await ReportWriting.write(result, summary, to: run)
            folder = run.path
        }
        let code = ReportWriting.exitCode(result, summary, threshold: judging.threshold)
        TerminalSummary(result: result, summary: summary, folder: folder)
            .print(on: output, exitCode: code, failOn: judging.failOn)
        return code
    }
}
