import Collection
import Console
import FoundationEssentials

/// `fleetaudit collect`: ask the fleet and leave a snapshot, to be judged later or elsewhere.
struct CollectCommand: Command {
    var fleet = FleetOptions()
    var schedule = ScheduleOptions()
    var folders = RunOptions()
    var console = ConsoleOptions()

    static let name = "collect"
    static let summary = "Ask the hosts of an inventory and keep their answers in a snapshot."
    static let discussion = """
        The exit code is 0 when every host gave a whole answer, else 2.
        """
    static let examples = [
        Example("fleetaudit collect -i inventory.yaml", "Ask every host; fleetaudit evaluate judges the snapshot.")
    ]

    static var parameters: ParameterList<CollectCommand> {
        Group(\.fleet, title: "Who")
        Group(\.folders, title: "Where to")
        Group(\.schedule, title: "How")
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        let plan = try await fleet.plan(output, schedule)
        let run = try folders.open(plan)
        let isComplete = try await CollectionRun(
            folder: run.folder, plan: plan, schedule: schedule, reports: folders.reports, startedAt: run.startedAt,
            retriesRefused: folders.retriesRefused, maxDuration: folders.maxDuration
        ).ask(output, resuming: run.resumed)
        if !console.isQuiet || !isComplete { output.print("\(run.folder.snapshotPath)") }
        return .verdict(hasDrift: false, isIncomplete: !isComplete)
    }
}
