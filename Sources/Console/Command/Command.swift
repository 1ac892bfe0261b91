/// One thing that a program can be told to do: a plain struct that a command line fills.
package protocol Command: ParameterSet {
    /// The word on the command line.
    static var name: String { get }
    /// One sentence.
    static var summary: String { get }
    /// More sentences, in paragraphs like a ``HelpTopic``'s text; empty: nothing to add.
    static var discussion: String { get }
    /// What help begins with. ``CommandTree/mistakes()`` holds each one against the declarations.
    static var examples: [Example] { get }
    /// True for a command that works but is shown nowhere, such as one that completions call.
    static var isHidden: Bool { get }
    /// The options of ``ConsoleOptions``, if the command has declared them.
    var console: ConsoleOptions { get }

    /// Does it. Results go to `output`; the exit code is the answer for scripts.
    func run(on output: Output) async throws -> ExitCode
}

extension Command {
    package static var discussion: String { "" }
    package static var examples: [Example] { [] }
    package static var isHidden: Bool { false }
    package var console: ConsoleOptions { ConsoleOptions() }
}

/// A command line and what it does.
package struct Example: Sendable, Hashable {
    /// As typed into a shell, beginning with the program's name.
    let line: String
    /// One sentence.
    let meaning: String

    /// A command line as typed into a shell, and one sentence about it.
    package init(_ line: String, _ meaning: String) {
        self.line = line
        self.meaning = meaning
    }
}

/// How a program ended, for the one who called it.
package struct ExitCode: RawRepresentable, Sendable, Hashable {
    /// What the shell sees as `$?`.
    package let rawValue: UInt8

    /// Any code that the program gives a meaning.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// What was asked for was done.
    package static let success = ExitCode(rawValue: 0)
    /// The command line was wrong (EX_USAGE of sysexits.h).
    package static let usage = ExitCode(rawValue: 64)
}
