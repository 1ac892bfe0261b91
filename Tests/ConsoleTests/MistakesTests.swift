import Console
import Testing

@Suite struct `Mistakes in declarations` {
    @Test func `the sample has none`() {
        #expect(Sample.tree.mistakes() == [])
    }

    @Test func `every mistake is told`() {
        let tree = CommandTree(
            "x", version: "1", summary: "",
            topics: [HelpTopic("bad", summary: "Taken twice.", text: ""), HelpTopic("help", summary: "", text: "")]
        ) {
            Bad.self
            Bad.self
            CommandGroup("empty", summary: "Nothing.") {}
            CommandGroup("two words", summary: "Not one.") { Fine.self }
        }
        #expect(
            Set(tree.mistakes()) == [
                "'x help bad' has several meanings", "'x help help' has several meanings", "x: no summary",
                "x: command bad is declared twice", "x bad: option --same is declared twice",
                "x bad: option --no-same is declared twice", "x bad: option -h is declared twice",
                "x bad: 'name' is no name for an option", "x bad: '-long' is no name for an option",
                "x bad: '--' is no name for an option", "x bad: '--a b' is no name for an option",
                "x bad: an option without a name", "x bad: --mute has no help", "x bad: -n cannot have a --no- form",
                "x bad: <all> leaves nothing for <one>", "x bad: <all> is optional before <one>, which is not",
                "x bad: example 'y bad': does not begin with x", "x bad: example 'x bad 'a': a quote is not closed",
                "x bad: example 'x bad --nonsense 1': unknown option '--nonsense'",
                "x empty: a group without a command", "x two words: 'two words' is no word for a command",
            ])
    }

    @Test func `an example is read as a shell would`() {
        let tree = CommandTree("x", version: "1", summary: "X.") { Quoting.self }
        #expect(tree.mistakes() == [])
    }
}

private struct Fine: Command {
    static let name = "fine", summary = "Fine."
    static var parameters: ParameterList<Fine> {}
    func run(on output: Output) async throws -> ExitCode { .success }
}

private struct Bad: Command {
    var text: String?
    var flag = false
    var one = ""
    var all: [String] = []

    static let name = "bad", summary = "Bad."
    static let examples = [
        Example("y bad", "Another program."), Example("x bad 'a", "Open."), Example("x bad --nonsense 1", "Unknown."),
    ]
    static var parameters: ParameterList<Bad> {
        Option(\.text, "--same", help: "A.")
        Flag(\.flag, "--same", negatable: true, help: "B.")
        Flag(\.flag, "--no-same", help: "C.")
        Option(\.text, "-h", help: "D.")
        Option(\.text, "name", "-long", "--", "--a b", help: "E.")
        Option(\.text, help: "F.")
        Option(\.text, "--mute", help: "")
        Flag(\.flag, "-n", negatable: true, help: "G.")
        Argument(\.all, "all", help: "H.")
        Argument(\.one, "one", help: "I.")
    }
    func run(on output: Output) async throws -> ExitCode { .success }
}

private struct Quoting: Command {
    var words: [Word] = []

    static let name = "quote", summary = "Take only the words that the shell makes of the examples."
    static let examples = [
        Example("x quote 'a b' \"a b\" a\\ b 'a'\" b\" | sort --wrong", "Up to a pipe."),
        Example("x quote 'a b' > --wrong", "Up to a redirection."),
        Example("x quote 'a b' && x --wrong", "Up to the next command."),
        Example("x quote 'a b' # --wrong", "Up to a comment."),
        Example("x quote 'a b' \\\n  \"a b\"", "On two lines."),
        Example("x quote \"C:\\x\" 'C:\\x' C:\\\\x \"C:\\\\x\" C:#\\\\", "Backslashes."),
    ]
    static var parameters: ParameterList<Quoting> { Argument(\.words, "word", help: "A word.") }
    func run(on output: Output) async throws -> ExitCode { .success }
}

/// One of three words.
private struct Word: ArgumentValue {
    static let placeholder = "word"
    let argument: String

    init(argument: String) throws(InvalidArgument) {
        guard ["a b", "C:\\x", "C:#\\"].contains(argument) else { throw InvalidArgument("is not what was meant") }
        self.argument = argument
    }
}
