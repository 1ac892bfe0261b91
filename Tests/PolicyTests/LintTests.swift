import Formats
import Foundation
import HostFixtures
import TestSupport
import Testing

@testable import Policy

@Suite struct LintTests {
    private static let folder = Fixture.root + "/policy-lint"

    @Test func `everything that makes no sense is found at its line, and nothing else`() throws {
        let findings = PolicyLint.findings(in: Self.folder, baselines: [])
        var left = findings.sorted
        var marks = 0
        let files = try #require(FileManager.default.enumerator(atPath: Self.folder)).compactMap { $0 as? String }
            .filter { $0.hasSuffix(".yaml") }
        for file in files {
            let path = Self.folder + "/" + file
            for mark in Marks.all(try String(contentsOfFile: path, encoding: .utf8)) {
                marks += 1
                let match = left.firstIndex {
                    $0.file == path && $0.position?.line == mark.line && $0.code == mark.code
                        && $0.message.contains(mark.words)
                }
                if let match {
                    left.remove(at: match)
                } else {
                    Issue.record("\(file):\(mark.line): \(mark.code) \(mark.words)")
                }
            }
        }
        #expect(left.isEmpty, "\(left.map(\.description).joined(separator: "\n"))")
        #expect(marks >= 18)
    }

    @Test func `the shipped policies are without any finding`() {
        let findings = PolicyLint.findings(in: ControlFixtures.policies, baselines: [])
        #expect(findings.isEmpty, "\(findings)")
    }

    @Test func `only the baselines that are named are looked at, and no control is missed in them`() {
        let findings = PolicyLint.findings(in: Self.folder, baselines: ["small"])
        #expect(!findings.all.contains { $0.file.hasSuffix("/all.yaml") || $0.code == "P156" })
        #expect(findings.all.contains { $0.code == "P157" })
    }

    @Test func `no known conflict is lost for want of its facts`() {
        #expect(KnownConflict.all.count == KnownConflict.rows.count && KnownConflict.rows.count >= 3)
    }

    @Test func `what does not load is told instead`() throws {
        let folder = try TemporaryFolder()
        try folder.write("id: TST-001\n", to: "controls/rdp/TST-001.yaml")
        let findings = PolicyLint.findings(in: folder.path, baselines: [])
        #expect(findings.hasErrors && findings.all.allSatisfy { $0.code == "P102" })
        #expect(PolicyLint.findings(in: Self.folder, baselines: ["smal"]).all.contains { $0.code == "P134" })
    }

    /// Lists with many words, and many facts, are too many hosts to try: nothing is said of them, and it ends soon.
    @Test(.timeLimit(.minutes(1))) func `conditions with too many cases are passed over`() throws {
        let folder = try TemporaryFolder()
        let words = (0..<200).map { "w\($0)" }.joined(separator: ", ")
        let facts = [
            "os.build", "rdp.listener.port.effective", "rdp.listener.shadow.effective", "rdp.drainMode.effective",
        ]
        let parts = facts.map { "  - { fact: \($0), one-of: [\((0..<100).map(String.init).joined(separator: ", "))] }" }
        try folder.write(
            "id: TST-001\ntitle: t\nseverity: low\nwhy: w\ncheck:\n all:\n"
                + "  - { fact: firewall.activeProfiles, contains-all: [\(words)] }\n" + parts.joined(separator: "\n")
                + "\n  - { fact: firewall.activeProfiles, count: { at-most: 9000000000000000000 } }\n",
            to: "controls/rdp/TST-001.yaml")
        let findings = PolicyLint.findings(in: folder.path, baselines: [])
        #expect(findings.all.map(\.code) == ["P156"])
    }
}

/// What a fixture's lines say about themselves: `#! CODE words`, several behind each other.
enum Marks {
    static func all(_ text: String) -> [(line: Int, code: String, words: String)] {
        text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { index, line in
            line.split(separator: " #! ").dropFirst().map { part in
                let words = part.split(separator: " ", maxSplits: 1)
                return (
                    index + 1, String(words[0]),
                    words.count > 1 ? String(words[1]).trimmingCharacters(in: .whitespaces) : ""
                )
            }
        }
    }
}
