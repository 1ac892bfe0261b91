/// What a terminal makes of text: which of it is safe to print, and how many columns it takes.
package enum Text {
    /// Combining marks that one character may carry before the rest is shown as escapes; real writing needs two or
    /// three, a pile of hundreds paints over the lines above and below.
    private static let combiningLimit = 4

    /// The text with everything that a terminal would obey, hide or reorder shown as a visible escape.
    ///
    /// Escaped are control characters (with ESC, DEL and C1), line and paragraph separators, bidirectional controls,
    /// zero-width, invisible, private and unassigned characters, and combining marks that have nothing to combine with.
    /// A backslash stays as it is, so the result is safe to look at but cannot be turned back into the original.
    ///
    /// - Parameter keepingNewlines: leave line feeds as they are, for text of several lines; a carriage return never is.
    package static func printable(_ text: String, keepingNewlines: Bool = false) -> String {
        if isPlain(text) { return text }
        var result = ""
        result.reserveCapacity(text.utf8.count + 16)
        var room = 0
        for scalar in text.unicodeScalars {
            if scalar == "\n", keepingNewlines {
                result.unicodeScalars.append(scalar)
                room = 0
            } else if isCombining(scalar) {
                if room > 0, !isInvisible(scalar) {
                    result.unicodeScalars.append(scalar)
                    room -= 1
                } else {
                    result += escape(scalar)
                    room = 0
                }
            } else if isInvisible(scalar) {
                result += escape(scalar)
                room = 0
            } else {
                result.unicodeScalars.append(scalar)
                room = scalar == " " ? 0 : combiningLimit
            }
        }
        return result
    }

    /// True for printable ASCII, which is nearly everything that is ever printed.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x7F { return scalar.value < 0x20 }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return true
        default: return scalar.properties.isDefaultIgnorableCodePoint
        }
    }

    static func isCombining(_ scalar: Unicode.Scalar) -> Bool {
        guard scalar.value >= 0x300 else { return false }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .spacingMark: return true
        default: return false
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default: "\\u{\(String(scalar.value, radix: 16))}"
        }
    }
}
