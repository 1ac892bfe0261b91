import Collection
import Formats
import Foundation
import TestSupport
import Testing

@Suite struct RefusedSecretsTests {
    private static let day = Date(timeIntervalSince1970: 1_795_140_000)

    @Test func `a refused secret is known again, and no text of it is kept`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("refused.json")
        var refused = RefusedSecrets(path: path)
        #expect(refused.isEmpty)
        try refused.update(refused: [], accepted: [], on: Self.day)
        #expect(!FileManager.default.fileExists(atPath: path))
        try refused.update(refused: [(Secret("canary-77"), 1)], accepted: [], on: Self.day)
        let again = RefusedSecrets(path: path)
        #expect(
            again.known(among: [Secret("other"), Secret("canary-77"), Secret("")]) == [
                1: .init(since: "2026-11-20", count: 1)
            ])
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(!text.contains("canary"))
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }

    @Test func `refusals add up from the first day, and a success forgets`() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("refused.json")
        var refused = RefusedSecrets(path: path)
        try refused.update(refused: [(Secret("a"), 1), (Secret("b"), 2)], accepted: [], on: Self.day)
        try refused.update(refused: [(Secret("a"), 1)], accepted: [], on: Self.day.addingTimeInterval(86_400 * 3))
        #expect(refused.known(among: [Secret("a")]) == [0: .init(since: "2026-11-20", count: 2)])
        try refused.update(refused: [], accepted: [Secret("a"), Secret("c")], on: Self.day)
        let again = RefusedSecrets(path: path)
        #expect(again.known(among: [Secret("a"), Secret("b")]) == [1: .init(since: "2026-11-20", count: 2)])
    }

    @Test func `equal secrets leave different marks`() throws {
        let folder = try TemporaryFolder()
        for name in ["one", "two"] {
            var refused = RefusedSecrets(path: folder.path(name))
            try refused.update(refused: [(Secret("same"), 1)], accepted: [], on: Self.day)
        }
        let texts = try ["one", "two"].map { try String(contentsOfFile: folder.path($0), encoding: .utf8) }
        #expect(texts[0] != texts[1])
    }

    @Test(arguments: [
        "", "{", "[]", #"{"refused": 5}"#, #"{"refused": [{}]}"#,
        #"{"salt": "AA==", "refused": [{"fingerprint": "AA==", "since": "x", "count": 1}]}"#,
        #"{"salt": "AAAAAAAAAAAAAAAAAAAAAA==", "refused": [{"fingerprint": "*", "since": "x", "count": 1}]}"#,
        #"{"salt": "AAAAAAAAAAAAAAAAAAAAAA==", "refused": [{"fingerprint": "AA==", "since": "x", "count": -1}]}"#,
    ])
    func `a file that is none knows nothing`(_ text: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write(text, to: "refused.json")
        let refused = RefusedSecrets(path: path)
        #expect(refused.isEmpty)
        #expect(refused.known(among: [Secret("a")]).isEmpty)
    }
}
