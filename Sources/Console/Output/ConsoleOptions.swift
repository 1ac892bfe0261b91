/// The options that commands share about what they say and how, to be declared by `Group(\.console, title: "Output")`.
package struct ConsoleOptions: ParameterSet, Hashable {
    /// Whether to colour, on both outputs.
    package var color = ColorChoice.auto
    /// How progress is shown.
    package var progress = ProgressMode.auto
    /// Errors only, and no progress unless it was asked for by name.
    package var isQuiet = false
    /// How often `-v` was given.
    package var verbosity = 0

    /// What nobody asked for otherwise.
    package init() {}

    package static var parameters: ParameterList<ConsoleOptions> {
        Flag(\.isQuiet, "-q", "--quiet", help: "Say nothing but what was asked for, and errors.")
        Flag(\.verbosity, "-v", "--verbose", help: "Say more; -vv says still more.")
        Option(\.color, "--color", help: "Use colours.")
        Option(\.progress, "--progress", help: "How to show progress, on standard error.")
    }

    package func validate() throws(UsageError) {
        if isQuiet, verbosity > 0 { throw UsageError("--quiet and --verbose exclude each other") }
    }

    /// What is logged: warnings, with `-v` information, with `-vv` details and with `-vvv` everything; with `-q` errors.
    package var logLevel: LogLevel {
        if isQuiet { return .error }
        switch verbosity {
        case ...0: return .warning
        case 1: return .info
        case 2: return .debug
        default: return .trace
        }
    }
}
