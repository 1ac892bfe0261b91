import EventLoop
import FoundationEssentials
import Glibc

/// The history of a fleet: every run that was recorded, in one SQLite file beside the reports.
///
/// One process writes at a time, any number read meanwhile, and see the last state that was committed. Whatever ends a
/// writer (a signal, a full disk, the power) leaves that state. The file is 0600: it tells an attacker as much as the
/// reports do.
///
/// An actor on a thread of its own, because the file system may keep it waiting.
package actor HistoryDatabase {
    package enum Access: Sendable, Hashable {
        /// Makes the file when there is none, and brings an earlier form to the present one.
        case writing
        case reading
    }

    /// One for the process: its databases take turns.
    private static let thread = DedicatedThread()
    package nonisolated var unownedExecutor: UnownedSerialExecutor { Self.thread.asUnownedSerialExecutor() }

    package nonisolated let path: String
    let connection: SQLiteConnection
    var recording: Recording?

    package init(_ path: String, for access: Access) throws(HistoryError) {
        try self.init(path, for: access, migrations: Migration.all)
    }

    /// - Parameter migrations: other ones than the product's own are for tests of them.
    init(_ path: String, for access: Access, migrations: [Migration]) throws(HistoryError) {
        self.path = path
        connection =
            switch access {
            case .writing: try HistoryFile.openForWriting(path, migrations)
            case .reading: try HistoryFile.openForReading(path, migrations)
            }
    }

    /// What was read is not what was written: said of the file.
    nonisolated func damaged(_ what: String) -> HistoryError { .damaged(path: path, what) }

    /// Runs a codec, and says of the file what it says of the bytes.
    nonisolated func decoded<Value>(
        _ what: String, _ body: () throws(CodecError) -> Value
    ) throws(HistoryError) -> Value {
        do throws(CodecError) {
            return try body()
        } catch {
            throw damaged("\(what) cannot be read (\(error.what))")
        }
    }
}
