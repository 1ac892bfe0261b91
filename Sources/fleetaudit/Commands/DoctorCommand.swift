import Collection
import Console
import EventLoop
import Formats
import FoundationEssentials
import HostFacts
import Inventory
import Synchronization

/// `fleetaudit doctor`: looks at this machine and its files. `fleetaudit doctor HOST --compare-probes`: asks one host in
/// both ways and prints every difference.
struct DoctorCommand: Command {
    var host: String?
    var comparesProbes = false
    var reports = RunOptions().reports
    var policies: String?
    var baseline = JudgingOptions().baseline
    var history = HistoryOptions()
    var format = OutputFormat.text
    var fleet = FleetOptions()
    var schedule = ScheduleOptions()
    var console = ConsoleOptions()

    static let name = "doctor"
    static let summary = "Check this machine before an audit, or how one host can be asked."
    static let discussion = """
        Without a host, what an unattended audit needs is looked at, and no host is contacted: libraries, the inventory \
        with its key and password files, the policies, the folder of reports, clock, limits. Each line says ok, warn or \
        FAIL, and what to do. The exit code is 0 when nothing fails (warnings do not count), else 1.

        With a host and --compare-probes the host is asked by PowerShell and by cmd.exe. The exit code is 0 when both tell \
        the same, 1 when a fact is told differently or one way should have told it and did not, and 2 when the two could \
        not be compared. What cmd.exe's programs have no means to tell is listed too, and counts for nothing.
        """
    static let examples = [
        Example("fleetaudit doctor -i inventory.yaml", "See whether tonight's audit would find what it needs."),
        Example(
            "fleetaudit doctor srv-01 --compare-probes -i inventory.yaml",
            "See what would be lost on this host without PowerShell."),
    ]

    static var parameters: ParameterList<DoctorCommand> {
        Argument(
            \.host, "host", help: "A host of the inventory, by its name there; without it this machine is looked at.")
        Flag(\.comparesProbes, "--compare-probes", help: "Compare the two ways of asking the host.")
        Option(
            \.reports, "-o", "--reports", value: "folder", help: "The folder of all runs.",
            environment: "FLEETAUDIT_REPORTS", completion: .directories)
        Option(
            \.policies, "--policies", value: "folder", help: "The folder with controls, baselines and updates.",
            environment: "FLEETAUDIT_POLICIES", completion: .directories)
        Option(
            \.baseline, "-b", "--baseline", value: "name", help: "A baseline of the policy folder, or a file.",
            environment: "FLEETAUDIT_BASELINE")
        Option(\.format, "--format", help: "For people or for programs; for a host text only.")
        Group(\.history)
        Group(\.fleet, title: "Who").optional
        Group(\.schedule, title: "How")
        Group(\.console, title: "Output")
    }

    func validate() throws(UsageError) {
        guard host != nil else {
            if comparesProbes { throw UsageError("--compare-probes needs a host to ask") }
            return
        }
        guard comparesProbes else { throw UsageError("doctor with a host needs --compare-probes") }
        guard fleet.limit == nil else { throw UsageError("--limit: the host is named already") }
        guard !fleet.inventories.isEmpty else { throw UsageError("--inventory is missing: where is the host?") }
    }

    func run(on output: Output) async throws -> ExitCode {
        guard let host else { return await checkMachine(output) }
        return try await compare(host, output)
    }

    /// Everything that an audit needs, before it is needed.
    private func checkMachine(_ output: Output) async -> ExitCode {
        let environment = ProcessInfo.processInfo.environment
        var checkup = Checkup()
        let asked = await checkup.checkInventory(
            fleet.inventories, limit: fleet.limit, defaultUser: fleet.user, environment: environment)
        await checkup.checkProgram(needsNTLM: asked.needsNTLM)
        var knownSince: Date?
        do {
            let folder = try policies ?? ResourceFolder.find("Policies", marker: "controls")
            knownSince = checkup.checkPolicies(folder, baseline: baseline)
        } catch {
            checkup.fail(.policies, "Policies", "\(ResourceFolder.missing("Policies"))", "name it with --policies")
        }
        checkup.checkReports(reports, hosts: max(asked.hosts, 1))
        await checkup.checkHistory(history.file(in: reports))
        checkup.checkMachine(
            environment: environment, concurrency: schedule.concurrency, knownSince: knownSince)
        switch format {
        case .text: checkup.print(on: output, isQuiet: console.isQuiet)
        case .json: output.write(checkup.json)
        }
        return checkup.exitCode
    }

    private func compare(_ host: String, _ output: Output) async throws -> ExitCode {
        let plan = try await fleet.plan(output, schedule)
        guard let planned = plan.hosts.first(where: { $0.name == host }) else {
            throw CommandFailure(
                "the inventory has no host '\(host)'",
                help: closest(to: host, among: plan.hosts.map(\.name)).map { "did you mean '\($0)'?" }, .usage)
        }
        // One account's refusals count for both ways.
        let gatekeeper = await SignInGatekeeper(LockoutBreaker(limit: schedule.maxRefusals))
        let asked = FleetSchedule(options: schedule.schedule, gatekeeper: gatekeeper)
        var records: [ProbeChoice: HostRecord] = [:]
        for choice in [ProbeChoice.powershell, .cmd] {
            var planned = planned
            planned.probe = choice
            records[choice] = try await record(planned, asked)
        }
        guard let first = records[.powershell], let second = records[.cmd] else { throw CommandFailure.interrupted }
        for (way, record) in [("PowerShell", first), ("cmd.exe", second)] {
            let reason = record.reason.isEmpty ? "" : ": \(record.reason)"
            output.print("\(way) \(record.state.rawValue)\(reason)")
        }
        guard first.state.isJudged, second.state.isJudged else { return .incomplete }
        return Self.tell(FactDictionary.differences(HostFacts(first.reading), HostFacts(second.reading)), output)
    }

    private func record(_ host: PlannedHost, _ schedule: FleetSchedule) async throws -> HostRecord? {
        let answer = Answer()
        _ = try await Interruption.shared.during {
            try await schedule.run([host]) { _ in
            } finished: { record throws(SnapshotError) in
                answer.record.withLock { $0 = record }
            }
        }
        return answer.record.withLock { $0 }
    }

    private final class Answer: Sendable {
        let record = Mutex<HostRecord?>(nil)
    }

    private static func tell(_ differences: [FactDifference], _ output: Output) -> ExitCode {
        let counted = differences.filter { $0.kind != .untold }
        var table = Table([
            Table.Column("fact", overflow: .keep), Table.Column("PowerShell", overflow: .wrap),
            Table.Column("cmd.exe", overflow: .wrap),
        ])
        for difference in counted + differences.filter({ $0.kind == .untold }) {
            table.add(["\(difference.fact.path)", "\(shown(difference.first))", "\(shown(difference.second))"])
        }
        if !differences.isEmpty { output.print(table) }
        output.print(
            "\(counted.count) of \(FactDictionary.all.count) facts differ; \(differences.count - counted.count) cannot be told by cmd.exe"
        )
        return .verdict(hasDrift: !counted.isEmpty, isIncomplete: false)
    }

    private static func shown(_ value: Collected<FactValue>) -> String {
        value.value?.text ?? "(\(value.whyMissing ?? ""))"
    }
}
