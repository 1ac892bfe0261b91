/// Rows under common headings, laid out for a terminal's width or, for a file or pipe, in full.
package struct Table: Sendable, Hashable {
    /// One column: its title, and what happens when it does not fit.
    package struct Column: Sendable, Hashable {
        /// What happens to text that does not fit into the column. Nothing is cut in a file or pipe.
        package enum Overflow: Sendable, Hashable {
            /// The column never gets narrower than its text: numbers, keys to be copied.
            case keep
            /// An ellipsis stands for what is cut.
            case truncate
            /// The text goes on below.
            case wrap
        }

        let title: String
        let alignment: Text.Alignment
        let overflow: Overflow
        let priority: Int
        let minimum: Int

        /// - Parameters:
        ///   - priority: columns of a lower one give way first; those of the same give way together, the widest first.
        ///   - minimum: columns of text below which it does not go.
        package init(
            _ title: String, _ alignment: Text.Alignment = .left, overflow: Overflow = .keep, priority: Int = 0,
            minimum: Int = 8
        ) {
            self.title = title
            self.alignment = alignment
            self.overflow = overflow
            self.priority = priority
            self.minimum = max(1, minimum)
        }
    }

    /// A text from anywhere, and how it looks.
    package struct Cell: Sendable, Hashable, ExpressibleByStringInterpolation {
        let text: String
        let style: Style?

        /// Any text; it is made printable.
        package init(_ text: String, _ style: Style? = nil) {
            self.text = Text.printable(text)
            self.style = style
        }

        /// Any text, also with interpolations; it is made printable.
        package init(stringLiteral text: String) {
            self.init(text)
        }
    }

    let columns: [Column]
    let indent: Int
    private(set) var rows: [[Cell]] = []

    /// A table without rows.
    ///
    /// - Parameter indent: spaces before each line.
    package init(indent: Int = 0, _ columns: [Column]) {
        self.columns = columns
        self.indent = indent
    }

    /// Adds a row; cells that are missing at its end are empty.
    package mutating func add(_ cells: [Cell]) {
        precondition(cells.count <= columns.count, "our own bug: more cells than columns")
        rows.append(cells + Array(repeating: "", count: columns.count - cells.count))
    }
}
