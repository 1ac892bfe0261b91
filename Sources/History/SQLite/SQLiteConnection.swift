import CSQLite
import FoundationEssentials
import Glibc

/// One connection to one database file. It stays where it was made: in the actor that owns it.
final class SQLiteConnection {
    enum Access: Hashable {
        /// Makes the file when there is none.
        case writing
        case reading
        /// The file cannot change while it is read: neither locks nor a shared index are made for it.
        case readingUnchanging
    }

    let path: String
    private let raw: OpaquePointer
    private var statements: [String: SQLiteStatement] = [:]

    /// Seconds that a writer waits for another one.
    static let patience: Int32 = 60

    init(path: String, _ access: Access) throws(HistoryError) {
        self.path = path
        var raw: OpaquePointer?
        let flags =
            switch access {
            case .writing: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            case .reading, .readingUnchanging: SQLITE_OPEN_READONLY
            }
        let status = sqlite3_open_v2(
            Self.address(of: path, access), &raw, flags | SQLITE_OPEN_URI | SQLITE_OPEN_EXRESCODE, nil)
        guard status == SQLITE_OK, let raw else {
            let error = Self.error(status, raw, path)
            sqlite3_close_v2(raw)
            throw error
        }
        self.raw = raw
        sqlite3_busy_timeout(raw, Self.patience * 1_000)
        // What a damaged or made-up file could use against us is switched off.
        try execute("PRAGMA trusted_schema = OFF")
        try execute("PRAGMA cell_size_check = ON")
    }

    deinit {
        statements.removeAll()
        sqlite3_close_v2(raw)
    }

    /// `file:` with every byte that means something in an address as `%xx`.
    private static func address(of path: String, _ access: Access) -> String {
        var address = path.hasPrefix("/") ? "file://" : "file:"
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                address.unicodeScalars.append(UnicodeScalar(byte))
            default:
                let digits = Array("0123456789ABCDEF".unicodeScalars)
                address.unicodeScalars.append("%")
                address.unicodeScalars.append(digits[Int(byte >> 4)])
                address.unicodeScalars.append(digits[Int(byte & 15)])
            }
        }
        return access == .readingUnchanging ? address + "?immutable=1" : address
    }

    /// Prepared once, kept for the next time.
    func statement(_ sql: String) throws(HistoryError) -> SQLiteStatement {
        if let known = statements[sql] { return known }
        var prepared: OpaquePointer?
        let status = sqlite3_prepare_v3(
            raw, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard status == SQLITE_OK, let prepared else { throw Self.error(status, raw, path) }
        let (raw, path) = (raw, path)
        let statement = SQLiteStatement(prepared) { Self.error($0, raw, path) }
        statements[sql] = statement
        return statement
    }

    /// Several statements of our own, without values.
    func execute(_ sql: String) throws(HistoryError) {
        let status = sqlite3_exec(raw, sql, nil, nil, nil)
        guard status == SQLITE_OK else { throw Self.error(status, raw, path) }
    }

    var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(raw) }

    /// Rows that the last statement inserted, changed or deleted.
    var changes: Int { Int(sqlite3_changes64(raw)) }

    var isInTransaction: Bool { sqlite3_get_autocommit(raw) == 0 }

    /// The number behind a PRAGMA.
    func pragma(_ name: String) throws(HistoryError) -> Int {
        try statement("PRAGMA \(name)").row { row throws(HistoryError) in row.int(0) } ?? 0
    }

    /// All or nothing; `IMMEDIATE` waits for other writers at its start and not in the middle.
    func transaction<Result>(
        _ kind: String = "IMMEDIATE", _ body: () throws(HistoryError) -> Result
    ) throws(HistoryError) -> Result {
        try execute("BEGIN \(kind)")
        do throws(HistoryError) {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            rollBack()
            throw error
        }
    }

    /// Several questions with one answer in time; within a transaction it is that one.
    func reading<Result>(_ body: () throws(HistoryError) -> Result) throws(HistoryError) -> Result {
        isInTransaction ? try body() : try transaction("DEFERRED", body)
    }

    func rollBack() {
        // Some errors end the transaction by themselves; then there is nothing left to undo.
        if isInTransaction { sqlite3_exec(raw, "ROLLBACK", nil, nil, nil) }
    }
}

extension SQLiteConnection {
    /// SQLITE_IOERR_SHORT_READ: the file is shorter than it says.
    private static let shortRead = SQLITE_IOERR | 2 << 8
    /// SQLITE_IOERR_WRITE, _FSYNC, _TRUNCATE and _SHMSIZE. Why is sometimes forgotten on the way to us.
    private static let failedWrites: [Int32] = [3, 4, 6, 19].map { SQLITE_IOERR | $0 << 8 }

    fileprivate static func error(_ status: Int32, _ raw: OpaquePointer?, _ path: String) -> HistoryError {
        let words = sqlite3_errmsg(raw).map { String(cString: $0) } ?? "SQLite says \(status)"
        let system = raw.map { sqlite3_system_errno($0) } ?? 0
        switch status & 0xff {
        case SQLITE_BUSY, SQLITE_LOCKED: return .locked(path: path, holder: LockHolder.writer(of: path)?.description)
        case SQLITE_CORRUPT: return .damaged(path: path, words)
        case SQLITE_NOTADB: return .notHistory(path: path, "it is no SQLite database")
        case SQLITE_READONLY: return .readOnly(path: path)
        case SQLITE_FULL: return .diskFull(path: path)
        case SQLITE_IOERR
        where [ENOSPC, EDQUOT, EFBIG].contains(system) || failedWrites.contains(status) && system == 0:
            return .diskFull(path: path)
        case SQLITE_IOERR where system == EROFS: return .readOnly(path: path)
        case SQLITE_IOERR where status == shortRead: return .damaged(path: path, "it is cut off")
        case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH, SQLITE_IOERR:
            let why = system == 0 ? words : "\(words): \(String(cString: strerror(system)))"
            return .cannotOpen(path: path, why)
        default: return .failed(path: path, words)
        }
    }
}
