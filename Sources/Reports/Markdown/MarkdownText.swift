import Formats

/// Text of any origin as Markdown that shows it and does nothing else (CommonMark, GitHub's tables).
enum MarkdownText {
    /// For running text and table cells: every character that could be markup is escaped, line ends become blanks,
    /// control and direction characters are made visible.
    ///
    /// Scalars, not characters: a combining mark behind a sign makes another character of it, and the same markup.
    static func escaped(_ text: String) -> String {
        if isPlain(text) { return text }
        let scalars = Array(VisibleText.shown(oneLine(text)).unicodeScalars.drop { $0 == " " })
        var result = String.UnicodeScalarView()
        for (index, scalar) in scalars.enumerated() {
            let rest = scalars[(index + 1)...]
            switch scalar {
            case _ where isMarkup(scalar), "-" where index == 0, "=" where index == 0:
                result += ["\\", scalar]
            // Autolinks (GitHub): an invisible joiner breaks them, an escaped sign does not in every reader.
            case ":" where rest.starts(with: ["/", "/"]): result += ["\\", scalar, "\u{2060}"]
            case "." where isListNumber(scalars[..<index]) && (rest.first ?? " ") == " ": result += ["\\", scalar]
            case "." where isWWW(scalars[..<index]): result += ["\u{2060}", scalar]
            default: result.append(scalar)
            }
        }
        return String(result)
    }

    /// It begins with a letter, and nothing in it could be markup: most names.
    private static func isPlain(_ text: String) -> Bool {
        var last: UInt8 = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
                // `www.` is a link.
                if byte | 0x20 == UInt8(ascii: "w"), last | 0x20 == UInt8(ascii: "w") { return false }
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: ","),
                UInt8(ascii: " "):
                if last == 0 { return false }
            default: return false
            }
            last = byte
        }
        return true
    }

    /// `1.` begins a list at the start of a line.
    private static func isListNumber(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
        !scalars.isEmpty && scalars.count <= 9 && scalars.allSatisfy { ("0"..."9").contains($0) }
    }

    private static func isWWW(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
        scalars.suffix(3).allSatisfy { $0 == "w" || $0 == "W" } && scalars.count >= 3
    }

    /// A code span: nothing inside is markup. Not for table cells, which a bar would end.
    static func code(_ text: String) -> String {
        let shown = VisibleText.shown(oneLine(text))
        guard !shown.isEmpty else { return "" }
        let fence = String(repeating: "`", count: longestRun(of: "`", in: shown) + 1)
        let isBlank = shown.unicodeScalars.allSatisfy { $0 == " " }
        let isEdge = { (scalar: Unicode.Scalar?) in scalar == "`" || scalar == " " }
        let pad = !isBlank && (isEdge(shown.unicodeScalars.first) || isEdge(shown.unicodeScalars.last)) ? " " : ""
        return fence + pad + shown + pad + fence
    }

    /// A fenced block, one entry a line.
    static func block(_ lines: [String], language: String) -> [String] {
        let shown = lines.map { VisibleText.shown(oneLine($0)) }
        let longest = shown.map { longestRun(of: "`", in: $0) }.max() ?? 0
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return [fence + language] + shown + [fence]
    }

    private static func isMarkup(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\\", "`", "*", "_", "{", "}", "[", "]", "(", ")", "#", "+", "!", "|", "<", ">", "&", "~", "$", "@": true
        default: false
        }
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private static func longestRun(of scalar: Unicode.Scalar, in text: String) -> Int {
        var longest = 0
        var current = 0
        for item in text.unicodeScalars {
            current = item == scalar ? current + 1 : 0
            longest = max(longest, current)
        }
        return longest
    }
}
