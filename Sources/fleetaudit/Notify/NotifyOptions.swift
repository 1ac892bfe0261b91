import Console
import FoundationEssentials

/// Who is told how an audit ended.
struct NotifyOptions: ParameterSet {
    var commands: [String] = []
    var occasion = Occasion.failure
    var timeout = Duration.seconds(60)

    /// When commands are run.
    enum Occasion: String, ArgumentValue, CaseIterable {
        /// After every audit that came to an end.
        case always
        /// When something differs from the run before: newly failing, fixed, no longer visible, or hosts that can or
        /// cannot be judged now. Without a run before, that is the case.
        case change
        /// When the exit code is not 0.
        case failure
    }

    static var parameters: ParameterList<NotifyOptions> {
        Option(
            \.commands, "--notify", value: "command",
            help:
                "A command for /bin/sh that gets the summary as JSON on standard input (docs/operations.md); also by the variable FLEETAUDIT_NOTIFY."
        )
        Option(\.occasion, "--notify-on", help: "When it is run.", environment: "FLEETAUDIT_NOTIFY_ON")
        Option(\.timeout, "--notify-timeout", help: "How long it may take.")
    }

    func validate() throws(UsageError) {
        if timeout <= .zero { throw UsageError("--notify-timeout: no command ends in \(timeout.argument)") }
    }

    /// The options, else the variable: commas belong to a command, so it names one.
    func commands(_ environment: [String: String]) -> [String] {
        if !commands.isEmpty { return commands }
        return environment["FLEETAUDIT_NOTIFY"].flatMap { $0.isEmpty ? nil : [$0] } ?? []
    }
}
