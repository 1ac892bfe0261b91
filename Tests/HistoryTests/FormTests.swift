import Formats
import Foundation
import HistoryFixtures
import Policy
import TestSupport
import Testing

@testable import History

/// Databases of every form that was ever released stay readable, and get to the present form whole.
@Suite struct FormTests {
    /// Made once by the release that brought the form; never made again.
    ///
    ///     FLEETAUDIT_RECORD=1 swift test --filter FormTests
    private static let forms = (1...Schema.version).map { "history/form-\($0).sqlite.gz" }

    private static func fleetRuns() -> [AuditResult] {
        let fleet = MadeUpFleet(hosts: 12)
        return (0..<3).map { number in
            fleet.run(number) { host, control in
                (host + number) % 6 == 0 ? nil : Finding.Outcome.allCases[(host + control + number / 2) % 5]
            }
        }
    }

    /// A copy of the database of a form.
    private static func database(_ fixture: String, in folder: TemporaryFolder) throws -> String {
        let path = folder.path("history.sqlite")
        let file = Fixture.repository + "/Tests/Fixtures/" + fixture
        let packed = try [UInt8](Data(contentsOf: URL(fileURLWithPath: file)))
        try Data(Gzip.decompress(packed, limit: 1 << 24)).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Recording writes one that is missing, and none twice.
    @Test func `the newest form has its database`() async throws {
        let file = Fixture.repository + "/Tests/Fixtures/" + (Self.forms.last ?? "")
        if ProcessInfo.processInfo.environment["FLEETAUDIT_RECORD"] == "1",
            !FileManager.default.fileExists(atPath: file)
        {
            try await Self.record(file)
        }
        #expect(FileManager.default.fileExists(atPath: file))
    }

    private static func record(_ file: String) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("history.sqlite")
        for result in fleetRuns() {
            let database = try HistoryDatabase(path, for: .writing)
            try await database.begin(result.run)
            try await database.commit(result, selection: "all:!lab")
        }
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        try FileManager.default.createDirectory(
            atPath: Fixture.repository + "/Tests/Fixtures/history", withIntermediateDirectories: true)
        try Data(Gzip.compress(bytes, level: 9)).write(to: URL(fileURLWithPath: file))
    }

    @Test(arguments: forms) func `a database of every form is read as it was written`(_ form: String) async throws {
        let folder = try TemporaryFolder()
        let path = try Self.database(form, in: folder)
        let database = try HistoryDatabase(path, for: .reading)
        #expect(try await database.verify().isEmpty)
        let runs = try await database.runs()
        let wanted = Self.fleetRuns()
        #expect(runs.map(\.name) == wanted.map(\.run) && runs.allSatisfy { $0.selection == "all:!lab" })
        for (run, result) in zip(runs, wanted) { expectSame(try await database.result(of: run), result) }
        // And it goes on.
        let next = MadeUpFleet(hosts: 12).run(5) { _, _ in .pass }
        let writer = try HistoryDatabase(path, for: .writing)
        try await writer.begin(next.run)
        try await writer.commit(next)
        #expect(try await writer.verify().isEmpty)
    }

    private static func step(to version: Int, _ sql: String) -> Migration {
        Migration(to: version) { connection throws(HistoryError) in try connection.execute(sql) }
    }

    @Test func `steps are taken in order, all or none`() async throws {
        let folder = try TemporaryFolder()
        let path = try Self.database(Self.forms[0], in: folder)
        let one = Self.step(to: 2, "ALTER TABLE run ADD COLUMN note TEXT")
        let broken = Self.step(to: 3, "UPDATE run SET note = 'x'; SELECT * FROM nowhere")
        let whole = Self.step(to: 3, "UPDATE run SET note = 'kept'")
        func state() throws -> (Int, Int) {
            let connection = try SQLiteConnection(path: path, .reading)
            let columns = try connection.statement("SELECT count(*) FROM pragma_table_info('run') WHERE name = 'note'")
                .row { row throws(HistoryError) in row.int(0) }
            return (try connection.pragma("user_version"), columns ?? -1)
        }
        for access in [HistoryDatabase.Access.reading, .writing] {
            #expect(throws: HistoryError.self) { try HistoryDatabase(path, for: access, migrations: [one, broken]) }
            #expect(try state() == (1, 0))
        }
        // A step that is missing is our own mistake, and changes nothing either.
        #expect(throws: HistoryError.self) { try HistoryDatabase(path, for: .writing, migrations: [whole]) }
        #expect(try state() == (1, 0))
        // Who reads an earlier form brings it to the present one, too.
        let database = try HistoryDatabase(path, for: .reading, migrations: [whole, one])
        #expect(try state() == (3, 1))
        #expect(try await database.runs().count == 3)
        // This release, which does not know that form, leaves it alone.
        #expect(throws: HistoryError.newer(path: path, version: 3, known: Schema.version)) {
            try HistoryDatabase(path, for: .writing)
        }
    }
}
