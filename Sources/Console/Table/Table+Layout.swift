extension Table {
    /// Spaces between two columns.
    private static let gap = 2
    /// In a file or pipe, cells longer than this stand out instead of moving all other rows: one cell of a megabyte
    /// must not pad every line with a megabyte of spaces.
    private static let widestPadding = 64

    /// The lines, each ending with a line feed, without spaces at their ends.
    ///
    /// - Parameter columns: of the terminal; nil: a file or pipe, where nothing is cut or wrapped.
    package func text(columns limit: Int?, paint: Paint = .plain) -> String {
        let widths = limit.map { fitted(to: $0) } ?? naturalWidths.map { min($0, Table.widestPadding) }
        let isWhole = limit == nil
        var text = ""
        if columns.contains(where: { !$0.title.isEmpty }) {
            let titles = columns.map { Cell($0.title, .bold) }
            text += row(titles, widths, paint, isWhole: isWhole, wraps: false)
        }
        for cells in rows { text += row(cells, widths, paint, isWhole: isWhole, wraps: true) }
        return text
    }

    /// The widths that show everything.
    private var naturalWidths: [Int] {
        columns.indices.map { index in
            rows.reduce(Text.width(Text.printable(columns[index].title))) { max($0, Text.width($1[index].text)) }
        }
    }

    /// The natural widths, reduced by the rules of ``Column`` until a line fits; if it cannot, lines are too long.
    private func fitted(to limit: Int) -> [Int] {
        let room = limit - indent - Table.gap * max(0, columns.count - 1)
        // No column needs more than a line, and the loop below takes a step for each column taken away.
        var widths = zip(columns, naturalWidths).map { $0.overflow == .keep ? $1 : min($1, max($0.minimum, room)) }
        var excess = widths.reduce(0, +) - room
        for priority in Set(columns.map(\.priority)).sorted() {
            while excess > 0 {
                let candidates = columns.indices.filter {
                    columns[$0].priority == priority && columns[$0].overflow != .keep
                        && widths[$0] > columns[$0].minimum
                }
                guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
                widths[widest] -= 1
                excess -= 1
            }
        }
        return widths
    }

    /// One row as one or more lines.
    private func row(_ cells: [Cell], _ widths: [Int], _ paint: Paint, isWhole: Bool, wraps: Bool) -> String {
        let lines = columns.indices.map { index -> [String] in
            let text = cells[index].text
            if isWhole || columns[index].overflow == .keep { return [text] }
            return wraps && columns[index].overflow == .wrap
                ? Text.wrapped(text, to: widths[index], longWord: .cut) : [Text.truncated(text, to: widths[index])]
        }
        var result = ""
        for number in 0..<(lines.map(\.count).max() ?? 0) {
            var line = String(repeating: " ", count: indent)
            // Spaces are owed until something stands behind them.
            var owed = 0
            for (index, column) in columns.enumerated() {
                if index > 0 { owed += Table.gap }
                let piece = number < lines[index].count ? lines[index][number] : ""
                let space = max(0, widths[index] - Text.width(piece))
                if column.alignment == .right { owed += space }
                if !piece.isEmpty {
                    line += String(repeating: " ", count: owed) + paint(piece, cells[index].style)
                    owed = 0
                }
                if column.alignment == .left { owed += space }
            }
            result += line + "\n"
        }
        return result
    }
}
