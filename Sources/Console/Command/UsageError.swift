/// What is wrong with a command line, for the one who typed it.
package struct UsageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and, where it can be guessed, what was meant; printable.
    package let message: String
    /// The command line that shows the help which applies; the tree fills it in.
    package var help: String?

    /// - Parameter message: a sentence without a full stop; words from the command line in it must be printable.
    package init(_ message: String) {
        self.message = message
    }

    /// The message, and where help is.
    package var description: String {
        message + (help.map { " (see '\($0)')" } ?? "")
    }

    /// A word of the command line in quotes, made printable and cut to a length that leaves the message readable.
    static func quoted(_ word: String) -> String {
        "'\(Text.truncated(Text.printable(word), to: 60))'"
    }

    /// "; did you mean 'x'?" or nothing.
    static func suggestion(_ word: String?) -> String {
        word.map { "; did you mean '\($0)'?" } ?? ""
    }
}
