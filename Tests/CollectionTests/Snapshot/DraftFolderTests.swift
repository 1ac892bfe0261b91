import Collection
import Foundation
import TestSupport
import Testing

@Suite struct DraftFolderTests {
    private static func names(_ path: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    @Test func `a folder is in its place only when it is whole`() throws {
        let folder = try TemporaryFolder()
        let place = folder.path + "/remediation"
        let draft = try DraftFolder(place)
        try draft.add("one".utf8, as: "a.ps1")
        #expect(!FileManager.default.fileExists(atPath: place))
        try draft.finish()
        #expect(Self.names(place) == ["a.ps1"])
        #expect(Self.names(folder.path) == ["remediation"])
        let mode = try FileManager.default.attributesOfItem(atPath: place + "/a.ps1")[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func `a newer one takes the place of an older one whole`() throws {
        let folder = try TemporaryFolder()
        let place = folder.path + "/remediation"
        for name in ["old.ps1", "new.ps1"] {
            let draft = try DraftFolder(place)
            try draft.add(name.utf8, as: name)
            try draft.finish()
            #expect(Self.names(place) == [name])
        }
        #expect(Self.names(folder.path) == ["remediation"])
    }

    @Test func `what an interrupted run left is cleared away`() throws {
        let folder = try TemporaryFolder()
        let place = folder.path + "/remediation"
        _ = try folder.write("half", to: "remediation.new/half.ps1")
        let draft = try DraftFolder(place)
        try draft.add("x".utf8, as: "x.ps1")
        try draft.finish()
        #expect(Self.names(place) == ["x.ps1"])
    }

    @Test func `a place that cannot be written to is said`() throws {
        #expect(throws: SnapshotError.self) { _ = try DraftFolder("/nonexistent/remediation").finish() }
        let folder = try TemporaryFolder()
        let draft = try DraftFolder(folder.path + "/remediation")
        try draft.add("x".utf8, as: "x.ps1")
        var problem = ""
        do throws(SnapshotError) { try draft.add("y".utf8, as: "x.ps1") } catch { problem = error.problem }
        #expect(problem.contains("x.ps1 cannot be written"))
    }
}
