/// Text of several paragraphs, for discussions and topics: blank lines separate paragraphs, which are wrapped; lines
/// that begin with two spaces stay as they are (tables, examples).
struct Prose {
    enum Block: Hashable {
        case paragraph(String)
        /// Without the indentation that all lines share.
        case literal([String])
    }

    private(set) var blocks: [Block] = []

    init(_ text: String) {
        var paragraph: [Substring] = [], literal: [Substring] = []
        // The empty line at the end closes the last block.
        for line in "\(text)\n".split(separator: "\n", omittingEmptySubsequences: false) {
            let isBlank = line.allSatisfy { $0 == " " }
            let isLiteral = line.hasPrefix("  ") && !isBlank
            if !isLiteral, !literal.isEmpty {
                blocks.append(.literal(Prose.withoutIndent(literal)))
                literal = []
            }
            if isBlank || isLiteral, !paragraph.isEmpty {
                blocks.append(.paragraph(paragraph.joined(separator: " ")))
                paragraph = []
            }
            if isLiteral {
                literal.append(line)
            } else if !isBlank {
                paragraph.append(line)
            }
        }
    }

    private static func withoutIndent(_ lines: [Substring]) -> [String] {
        let indent = lines.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        return lines.map { String($0.dropFirst(indent)) }
    }

    /// The text for a terminal, ending with a line feed unless there is nothing.
    func wrapped(to width: Int) -> String {
        blocks.map { block in
            switch block {
            case .paragraph(let text): Text.wrapped(text, to: width).map { $0 + "\n" }.joined()
            case .literal(let lines): lines.map { "  \($0)\n" }.joined()
            }
        }.joined(separator: "\n")
    }
}
