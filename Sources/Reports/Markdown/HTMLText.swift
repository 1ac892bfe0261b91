import Formats

/// Text inside the few HTML tags that Markdown reports use for folding.
enum HTMLText {
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in VisibleText.shown(text.split(whereSeparator: \.isNewline).joined(separator: " ")).unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
