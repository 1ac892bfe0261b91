extension CommandTree {
    /// Columns at which the right side of a list begins at most; longer terms get a line of their own.
    private static let widestTerm = 28

    /// Help about a command or group. It begins with the examples: they are what most readers came for.
    func help(for node: CommandNode, _ path: [String], _ layout: HelpLayout) -> String {
        let document = CommandDocument(node, path: path, topics: topics)
        var parts = [Text.hanging(document.summary, after: "\(document.command): ", width: layout.width) + "\n"]
        if !document.examples.isEmpty {
            let examples = document.examples.map { example in
                let meaning = Text.hanging(example.meaning, after: "      ", width: layout.width)
                return "  \(layout.paint(example.line, .bold))\n\(meaning)\n"
            }
            parts.append(heading("Examples", layout) + examples.joined())
        }
        let usage = document.usage.map(\.text).joined()
        let indented = Text.wrapped(usage, to: layout.width - 7).joined(separator: "\n           ")
        parts.append(layout.paint("Usage:", .bold) + " \(indented)\n")
        parts.append(document.discussion.wrapped(to: layout.width))
        parts += document.sections.map { heading($0.title, layout) + list($0.rows, layout) }
        if path.count == 1 {
            parts.append("'\(name) help <command\(topics.isEmpty ? "" : " or topic")>' explains more.\n")
        } else if !topics.isEmpty {
            let names = topics.map(\.name).joined(separator: ", ")
            parts.append(Text.hanging(names, after: "Topics of '\(name) help': ", width: layout.width) + "\n")
        }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    func help(on topic: HelpTopic, _ layout: HelpLayout) -> String {
        Text.hanging(topic.summary, after: "\(topic.name): ", width: layout.width) + "\n\n"
            + Prose(topic.text).wrapped(to: layout.width)
    }

    private func heading(_ title: String, _ layout: HelpLayout) -> String {
        layout.paint("\(title):", .bold) + "\n"
    }

    private func list(_ rows: [CommandDocument.Row], _ layout: HelpLayout) -> String {
        let terms = rows.map { row in
            String(repeating: " ", count: 2 + row.indent) + row.term.map(\.text).joined() + "  "
        }
        let column = min(CommandTree.widestTerm, terms.map { Text.width($0) }.max() ?? 0)
        let margin = String(repeating: " ", count: column)
        return zip(terms, rows).map { term, row in
            let fits = Text.width(term) <= column
            let first = fits ? Text.padded(term, to: column) : margin
            let text = Text.hanging(row.meaning, after: first, width: layout.width) + "\n"
            return fits ? text : Text.withoutTrailingSpaces(term) + "\n" + text
        }.joined()
    }
}
