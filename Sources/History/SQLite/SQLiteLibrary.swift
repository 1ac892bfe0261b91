import CSQLite

/// The system's SQLite as it runs here.
package enum SQLiteLibrary {
    /// `3.40.1`
    package static var version: String { String(cString: sqlite3_libversion()) }
}
