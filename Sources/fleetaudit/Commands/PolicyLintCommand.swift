import Console
import Formats
import FoundationEssentials
import Policy

/// `fleetaudit policy lint`: what loads and makes no sense.
struct PolicyLintCommand: Command {
    var policies: String?
    var baselines: [String] = []
    var isStrict = false
    var console = ConsoleOptions()

    static let name = "lint"
    static let summary = "Look for mistakes in controls and baselines; no host is contacted."
    static let discussion = """
        Beside everything that loading refuses: controls that no host can pass together, or whose change makes another one \
        fail (errors); controls that concern no host, that no host can pass or fail, that ask the same, that stand in no \
        baseline; roles without a control; parameters that nothing rests on (warnings). The exit code is 65 when there is \
        an error, with --strict also when there is a warning.
        """
    static let examples = [
        Example("fleetaudit policy lint", "Look at the policies that come with the program."),
        Example("fleetaudit policy lint --policies Policies -b rdp-hardened --strict", "Before a change is accepted."),
    ]

    static var parameters: ParameterList<PolicyLintCommand> {
        Option(
            \.policies, "--policies", value: "folder", help: "The folder with controls, baselines and updates.",
            environment: "FLEETAUDIT_POLICIES", completion: .directories)
        Option(
            \.baselines, "-b", "--baseline", value: "name",
            help: "Only this baseline, or file; may be given several times (default: every baseline of the folder).")
        Flag(\.isStrict, "--strict", help: "Warnings count as errors.")
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        let path = try policies ?? ResourceFolder.find("Policies", marker: "controls")
        let findings = PolicyLint.findings(in: path, baselines: baselines)
        guard !findings.isEmpty else {
            output.print("\(path): nothing found")
            return .success
        }
        output.write(findings.rendered { try? InputFile.read($0) } + "\n")
        output.print("\(path): \(findings.summary)")
        return findings.hasErrors || isStrict ? .badInput : .success
    }
}
