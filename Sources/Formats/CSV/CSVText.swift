/// Text as it may stand in a cell.
enum CSVText {
    /// Makes sure that no spreadsheet takes the text, or a part of it, for a formula, and no reader for the end of a
    /// record.
    ///
    /// A formula starts with `=`, `+`, `-`, `@` or their full-width forms, at the start of a cell. Where the list
    /// separator is `;`, as in half of Europe, a cell also starts behind a `;`, a tab or a line end *inside* of our
    /// quotes, because quotes count only at a cell's start there. White space, quotes and invisible characters before
    /// the sign do not help (OWASP, "CSV Injection"). An apostrophe before the sign does.
    ///
    /// Every kind of line end becomes LF. NUL and other control characters, which end a cell early in some programs and
    /// drive the terminal in others, become U+FFFD.
    static func safe(_ text: String) -> String {
        guard text.utf8.contains(where: needsLook) else { return text }
        var safe = String.UnicodeScalarView()
        var startsCell = true
        var previous: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            defer { previous = scalar }
            switch scalar {
            case "=", "+", "-", "@", "\u{ff1d}", "\u{ff0b}", "\u{ff0d}", "\u{ff20}":
                if startsCell { safe.append("'") }
                startsCell = false
                safe.append(scalar)
            case "\r":
                startsCell = true
                safe.append("\n")
            case "\n":
                startsCell = true
                if previous != "\r" { safe.append("\n") }
            case ";", "\t":
                // A tab at the very start makes a cell that some programs evaluate: it is no separator there.
                if safe.isEmpty, scalar == "\t" { safe.append("'") }
                startsCell = true
                safe.append(scalar)
            case "\0"..<" ", "\u{7f}"..<"\u{a0}": safe.append("\u{fffd}")
            default:
                startsCell = startsCell && isSkipped(scalar)
                safe.append(scalar)
            }
        }
        return String(safe)
    }

    /// What can stand before a formula's sign without keeping it from being one.
    private static func isSkipped(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\"" || scalar == "'" || scalar.properties.isWhitespace
            || scalar.properties.isDefaultIgnorableCodePoint || scalar == "\u{fffd}"
    }

    private static func needsLook(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x00..<0x20, 0x7f, 0xc2, 0xef, UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"):
            true
        default: false
        }
    }

    /// Also for what splits or trims cells in programs that read RFC 4180 in their own way.
    static func needsQuotes(_ text: String) -> Bool {
        text.utf8.first == UInt8(ascii: " ") || text.utf8.last == UInt8(ascii: " ")
            || text.utf8.contains { byte in
                switch byte {
                case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\""), UInt8(ascii: "'"), 0x00..<0x20: true
                default: false
                }
            }
    }
}
