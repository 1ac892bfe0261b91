import Collection
import Console
import Formats
import FoundationEssentials
import Inventory
import Policy

/// `fleetaudit whatif`: what other values, another baseline or another day would change, on any snapshot.
struct WhatIfCommand: Command {
    var snapshot = ""
    var assignments: [String] = []
    var hosts: String?
    var judging = JudgingOptions()
    var from: String?
    var fromAt: String?
    var showsAll = false
    var format = OutputFormat.text
    var console = ConsoleOptions()

    static let name = "whatif"
    static let summary = "Tell what other values, another baseline or another day would change."
    static let discussion = """
        Every host of a snapshot is judged as it is, and as it would be; no host is contacted, and nothing is changed \
        anywhere. Told is what would newly fail or be met, what a policy would revert, which ways in would be cut off \
        (Remote Desktop, and our own), and which certificates end until then and cannot renew. Without --from the \
        baseline before is that of --baseline; where --baseline is all that is asked, it is rdp-connectivity. The exit \
        code is 0 when nothing gets worse, else the sum of 1 (failures at or above --fail-on that are new, or a way in \
        that is cut off) and 2 (something could not be told). docs/changes.md says what can be set, and how.
        """
    static let examples = [
        Example(
            "fleetaudit whatif reports/20261120-020000 --set rdp.listener.userAuthentication=1 --hosts 'rdsh-*'",
            "What if the session hosts required network level authentication?"),
        Example(
            "fleetaudit whatif reports/20261120-020000 --set schannel.tls12.server=disabled --all",
            "Whom would it cut off, us included?"),
        Example(
            "fleetaudit whatif snapshot.jsonl.gz --at 2027-01-15 --format json",
            "Which certificates will have ended, for a program."),
        Example(
            "fleetaudit whatif snapshot.jsonl.gz --from rdp-connectivity -b rdp-hardened",
            "What would another baseline find?"),
    ]

    static var parameters: ParameterList<WhatIfCommand> {
        Argument(\.snapshot, "snapshot", help: "A snapshot, or the folder of a run.", completion: .files)
        Option(
            \.assignments, "--set", value: "fact=value",
            help: "A setting or fact as it shall be; 'absent' takes a value away. May be given several times.")
        Option(
            \.hosts, "--hosts", value: "pattern",
            help: "Only these hosts and groups of the snapshot: names and globs, joined by ':', with '&' and '!'.")
        Group(\.judging, title: "Against what, afterwards")
        Option(\.from, "--from", value: "name", help: "The baseline before, when another one than --baseline.")
        Option(
            \.fromAt, "--from-at", value: "moment",
            help: "Judge the state before as of this moment instead of now; without --at the state after, too.")
        Flag(\.showsAll, "--all", help: "List every host, not only the first ones.")
        Option(\.format, "--format", help: "For people or for programs.")
        Group(\.console, title: "Output")
    }

    func validate() throws(UsageError) {
        for text in assignments { try assigned(text) }
        if let fromAt, Self.moment(fromAt) == nil {
            throw UsageError("--from-at: '\(fromAt)' is no moment such as 2027-01-15 or 2027-01-15T00:00:00Z")
        }
        if let part = hosts.flatMap({ HostPattern($0).partThatNeedsInventory }) {
            throw UsageError("--hosts: '\(part)' counts the hosts of an inventory, and a snapshot has no order")
        }
        if assignments.isEmpty, judging.at == nil, baselineBefore == judging.baseline {
            throw UsageError("nothing is asked: give --set, --at, or two baselines by --from and --baseline")
        }
    }

    @discardableResult private func assigned(_ text: String) throws(UsageError) -> FactAssignment {
        do throws(FactAssignmentError) { return try FactAssignment(text) } catch {
            throw UsageError("--set: \(error)")
        }
    }

    private static func moment(_ text: String) -> Date? { ISO8601.date(text) ?? ISO8601.day(text) }

    private var baselineBefore: String {
        from ?? (assignments.isEmpty && judging.at == nil ? JudgingOptions().baseline : judging.baseline)
    }

    func run(on output: Output) async throws -> ExitCode {
        let path = try SnapshotOptions(snapshot: snapshot).path()
        let question = try question(of: path, telling: output)
        let account = try await WhatIfRun(
            question: question, path: path,
            pattern: hosts.map { HostPattern($0) }, patternText: hosts ?? ""
        ).ask(output)
        let code = account.exitCode(threshold: judging.threshold)
        switch format {
        case .json: output.write(account.json(exitCode: code))
        case .text: WhatIfText(account: account, showsAll: showsAll).print(on: output, code, judging.failOn)
        }
        return code
    }

    private func question(of path: String, telling output: Output) throws -> WhatIf {
        let (after, waivers) = try judging.load(telling: output)
        let names = try made(.badInput) { () throws(SnapshotError) in
            Set(try SnapshotReader(path: path).header.plannedHosts)
        }
        var earlier = judging
        earlier.baseline = baselineBefore
        let before = baselineBefore == judging.baseline ? after : try earlier.loadBaseline()
        let now = fromAt.flatMap(Self.moment) ?? Date()
        return WhatIf(
            try assignments.map { try assigned($0) },
            before: .init(before, at: now, waivers: waivers, hostNames: names),
            after: .init(after, at: judging.at == nil ? now : judging.judgedAt, waivers: waivers, hostNames: names))
    }
}
