import Collection
import Console
import EventLoop
import Formats
import FoundationEssentials
import HostFacts
import Policy

/// `fleetaudit baseline init`: a baseline after a host that is as it should be.
struct BaselineInitCommand: Command {
    var host = ""
    var snapshot: String?
    var reports = "reports"
    var base = "rdp-hardened"
    var target: String?
    var excludesFailing = false
    var policies: String?
    var console = ConsoleOptions()

    static let name = "init"
    static let summary = "Write a baseline after a golden host."
    static let discussion = """
        Reads a snapshot; no host is contacted. The baseline extends another one, with the parameters that the host has. \
        Bounds that the host meets stay as they are. Controls that it fails are told, and left out only with \
        --exclude-failing; what could not be told is told, and stays asked. The host is judged as of the moment when it \
        was asked. The exit code is 0 when the host meets the new baseline, else the sum of 1 (it fails controls) and 2 \
        (some could not be told).
        """
    static let examples = [
        Example("fleetaudit baseline init --from srv-rds-014 --output golden.yaml", "After a host of the newest run."),
        Example(
            "fleetaudit baseline init --from srv-rds-014 --snapshot reports/20261120-020000 -b rdp-connectivity",
            "From another run and base, to standard output."),
    ]

    static var parameters: ParameterList<BaselineInitCommand> {
        Option(\.host, "--from", value: "host", help: "The golden host's name in the inventory.")
        Option(
            \.snapshot, "-s", "--snapshot", value: "path",
            help: "A snapshot, or the folder of a run (default: the newest run).", completion: .files)
        Option(
            \.reports, "--reports", value: "folder", help: "The folder of all runs, for the newest one.",
            environment: "FLEETAUDIT_REPORTS", completion: .directories)
        Option(\.base, "-b", "--baseline", value: "name", help: "The baseline to extend: a name, or a file.")
        Option(
            \.target, "-o", "--output", value: "file",
            help: "The file to write, which must not be there yet (default: standard output).", completion: .files)
        Flag(\.excludesFailing, "--exclude-failing", help: "Leave out what the host fails, with the reason.")
        Option(
            \.policies, "--policies", value: "folder", help: "The folder with controls, baselines and updates.",
            environment: "FLEETAUDIT_POLICIES", completion: .directories)
        Group(\.console, title: "Output")
    }

    func validate() throws(UsageError) {
        if host.isEmpty { throw UsageError("--from: name the golden host") }
    }

    func run(on output: Output) async throws -> ExitCode {
        let baseline = try BaselineSource.baseline(base, BaselineSource.folder(policies))
        if let target, FileManager.default.fileExists(atPath: target) {
            throw CommandFailure("\(target) is there already", help: "name another file, or remove it", .badInput)
        }
        let path = try SnapshotOptions(snapshot: snapshot, reports: reports).path()
        let found = try await SnapshotSearch.find(host, in: path)
        guard let record = found.record, record.state.isJudged else {
            throw CommandFailure(
                "\(host) gave no answer in the run \(found.header.run)", help: "choose another host or run", .badInput)
        }
        var facts = HostFacts(record.reading)
        if let survey = try await Self.survey(path, baseline) { survey.complete(&facts, of: record) }
        let judged = Evaluator(baseline: baseline, now: record.started).judge(record.audited(facts), facts)
        guard judged.verdict != .notJudged else {
            throw CommandFailure(
                "\(host) cannot be judged: \(judged.findings.first?.because ?? "it gave no facts")",
                help: "choose another host", .badInput)
        }
        let golden = GoldenBaseline(
            base: baseline, host: record.audited(facts), facts: facts, at: record.started)
        let bytes = golden.yaml(
            name: newName(record.name), extends: try extends(), origin: "as it answered the run \(found.header.run)",
            excludesFailing: excludesFailing)
        if let target {
            // A policy is for everybody who judges.
            try made { () throws(SnapshotError) in try AtomicFile.write(bytes, to: target, isPublic: true) }
        } else {
            output.write(bytes)
        }
        tell(golden, on: output)
        return .verdict(
            hasDrift: !excludesFailing && !golden.failing.isEmpty, isIncomplete: !golden.unknown.isEmpty)
    }

    /// What the baseline must know of the whole fleet.
    private static func survey(_ path: String, _ baseline: Baseline) async throws -> FleetSurvey? {
        let survey: Result<FleetSurvey?, SnapshotError> = await offLoop {
            do throws(SnapshotError) { return .success(try FleetSurvey(snapshot: path, for: [baseline])) } catch {
                return .failure(error)
            }
        }
        return try made(.badInput) { () throws(SnapshotError) in try survey.get() }
    }

    private func tell(_ golden: GoldenBaseline, on output: Output) {
        for setting in golden.settings where setting.isNeeded {
            output.log.warning(
                "\(setting.control): \(setting.parameter) is \(setting.value.text) now, for \(golden.host.name) does not meet \(setting.usual.text)"
            )
        }
        for note in golden.failing {
            output.log.warning(
                "\(golden.host.name) fails \(note.control)\(excludesFailing ? ", which is left out" : ""): \(note.because)"
            )
        }
        for note in golden.unknown {
            output.log.warning("\(note.control) could not be told on \(golden.host.name): \(note.because)")
        }
        if !golden.failing.isEmpty, !excludesFailing {
            output.log.info("--exclude-failing leaves out what the host fails")
        }
    }

    /// A file's baseline has the file's name.
    private func newName(_ host: String) -> String {
        guard let target else { return "golden-\(host)" }
        let file = target.split(separator: "/").last.map(String.init) ?? target
        return file.hasSuffix(".yaml") ? String(file.dropLast(5)) : file
    }

    /// The base as the new file must call it: a name stays a name, a file is told from the new file's folder on.
    private func extends() throws -> String {
        let isFile = base.contains("/") || base.hasSuffix(".yaml") || base.hasSuffix(".yml")
        guard isFile else { return base }
        let folder = target.map { $0.contains("/") ? String($0[..<($0.lastIndex(of: "/") ?? $0.startIndex)]) : "." }
        guard let file = InputFolder.canonical(base),
            let start = InputFolder.canonical(folder.map { $0.isEmpty ? "/" : $0 } ?? ".")
        else { throw CommandFailure("the folder of \(target ?? ".") is not there", .badInput) }
        let to = file.split(separator: "/"), from = start.split(separator: "/")
        let common = zip(to, from).prefix { $0 == $1 }.count
        let way = Array(repeating: "..", count: from.count - common) + to.dropFirst(common).map(String.init)
        return way.count == 1 ? "./\(way[0])" : way.joined(separator: "/")
    }
}
