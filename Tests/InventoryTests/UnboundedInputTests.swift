import Formats
import Foundation
import Inventory
import TestSupport
import Testing

/// No path that is given as an inventory fills the memory, hangs, or walks through the machine.
@Suite(.timeLimit(.minutes(1))) struct UnboundedInputTests {
    private static let good = "web: { hosts: { w1: } }\n"

    private func problems(_ paths: String...) -> [Diagnostic] {
        do throws(Diagnostics) {
            _ = try InventoryLoader.load(paths)
            return []
        } catch {
            return error.sorted
        }
    }

    /// A file of zeros that takes no room on disk.
    private func sparse(_ path: String, bytes: Int) throws {
        try #require(FileManager.default.createFile(atPath: path, contents: nil))
        try #require(truncate(path, bytes) == 0)
    }

    @Test func `a file is read to its limit and no further`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.yml")
        try sparse(path, bytes: 1 << 40)
        #expect(problems(path).map(\.message) == ["the file is larger than 16 MB"])
        #expect(problems(folder.path).map(\.message) == ["the file is larger than 16 MB"])
    }

    @Test func `one byte decides`() throws {
        let folder = try TemporaryFolder()
        for (bytes, limit) in [(0, 0), (1, 1), (4095, 4096), (4096, 4096), (10_000, 10_000)] {
            try sparse(folder.path("f"), bytes: bytes)
            #expect(try InputFile.read(folder.path("f"), limit: limit).count == bytes)
            try sparse(folder.path("f"), bytes: limit + 1)
            #expect(throws: InputFileError.self) { try InputFile.read(folder.path("f"), limit: limit) }
        }
    }

    @Test func `a file that does not say its size is read to its limit too`() throws {
        #expect(try !InputFile.read("/proc/self/status").isEmpty)
        #expect(throws: InputFileError.self) { try InputFile.read("/proc/self/status", limit: 10) }
    }

    @Test func `what is no regular file is not read`() throws {
        let folder = try TemporaryFolder()
        let pipe = folder.path("pipe")
        try #require(mkfifo(pipe, 0o600) == 0)
        try folder.link("zero", to: "/dev/zero")
        for path in [pipe, folder.path("zero"), "/dev/zero"] {
            #expect(problems(path).map(\.message) == ["this is no regular file"])
        }
    }

    @Test(arguments: ["z:", "group_vars/all/z:"])
    func `a link to a folder elsewhere is told and not followed`(_ link: String) throws {
        let elsewhere = try TemporaryFolder()
        try elsewhere.write("v: elsewhere\n", to: "b.yml")
        let folder = try TemporaryFolder()
        try folder.write(Self.good, to: "a.yml")
        try folder.write("v: 1\n", to: "group_vars/all/a.yml")
        try folder.link(link + ".yml", to: elsewhere.path)
        let found = problems(folder.path)
        #expect(found.map(\.file) == [folder.path(link + ".yml")])
        #expect(found.first?.message.contains(elsewhere.path) == true)
    }

    @Test func `a folder of variables may be a link, and so may a file`() throws {
        let elsewhere = try TemporaryFolder()
        try elsewhere.write("v: elsewhere\n", to: "vars/b.yml")
        let folder = try TemporaryFolder()
        try folder.write(Self.good, to: "a.yml")
        try folder.write("x: 1\n", to: "group_vars/web/a.yml")
        try folder.link("group_vars/web/b.yml", to: elsewhere.path("vars/b.yml"))
        try folder.link("group_vars/all", to: elsewhere.path("vars"))
        let loaded = try InventoryLoader.load([folder.path])
        #expect(loaded.text("w1", "v") == "elsewhere")
        #expect(loaded.text("w1", "x") == "1")
    }

    @Test func `a folder with more than 10,000 files is told`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.good, to: "a.yml")
        for part in ["b", "c"] {
            try folder.write("", to: part + "/0.md")
            for index in 1..<5_001 { close(creat(folder.path("\(part)/\(index).md"), 0o600)) }
        }
        let found = problems(folder.path)
        #expect(found.map(\.file) == [folder.path("c")])
        #expect(found.first?.message == "there are more than 10000 files up to here")
    }

    @Test func `folders nested too deep are told`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.good, to: "a/b/c/d/e/f/g/h.yml")
        #expect(problems(folder.path).isEmpty)
        try folder.write(Self.good, to: "a/b/c/d/e/f/g/h/i.yml")
        #expect(problems(folder.path).map(\.file) == [folder.path("a/b/c/d/e/f/g/h")])
    }

    @Test func `folders that link to each other end`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.good, to: "a/a.yml")
        try folder.write(Self.good, to: "b/b.yml")
        try folder.link("a/b", to: folder.path("b"))
        try folder.link("b/a", to: folder.path("a"))
        #expect(try InventoryLoader.load([folder.path]).names == ["w1"])
    }
}
