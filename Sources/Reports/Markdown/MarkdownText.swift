import Formats

/// Text of any origin as Markdown that shows it and does nothing else (CommonMark, GitHub's tables).
enum MarkdownText {
    /// For running text and table cells: every character that could be markup is escaped, line ends become blanks,
    /// control and direction characters are made visible.
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in VisibleText.shown(oneLine(text)).unicodeScalars {
            if markup.contains(character) { result.unicodeScalars.append("\\") }
            result.unicodeScalars.append(character)
        }
        // "1." and "- " begin lists only at the start of a line; autolinks need their colon or "www." broken.
        return result.replacing("://", with: "\\://").replacing("www\\.", with: "www\\\u{2060}.")
    }

    /// A code span: nothing inside is markup, but a bar still ends a table cell.
    static func code(_ text: String) -> String {
        let shown = VisibleText.shown(oneLine(text)).replacing("|", with: "\\|")
        guard !shown.isEmpty else { return "" }
        let fence = String(repeating: "`", count: longestRun(of: "`", in: shown) + 1)
        let pad = shown.hasPrefix("`") || shown.hasSuffix("`") ? " " : ""
        return fence + pad + shown + pad + fence
    }

    /// A fenced block, one entry a line.
    static func block(_ lines: [String], language: String) -> [String] {
        let shown = lines.map { VisibleText.shown(oneLine($0)) }
        let longest = shown.map { longestRun(of: "`", in: $0) }.max() ?? 0
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return [fence + language] + shown + [fence]
    }

    private static let markup: Set<Unicode.Scalar> = [
        "\\", "`", "*", "_", "{", "}", "[", "]", "(", ")", "#", "+", "!", "|", "<", ">", "&", "~", "$", "@",
    ]

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private static func longestRun(of character: Character, in text: String) -> Int {
        var longest = 0
        var current = 0
        for item in text {
            current = item == character ? current + 1 : 0
            longest = max(longest, current)
        }
        return longest
    }
}
