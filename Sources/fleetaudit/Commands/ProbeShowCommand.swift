import Collection
import Console

/// `fleetaudit probe show`: exactly what runs on each host.
struct ProbeShowCommand: Command {
    var part = Part.program
    var console = ConsoleOptions()

    enum Part: String, ArgumentValue, CaseIterable { case program, bootstrap, command, fingerprint }

    static let name = "show"
    static let summary = "Print exactly what runs on each host, for review and for allow-lists."
    static let discussion = """
        The command line starts PowerShell with the bootstrap, which reads the program from standard input. All of it is \
        constant text. The fingerprint is the SHA-256 of the program; it stands in every snapshot and report.
        """
    static let examples = [
        Example("fleetaudit probe show", "The program, as it is sent."),
        Example("fleetaudit probe show --part command", "The command line that starts it."),
    ]

    static var parameters: ParameterList<ProbeShowCommand> {
        Option(\.part, "--part", help: "What to print.")
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        switch part {
        case .program: output.write(ProbeProgram.text)
        case .bootstrap: output.write(ProbeProgram.bootstrap + "\n")
        case .command: output.write(([ProbeProgram.executable] + ProbeProgram.arguments).joined(separator: " ") + "\n")
        case .fingerprint: output.write(ProbeProgram.fingerprint + "\n")
        }
        return .success
    }
}
