/// Text for the man macros (groff_man(7), groff_char(7)): pure ASCII, and nothing in it is taken for a request.
enum Roff {
    /// Text inside a line.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\(rs"
            case "-": result += "\\-"  // a bare one is a hyphen, which cannot be pasted into a shell
            case "'": result += "\\(aq"
            case "`": result += "\\(ga"
            case "^": result += "\\(ha"
            case "~": result += "\\(ti"
            case "\"": result += "\\(dq"
            case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
            default: result += "\\[u\(hex(scalar))]"
            }
        }
        return result
    }

    /// A line of text; a leading dot would be a request.
    static func line(_ text: String) -> String {
        (text.hasPrefix(".") ? "\\&" : "") + escaped(text) + "\n"
    }

    static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }
    static func italic(_ text: String) -> String { "\\fI\(escaped(text))\\fR" }

    /// At least four upper-case digits, as groff wants them.
    private static func hex(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

extension Prose {
    /// The text for the man macros; `.PP` stands between paragraphs.
    var roff: String {
        blocks.enumerated().map { index, block in
            switch block {
            case .paragraph(let text): (index > 0 ? ".PP\n" : "") + Roff.line(text)
            case .literal(let lines): ".PP\n.RS 2\n.nf\n" + lines.map(Roff.line).joined() + ".fi\n.RE\n"
            }
        }.joined()
    }
}
