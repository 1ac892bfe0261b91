import Collection
import Console
import FoundationEssentials
import History
import Inventory
import Policy

/// `fleetaudit diff`: what changed between two runs, and why.
struct DiffCommand: Command {
    var first: String?
    var second: String?
    var against = Against.last
    var hosts: String?
    var controls: [String] = []
    var history = HistoryOptions()
    var reports = "reports"
    var judging = JudgingOptions()
    var showsStill = false
    var showsFacts = false
    var showsAll = false
    var format = OutputFormat.text
    var console = ConsoleOptions()

    enum Against: String, ArgumentValue, CaseIterable { case last, baseline, peers }

    static let name = "diff"
    static let summary = "Tell what changed between two runs, and which facts are behind it."
    static let discussion = """
        Runs are named as the history lists them (a name or its beginning, a day, 'last', 'last~1'); without a name the \
        newest run is compared with the one before of its series: the same baseline, mostly the same hosts. What has a \
        slash or is a file is a snapshot or the folder of a run: two of them are compared without a history, both judged \
        by --baseline as of their own time. Told is what newly fails, is fixed, cannot be told or seen any more, each \
        with the facts that changed; hosts that came, went or fell silent; names that are another machine's now. Equal \
        changes of many hosts are one entry. --against baseline tells what fails in one run and since when, --against \
        peers where hosts are unlike nearly all of their kind. The exit code is 0, or the sum of 1 (something newly fails \
        at or above --fail-on; against the baseline: fails) and 2 (hosts or answers that were known are not any more).
        """
    static let examples = [
        Example("fleetaudit diff", "What changed since the run before?"),
        Example("fleetaudit diff last --still --facts", "And what stays wrong, and which facts changed besides?"),
        Example("fleetaudit diff 2026-11-01 last --hosts rdsh", "What changed this month on one group?"),
        Example(
            "fleetaudit diff reports/20261119-020000 reports/20261120-020000 -b rdp-hardened",
            "Compare two snapshots, without a history."),
        Example("fleetaudit diff --against baseline", "What fails now, since when, by which facts?"),
        Example("fleetaudit diff --against peers", "Which hosts are unlike others of their kind?"),
    ]

    static var parameters: ParameterList<DiffCommand> {
        Argument(
            \.first, "run", help: "A run, or a snapshot: with a second one the earlier, else the later one.",
            completion: .files)
        Argument(\.second, "later", help: "The later run, or snapshot.", completion: .files)
        Option(
            \.against, "--against", help: "With what the run is compared: the one before, its baseline, hosts like it.")
        Option(
            \.hosts, "--hosts", value: "pattern",
            help: "Only these hosts and groups: names and globs, joined by ':', with '&' and '!'.")
        Option(\.controls, "--control", value: "id", help: "Only this control, or a glob; may be given several times.")
        Flag(\.showsStill, "--still", help: "List also what fails as before, and hosts that still cannot be read.")
        Flag(\.showsFacts, "--facts", help: "List also facts that changed without a change of verdict.")
        Flag(\.showsAll, "--all", help: "List every entry and host, not only the first ones.")
        Option(\.format, "--format", help: "For people or for programs.")
        Group(\.history, title: "Where the runs are")
        Option(
            \.reports, "-o", "--reports", value: "folder", help: "The folder of all runs, in which the history lies.",
            environment: "FLEETAUDIT_REPORTS", completion: .directories)
        Group(\.judging, title: "Against what snapshots are judged")
        Group(\.console, title: "Output")
    }

    func validate() throws(UsageError) {
        if against != .last, second != nil {
            throw UsageError("--against \(against.rawValue) looks at one run; two were given")
        }
        if against == .peers, !controls.isEmpty {
            throw UsageError("--control: peers are compared by facts, not by what controls say")
        }
        if judging.at != nil { throw UsageError("--at: each snapshot is judged as of its own time") }
        if let part = hosts.flatMap({ HostPattern($0).partThatNeedsInventory }) {
            throw UsageError("--hosts: '\(part)' counts the hosts of an inventory, and a run has no order")
        }
        guard let first, Self.isSnapshot(first) || second.map(Self.isSnapshot) ?? false else { return }
        if against == .last, second == nil {
            throw UsageError("'\(first)' is a snapshot: give a second one to compare it with, or --against baseline")
        }
        if let second, Self.isSnapshot(first) != Self.isSnapshot(second) {
            throw UsageError(
                "a run of the history and a snapshot are not judged alike: give two runs, or two snapshots")
        }
    }

    /// A path, not the name of a run.
    private static func isSnapshot(_ text: String) -> Bool {
        text.contains("/") || FileManager.default.fileExists(atPath: text)
    }

    func run(on output: Output) async throws -> ExitCode {
        let selection = DiffSelection(hosts: hosts, controls: controls)
        if let first, Self.isSnapshot(first) { return try await compareSnapshots(first, selection, output) }
        guard let file = history.file(in: reports) else {
            throw CommandFailure("without a history there are no runs to compare", help: "give two snapshots", .usage)
        }
        let database = try await remembered { () throws(HistoryError) in try HistoryDatabase(file, for: .reading) }
        let runs = HistoryDiff(database: database, selection: selection)
        switch against {
        case .last:
            let account = try await second == nil ? runs.compare(nil, first) : runs.compare(first, second)
            return tell(account, on: output)
        case .baseline: return tell(try await runs.fromBaseline(first), on: output)
        case .peers: return tell(try await runs.fromPeers(first), on: output)
        }
    }

    private func compareSnapshots(_ first: String, _ selection: DiffSelection, _ output: Output) async throws
        -> ExitCode
    {
        let path = try SnapshotOptions(snapshot: first).path()
        if against == .peers {
            return tell(try await SnapshotDeviations(path: path, selection: selection).fromPeers(), on: output)
        }
        let (baseline, waivers) = try judging.load(telling: output)
        guard let second else {
            let deviations = SnapshotDeviations(path: path, selection: selection)
            return tell(try await deviations.fromBaseline(baseline, waivers, telling: output), on: output)
        }
        return tell(
            try await SnapshotDiff(
                before: path, after: try SnapshotOptions(snapshot: second).path(), baseline: baseline, waivers: waivers,
                selection: selection
            ).compare(), on: output)
    }

    private func tell(_ account: DiffAccount, on output: Output) -> ExitCode {
        let code = account.exitCode(threshold: judging.threshold)
        switch format {
        case .json: output.write(account.json(exitCode: code))
        case .text:
            DiffText(account: account, showsAll: showsAll, showsStill: showsStill, showsFacts: showsFacts)
                .print(on: output, code, judging.failOn)
        }
        return code
    }

    private func tell(_ account: BaselineDiff, on output: Output) -> ExitCode {
        let code = account.exitCode(threshold: judging.threshold)
        switch format {
        case .json: output.write(account.json(exitCode: code))
        case .text: account.print(on: output, code, judging.failOn, showsAll: showsAll)
        }
        return code
    }

    private func tell(_ account: PeerDiff, on output: Output) -> ExitCode {
        switch format {
        case .json: output.write(account.json())
        case .text: account.print(on: output, showsAll: showsAll)
        }
        return account.exitCode
    }
}
