/// A line as a POSIX shell splits it into words: quotes and backslashes, up to the first operator or comment.
///
/// Only what an example in a help text needs: nothing is expanded.
enum ShellWords {
    /// The words of the first simple command; nil when a quote is never closed.
    static func split(_ line: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in line {
            if isEscaped {
                // Inside double quotes a backslash means itself before most characters; before the end of a line it
                // joins the line with the next one.
                if quote == "\"", !"\"\\$`\n".contains(character) { word = (word ?? "") + "\\" }
                if character != "\n" { word = (word ?? "") + String(character) }
                isEscaped = false
            } else if let open = quote {
                if character == open {
                    quote = nil
                } else if character == "\\", open == "\"" {
                    isEscaped = true
                } else {
                    word = (word ?? "") + String(character)
                }
            } else if character == "\\" {
                isEscaped = true
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character.isWhitespace {
                if let word { words.append(word) }
                word = nil
            } else if "|&;<>".contains(character) || (character == "#" && word == nil) {
                break
            } else {
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil else { return nil }
        return word.map { words + [$0] } ?? words
    }
}
