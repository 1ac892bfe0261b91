/// What parsing, help, manual page and completions need to know about one option, flag or argument.
struct Declaration: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// Takes no value.
        case flag
        /// Takes a value.
        case option
        /// Stands by itself, in the order of declaration.
        case argument
    }

    let kind: Kind
    /// `["-f", "--format"]`, or an argument's one name as help shows it.
    let names: [String]
    /// What stands for the value in help, without the angle brackets; empty for a flag.
    var value = ""
    let help: String
    /// The heading in help under which a ``ParameterSet`` put it; nil: the command's own.
    var section: String?
    /// True when several may be given, each adding to the others.
    var repeats = false
    var isRequired = false
    /// True for a flag that has a `--no-` form.
    var isNegatable = false
    /// The variable that gives the value when the command line does not.
    var environment: String?
    var completion = Completion.nothing
    /// All values there are; empty: too many to list.
    var choices: [String] = []
    /// The value without option and variable, in words; nil: none worth showing.
    var initial: String?

    /// The name that messages use: the long one of an option, `<name>` of an argument.
    var title: String {
        if kind == .argument { return "<\(names[0])>" }
        return names.first { $0.hasPrefix("--") } ?? names[0]
    }

    /// `-f`, `--format`, and `--no-format` where declared: all words that the parser takes for it.
    var words: [String] {
        guard kind != .argument else { return [] }
        return isNegatable ? names + [negatedName] : names
    }

    /// `--no-format`.
    var negatedName: String { "--no-" + (names.first { $0.hasPrefix("--") } ?? "").dropFirst(2) }
}

/// What a shell offers where a value is expected.
package enum Completion: Sendable, Hashable {
    case nothing
    case files
    case directories
    case words([String])
    /// The lines that the program itself prints when it is called with these arguments, then `--` and the words typed
    /// so far. Errors are ignored; the lines may hold any text, the shells insert it quoted.
    case lines(of: [String])
}
