extension Text {
    /// What to do with a word that is wider than the line.
    package enum LongWord: Sendable, Hashable {
        /// Cut it where the line ends, as a table cell must.
        case cut
        /// Let it stand out, so that an address or a command line can still be copied.
        case keep
    }

    /// The text as lines of at most `width` columns, broken at spaces. Runs of spaces become one; never empty.
    package static func wrapped(_ text: String, to width: Int, longWord: LongWord = .keep) -> [String] {
        let width = max(1, width)
        var lines: [String] = []
        var line = "", used = 0
        for word in text.split(separator: " ") {
            for piece in longWord == .cut ? cut(word, to: width) : [String(word)] {
                let columns = self.width(piece)
                if used > 0, used + 1 + columns > width {
                    lines.append(line)
                    (line, used) = ("", 0)
                }
                line += used > 0 ? " " + piece : piece
                used += used > 0 ? 1 + columns : columns
            }
        }
        return used > 0 || lines.isEmpty ? lines + [line] : lines
    }

    private static func cut(_ word: Substring, to width: Int) -> [String] {
        var pieces: [String] = []
        var piece = String.UnicodeScalarView(), used = 0
        for scalar in word.unicodeScalars {
            let columns = self.width(scalar)
            if used > 0, used + columns > width {
                pieces.append(String(piece))
                (piece, used) = (String.UnicodeScalarView(), 0)
            }
            piece.append(scalar)
            used += columns
        }
        return pieces + [String(piece)]
    }

    /// `text` wrapped behind `first`, with the further lines indented by as many columns.
    static func hanging(_ text: String, after first: String, width: Int) -> String {
        let indent = self.width(first)
        let space = String(repeating: " ", count: indent)
        return wrapped(text, to: width - indent).enumerated()
            .map { $0.offset == 0 ? first + $0.element : space + $0.element }.joined(separator: "\n")
    }

    static func withoutTrailingSpaces(_ text: String) -> String {
        var text = text
        while text.last == " " { text.removeLast() }
        return text
    }
}
