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

    private var bytes: [UInt8] = []

    /// With a byte order mark Excel reads the file as UTF-8 when it is opened by a double click; other programs may show
    /// it in the first column's name.
    package init(byteOrderMark: Bool = false) {
        if byteOrderMark { bytes = [0xef, 0xbb, 0xbf] }
    }

    /// Writes one record.
    package mutating func row(_ cells: [Cell]) {
        for (index, cell) in cells.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            switch cell {
            case .text(let text): append(text, isAlone: cells.count == 1)
            case .integer(let number): bytes.append(contentsOf: String(number).utf8)
            case .decimal(let number, let digits): bytes.append(contentsOf: Self.decimal(number, digits).utf8)
            case .instant(let date): bytes.append(contentsOf: ISO8601.text(date).utf8)
            case .empty: if cells.count == 1 { append("", isAlone: true) }
            }
        }
        bytes.append(contentsOf: [0x0d, 0x0a])
    }

    /// Hands over what was written so far and goes on behind it: for tables that shall not stand in memory whole.
    package mutating func takeBytes() -> [UInt8] {
        let taken = bytes
        bytes.removeAll(keepingCapacity: true)
        return taken
    }

    private mutating func append(_ text: String, isAlone: Bool) {
        let safe = CSVText.safe(text)
        // A record of one empty cell would be an empty line, which many readers skip.
        guard CSVText.needsQuotes(safe) || (isAlone && safe.isEmpty) else {
            bytes.append(contentsOf: safe.utf8)
            return
        }
        bytes.append(UInt8(ascii: "\""))
        for byte in safe.utf8 {
            if byte == UInt8(ascii: "\"") { bytes.append(byte) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
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
