import Console
import Formats
import FoundationEssentials
import HostFacts
import Policy

/// `fleetaudit policy explain`: a control in words.
struct PolicyExplainCommand: Command {
    var id = ""
    var baseline: String?
    var role: String?
    var policies: String?
    var format = OutputFormat.text
    var console = ConsoleOptions()

    static let name = "explain"
    static let summary = "Say what a control asks, why, of whom, and what ends a failure."
    static let discussion = """
        Parameters are those of the baseline and role that are named, or else the control's own. What a fact is made of, \
        `fleetaudit explain FACT` says.
        """
    static let examples = [
        Example("fleetaudit policy explain RDP-006", "A control, with the baselines in which it stands."),
        Example("fleetaudit policy explain FW-001 -b rdp-hardened --role rdsh", "As it is for hosts of a role."),
    ]

    static var parameters: ParameterList<PolicyExplainCommand> {
        Argument(\.id, "control", help: "The control's id, such as RDP-006.")
        Option(\.baseline, "-b", "--baseline", value: "name", help: "With the parameters of this baseline, or file.")
        Option(\.role, "--role", value: "role", help: "With those of a role of the baseline.")
        Option(
            \.policies, "--policies", value: "folder", help: "The folder with controls, baselines and updates.",
            environment: "FLEETAUDIT_POLICIES", completion: .directories)
        Option(\.format, "--format", help: "For people or for programs.")
        Group(\.console, title: "Output")
    }

    func validate() throws(UsageError) {
        if role != nil, baseline == nil { throw UsageError("--role is a role of a baseline: name it by --baseline") }
    }

    func run(on output: Output) async throws -> ExitCode {
        let explanation = try explain()
        switch format {
        case .text: ControlSheet(explanation: explanation, role: role).print(on: output)
        case .json: output.write(JSON.write(explanation.json, style: .pretty) + [0x0a])
        }
        return .success
    }

    private func explain() throws -> ControlExplanation {
        let path = try policies ?? ResourceFolder.find("Policies", marker: "controls")
        do throws(Diagnostics) {
            let folder = try PolicyFolder(path)
            guard let control = folder.controls[id] ?? folder.controls[id.uppercased()] else {
                throw Diagnostics([
                    Diagnostic(
                        file: path, code: "P132", message: "there is no control '\(id)'",
                        help: closest(to: id, among: folder.controls.keys).map { "did you mean '\($0)'?" })
                ])
            }
            var all: [Baseline] = []
            for name in folder.baselineNames { all.append(try folder.baseline(name)) }
            guard let baseline else {
                return ControlExplanation(control, baseline: nil, role: nil, among: all)
            }
            let meant = try folder.baseline(baseline)
            if let role, !meant.knownRoles.contains(role) {
                throw Diagnostics([
                    Diagnostic(
                        file: path, code: "P135", message: "\(meant.name) knows no role '\(role)'",
                        help: closest(to: role, among: meant.knownRoles).map { "did you mean '\($0)'?" }
                            ?? "it knows \(meant.knownRoles.joined(separator: ", "))")
                ])
            }
            guard meant.controls.contains(where: { $0.id == control.id }) else {
                throw Diagnostics([
                    Diagnostic(file: path, code: "P132", message: "\(control.id) does not stand in \(meant.name)")
                ])
            }
            if !all.contains(where: { $0.name == meant.name }) { all.append(meant) }
            return ControlExplanation(control, baseline: meant, role: role, among: all)
        } catch {
            throw CommandFailure(error)
        }
    }
}
