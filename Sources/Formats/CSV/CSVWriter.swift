package import FoundationEssentials

/// Writes CSV (RFC 4180: commas, CR LF, double quotes) that people open in a spreadsheet.
///
/// Text never becomes a formula: see ``Cell/text(_:)``. Numbers and times of our own stay what they are.
package struct CSVWriter: Sendable {
    package enum Cell: Sendable, Hashable, ExpressibleByStringLiteral {
        /// Text from anywhere. Where a spreadsheet could take a part of it for a formula, that part gets an apostrophe.
        case text(String)
        case integer(Int64)
        /// A number with that many digits behind the point; empty when it is infinite or NaN.
        case decimal(Double, digits: Int)
        /// ISO 8601 in UTC.
        case instant(Date)
        case empty

        package init(stringLiteral text: String) { self = .text(text) }
        package init(_ number: some BinaryInteger) { self = .integer(Int64(clamping: number)) }
        package init(_ text: String?) { self = text.map(Cell.text) ?? .empty }
    }

    /// Cells that stand side by side in many records, made safe once.
    package struct Cells: Sendable {
        fileprivate let bytes: [UInt8]
        fileprivate let count: Int

        package init(_ cells: [Cell]) {
            var writer = CSVWriter()
            for cell in cells { writer.add(cell) }
            bytes = writer.bytes
            count = cells.count
        }
    }

    private var bytes: [UInt8] = []
    /// Of the record that is being written.
    private var cellCount = 0
    private var recordStart = 0

    /// With a byte order mark Excel reads the file as UTF-8 when it is opened by a double click; other programs may show
    /// it in the first column's name.
    package init(byteOrderMark: Bool = false) {
        if byteOrderMark { bytes = [0xef, 0xbb, 0xbf] }
        recordStart = bytes.count
    }

    /// Writes one record.
    package mutating func row(_ cells: [Cell]) {
        for cell in cells { add(cell) }
        endRecord()
    }

    /// Adds one cell to the record.
    package mutating func add(_ cell: Cell) {
        separate()
        switch cell {
        case .text(let text): CSVText.append(text, to: &bytes)
        case .integer(let number): bytes.append(contentsOf: String(number).utf8)
        case .decimal(let number, let digits): bytes.append(contentsOf: Self.decimal(number, digits).utf8)
        case .instant(let date): bytes.append(contentsOf: ISO8601.text(date).utf8)
        case .empty: break
        }
    }

    /// Adds cells to the record.
    package mutating func add(_ cells: Cells) {
        guard cells.count > 0 else { return }
        separate()
        bytes.append(contentsOf: cells.bytes)
        cellCount += cells.count - 1
    }

    package mutating func endRecord() {
        // A record of one empty cell would be an empty line, which many readers skip.
        if cellCount == 1, bytes.count == recordStart {
            bytes.append(UInt8(ascii: "\""))
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(0x0d)
        bytes.append(0x0a)
        cellCount = 0
        recordStart = bytes.count
    }

    private mutating func separate() {
        if cellCount > 0 { bytes.append(UInt8(ascii: ",")) }
        cellCount += 1
    }

    /// Hands over what was written so far and goes on behind it.
    package mutating func takeBytes() -> [UInt8] {
        defer { bytes = [] }
        recordStart = 0
        return bytes
    }

    /// Gives what was written so far to `write` once it is more than `limit` bytes, and goes on behind it: for tables that
    /// shall not stand in memory whole.
    package mutating func flush<Failure: Error>(
        above limit: Int = 0, to write: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        guard bytes.count > limit else { return }
        try write(bytes)
        bytes.removeAll(keepingCapacity: true)
        recordStart = 0
    }

    /// Decimal notation without an exponent, which some spreadsheets take for text.
    private static func decimal(_ number: Double, _ digits: Int) -> String {
        let digits = min(max(digits, 0), 15)
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let scaled = (number * scale).rounded()
        guard scaled.isFinite, scaled.magnitude < 9e18 else { return number.isFinite ? "\(number)" : "" }
        let text = String(Int64(scaled.magnitude))
        let padded = String(repeating: "0", count: max(0, digits + 1 - text.utf8.count)) + text
        let sign = scaled < 0 ? "-" : ""
        return digits == 0 ? sign + padded : "\(sign)\(padded.dropLast(digits)).\(padded.suffix(digits))"
    }
}
