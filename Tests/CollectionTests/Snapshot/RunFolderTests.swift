import Collection
import Foundation
import TestSupport
import Testing

@Suite struct RunFolderTests {
    private static let moment = Date(timeIntervalSince1970: 1_795_140_000)

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func `a run is named by its moment, and a second one of that second gets a letter`() throws {
        let folder = try TemporaryFolder()
        let first = try RunFolder.create(in: folder.path, at: Self.moment)
        #expect(first.run == "20261120-020000")
        #expect(try mode(first.path) == 0o700)
        #expect(try RunFolder.create(in: folder.path, at: Self.moment).run == "20261120-020000b")
        for _ in 0..<24 { _ = try RunFolder.create(in: folder.path, at: Self.moment) }
        #expect(throws: SnapshotError.self) { try RunFolder.create(in: folder.path, at: Self.moment) }
        #expect(throws: SnapshotError.self) { try RunFolder.create(in: folder.path("none"), at: Self.moment) }
    }

    @Test func `earlier runs are found by name or as the last one`() throws {
        let folder = try TemporaryFolder()
        #expect(throws: SnapshotError.self) { try RunFolder.existing("last", in: folder.path) }
        try folder.write("x", to: "20261119-020000/snapshot.jsonl.gz")
        try folder.write("x", to: "20261120-020000/snapshot.jsonl.gz")
        try folder.write("x", to: "20261121-020000/report.md")
        #expect(try RunFolder.existing("last", in: folder.path).run == "20261120-020000")
        #expect(
            try RunFolder.existing("20261119-020000", in: folder.path).snapshotPath.hasSuffix(
                "20261119-020000/snapshot.jsonl.gz"))
        let error = #expect(throws: SnapshotError.self) { try RunFolder.existing("20261119-020001", in: folder.path) }
        #expect(error?.problem.contains("did you mean 20261119-020000?") == true)
        for odd in ["", ".", "..", "../x", "/etc"] {
            #expect(throws: SnapshotError.self) { try RunFolder.existing(odd, in: folder.path) }
        }
    }

    @Test func `a file is there whole or not at all, and only for its owner`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("report.md")
        try AtomicFile.write(Array("first".utf8), to: path)
        try AtomicFile.write(Array("second, longer".utf8), to: path)
        try AtomicFile.write([], to: folder.path("empty"))
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "second, longer")
        #expect(try mode(path) == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["empty", "report.md"])
    }

    @Test func `a failure leaves what was there`() throws {
        let folder = try TemporaryFolder()
        // A folder with something in it cannot be replaced by a file.
        try folder.write("kept", to: "taken/file")
        let error = #expect(throws: SnapshotError.self) { try AtomicFile.write([1], to: folder.path("taken")) }
        #expect(error?.problem.hasPrefix(folder.path("taken") + " cannot be written: ") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["taken"])
        #expect(throws: SnapshotError.self) { try AtomicFile.write([1], to: folder.path("none/file")) }
    }

    @Test func `a draft that was left behind opens nothing to others and is not followed`() throws {
        let folder = try TemporaryFolder()
        let draft = try folder.write("left behind, and longer than what comes", to: "report.new")
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: draft)
        try AtomicFile.write(Array("short".utf8), to: folder.path("report"))
        #expect(try mode(folder.path("report")) == 0o600)
        #expect(try String(contentsOfFile: folder.path("report"), encoding: .utf8) == "short")
        let victim = try folder.write("victim", to: "victim")
        try folder.link("other.new", to: victim)
        #expect(throws: SnapshotError.self) { try AtomicFile.write([1], to: folder.path("other")) }
        #expect(try String(contentsOfFile: victim, encoding: .utf8) == "victim")
    }

    // MARK: The folder of all reports

    private func failure(_ path: String, _ bytes: Int = 0) -> ReportsFolder.Failure? {
        do throws(ReportsFolder.Failure) {
            _ = try ReportsFolder(path: path, neededBytes: bytes)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a second run is kept out until the first is done`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("reports")
        do {
            let first = try ReportsFolder(path: path, neededBytes: 0)
            #expect(try mode(path) == 0o700)
            guard case .locked(let lock) = failure(path) else {
                Issue.record("two runs hold one lock")
                return
            }
            #expect(lock.path == first.path + "/.lock")
        }
        #expect(failure(path) == nil)
        #expect(failure(path) == nil)
    }

    @Test func `a folder that cannot be used is told before anybody is asked`() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("x", to: "file")
        try folder.write("x", to: "locked/.lock/file")
        for path in [file, folder.path("no/such/place"), file + "/below", folder.path("locked"), ""] {
            guard case .unusable(let error) = failure(path) else {
                Issue.record("\(path) passed")
                continue
            }
            #expect(error.problem.hasPrefix(path))
        }
        guard case .unusable(let error) = failure(folder.path("reports"), .max) else {
            Issue.record("no disk is that large")
            return
        }
        #expect(error.problem.contains("MB free"))
        #expect(failure(folder.path("reports")) == nil, "the lock was given back")
    }
}
