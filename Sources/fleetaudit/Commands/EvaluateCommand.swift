import Collection
import Console
import Drift
import FoundationEssentials
import Reports

/// `fleetaudit evaluate`: judge a snapshot again, with any baseline, at any moment, without the network.
struct EvaluateCommand: Command {
    var snapshot = ""
    var judging = JudgingOptions()
    var reports: String?
    var wanted = ReportOptions()
    var isRecorded = false
    var history = HistoryOptions()
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
        Group(\.wanted, title: "Reports")
        Flag(
            \.isRecorded, "--record",
            help:
                "Keep the judgement in the history, as audit does, and judge as of the run unless --at says otherwise; a run that is there already is left as it is."
        )
        Group(\.history, title: "History")
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        try ReportWriting.check(wanted)
        let (baseline, waivers) = try judging.load(telling: output)
        let header = try made(.badInput) { () throws(SnapshotError) in try SnapshotReader(path: snapshot).header }
        let recording = try await recording(of: header.run)
        // What a history holds was judged when its hosts were asked, unless somebody says otherwise.
        let moment = isRecorded && judging.at == nil ? header.started : judging.judgedAt
        let result = try await Evaluation.judge(
            snapshot: snapshot, baseline: baseline, waivers: waivers, at: moment, recording: recording,
            telling: output)
        let trend = await recording?.finish(result) ?? .none
        let folder = try reports.map { reports in
            try made { () throws(SnapshotError) in
                try ReportsFolder.make(reports)
                return try RunFolder.create(in: reports, at: Date())
            }
        }
        let code = try await ResultTelling(
            result: result, trend: trend, failOn: judging.failOn, reports: wanted, folder: folder,
            isQuiet: console.isQuiet
        ).tell(on: output)
        if let failure = await recording?.failure { throw CommandFailure(failure) }
        return code
    }

    private func recording(of run: String) async throws -> RunRecording? {
        guard isRecorded else { return nil }
        guard let file = history.file(in: reports ?? RunOptions().reports) else {
            throw CommandFailure("--record and --history none exclude each other", .usage)
        }
        if let reports { try made { () throws(SnapshotError) in try ReportsFolder.make(reports) } }
        let recording = try await RunRecording.open(file, run: run, selection: "")
        await recording.begin(isReplacing: false)
        if let failure = await recording.failure { throw CommandFailure(failure) }
        return recording
    }
}
