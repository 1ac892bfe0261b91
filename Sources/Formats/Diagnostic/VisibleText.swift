/// Makes text from a file safe to show: what would move the cursor, start an escape sequence or turn the reading
/// direction becomes visible and takes part in the width, everything else stays as it is.
package enum VisibleText {
    /// The text that shows one scalar, and its width in terminal cells.
    static func shown(_ scalar: Unicode.Scalar) -> (text: String, width: Int) {
        switch scalar.value {
        case 0x09: return ("    ", 4)
        case 0x00..<0x20: return (String(Character(Unicode.Scalar(0x2400 + scalar.value) ?? "?")), 1)
        case 0x7f: return ("\u{2421}", 1)
        // C1 controls, bidirectional controls, line and paragraph separators, the byte order mark
        case 0x80..<0xa0, 0x061c, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: return ("\u{fffd}", 1)
        default: return (String(Character(scalar)), width(of: scalar))
        }
    }

    /// The whole text.
    package static func shown(_ text: some StringProtocol) -> String {
        // Nearly every text, and reports of large fleets show millions.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return String(text) }
        return text.unicodeScalars.reduce(into: "") { $0 += shown($1).text }
    }

    /// 0 for marks that combine with the character before, 2 for East Asian wide characters and emoji, else 1.
    private static func width(of scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch scalar.value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff,
            0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f, 0x1f900...0x1f9ff,
            0x20000...0x3fffd:
            return 2
        default: return 1
        }
    }
}
