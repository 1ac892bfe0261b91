import Console
import Formats
import Policy

/// `fleetaudit baseline diff`: what two baselines ask differently.
struct BaselineDiffCommand: Command {
    var first = ""
    var second = ""
    var role: String?
    var isJSON = false
    var policies: String?
    var console = ConsoleOptions()

    static let name = "diff"
    static let summary = "Tell what two baselines ask differently, by role, and why."
    static let discussion = """
        Controls that only the second has are marked +, those that only the first has -, and ~ is what both ask in another \
        way: severity or parameters. Reasons are those that the baselines give where they exclude or override. The exit \
        code is 0 when they ask the same, and 1 otherwise.
        """
    static let examples = [
        Example("fleetaudit baseline diff rdp-connectivity rdp-hardened", "What hardening adds."),
        Example(
            "fleetaudit baseline diff rdp-hardened ./golden.yaml --role rdsh",
            "What a baseline of one's own changes for session hosts."),
    ]

    static var parameters: ParameterList<BaselineDiffCommand> {
        Argument(\.first, "first", help: "A baseline of the policy folder, or a file.", completion: .files)
        Argument(\.second, "second", help: "Another one.", completion: .files)
        Option(\.role, "--role", value: "role", help: "Only what concerns hosts of this role.")
        Flag(\.isJSON, "--json", help: "For programs.")
        Option(
            \.policies, "--policies", value: "folder", help: "The folder with controls, baselines and updates.",
            environment: "FLEETAUDIT_POLICIES", completion: .directories)
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        let folder = try BaselineSource.folder(policies)
        let first = try BaselineSource.baseline(first, folder)
        let second = try BaselineSource.baseline(second, folder)
        let roles = BaselineDifference.roles(first, second)
        if let role, !roles.contains(role) {
            let known = roles.compactMap(\.self)
            throw CommandFailure(
                "neither baseline knows the role '\(role)'",
                help: closest(to: role, among: known).map { "did you mean '\($0)'?" }
                    ?? "there are \(known.joined(separator: ", "))", .badInput)
        }
        let difference = BaselineDifference(first, second, roles: role.map { [$0] } ?? roles)
        if isJSON {
            var writer = JSONWriter(style: [.pretty])
            writer.value(difference.json(first, second, role: role))
            output.write(writer.takeBytes() + [0x0a])
        } else if difference.isEmpty {
            output.print("\(first.name) and \(second.name) ask the same")
        } else {
            let titles = Dictionary(
                (first.controls + second.controls).map { ($0.id, $0.title) }, uniquingKeysWith: { first, _ in first })
            for entry in difference.entries {
                output.print("\(entry.text(title: titles[entry.change.control] ?? "", asked: role))")
            }
        }
        return difference.isEmpty ? .success : .drift
    }
}
