import Console
import Policy

/// `fleetaudit policy schema`: what editors check policy files with.
struct PolicySchemaCommand: Command {
    var kind = Kind.control
    var console = ConsoleOptions()

    enum Kind: String, ArgumentValue, CaseIterable { case control, baseline }

    static let name = "schema"
    static let summary = "Print the JSON Schema of a policy file, for editors."
    static let discussion = """
        It knows every fact, operator, rule and word of this release (docs/schemas/ holds the same). What hangs on other \
        files, such as which controls there are, loading and `policy lint` tell.
        """
    static let examples = [
        Example("fleetaudit policy schema control", "The schema of files under controls/."),
        Example("fleetaudit policy schema baseline", "The schema of files under baselines/."),
    ]

    static var parameters: ParameterList<PolicySchemaCommand> {
        Argument(\.kind, "kind", help: "Which file's.")
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        switch kind {
        case .control: output.write(PolicySchema.control.text)
        case .baseline: output.write(PolicySchema.baseline.text)
        }
        return .success
    }
}
