/// Writes texts into YAML so that every reader, of YAML 1.1 and 1.2, takes them for what they are: one text on one line.
package enum YAMLText {
    /// Without quotes when it cannot be taken for anything else, otherwise in double quotes.
    package static func scalar(_ text: some StringProtocol) -> String {
        isPlain(text) ? String(text) : "\"\(escaped(text, quoted: true))\""
    }

    /// In double quotes, whatever it is.
    package static func quoted(_ text: some StringProtocol) -> String { "\"\(escaped(text, quoted: true))\"" }

    /// Text for a comment, which it cannot end.
    package static func comment(_ text: some StringProtocol) -> String { escaped(text, quoted: false) }

    /// Words that one version or another takes for a flag, a number or nothing.
    private static let words: Set = [
        "y", "yes", "n", "no", "true", "false", "on", "off", "null", "nan", "inf",
    ]

    /// A letter of ASCII, then letters, digits, `-`, `_` and dots or single spaces inside.
    private static func isPlain(_ text: some StringProtocol) -> Bool {
        var before: UInt8 = 0
        for (index, byte) in text.utf8.enumerated() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): break
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                if index == 0 { return false }
            case UInt8(ascii: " "): if index == 0 || before == byte { return false }
            default: return false
            }
            before = byte
        }
        return before != 0 && before != UInt8(ascii: " ") && !words.contains(text.lowercased())
    }

    /// Pure ASCII without control characters, by the escapes of double-quoted scalars (YAML 1.1 and 1.2, section 5.7).
    private static func escaped(_ text: some StringProtocol, quoted: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += #"\\"#
            case "\"": result += quoted ? #"\""# : "\""
            case "\n": result += #"\n"#
            case "\r": result += #"\r"#
            case "\t": result += #"\t"#
            case " "..."~": result.unicodeScalars.append(scalar)
            default:
                let digits = String(scalar.value, radix: 16)
                let (letter, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x1_0000 ? ("u", 4) : ("U", 8)
                result += "\\\(letter)" + String(repeating: "0", count: width - digits.count) + digits
            }
        }
        return result
    }
}
