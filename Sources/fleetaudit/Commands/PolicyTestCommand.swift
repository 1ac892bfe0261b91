import Console
import EventLoop
import Formats
import FoundationEssentials
import Policy
import PolicyCases

/// `fleetaudit policy test`: hosts with the outcome that policies must give.
struct PolicyTestCommand: Command {
    var paths: [String] = []
    var policies: String?
    var console = ConsoleOptions()

    static let name = "test"
    static let summary = "Hold the policies against hosts that were made up for them."
    static let discussion = """
        A case is a host and what a control, or a whole baseline, must say about it; so a change of a policy can be \
        reviewed like code. Each case that does not hold is a line with what was expected, what came and why. Outcomes \
        that no case shows are told as well. The exit code is 0, 1 when a case does not hold, and 65 when a file is wrong.
        """
    static let examples = [
        Example("fleetaudit policy test", "All cases that come with the policies."),
        Example("fleetaudit policy test Policies/tests/controls/RDP-006.yaml", "Those of one control."),
        Example("fleetaudit policy test --policies our-policies", "Those of a policy folder of one's own."),
    ]

    static var parameters: ParameterList<PolicyTestCommand> {
        Argument(
            \.paths, "path",
            help: "Files of cases, or folders with them; none: tests/controls and tests/baselines of the policies.",
            completion: .files)
        Option(
            \.policies, "--policies", value: "folder", help: "The folder with controls, baselines and tests.",
            environment: "FLEETAUDIT_POLICIES", completion: .directories)
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        let folder = try policies ?? ResourceFolder.find("Policies", marker: "controls")
        // A folder of one's own may have recordings of its own; without the lab's those are all.
        let recordings = (try? ResourceFolder.find("Inventory/lab", marker: "fleet.yaml")).map { [$0 + "/recordings"] }
        let paths = paths
        let result: Result<TestRun, Diagnostics> = await offLoop {
            do throws(Diagnostics) {
                return .success(try TestRun(folder: folder, paths: paths, recordings: recordings ?? []))
            } catch {
                return .failure(error)
            }
        }
        let run: TestRun
        do throws(Diagnostics) { run = try result.get() } catch { throw CommandFailure(error) }
        for line in run.failures { output.print("\(line)") }
        for gap in run.gaps {
            output.print("no case: \(gap.control): \(gap.outcomes.map(\.rawValue).joined(separator: ", "))")
        }
        output.print(
            "\(run.caseCount) cases of \(run.controlCount) controls and \(run.baselineCount) baselines: \(run.caseCount - run.failures.count) hold, \(run.failures.count) do not; controls with an outcome that no case shows: \(run.gaps.count)"
        )
        return run.failures.isEmpty ? .success : .drift
    }
}

/// What became of all cases.
private struct TestRun {
    private(set) var failures: [String] = []
    private(set) var caseCount = 0
    let gaps: [CaseGap]
    let controlCount: Int
    let baselineCount: Int

    init(folder: String, paths: [String], recordings: [String]) throws(Diagnostics) {
        let policies = try PolicyFolder(folder)
        var reader = try CaseReader(policies, recordings: recordings)
        let files = try reader.read(Self.files(paths, policies))
        for file in files {
            for subject in file.cases {
                caseCount += 1
                guard let failure = subject.judge().failure else { continue }
                failures.append("\(file.path):\(subject.position): \(file.subject.name) #\(subject.number): \(failure)")
            }
        }
        let subjects = Set(files.map(\.subject))
        let controls = policies.controls.values.filter { paths.isEmpty || subjects.contains(.control($0.id)) }
        gaps = CaseGap.gaps(in: files, of: Array(controls), catalogue: policies.catalogue)
        baselineCount = subjects.count { if case .baseline = $0 { true } else { false } }
        controlCount = subjects.count - baselineCount
    }

    private static func files(_ paths: [String], _ policies: PolicyFolder) throws(Diagnostics) -> [String] {
        guard !paths.isEmpty else { return try CaseReader.files(of: policies) }
        var files: [String] = []
        for path in paths {
            var isFolder = false
            let isThere = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            files += isThere && isFolder ? try CaseReader.files(in: path) : [path]
        }
        return files
    }
}
