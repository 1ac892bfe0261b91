import Console

/// `fleetaudit completions`: what a shell needs to complete command lines.
struct CompletionsCommand: Command {
    var shell = Shell.bash
    var console = ConsoleOptions()

    static let name = "completions"
    static let summary = "Print completions for a shell."
    static let examples = [
        Example(
            "fleetaudit completions bash > ~/.local/share/bash-completion/completions/fleetaudit",
            "Install them for yourself.")
    ]

    static var parameters: ParameterList<CompletionsCommand> {
        Argument(\.shell, "shell", help: "bash, zsh or fish.")
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        output.write(FleetAudit.commands.completions(for: shell))
        return .success
    }
}
