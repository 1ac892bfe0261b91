import Collection
import Console
import FoundationEssentials
import Inventory
import Policy

/// `fleetaudit check`: the gate before and after a change: a few hosts, or a snapshot, and only what is wrong or differs.
struct CheckCommand: Command {
    var snapshot: String?
    var before: String?
    var fleet = FleetOptions()
    var judging = JudgingOptions()
    var keeping = KeepingOptions()
    var schedule = ScheduleOptions()
    var showsAll = false
    var format = OutputFormat.text
    var console = ConsoleOptions()

    static let name = "check"
    static let summary = "Check some hosts, or compare them with the state before a change."
    static let discussion = """
        Hosts of an inventory are asked now; with a snapshot nobody is contacted. Without --before every failure is \
        listed; with it only what differs, each side judged as of its own time by the one baseline. The exit code is 0 \
        when nothing fails, or nothing got worse, else the sum of 1 (failures at or above --fail-on, or new ones) and 2 \
        (something could not be told: a host gave no answer, or was not in the state before, or what was known is not \
        any more). What hosts answered is kept only where --save or --reports says. docs/changes.md tells more.
        """
    static let examples = [
        Example(
            "fleetaudit check -i inventory.yaml -l 'rdsh-01:rdsh-02' --save before.jsonl.gz",
            "Before the change: does anything fail already? Keep the answers."),
        Example(
            "fleetaudit check -i inventory.yaml -l 'rdsh-01:rdsh-02' --before before.jsonl.gz",
            "After it: did anything get worse?"),
        Example(
            "fleetaudit check reports/20261121-020000 --before reports/20261120-020000 -b rdp-hardened",
            "Compare two runs; no host is contacted."),
    ]

    static var parameters: ParameterList<CheckCommand> {
        Argument(
            \.snapshot, "snapshot", help: "A snapshot, or the folder of a run; without it hosts are asked now.",
            completion: .files)
        Option(
            \.before, "--before", value: "path", help: "The snapshot, or run, of the state to compare with.",
            completion: .files)
        Group(\.fleet, title: "Who").optional
        Group(\.judging, title: "Against what")
        Group(\.keeping, title: "What is kept")
        Group(\.schedule, title: "How")
        Flag(\.showsAll, "--all", help: "List everything, not only the first lines.")
        Option(\.format, "--format", help: "For people or for programs.")
        Group(\.console, title: "Output")
    }

    func validate() throws(UsageError) {
        guard snapshot != nil else {
            if fleet.inventories.isEmpty {
                throw UsageError("nobody is to be checked: give a snapshot, or --inventory")
            }
            return
        }
        // An inventory that only the environment names is no contradiction.
        if !fleet.inventories.isEmpty, ProcessInfo.processInfo.environment["FLEETAUDIT_INVENTORY"] == nil {
            throw UsageError("a snapshot is checked without an inventory: give one or the other")
        }
        if keeping.save != nil { throw UsageError("--save: the snapshot is there already") }
        if let part = fleet.limit.flatMap({ HostPattern($0).partThatNeedsInventory }) {
            throw UsageError("--limit: '\(part)' counts the hosts of an inventory, and a snapshot has no order")
        }
    }

    func run(on output: Output) async throws -> ExitCode {
        // Whatever can be wrong without a host is found before the first one is contacted.
        let (baseline, waivers) = try judging.load(telling: output)
        let earlier = try before.map { try CheckRun.Earlier(path: try SnapshotOptions(snapshot: $0).path()) }
        guard let snapshot else {
            return try await keeping.collecting(fleet, schedule, output) { path in
                try await check(path, earlier, (baseline, waivers), nil, output)
            }
        }
        let path = try SnapshotOptions(snapshot: snapshot).path()
        return try await check(path, earlier, (baseline, waivers), fleet.limit, output)
    }

    private func check(
        _ path: String, _ earlier: CheckRun.Earlier?, _ policy: (baseline: Baseline, waivers: WaiverRegister),
        _ limit: String?, _ output: Output
    ) async throws -> ExitCode {
        let account = try await CheckRun(
            path: path, earlier: earlier, baseline: policy.baseline, waivers: policy.waivers, moment: judging.judgedAt,
            limit: limit
        ).check(output)
        let code = account.exitCode(threshold: judging.threshold)
        switch format {
        case .json: output.write(account.json(exitCode: code))
        case .text where console.isQuiet && code == .success: break
        case .text: CheckText(account: account, showsAll: showsAll).print(on: output, code, judging.failOn)
        }
        return code
    }
}
