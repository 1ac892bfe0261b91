import FoundationEssentials
import Glibc

/// Opens the file of a history, makes a new one, and refuses what is none.
enum HistoryFile {
    static func openForWriting(_ path: String, _ migrations: [Migration]) throws(HistoryError) -> SQLiteConnection {
        try make(path)
        let connection = try SQLiteConnection(path: path, .writing)
        switch try state(of: connection) {
        case .empty: try create(connection)
        case .form(let version): try migrate(connection, from: version, migrations)
        }
        // A commit is on disk before it counts.
        try connection.execute("PRAGMA synchronous = FULL")
        try connection.execute("PRAGMA foreign_keys = ON")
        return connection
    }

    static func openForReading(_ path: String, _ migrations: [Migration]) throws(HistoryError) -> SQLiteConnection {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw errno == ENOENT || errno == ENOTDIR
                ? .missing(path: path) : .cannotOpen(path: path, String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notHistory(path: path, "it is no file") }
        // Made by a run that has not got further yet.
        if status.st_size == 0 { throw .noRuns(path: path) }
        try checkSize(status, path)
        let connection = try reader(path)
        switch try state(of: connection) {
        case .empty: throw .noRuns(path: path)
        case .form(let version):
            let known = newest(migrations)
            guard version <= known else { throw .newer(path: path, version: version, known: known) }
            // Only a writer can bring it to the present form.
            return version < known ? try openForWriting(path, migrations) : connection
        }
    }

    /// A reader takes part in the locks of the writer, for which it needs the files beside the database. In a folder that
    /// it may not write to, and where no writer left anything behind, the file itself is all there is.
    private static func reader(_ path: String) throws(HistoryError) -> SQLiteConnection {
        do throws(HistoryError) {
            let connection = try SQLiteConnection(path: path, .reading)
            _ = try connection.pragma("schema_version")
            return connection
        } catch {
            switch error {
            case .cannotOpen, .readOnly: break
            default: throw error
            }
            var status = stat()
            if stat(path + "-wal", &status) == 0, status.st_size > 0 {
                throw .cannotOpen(
                    path: path,
                    "a writer left \(path)-wal behind, which only an account that may write there can take in; a copy of both files elsewhere can be read"
                )
            }
            guard access(path, R_OK) == 0 else { throw error }
            return try SQLiteConnection(path: path, .readingUnchanging)
        }
    }

    private static func make(_ path: String) throws(HistoryError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
            return
        }
        switch errno {
        case EEXIST: break
        case ENOENT, ENOTDIR: throw .folderMissing(path: path)
        case EACCES, EPERM, EROFS: throw .readOnly(path: path)
        case ENOSPC, EDQUOT: throw .diskFull(path: path)
        default: throw .cannotOpen(path: path, String(cString: strerror(errno)))
        }
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .notHistory(path: path, "it is no file")
        }
        try checkSize(status, path)
    }

    /// SQLite takes a few bytes of anything for an empty database, and would write over them. The file is not opened for
    /// that: to close it would let go of the locks that this process has on it.
    private static func checkSize(_ status: stat, _ path: String) throws(HistoryError) {
        guard status.st_size == 0 || status.st_size >= smallestPage else {
            throw .notHistory(path: path, "it is no SQLite database")
        }
    }

    /// Of any SQLite database, in bytes.
    private static let smallestPage = 512

    private enum State {
        case empty
        case form(Int)
    }

    private static func state(of connection: SQLiteConnection) throws(HistoryError) -> State {
        let path = connection.path
        let application = try connection.pragma("application_id")
        let version = try connection.pragma("user_version")
        if application == Schema.applicationID {
            guard version >= 1 else { throw .damaged(path: path, "its form is \(version)") }
            return .form(version)
        }
        let tables =
            try connection.statement("SELECT count(*) FROM sqlite_schema").row { row throws(HistoryError) in row.int(0)
            }
        guard application == 0, version == 0, tables == 0 else {
            throw .notHistory(path: path, "it is a database of another program")
        }
        return .empty
    }

    private static func create(_ connection: SQLiteConnection) throws(HistoryError) {
        // Before the first table, else it has no effect.
        try connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        try connection.execute("PRAGMA journal_mode = WAL")
        try connection.transaction { () throws(HistoryError) in
            // Another writer may have been quicker.
            guard case .empty = try state(of: connection) else { return }
            try connection.execute(Schema.statements)
            try connection.execute("PRAGMA application_id = \(Schema.applicationID)")
            try connection.execute("PRAGMA user_version = \(Schema.version)")
        }
    }

    private static func newest(_ migrations: [Migration]) -> Int { migrations.map(\.to).max() ?? Schema.version }

    /// All steps in one transaction: a writer that dies leaves the earlier form.
    private static func migrate(
        _ connection: SQLiteConnection, from version: Int, _ migrations: [Migration]
    ) throws(HistoryError) {
        let known = newest(migrations)
        guard version <= known else { throw .newer(path: connection.path, version: version, known: known) }
        guard version < known else { return }
        try connection.transaction { () throws(HistoryError) in
            var version = try connection.pragma("user_version")
            while version < known {
                guard let step = migrations.first(where: { $0.to == version + 1 }) else {
                    throw .failed(path: connection.path, "there is no way from its form \(version) to \(known)")
                }
                try step.apply(connection)
                version = step.to
                try connection.execute("PRAGMA user_version = \(version)")
            }
        }
    }
}
