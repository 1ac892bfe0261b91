import Collection
import Console
import EventLoop
import Formats
import FoundationEssentials
import HostFacts
import Policy

/// `fleetaudit kb`: what a KB number is, and which hosts have what it brings.
struct KBCommand: Command {
    var number = ""
    var hosts: [String] = []
    var snapshot: String?
    var reports = "reports"
    var policies: String?
    var at: String?
    var format = Format.table
    var console = ConsoleOptions()

    enum Format: String, ArgumentValue, CaseIterable { case table, json }

    static let name = "kb"
    static let summary = "Tell what a KB number is, and which hosts have what it brings."
    static let discussion = """
        Builds decide: a cumulative update takes its predecessors out of every list of KBs, so that one is not listed \
        proves nothing. Before Windows 10 the packages of the host are looked at, as evidence that an update is there. \
        Without hosts and --snapshot only the catalogue is asked; the exit code is 0, or 2 when it does not know the \
        number. With them it is 0 when every host has it, else the sum of 1 (some have not) and 2 (of some it is not known).
        """
    static let examples = [
        Example("fleetaudit kb KB5004442", "What is this number that everybody speaks of?"),
        Example("fleetaudit kb KB5075904 srv01 'rdsh-*'", "Do these hosts of the last run have it?"),
        Example("fleetaudit kb KB5075904 --snapshot reports/20261120-020000", "Ask for all hosts of a run."),
    ]

    static var parameters: ParameterList<KBCommand> {
        Argument(\.number, "number", help: "The KB number, with or without KB.")
        Argument(\.hosts, "host", help: "Names of hosts of the snapshot, or patterns with * and ?; none: all of them.")
        Option(
            \.snapshot, "-s", "--snapshot", value: "path",
            help: "A snapshot or the folder of a run (default: the last run).", completion: .files)
        Option(
            \.reports, "-o", "--reports", value: "folder", help: "The folder of all runs, for the last one.",
            environment: "FLEETAUDIT_REPORTS", completion: .directories)
        Option(
            \.policies, "--policies", value: "folder", help: "The folder with controls, baselines and updates.",
            environment: "FLEETAUDIT_POLICIES", completion: .directories)
        Option(
            \.at, "--at", value: "moment",
            help: "Tell the catalogue's age as of this moment (2027-01-15 or 2027-01-15T00:00:00Z) instead of now.")
        Option(\.format, "--format", help: "A table for people, or JSON for programs.")
        Group(\.console, title: "Output")
    }

    func validate() throws(UsageError) {
        guard KBNumber(number) != nil else {
            throw UsageError("'\(number)' is no KB number such as KB5004442")
        }
        if let at, Self.moment(at) == nil {
            throw UsageError("--at: '\(at)' is no moment such as 2027-01-15 or 2027-01-15T00:00:00Z")
        }
    }

    private static func moment(_ text: String) -> Date? { ISO8601.date(text) ?? ISO8601.day(text) }

    func run(on output: Output) async throws -> ExitCode {
        guard let kb = KBNumber(number) else { throw CommandFailure("'\(number)' is no KB number", .usage) }
        let folder = try policies ?? ResourceFolder.find("Policies", marker: "controls")
        let catalogue: UpdateCatalogue
        do throws(Diagnostics) { catalogue = try PolicyFolder.catalogue(of: folder) } catch {
            throw CommandFailure(error)
        }
        let account = KBAccount(
            knowledge: KBKnowledge(kb, catalogue), catalogue: catalogue, now: at.flatMap(Self.moment) ?? Date())
        guard !hosts.isEmpty || snapshot != nil else {
            switch format {
            case .table: account.tell(on: output)
            case .json: output.write(account.json(nil))
            }
            return account.knowledge.isEmpty ? .incomplete : .success
        }
        let answers = try await account.answers(of: hosts, in: snapshotPath())
        switch format {
        case .table: output.print(KBAccount.table(answers))
        case .json: output.write(account.json(answers))
        }
        return .verdict(
            hasDrift: answers.contains { $0.answer.word == "no" },
            isIncomplete: answers.contains { $0.answer.word == "unknown" })
    }

    /// The file that `--snapshot` means, or that of the last run.
    private func snapshotPath() throws -> String {
        guard let snapshot else {
            return try made(.badInput) { () throws(SnapshotError) in
                try RunFolder.existing("last", in: reports).snapshotPath
            }
        }
        var isFolder = false
        _ = FileManager.default.fileExists(atPath: snapshot, isDirectory: &isFolder)
        return isFolder ? snapshot + "/snapshot.jsonl.gz" : snapshot
    }
}
