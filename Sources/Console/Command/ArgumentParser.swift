/// Sorts the words of a command line by the declarations they belong to. Pure, and knows nothing of the values.
struct ArgumentParser {
    private let declarations: [Declaration]
    private let indexOfWord: [String: Int]
    private var given: [[Occurrence]]
    private var arguments: [String] = []
    private var words: ArraySlice<String> = []

    /// What `-h` and `--help` ask for is not the command's business, so it is no declaration.
    static let helpWords = ["-h", "--help"]

    private init(_ declarations: [Declaration]) {
        self.declarations = declarations
        given = Array(repeating: [], count: declarations.count)
        indexOfWord = Dictionary(
            declarations.enumerated().flatMap { index, declaration in declaration.words.map { ($0, index) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The mentions of each declaration in the order of declaration; nil when help is asked for, right or wrong as the
    /// rest may be.
    static func parse(
        _ words: ArraySlice<String>, environment: [String: String], _ declarations: [Declaration]
    ) throws(UsageError) -> [[Occurrence]]? {
        if words.prefix(while: { $0 != "--" }).contains(where: helpWords.contains) { return nil }
        var parser = ArgumentParser(declarations)
        parser.words = words
        try parser.readWords()
        try parser.distributeArguments()
        parser.readEnvironment(environment)
        try parser.checkRequired()
        return parser.given
    }

    // MARK: Words

    private mutating func readWords() throws(UsageError) {
        while let word = words.popFirst() {
            if word == "--" {
                arguments += words
                words = []
            } else if word.hasPrefix("--") {
                try readLong(word)
            } else if word.hasPrefix("-"), word != "-" {
                try readCluster(word)
            } else {
                arguments.append(word)
            }
        }
    }

    private mutating func readLong(_ word: String) throws(UsageError) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let name = parts[0]
        guard let index = indexOfWord[name] else { throw unknown(name) }
        let declaration = declarations[index]
        guard declaration.kind == .flag else {
            let value = parts.count == 2 ? parts[1] : try value(for: name, index)
            given[index].append(Occurrence(name: name, value: value))
            return
        }
        guard parts.count == 1 else { throw UsageError("\(name) takes no value, but \(quoted(parts[1])) was given") }
        let isNegated = declaration.isNegatable && name == declaration.negatedName
        given[index].append(Occurrence(name: name, value: isNegated ? "false" : "true"))
    }

    /// `-vq`, `-fjson`, `-f=json`, `-vf json`.
    private mutating func readCluster(_ word: String) throws(UsageError) {
        let longName = "-" + word.prefix { $0 != "=" }
        if word.count > 2, indexOfWord[longName] != nil { throw unknown(word, meaning: longName) }
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            let name = "-\(letter)"
            guard let index = indexOfWord[name] else { throw unknown(name, in: word) }
            if declarations[index].kind == .flag {
                given[index].append(Occurrence(name: name, value: "true"))
                continue
            }
            let value = letters.isEmpty ? try value(for: name, index) : String(letters.trimmingPrefix("="))
            given[index].append(Occurrence(name: name, value: value))
            return
        }
    }

    /// The next word as a value. One that looks like an option is refused, since it more often is one whose neighbour
    /// was forgotten.
    private mutating func value(for name: String, _ index: Int) throws(UsageError) -> String {
        let needs = "\(name) needs a value: <\(declarations[index].value)>"
        guard let word = words.first else { throw UsageError(needs) }
        let isNumber = word.dropFirst().first?.isNumber ?? false
        if word.hasPrefix("-"), word != "-", !isNumber {
            let joined = name.hasPrefix("--") ? "\(name)=\(word)" : "\(name)\(word)"
            throw UsageError("\(needs); if \(quoted(word)) is that value, write \(quoted(joined))")
        }
        words.removeFirst()
        return word
    }

    // MARK: The rest

    private mutating func distributeArguments() throws(UsageError) {
        var rest = arguments[...]
        for (index, declaration) in declarations.enumerated() where declaration.kind == .argument {
            let count = declaration.repeats ? rest.count : min(1, rest.count)
            given[index] = rest.prefix(count).map { Occurrence(name: declaration.title, value: $0) }
            rest = rest.dropFirst(count)
        }
        guard let extra = rest.first else { return }
        let takesAny = declarations.contains { $0.kind == .argument }
        throw UsageError("unexpected argument \(quoted(extra))" + (takesAny ? "" : "; only options are taken here"))
    }

    /// An empty variable counts as one that is not set.
    private mutating func readEnvironment(_ environment: [String: String]) {
        for (index, declaration) in declarations.enumerated() where given[index].isEmpty {
            guard let name = declaration.environment, let value = environment[name], !value.isEmpty else { continue }
            let values = declaration.repeats ? value.split(separator: ",").map(String.init) : [value]
            given[index] = values.map { Occurrence(name: "environment variable \(name)", value: $0) }
        }
    }

    private func checkRequired() throws(UsageError) {
        for (declaration, occurrences) in zip(declarations, given) where declaration.isRequired && occurrences.isEmpty {
            let value = declaration.kind == .argument ? "" : " <\(declaration.value)>"
            let variable = declaration.environment.map { " (or environment variable \($0))" } ?? ""
            throw UsageError("missing \(declaration.title)\(value)\(variable)")
        }
    }

    // MARK: Messages

    private func unknown(_ name: String, in cluster: String? = nil, meaning: String? = nil) -> UsageError {
        let place = cluster.map { $0 == name ? "" : " in \(quoted($0))" } ?? ""
        // The opposite of what was typed is never what was meant.
        let known = (declarations.flatMap(\.words) + ArgumentParser.helpWords)
            .filter { $0.hasPrefix("--no-") || !name.hasPrefix("--no-") }
        let guess = meaning ?? (name.hasPrefix("--") ? Spelling.nearest(name, in: known) : nil)
        return UsageError("unknown option \(quoted(name))\(place)" + UsageError.suggestion(guess))
    }

    private func quoted(_ word: String) -> String { UsageError.quoted(word) }
}
