import Collection
import Console
import Formats
import FoundationEssentials

/// Why a command ended without doing what it was told: what is said on standard error, and the exit code.
struct CommandFailure: Error {
    enum Kind {
        /// Problems in files, shown with their source lines.
        case files(Diagnostics)
        case sentence(String, help: String?)
    }

    let kind: Kind
    let exitCode: ExitCode

    init(_ sentence: String, help: String? = nil, _ exitCode: ExitCode) {
        kind = .sentence(sentence, help: help)
        self.exitCode = exitCode
    }

    init(_ diagnostics: Diagnostics) {
        kind = .files(diagnostics)
        exitCode = .badInput
    }

    init(_ error: SnapshotError, _ exitCode: ExitCode = .cannotWrite) {
        self.init(error.problem, exitCode)
    }

    static let interrupted = CommandFailure("interrupted", .interrupted)

    func report(on output: Output) {
        switch kind {
        case .sentence(let text, let help):
            output.log.error("\(text)\(help.map { " (\($0))" } ?? "")")
        case .files(let diagnostics):
            let text = diagnostics.rendered { try? InputFile.read($0) }
            output.writeError(text)
            output.log.error("\(diagnostics.summary). No host was contacted.")
        }
    }
}
