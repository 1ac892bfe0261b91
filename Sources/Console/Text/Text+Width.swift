extension Text {
    /// Columns that printable text takes on a terminal: 2 for East Asian wide characters, 0 for combining marks.
    ///
    /// Counted by scalar as terminals do, not by grapheme. Make the text ``printable(_:keepingNewlines:)`` first:
    /// control characters count 0 here, and a terminal does with them what it likes.
    package static func width(_ text: String) -> Int {
        text.unicodeScalars.reduce(0) { $0 + width($1) }
    }

    static func width(_ scalar: Unicode.Scalar) -> Int {
        let value = scalar.value
        if value < 0x7F { return value < 0x20 ? 0 : 1 }
        if value < 0x300 { return value < 0xA0 || value == 0xAD ? 0 : 1 }
        if isWide(value) { return isZeroWidthMark(scalar) ? 0 : 2 }
        // Vowels and finals of a Hangul syllable are drawn into the cell of its first consonant.
        if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { return 0 }
        return isZeroWidthMark(scalar) ? 0 : 1
    }

    private static func isZeroWidthMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func isWide(_ value: UInt32) -> Bool {
        guard value >= 0x1100 else { return false }
        var low = 0, high = wideRanges.count
        while low < high {
            let middle = (low + high) / 2
            if wideRanges[middle].upperBound < value { low = middle + 1 } else { high = middle }
        }
        return low < wideRanges.count && wideRanges[low].contains(value)
    }

    /// The text if it fits into `limit` columns, else its beginning and an ellipsis, together at most `limit` wide.
    package static func truncated(_ text: String, to limit: Int) -> String {
        // No character has more columns than bytes.
        if text.utf8.count <= limit { return text }
        guard limit > 0 else { return "" }
        var used = 0
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let width = width(scalar)
            if used + width > limit - 1 {
                return fits(text, in: limit) ? text : String(kept) + "…"
            }
            used += width
            kept.append(scalar)
        }
        return text
    }

    /// Like `width(text) <= limit`, but reads no further than it must.
    private static func fits(_ text: String, in limit: Int) -> Bool {
        var used = 0
        for scalar in text.unicodeScalars {
            used += width(scalar)
            if used > limit { return false }
        }
        return true
    }

    /// The text followed (or with `.right` preceded) by spaces up to `width` columns; longer text stays as it is.
    package static func padded(_ text: String, to width: Int, _ alignment: Alignment = .left) -> String {
        let space = String(repeating: " ", count: max(0, width - self.width(text)))
        return alignment == .left ? text + space : space + text
    }

    /// On which side of its column a text stands.
    package enum Alignment: Sendable, Hashable { case left, right }
}
