/// Findings by their rows, each read once.
struct FindingShelf {
    private let connection: SQLiteConnection
    private var known: [Int64: StoredFinding] = [:]

    init(_ connection: SQLiteConnection) { self.connection = connection }

    subscript(row: Int64) -> StoredFinding {
        mutating get throws(HistoryError) {
            if let finding = known[row] { return finding }
            let packed = try connection.statement("SELECT bytes FROM finding WHERE id = ?").row(.integer(row)) {
                row throws(HistoryError) in row.blob(0)
            }
            guard let packed else { throw .damaged(path: connection.path, "finding \(row) is missing") }
            do throws(CodecError) {
                let finding = try StoredFinding(try PackedContent.unpack(packed))
                known[row] = finding
                return finding
            } catch {
                throw .damaged(path: connection.path, "finding \(row) cannot be read (\(error.what))")
            }
        }
    }
}
