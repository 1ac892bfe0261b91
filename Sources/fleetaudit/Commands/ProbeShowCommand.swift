import Collection
import Console

/// `fleetaudit probe show`: exactly what runs on each host.
struct ProbeShowCommand: Command {
    var part = Part.program
    var way = Way.powershell
    var console = ConsoleOptions()

    enum Part: String, ArgumentValue, CaseIterable { case program, bootstrap, command, fingerprint }

    enum Way: String, ArgumentValue, CaseIterable { case powershell, cmd }

    static let name = "show"
    static let summary = "Print exactly what runs on each host, for review and for allow-lists."
    static let discussion = """
        The command line starts PowerShell with the bootstrap, which reads the program from standard input. All of it is \
        constant text. The fingerprint is the SHA-256 of the program; it stands in every snapshot and report. Where \
        PowerShell is missing or restricted, or the inventory says fleetaudit_probe: cmd, another program is sent: commands \
        for cmd.exe, which reads them from standard input and needs no bootstrap.
        """
    static let examples = [
        Example("fleetaudit probe show", "The program, as it is sent."),
        Example("fleetaudit probe show --part command", "The command line that starts it."),
        Example("fleetaudit probe show --way cmd", "What runs on hosts without PowerShell."),
    ]

    static var parameters: ParameterList<ProbeShowCommand> {
        Option(\.part, "--part", help: "What to print.")
        Option(\.way, "--way", help: "Which of the two ways of asking.")
        Group(\.console, title: "Output")
    }

    func validate() throws(UsageError) {
        if way == .cmd, part == .bootstrap { throw UsageError("--part bootstrap: cmd.exe needs none") }
    }

    func run(on output: Output) async throws -> ExitCode {
        switch (part, way) {
        case (.program, .powershell): output.write(ProbeProgram.text)
        case (.program, .cmd): output.write(CommandProgram.text)
        case (.bootstrap, _): output.write(ProbeProgram.bootstrap + "\n")
        case (.command, .powershell): output.write(line(ProbeProgram.executable, ProbeProgram.arguments))
        case (.command, .cmd): output.write(line(CommandProgram.executable, CommandProgram.arguments))
        case (.fingerprint, .powershell): output.write(ProbeProgram.fingerprint + "\n")
        case (.fingerprint, .cmd): output.write(CommandProgram.fingerprint + "\n")
        }
        return .success
    }

    private func line(_ executable: String, _ arguments: [String]) -> String {
        ([executable] + arguments).joined(separator: " ") + "\n"
    }
}
