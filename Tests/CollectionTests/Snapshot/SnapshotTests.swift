import Collection
import Formats
import Foundation
import HostFacts
import TestSupport
import Testing

@Suite struct SnapshotTests {
    private static let header = SnapshotHeader(
        run: "20261120-020000", started: Date(timeIntervalSince1970: 1_795_140_000), writer: "1.2.3", probe: "abc",
        plannedHosts: ["h0", "h1", "h2"])

    /// The names of the hosts that are whole, and whether the last one was cut.
    private func read(_ path: String) throws -> (names: [String], isCut: Bool, goodLength: Int) {
        var reader = try SnapshotReader(path: path)
        var names: [String] = []
        while let record = try reader.next() { names.append(record.name) }
        return (names, reader.isCut, reader.goodLength)
    }

    private func written(_ count: Int, in folder: TemporaryFolder) async throws -> String {
        let path = folder.path("s.jsonl.gz")
        let writer = try SnapshotWriter(path: path, header: Self.header)
        for index in 0..<count { try await writer.append(record("h\(index)")) }
        return path
    }

    private func bytes(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

    @Test func `hosts come back in the order in which they were written, and gzip reads them too`() async throws {
        let folder = try TemporaryFolder()
        let path = try await written(3, in: folder)
        var reader = try SnapshotReader(path: path)
        #expect(reader.header.run == "20261120-020000")
        #expect(reader.header.started == Self.header.started)
        #expect(reader.header.writer == "1.2.3")
        #expect(reader.header.probe == "abc")
        #expect(reader.header.plannedHosts == ["h0", "h1", "h2"])
        for index in 0..<3 { #expect(try reader.next()?.json == record("h\(index)").json) }
        #expect(try reader.next() == nil)
        #expect(reader.isCut == false)
        #expect(reader.goodLength == (try bytes(path)).count)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        let outcome = try await run("/bin/gzip", ["-dc", path])
        #expect(outcome.exitCode == 0)
        #expect(outcome.text.split(separator: "\n").count == 4)
    }

    @Test func `two snapshots in one file are told by name`() async throws {
        let folder = try TemporaryFolder()
        let path = try await written(1, in: folder)
        let once = try bytes(path)
        try Data(once + once).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: SnapshotError.self) { try self.read(path) }
        #expect(error?.problem == "\(path) holds a second snapshot behind the first: each has a file of its own")
    }

    @Test func `whatever is wrong with a snapshot is told with its path`() throws {
        let folder = try TemporaryFolder()
        let header = Gzip.compress(
            Array(#"{"fleetaudit":"snapshot","format":1,"run":"r","started":"2026-11-20T02:00:00Z"}"#.utf8))
        let parts: [[UInt8]] = [
            [], Array("junk".utf8), Gzip.compress(Array("{}".utf8)), Gzip.compress(Array("[".utf8)),
            header + Gzip.compress(Array("{}".utf8)), header + Gzip.compress(Array("[".utf8)), header + [1, 2, 3],
        ]
        for (index, bytes) in parts.enumerated() {
            let path = folder.path("s\(index).gz")
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: SnapshotError.self) { try self.read(path) }
            #expect(error?.problem.hasPrefix(path) == true, "\(error?.problem ?? "")")
        }
        let error = #expect(throws: SnapshotError.self) { try self.read(folder.path) }
        #expect(error?.problem.contains("is a folder") == true)
    }

    @Test func `a host is on disk when append returns`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("s.jsonl.gz")
        let writer = try SnapshotWriter(path: path, header: Self.header)
        for index in 0..<5 {
            try await writer.append(record("h\(index)"))
            #expect(try read(path).names.count == index + 1)
        }
    }

    @Test func `many at once are all there, each once and whole`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("s.jsonl.gz")
        let writer = try SnapshotWriter(path: path, header: Self.header)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<200 { group.addTask { try await writer.append(record("h\(index)")) } }
            try await group.waitForAll()
        }
        let found = try read(path)
        #expect(found.names.count == 200)
        #expect(Set(found.names) == Set((0..<200).map { "h\($0)" }))
    }

    @Test func `wherever it is cut, what was whole before is read`() async throws {
        let folder = try TemporaryFolder()
        let path = try await written(3, in: folder)
        let all = try bytes(path)
        var ends: [Int] = []
        var members = try GzipMemberReader(all, limit: 1 << 20)
        while try members.next() != nil { ends.append(members.offset) }
        try #require(ends.count == 4 && ends[3] == all.count)
        let cut = folder.path("cut")
        for count in ends[0]..<all.count {
            try Data(all[..<count]).write(to: URL(fileURLWithPath: cut))
            let whole = ends.filter { $0 <= count }.count - 1
            let found = try read(cut)
            #expect(found.names == (0..<whole).map { "h\($0)" }, "\(count)")
            #expect(found.isCut == !ends.contains(count), "\(count)")
            #expect(found.goodLength == ends[whole])
        }
        for count in 0..<ends[0] {
            try Data(all[..<count]).write(to: URL(fileURLWithPath: cut))
            #expect(throws: SnapshotError.self) { try read(cut) }
        }
    }

    @Test func `an interrupted snapshot is gone on with behind its last whole host`() async throws {
        let folder = try TemporaryFolder()
        let path = try await written(2, in: folder)
        let good = try bytes(path)
        // Cut off, and longer than what is written over it.
        var generator = SeededGenerator(seed: 3)
        let large = Gzip.compress((0..<20_000).map { _ in UInt8.random(in: 0...255, using: &generator) })
        try Data(good + large.dropLast(9)).write(to: URL(fileURLWithPath: path))
        let torn = try read(path)
        #expect(torn.isCut)
        #expect(torn.goodLength == good.count)
        let writer = try SnapshotWriter(path: path, header: Self.header, goodLength: torn.goodLength)
        try await writer.append(record("late"))
        let found = try read(path)
        #expect(found.names == ["h0", "h1", "late"])
        #expect(!found.isCut)
        let reader = try SnapshotReader(path: path)
        #expect(reader.header.run == Self.header.run)
    }

    @Test func `no changed byte gives another host`() async throws {
        let folder = try TemporaryFolder()
        let path = try await written(2, in: folder)
        let all = try bytes(path)
        let wanted = [record("h0").json, record("h1").json]
        let changed = folder.path("changed")
        for index in stride(from: 0, to: all.count, by: 3) {
            var bytes = all
            bytes[index] ^= 0x10
            try Data(bytes).write(to: URL(fileURLWithPath: changed))
            do throws(SnapshotError) {
                var reader = try SnapshotReader(path: changed)
                while let record = try reader.next() { #expect(wanted.contains(record.json), "\(index)") }
            } catch {
                #expect(!error.problem.isEmpty)
            }
        }
    }

    @Test(arguments: [
        ("", "is empty"), ("plain text", "gzip"), (#"{"fleetaudit": "snapshot"}"#, "gzip"),
    ])
    func `a file that is no gzip is refused`(_ text: String, _ words: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "s")
        let error = #expect(throws: SnapshotError.self) { try read(path) }
        #expect(error.map { words.isEmpty || $0.problem.contains(words) } == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        (#"{"fleetaudit": "snapshot", "format": 2, "run": "r", "started": "2026-11-20T02:00:00Z"}"#, "use a newer one"),
        (
            #"{"fleetaudit": "snapshot", "format": 9223372036854775807, "run": "r", "started": "2026-11-20T02:00:00Z"}"#,
            "use a newer one"
        ),
        (#"{"fleetaudit": "recorded-host", "format": 1}"#, "no snapshot"),
        (#"{"fleetaudit": "snapshot"}"#, "no snapshot"),
        (#"{"fleetaudit": "snapshot", "format": "1"}"#, "no snapshot"), ("[]", "no snapshot"), ("{", ""),
        (#"{"fleetaudit": "snapshot", "format": 1, "run": "r"}"#, "header is damaged"),
        (#"{"fleetaudit": "snapshot", "format": 1, "started": "2026-11-20T02:00:00Z"}"#, "header is damaged"), ("", ""),
    ])
    func `a header that is not ours is refused`(_ text: String, _ words: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("s")
        try Data(Gzip.compress(Array(text.utf8))).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: SnapshotError.self) { try read(path) }
        #expect(error.map { words.isEmpty || $0.problem.contains(words) } == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        "{}", "[]", "{", "", "text", #"{"host": "h", "state": "perfect", "started": "2026-11-20T02:00:00Z"}"#,
    ])
    func `a member that is no host ends the reading with a sentence`(_ text: String) async throws {
        let folder = try TemporaryFolder()
        let path = try await written(1, in: folder)
        try Data(try bytes(path) + Gzip.compress(Array(text.utf8))).write(to: URL(fileURLWithPath: path))
        var reader = try SnapshotReader(path: path)
        #expect(try reader.next()?.name == "h0")
        do throws(SnapshotError) {
            _ = try reader.next()
            Issue.record("\(text) passed for a host")
        } catch {
            #expect(!error.problem.isEmpty)
        }
    }

    @Test func `a bomb in a snapshot is refused`() async throws {
        let folder = try TemporaryFolder()
        let path = try await written(1, in: folder)
        let bomb = Gzip.compress([UInt8](repeating: 0x20, count: 150 << 20), level: 1)
        try Data(try bytes(path) + bomb).write(to: URL(fileURLWithPath: path))
        #expect(throws: SnapshotError.self) { try read(path) }
    }

    /// One hostile host must not make the snapshot of all others unreadable.
    @Test func `the largest answer that is taken can be read back`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("s.jsonl.gz")
        let most = ProbeReply.Limits().values
        let many = JSON.array([JSON](repeating: 1, count: most - 10))
        var hostile = record("hostile")
        hostile.sections = SectionName.allCases.prefix(5).map { .init($0.rawValue, ["data": ["a": many]]) }
        let writer = try SnapshotWriter(path: path, header: Self.header)
        try await writer.append(hostile)
        try await writer.append(record("after"))
        #expect(try read(path).names == ["hostile", "after"])
    }

    @Test func `a snapshot that is there is not overwritten`() async throws {
        let folder = try TemporaryFolder()
        let path = try await written(1, in: folder)
        let error = #expect(throws: SnapshotError.self) { try SnapshotWriter(path: path, header: Self.header) }
        #expect(error?.problem.contains("cannot be created") == true)
        #expect(try read(path).names == ["h0"])
        #expect(throws: SnapshotError.self) { try SnapshotWriter(path: folder.path("no/such/s"), header: Self.header) }
        #expect(throws: SnapshotError.self) {
            try SnapshotWriter(path: folder.path("none"), header: Self.header, goodLength: 5)
        }
        #expect(throws: SnapshotError.self) { _ = try SnapshotReader(path: folder.path("none")) }
    }

    @Test func `a full disk fails the append, and no half of it stays`() async throws {
        // Anything that can't be truncated or synced stands for it; /dev/full is the kernel's own.
        #expect(throws: SnapshotError.self) {
            try SnapshotWriter(path: "/dev/full", header: Self.header, goodLength: 0)
        }
    }
}
