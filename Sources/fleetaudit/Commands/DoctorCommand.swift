import Collection
import Console
import EventLoop
import Formats
import FoundationEssentials
import HostFacts
import Inventory
import Synchronization

/// `fleetaudit doctor HOST --compare-probes`: asks one host in both ways and prints every difference.
struct DoctorCommand: Command {
    var host = ""
    var comparesProbes = false
    var fleet = FleetOptions()
    var schedule = ScheduleOptions()
    var console = ConsoleOptions()

    static let name = "doctor"
    static let summary = "Ask one host by PowerShell and by cmd.exe, and print what they tell differently."
    static let discussion = """
        The exit code is 0 when both tell the same, 1 when a fact is told differently or one way should have told it and \
        did not, and 2 when the two could not be compared. What cmd.exe's programs have no means to tell is listed too, \
        and counts for nothing.
        """
    static let examples = [
        Example(
            "fleetaudit doctor srv-01 --compare-probes -i inventory.yaml",
            "See what would be lost on this host without PowerShell.")
    ]

    static var parameters: ParameterList<DoctorCommand> {
        Argument(\.host, "host", help: "A host of the inventory, by its name there.")
        Flag(
            \.comparesProbes, "--compare-probes", help: "Compare the two ways of asking; nothing else is looked at yet."
        )
        Group(\.fleet, title: "Who")
        Group(\.schedule, title: "How")
        Group(\.console, title: "Output")
    }

    func validate() throws(UsageError) {
        guard comparesProbes else { throw UsageError("doctor needs --compare-probes") }
        guard fleet.limit == nil else { throw UsageError("--limit: the host is named already") }
    }

    func run(on output: Output) async throws -> ExitCode {
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
        try await Interruption.shared.during {
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
