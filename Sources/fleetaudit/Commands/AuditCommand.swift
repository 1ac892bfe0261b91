import Collection
import Console
import Drift
import FoundationEssentials
import Glibc
import Policy

/// `fleetaudit audit`: collect, judge, report.
struct AuditCommand: Command {
    var fleet = FleetOptions()
    var schedule = ScheduleOptions()
    var judging = JudgingOptions()
    var folders = RunOptions()
    var reports = ReportOptions()
    var history = HistoryOptions()
    var notify = NotifyOptions()
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
        Example(
            "fleetaudit audit -q -i inventory.yaml --report html --report prometheus=/var/lib/node-exporter/rdp.prom",
            "As cron runs it: one page, figures for the monitoring, and a word only when something is wrong."),
        Example("fleetaudit audit -i inventory.yaml --resume last", "Go on with the run that was interrupted."),
    ]

    static var parameters: ParameterList<AuditCommand> {
        Group(\.fleet, title: "Who")
        Group(\.judging, title: "Against what")
        Group(\.folders, title: "Where to")
        Group(\.reports, title: "Reports")
        Group(\.history, title: "History")
        Group(\.schedule, title: "How")
        Group(\.notify, title: "Whom to tell")
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        // Whatever can be wrong without a host is found before the first one is contacted.
        try ReportWriting.check(reports)
        let (baseline, waivers) = try judging.load(telling: output)
        let inventory = try fleet.inventory(output)
        for stranger in waivers.strangers(in: inventory) { output.log.warning("\(stranger)") }
        let plan = try await fleet.plan(inventory, output, schedule)
        let run = try folders.open(plan)
        var recording: RunRecording?
        if let file = history.file(in: folders.reports) {
            do {
                recording = try await RunRecording.open(file, run: run.folder.run, selection: fleet.limit ?? "")
            } catch {
                // Nothing is in it yet, unless an earlier run is gone on with.
                rmdir(run.folder.path)
                throw error
            }
        }
        _ = try await CollectionRun(
            folder: run.folder, plan: plan, schedule: schedule, reports: folders.reports, startedAt: run.startedAt,
            retriesRefused: folders.retriesRefused, maxDuration: folders.maxDuration
        ).ask(output, resuming: run.resumed)
        await recording?.begin(isReplacing: true)
        let result = try await Evaluation.judge(
            snapshot: run.folder.snapshotPath, baseline: baseline, waivers: waivers,
            at: judging.judgedAt, recording: recording, telling: output)
        let trend = await recording?.finish(result) ?? .none
        let code = try await ResultTelling(
            result: result, trend: trend, failOn: judging.failOn, reports: reports, folder: run.folder,
            otherFiles: ["snapshot.jsonl.gz"], isQuiet: console.isQuiet,
            notification: Notification(
                options: notify, environment: ProcessInfo.processInfo.environment, secrets: plan.secrets)
        ).tell(on: output)
        // The reports come first: what could not be remembered is still to be read.
        if let failure = await recording?.failure {
            throw CommandFailure(
                "\(failure)", help: "`fleetaudit evaluate \(run.folder.snapshotPath) --record` keeps this run later",
                CommandFailure(failure).exitCode)
        }
        return code
    }
}
