import Drift
import Foundation
import HistoryFixtures
import Policy
import TestSupport
import Testing

@testable import History

@Suite struct HistoryFileTests {
    private static func filled(_ folder: TemporaryFolder, runs: Int = 3) async throws -> String {
        let path = folder.path("history.sqlite")
        let database = try HistoryDatabase(path, for: .writing)
        let fleet = MadeUpFleet(hosts: 40)
        for number in 0..<runs {
            let run = fleet.run(number) { host, control in
                host == number ? nil : Finding.Outcome.allCases[(host + control + number) % 5]
            }
            try await database.begin(run.run)
            try await database.commit(run)
        }
        return path
    }

    /// Closed: everything stands in the one file.
    private static func closed(_ folder: TemporaryFolder) async throws -> [UInt8] {
        let path = try await filled(folder)
        #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
        return try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private static func failure(_ body: () async throws -> Void) async -> HistoryError? {
        do {
            try await body()
            return nil
        } catch {
            return error as? HistoryError
        }
    }

    @Test func `all its files are for the owner alone`() async throws {
        let folder = try TemporaryFolder()
        umask(0o022)
        let path = folder.path("history.sqlite")
        let database = try HistoryDatabase(path, for: .writing)
        let run = MadeUpFleet(hosts: 2).run(0) { _, _ in .fail }
        try await database.begin(run.run)
        try await database.commit(run)
        for file in [path, path + "-wal", path + "-shm"] {
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(file)")
        }
    }

    @Test(arguments: [
        ("#!/bin/sh\necho this is a text, and long enough to be taken for more than that\n", "no SQLite database"),
        ("x", "no SQLite database"),
    ]) func `a file of another kind is refused and left as it is`(_ text: String, _ words: String) async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "history.sqlite")
        for access in [HistoryDatabase.Access.reading, .writing] {
            let error = await Self.failure { _ = try HistoryDatabase(path, for: access) }
            #expect(error.map { "\($0)".contains(words) } == true, "\(access): \(String(describing: error))")
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    @Test func `another program's database is refused and left as it is`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("other.sqlite")
        try SQLiteConnection(path: path, .writing).execute("CREATE TABLE mine (a); INSERT INTO mine VALUES (1)")
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        for access in [HistoryDatabase.Access.reading, .writing] {
            let error = await Self.failure { _ = try HistoryDatabase(path, for: access) }
            #expect(error == .notHistory(path: path, "it is a database of another program"))
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func `a form of a later release is refused with a sentence, and left as it is`() async throws {
        let folder = try TemporaryFolder()
        let path = try await Self.filled(folder)
        try SQLiteConnection(path: path, .writing).execute("PRAGMA user_version = 99")
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        for access in [HistoryDatabase.Access.reading, .writing] {
            let error = await Self.failure { _ = try HistoryDatabase(path, for: access) }
            #expect(error == .newer(path: path, version: 99, known: Schema.version))
            #expect(error.map { "\($0)".contains("update fleetaudit") } == true)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func `what is missing is told apart`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("none/history.sqlite")
        #expect(await Self.failure { _ = try HistoryDatabase(path, for: .reading) } == .missing(path: path))
        #expect(await Self.failure { _ = try HistoryDatabase(path, for: .writing) } == .folderMissing(path: path))
        let other = folder.path("history.sqlite")
        #expect(await Self.failure { _ = try HistoryDatabase(other, for: .reading) } == .missing(path: other))
        #expect(!FileManager.default.fileExists(atPath: other))
        #expect(
            await Self.failure { _ = try HistoryDatabase(folder.path, for: .writing) }
                == .notHistory(path: folder.path, "it is no file"))
        // A run that died before it wrote anything.
        _ = try HistoryDatabase(other, for: .writing)
        #expect(
            await Self.failure { _ = try await HistoryDatabase(other, for: .reading).resolve("last") }
                == .noRuns(path: other))
    }

    @Test func `a name with signs of addresses is a name`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a?mode=memory#%41 é'\".sqlite")
        let run = MadeUpFleet(hosts: 1).run(0) { _, _ in .pass }
        let database = try HistoryDatabase(path, for: .writing)
        try await database.begin(run.run)
        try await database.commit(run)
        #expect(FileManager.default.fileExists(atPath: path))
        #expect(try await HistoryDatabase(path, for: .reading).runs().count == 1)
    }

    /// Whoever asks without verifying gets an answer or a sentence.
    private static func isToldToBeDamaged(_ path: String) async throws -> Bool {
        do {
            return try await isDamaged(path)
        } catch let error as HistoryError {
            #expect(!"\(error)".isEmpty)
            return true
        }
    }

    private static func isDamaged(_ path: String) async throws -> Bool {
        let database = try HistoryDatabase(path, for: .reading)
        let problems = try await database.verify()
        for run in try await database.runs() {
            _ = try await database.result(of: run).hosts.count
            _ = try await database.outcomes(of: run).count
        }
        return !problems.isEmpty
    }

    @Test func `damage anywhere is told, and never a trap`() async throws {
        let folder = try TemporaryFolder()
        let whole = try await Self.closed(folder)
        let path = folder.path("damaged.sqlite")
        var told = 0
        var generator = SeededGenerator(seed: 7)
        let trials = 120
        for trial in 0..<trials {
            var bytes = whole
            // The first page names the form; what it says elsewhere is damaged, too.
            let start =
                trial % 8 == 0
                ? Int.random(in: 100..<4_096, using: &generator)
                : Int.random(in: 4_096..<bytes.count - 64, using: &generator)
            for place in start..<min(bytes.count, start + 48) {
                bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            if try await Self.isToldToBeDamaged(path) { told += 1 }
        }
        // Bytes that nobody uses may be anything, and half of a small database's are.
        #expect(told > trials * 4 / 10, "\(told) of \(trials)")
    }

    @Test(arguments: [0, 1, 99, 4_096, 5_000, 40_000]) func `a file that is cut off is told`(_ length: Int) async throws
    {
        let folder = try TemporaryFolder()
        let whole = try await Self.closed(folder)
        try #require(length < whole.count)
        let path = folder.path("cut.sqlite")
        try Data(whole.prefix(length)).write(to: URL(fileURLWithPath: path))
        let error = await Self.failure {
            let database = try HistoryDatabase(path, for: .reading)
            let problems = try await database.verify()
            if !problems.isEmpty { throw HistoryError.damaged(path: path, problems[0]) }
        }
        #expect(error != nil)
    }

    @Test func `content that was changed within the rules of SQLite is found`() async throws {
        let changes = [
            "UPDATE document SET bytes = x'0001' WHERE kind = 'baseline'",
            "UPDATE finding SET bytes = (SELECT bytes FROM finding WHERE id = 2) WHERE id = 1",
            "UPDATE judgement SET numbers = x'00' WHERE length(numbers) > 1",
            "UPDATE run SET judged = judged + 1 WHERE id = 1",
            "UPDATE run SET open_critical = open_critical + 1 WHERE id = 2",
            "DELETE FROM run_host WHERE host = 3 AND run = 2",
            "UPDATE run_host SET state = 3 WHERE host = 5 AND run = 1",
            "UPDATE run_host SET state = 77 WHERE host = 5 AND run = 1",
            "DELETE FROM failure_span WHERE host = 4",
            "UPDATE failure_span SET ended = since WHERE ended IS NULL",
            "PRAGMA foreign_keys = OFF; DELETE FROM host WHERE id = 1",
            "PRAGMA foreign_keys = OFF; DELETE FROM finding WHERE id = 1",
            "UPDATE judgement SET hash = x'00' WHERE id = 1",
        ]
        for change in changes {
            let folder = try TemporaryFolder()
            let path = try await Self.filled(folder)
            #expect(try await HistoryDatabase(path, for: .reading).verify().isEmpty)
            try SQLiteConnection(path: path, .writing).execute(change)
            #expect(try await !HistoryDatabase(path, for: .reading).verify().isEmpty, "\(change)")
        }
    }

    @Test func `readers see the last whole run while another is written, and its writer is named`() async throws {
        let folder = try TemporaryFolder()
        let path = try await Self.filled(folder)
        let writer = try HistoryDatabase(path, for: .writing)
        let run = MadeUpFleet(hosts: 40).run(7) { _, _ in .fail }
        try await writer.begin(run.run)
        try await writer.add(run.hosts.map { HostToRecord($0, facts: nil) })
        let reader = try HistoryDatabase(path, for: .reading)
        #expect(try await reader.runs().count == 3)
        #expect(try await reader.verify().isEmpty)
        #expect(try await writer.trend(for: run).series.count == 3)
        // The kernel knows who holds the lock.
        #expect(LockHolder.writer(of: path)?.process == getpid())
        try await writer.commit(run)
        #expect(try await reader.runs().count == 4)
        #expect(LockHolder.writer(of: path) == nil)
    }

    @Test func `a lock is found in the kernel's table by file and byte`() {
        let table = """
            1: POSIX  ADVISORY  WRITE 11 fd:01:500 124 124
            2: POSIX  ADVISORY  READ 12 fd:01:500 120 120
            2: -> POSIX  ADVISORY  WRITE 13 fd:01:500 120 120
            3: FLOCK  ADVISORY  WRITE 14 fd:01:500 0 EOF
            4: POSIX  ADVISORY  WRITE 15 fd:01:501 120 120
            5: POSIX  ADVISORY  WRITE 16 fd:01:500 100 EOF
            rubbish
            6: POSIX  ADVISORY  WRITE x fd:01 y z
            """
        #expect(LockHolder.holder(in: table, inode: 500) == 16)
        #expect(LockHolder.holder(in: table, inode: 501) == 15)
        #expect(LockHolder.holder(in: table, inode: 502) == nil)
    }

    @Test func `an abandoned run leaves nothing`() async throws {
        let folder = try TemporaryFolder()
        let path = try await Self.filled(folder)
        let before = try await HistoryDatabase(path, for: .writing).counts()
        let database = try HistoryDatabase(path, for: .writing)
        let run = MadeUpFleet(hosts: 9, name: "another").run(9) { _, _ in .fail }
        try await database.begin(run.run)
        try await database.add(run.hosts.map { HostToRecord($0, facts: nil) })
        await database.abandon()
        #expect(try await database.counts() == before)
        // The same run twice is told, unless it is to be replaced.
        let again = MadeUpFleet(hosts: 40).run(2) { _, _ in .pass }
        #expect(await Self.failure { try await database.begin(again.run) } == .alreadyRecorded(run: again.run))
        try await database.begin(again.run, replacing: true)
        try await database.commit(again)
        #expect(try await database.runs().count == 3)
        #expect(try await database.result(of: try await database.resolve("last")).failureCount == 0)
        #expect(try await database.verify().isEmpty)
    }

    @Test func `a full disk is told, and leaves the earlier runs`() async throws {
        let folder = try TemporaryFolder()
        let path = try await Self.filled(folder)
        // In a process of its own, whose files may not get larger than a little more than this one.
        let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
        let blocks = size / 512 + 40
        let outcome = try await run(
            "/bin/sh", ["-c", "trap '' XFSZ; ulimit -f \(blocks); exec \"$0\" \"$1\" 400", Self.peer, path])
        #expect(outcome.text.contains("the disk is full, or a limit is reached"), "\(outcome.text)")
        #expect(outcome.exitCode == 1)
        let database = try HistoryDatabase(path, for: .reading)
        #expect(try await database.verify().isEmpty)
        #expect(try await database.runs().count >= 3)
    }

    private static let peer: String = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (tests as NSString).deletingLastPathComponent + "/HistoryPeer"
    }()

    /// How many runs the peer has recorded in a history that must be whole, also those that are pruned.
    private static func verifiedRuns(_ path: String) async throws -> Int {
        guard let database = try begun(path) else { return 0 }
        let problems = try await database.verify()
        #expect(problems.isEmpty, "\(problems)")
        return try await database.runs().last.flatMap { Int($0.name.dropFirst(4)) }.map { $0 + 1 } ?? 0
    }

    /// `nil`: the writer was killed before the first run was there.
    private static func begun(_ path: String) throws -> HistoryDatabase? {
        do {
            return try HistoryDatabase(path, for: .reading)
        } catch HistoryError.noRuns {
            return nil
        }
    }

    /// A writer that is killed at any moment leaves the last run that it said was there, or the one that it was at.
    @Test(.timeLimit(.minutes(10))) func `a writer may be killed at any moment, 200 times`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("history.sqlite")
        var generator = SeededGenerator(seed: 200)
        var committed = 0
        for _ in 0..<200 {
            let writer = try RunningProcess(Self.peer, [path, "25"])
            try await Task.sleep(for: .microseconds(Int.random(in: 0...60_000, using: &generator)))
            writer.interrupt(SIGKILL)
            _ = try? await writer.exitCode()
            let said =
                writer.output.split(separator: "\n").last { $0.hasPrefix("committed ") }
                .flatMap { Int($0.dropFirst(10)) } ?? committed
            #expect(!writer.output.contains("failed"), "\(writer.output)")
            guard FileManager.default.fileExists(atPath: path) else { continue }
            let count = try await Self.verifiedRuns(path)
            #expect(count == said || count == said + 1, "\(count) runs, and \(said) were said")
            committed = count
            // What verifying costs grows with every run.
            if count % 8 == 7 {
                _ = try await HistoryDatabase(path, for: .writing)
                    .prune(RetentionRule(days: nil, runs: 1), now: Date())
            }
        }
    }
}

extension AuditResult {
    fileprivate var failureCount: Int { hosts.reduce(0) { $0 + $1.failures.count } }
}
