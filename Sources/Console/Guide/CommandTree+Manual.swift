/// A page of the manual: `prog-group-command.1`.
package struct ManualPage: Sendable, Hashable {
    /// With the section behind it: `prog-command.1`.
    package let fileName: String
    /// In the man macros, ASCII.
    package let text: String
}

extension CommandTree {
    /// One page for the program and one for each visible group and command.
    ///
    /// - Parameter date: of the release, such as `2026-11-20`; given, so that equal sources make equal pages.
    package func manualPages(date: String) -> [ManualPage] {
        var pages = [manualPage(root, [name], date)]
        root.forEachVisible { path, node in pages.append(manualPage(node, [name] + path, date)) }
        return pages
    }

    private func manualPage(_ node: CommandNode, _ path: [String], _ date: String) -> ManualPage {
        let document = CommandDocument(node, path: path, topics: topics)
        let page = path.joined(separator: "-")
        var text =
            ".TH \(Roff.escaped(page.uppercased())) 1 \(Roff.escaped(date)) \"\(Roff.escaped("\(name) \(version)"))\"\n"
        text += ".SH NAME\n\(Roff.escaped(page)) \\- \(Roff.escaped(document.summary))\n"
        text += ".SH SYNOPSIS\n\(Roff.pieces(document.usage))\n"
        if !document.examples.isEmpty {
            text +=
                ".SH EXAMPLES\n"
                + document.examples.map { ".TP\n\(Roff.bold($0.line))\n\(Roff.line($0.meaning))" }.joined()
        }
        if !document.discussion.blocks.isEmpty { text += ".SH DESCRIPTION\n" + document.discussion.roff }
        for section in document.sections where section.title != "Topics" {
            text += manualSection(section.title, section.rows)
        }
        if !document.environment.isEmpty { text += manualSection("Environment", document.environment) }
        if path.count == 1 {
            text += topics.map {
                ".SH \(Roff.escaped($0.name.replacing("-", with: " ").uppercased()))\n\(Prose($0.text).roff)"
            }.joined()
        }
        return ManualPage(fileName: page + ".1", text: text + seeAlso(node, path))
    }

    private func manualSection(_ title: String, _ rows: [CommandDocument.Row]) -> String {
        ".SH \(Roff.escaped(title.uppercased()))\n"
            + rows.map { ".TP\n\(Roff.pieces($0.term))\n\(Roff.line($0.meaning))" }.joined()
    }

    /// The pages one step above and below.
    private func seeAlso(_ node: CommandNode, _ path: [String]) -> String {
        let below = node.visibleChildren.map { path + [$0.name] }
        let pages = (path.count > 1 ? [path.dropLast()] : []) + below.map { $0[...] }
        guard !pages.isEmpty else { return "" }
        return ".SH SEE ALSO\n"
            + pages.map { "\(Roff.bold($0.joined(separator: "-")))(1)" }.joined(separator: ",\n") + "\n"
    }
}

extension Roff {
    fileprivate static func pieces(_ pieces: [CommandDocument.Piece]) -> String {
        pieces.map { piece in
            switch piece {
            case .literal(let text): bold(text)
            case .value(let text): italic(text)
            case .plain(let text): escaped(text)
            }
        }.joined()
    }
}
