/// Hides what a quoted line of a file gives a password's name to: messages end in mails and journals.
enum ExcerptMask {
    private static let words = ["password", "passphrase", "passwd", "_pass", "secret", "token", "credential"]

    /// The line with every such value as stars; columns stay where they were.
    static func masked(_ line: String) -> String {
        let lower = line.lowercased()
        // Most lines name nothing of the kind.
        guard lower.count == line.count, words.contains(where: lower.contains) else { return line }
        var letters = Array(line)
        let folded = Array(lower)
        var at = 0
        while at < letters.count {
            guard let word = words.first(where: { folded[at...].starts(with: $0) }) else {
                at += 1
                continue
            }
            at = hide(&letters, from: at + word.count)
        }
        return String(letters)
    }

    /// Hides the value behind a name that ends somewhere behind `start`; the place behind the value.
    private static func hide(_ letters: inout [Character], from start: Int) -> Int {
        var at = start
        while at < letters.count, letters[at].isLetter || letters[at].isNumber || "_-\"'".contains(letters[at]) {
            at += 1
        }
        while at < letters.count, letters[at] == " " || letters[at] == "\t" { at += 1 }
        guard at < letters.count, letters[at] == ":" || letters[at] == "=" else { return at }
        at += 1
        while at < letters.count, letters[at] == " " || letters[at] == "\t" { at += 1 }
        guard at < letters.count else { return at }
        if letters[at] == "\"" || letters[at] == "'" {
            let quote = letters[at]
            at += 1
            var isEscaped = false
            while at < letters.count, letters[at] != quote || isEscaped {
                isEscaped = letters[at] == "\\" && !isEscaped && quote == "\""
                letters[at] = "*"
                at += 1
            }
            return at
        }
        // Without quotes a value goes on to where YAML ends it; what is hidden besides is no loss.
        while at < letters.count,
            !",}]".contains(letters[at]) || (at + 1 < letters.count && letters[at + 1] != " " && letters[at] == ",")
        {
            if letters[at] != " " { letters[at] = "*" }
            at += 1
        }
        return at
    }
}
