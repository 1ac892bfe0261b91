import Formats
import Policy

/// How every table is written: its columns, then rows, handed on piece by piece so that it never stands in memory whole.
struct ReportTable {
    private var writer: CSVWriter
    /// Bytes from which on a piece is handed on: some hosts' rows.
    private static let pieceSize = 1 << 18

    init(_ columns: [String], byteOrderMark: Bool) {
        writer = CSVWriter(byteOrderMark: byteOrderMark)
        writer.row(columns.map { .text($0) })
    }

    /// Writes the rows of each item, and ends the table.
    consuming func fill<Items: Sequence, Failure: Error>(
        _ items: Items, to sink: ([UInt8]) throws(Failure) -> Void,
        rows: (Items.Element, inout CSVWriter) -> Void
    ) throws(Failure) {
        for item in items {
            rows(item, &writer)
            try writer.flush(above: Self.pieceSize, to: sink)
        }
        try writer.flush(to: sink)
    }
}

extension CSVWriter.Cell {
    /// Several values of one cell stand on lines of their own.
    static func lines(_ texts: [String]) -> Self {
        switch texts.count {
        case 0: .empty
        case 1: .text(texts[0])
        default: .text(texts.joined(separator: "\n"))
        }
    }

    static func flag(_ isSo: Bool) -> Self { isSo ? "yes" : "no" }
}
