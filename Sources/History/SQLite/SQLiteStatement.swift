import CSQLite

/// A prepared statement. It lives in one isolation with its connection, and no pointer leaves it.
final class SQLiteStatement {
    private let raw: OpaquePointer
    private let fail: (Int32) -> HistoryError

    init(_ raw: OpaquePointer, fail: @escaping (Int32) -> HistoryError) {
        self.raw = raw
        self.fail = fail
    }

    deinit { sqlite3_finalize(raw) }

    /// Starts over with these values in the order of the question marks.
    func bind(_ values: [SQLiteValue]) throws(HistoryError) {
        sqlite3_reset(raw)
        for (place, value) in zip(Int32(1)..., values) {
            let status =
                switch value {
                case .null: sqlite3_bind_null(raw, place)
                case .integer(let number): sqlite3_bind_int64(raw, place, number)
                case .real(let number): sqlite3_bind_double(raw, place, number)
                case .text(let text): Self.bind(text, raw, place)
                case .blob(let bytes): csqlite_bind_blob(raw, place, bytes, UInt64(bytes.count))
                }
            guard status == SQLITE_OK else { throw fail(status) }
        }
    }

    private static func bind(_ text: String, _ raw: OpaquePointer, _ place: Int32) -> Int32 {
        var text = text
        return text.withUTF8 { bytes in
            guard let start = bytes.baseAddress else { return csqlite_bind_text(raw, place, "", 0) }
            return start.withMemoryRebound(to: CChar.self, capacity: bytes.count) {
                csqlite_bind_text(raw, place, $0, UInt64(bytes.count))
            }
        }
    }

    /// Goes to the next row; `false` behind the last one, where the statement is ready for another start.
    func step() throws(HistoryError) -> Bool {
        let status = sqlite3_step(raw)
        switch status {
        case SQLITE_ROW: return true
        case SQLITE_DONE:
            sqlite3_reset(raw)
            return false
        default:
            sqlite3_reset(raw)
            throw fail(status)
        }
    }

    /// Runs to the end what gives no rows.
    func run(_ values: SQLiteValue...) throws(HistoryError) {
        try bind(values)
        while try step() {}
    }

    /// Every row, as `read` makes something of it.
    func rows<Row>(
        _ values: SQLiteValue..., read: (SQLiteStatement) throws(HistoryError) -> Row
    ) throws(HistoryError) -> [Row] {
        try bind(values)
        defer { sqlite3_reset(raw) }
        var rows: [Row] = []
        while try step() { rows.append(try read(self)) }
        return rows
    }

    /// The first row.
    func row<Row>(
        _ values: SQLiteValue..., read: (SQLiteStatement) throws(HistoryError) -> Row
    ) throws(HistoryError) -> Row? {
        try bind(values)
        defer { sqlite3_reset(raw) }
        return try step() ? try read(self) : nil
    }

    // Columns count from 0; a value of another type is converted as SQLite does.

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(raw, column) == SQLITE_NULL }

    func isReal(_ column: Int32) -> Bool { sqlite3_column_type(raw, column) == SQLITE_FLOAT }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(raw, column) }

    func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    func int(_ column: Int32) -> Int { Int(integer(column)) }

    func real(_ column: Int32) -> Double { sqlite3_column_double(raw, column) }

    func blob(_ column: Int32) -> [UInt8] {
        let start = sqlite3_column_blob(raw, column)
        return Self.copy(start, Int(sqlite3_column_bytes(raw, column)))
    }

    func text(_ column: Int32) -> String {
        let start = sqlite3_column_text(raw, column)
        return String(decoding: Self.copy(start, Int(sqlite3_column_bytes(raw, column))), as: UTF8.self)
    }

    private static func copy(_ start: UnsafeRawPointer?, _ count: Int) -> [UInt8] {
        guard let start, count > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: count) { bytes, made in
            UnsafeMutableRawBufferPointer(bytes).copyMemory(from: UnsafeRawBufferPointer(start: start, count: count))
            made = count
        }
    }
}
