/// Brings a database from the form before to the next one, within a transaction.
struct Migration: Sendable {
    let to: Int
    let apply: @Sendable (SQLiteConnection) throws(HistoryError) -> Void

    /// Every step that a release has ever taken. The first form is the first that was released: nothing leads to it. A
    /// form that was released never changes; its database stays in `Tests/Fixtures/history`.
    static let all: [Migration] = []
}
