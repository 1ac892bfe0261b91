/// A text that `prog help NAME` shows, such as what the exit codes mean.
package struct HelpTopic: Sendable, Hashable {
    let name: String
    /// One sentence, for the list of topics.
    let summary: String
    let text: String

    /// - Parameter text: paragraphs separated by blank lines; lines that begin with two spaces are not wrapped.
    package init(_ name: String, summary: String, text: String) {
        self.name = name
        self.summary = summary
        self.text = text
    }
}

/// How help is laid out.
package struct HelpLayout: Sendable, Hashable {
    /// Columns of a line, 40 to 100: shorter lines tear sentences apart, longer ones are hard to read.
    let width: Int
    let paint: Paint

    /// A width in columns, and whether headings stand out.
    package init(width: Int = 80, paint: Paint = .plain) {
        self.width = min(max(width, 40), 100)
        self.paint = paint
    }

    /// The terminal's width, or 80 columns for a file or pipe.
    package init(for terminal: Terminal) {
        self.init(width: terminal.columns ?? 80, paint: terminal.paint)
    }
}
