/// One thing that is wrong in a file that people write, with its place and the way out.
package struct Diagnostic: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Severity: String, Sendable, Hashable {
        case error, warning
    }

    package var severity: Severity
    /// The file as the user named it.
    package var file: String
    package var position: SourcePosition?
    /// Characters (Unicode scalars) to underline from `position` on.
    package var length: Int
    /// A stable short name such as `P104` that documentation can be found under.
    package var code: String?
    /// What is wrong, without a full stop: `unknown key 'titel'`.
    package var message: String
    /// A few words beside the underline.
    package var label: String?
    /// What to do about it.
    package var help: String?

    package init(
        _ severity: Severity = .error, file: String, position: SourcePosition? = nil, length: Int = 1,
        code: String? = nil, message: String, label: String? = nil, help: String? = nil
    ) {
        self.severity = severity
        self.file = file
        self.position = position
        self.length = length
        self.code = code
        self.message = message
        self.label = label
        self.help = help
    }

    /// One line, as compilers print it: `hosts.yaml:7:16: error[P104]: unknown fact (did you mean …)`.
    package var description: String {
        let place = position.map { "\(file):\($0)" } ?? file
        let text = "\(place): \(heading)" + (help.map { " (\($0))" } ?? "")
        return VisibleText.shown(text.split(whereSeparator: \.isNewline).joined(separator: " "))
    }

    private var heading: String { "\(severity.rawValue)\(code.map { "[\($0)]" } ?? ""): \(message)" }
}

extension Diagnostic {
    /// Several lines with the source line and an underline, as rustc prints them; no line feed at the end.
    ///
    /// Control and direction characters of the file are made visible, long lines are cut around the place.
    package func rendered(sourceLine: String?) -> String {
        guard let position else {
            return ([VisibleText.shown(heading), "  --> \(shownFile)"] + helpLines(2)).joined(separator: "\n")
        }
        let number = String(position.line)
        let gutter = max(2, number.count)
        let blank = String(repeating: " ", count: gutter)
        var lines = [VisibleText.shown(heading), "\(blank)--> \(shownFile):\(position)"]
        if let sourceLine {
            let snippet = Snippet(sourceLine, column: position.column, length: length)
            let mark = snippet.underline + (label.map { " " + VisibleText.shown($0) } ?? "")
            lines.append(String(repeating: " ", count: gutter - number.count) + "\(number) | \(snippet.text)")
            lines.append("\(blank) | \(mark)")
        }
        return (lines + helpLines(gutter)).joined(separator: "\n")
    }

    private var shownFile: String { VisibleText.shown(file) }

    private func helpLines(_ gutter: Int) -> [String] {
        guard let help else { return [] }
        let blank = String(repeating: " ", count: gutter + 1)
        return help.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
            blank + (index == 0 ? "= help: " : "        ") + VisibleText.shown(line)
        }
    }
}

/// A source line made safe to show and cut to the width of a screen, and the carets below it.
private struct Snippet {
    private(set) var text = ""
    private(set) var underline = ""

    /// Terminal cells shown before the place, and in all.
    private static let before = 60, most = 100

    init(_ line: String, column: Int, length: Int) {
        let scalars = Array(line.unicodeScalars.prefix(column + Self.most))
        let start = min(max(0, column - 1), scalars.count)
        let end = min(start + max(1, length), scalars.count)
        var first = start, cells = 0
        while first > 0, cells < Self.before {
            first -= 1
            cells += VisibleText.shown(scalars[first]).width
        }
        var carets = 0
        if first > 0 { (text, underline) = ("…", " ") }
        for (index, scalar) in scalars.enumerated().dropFirst(first) {
            guard text.count < Self.most else {
                text += "…"
                break
            }
            let shown = VisibleText.shown(scalar)
            text += shown.text
            if index < start { underline += String(repeating: " ", count: shown.width) }
            if index >= start, index < end { carets += shown.width }
        }
        underline += String(repeating: "^", count: max(1, carets))
    }
}
