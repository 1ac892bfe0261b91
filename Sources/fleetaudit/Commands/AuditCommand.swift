import Collection
import Console
import FoundationEssentials
import Policy
import Reports

/// `fleetaudit audit`: collect, judge, report.
struct AuditCommand: Command {
    var fleet = FleetOptions()
    var schedule = ScheduleOptions()
    var judging = JudgingOptions()
    var folders = RunOptions()
    var console = ConsoleOptions()

    static let name = "audit"
    static let summary = "Ask the hosts of an inventory, judge them, and write reports."
    static let discussion = """
        Nothing is changed on any host. Every host's answer is on disk before it counts; an interrupted run keeps what it \
        has, and --resume goes on with it. The exit code is 0 when everything is well, else the sum of 1 (failures at or \
        above --fail-on) and 2 (something could not be told); `fleetaudit help exit-codes` lists the others.
        """
    static let examples = [
        Example("fleetaudit audit -i inventory.yaml", "Ask every host of the inventory."),
        Example(
            "fleetaudit audit -i inventory.yaml -l 'rdsh:&site-a' -b rdp-hardened",
            "Only session hosts of one site, by the harder baseline."),
        Example("fleetaudit audit -i inventory.yaml --resume last", "Go on with the run that was interrupted."),
    ]

    static var parameters: ParameterList<AuditCommand> {
        Group(\.fleet, title: "Who")
        Group(\.judging, title: "Against what")
        Group(\.folders, title: "Where to")
        Group(\.schedule, title: "How")
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        // Whatever can be wrong without a host is found before the first one is contacted.
        let (baseline, waivers) = try judging.load(telling: output)
        let inventory = try fleet.inventory(output)
        for stranger in waivers.strangers(in: inventory) { output.log.warning("\(stranger)") }
        let plan = try await fleet.plan(inventory, output, schedule)
        let run = try folders.open(plan)
        _ = try await CollectionRun(
            folder: run.folder, plan: plan, schedule: schedule, reports: folders.reports, startedAt: run.startedAt,
            retriesRefused: folders.retriesRefused
        ).ask(output, resuming: run.resumed)
        let result = try await Evaluation.judge(
            snapshot: run.folder.snapshotPath, baseline: baseline, waivers: waivers,
            at: judging.judgedAt, telling: output)
        let summary = FleetSummary(result)
        try await ReportWriting.write(result, summary, to: run.folder)
        let code = ReportWriting.exitCode(result, summary, threshold: judging.threshold)
        if !console.isQuiet || code != .success {
            TerminalSummary(
                result: result, summary: summary, folder: run.folder.path,
                files: ReportWriting.files + ["snapshot.jsonl.gz"]
            )
            .print(on: output, exitCode: code, failOn: judging.failOn)
        }
        return code
    }
}
