import Formats
import Foundation
import TestSupport
import Testing

extension AuditTests {
    /// `policy lint`, `explain` and `schema` through the program.
    @Suite struct PolicyCommandTests {
        private static let bad = Fixture.root + "/policy-lint"

        @Test func `the shipped policies lint clean, also strictly`() async throws {
            let outcome = try await Program.run(["policy", "lint", "--strict"])
            #expect(outcome.exitCode == 0 && outcome.text.contains("nothing found"), "\(outcome.text)")
        }

        @Test func `errors end with 65, warnings only when asked strictly`() async throws {
            let wrong = try await Program.run(["policy", "lint", "--policies", Self.bad])
            #expect(wrong.exitCode == 65)
            #expect(wrong.text.contains("error[P151]") && wrong.text.contains("baselines/all.yaml:6:5"))
            #expect(wrong.text.split(separator: "\n").last?.hasPrefix("\(Self.bad): ") == true)
            let folder = try TemporaryFolder()
            try folder.write(
                "id: TST-001\ntitle: t\nseverity: low\nwhy: w\n"
                    + "check: { fact: rdp.enabled.effective, equals: true }\n", to: "controls/rdp/TST-001.yaml")
            for (options, code) in [([], 0), (["--strict"], 65)] {
                let outcome = try await Program.run(["policy", "lint", "--policies", folder.path] + options)
                #expect(Int(outcome.exitCode) == code && outcome.text.contains("1 warning"), "\(outcome.text)")
            }
        }

        @Test func `a control is explained for people and for programs`() async throws {
            let text = try await Program.run(["policy", "explain", "rdp-007", "-b", "rdp-hardened"])
            #expect(text.exitCode == 0, "\(text.errorText)")
            for words in [
                "RDP-007", "Why", "at least 3", "Unknown when",
                "policy: Computer Configuration", "effect: new connections", "rdp-hardened: low", "CIS Win11",
            ] { #expect(text.text.contains(words), "\(words)") }
            let json = try await Program.run(["policy", "explain", "RDP-007", "--format", "json"])
            let document = try JSON.parse(Array(json.text.utf8))
            #expect(document["id"] == "RDP-007" && document["check"]?[0]?["depth"] == 0)
            #expect(document["facts"]?.array?.isEmpty == false)
        }

        @Test(arguments: [
            (["RDP-0007"], 65, "did you mean 'RDP-007'?"),
            (["RDP-019", "-b", "rdp-connectivity"], 65, "does not stand in"),
            (["RDP-007", "-b", "rdp-hardened", "--role", "rdhs"], 65, "did you mean 'rdsh'?"),
            (["RDP-007", "--role", "rdsh"], 64, "--baseline"),
        ])
        func `what cannot be explained is told`(_ arguments: [String], _ code: Int32, _ words: String) async throws {
            let outcome = try await Program.run(["policy", "explain"] + arguments)
            #expect(Int32(outcome.exitCode) == code && outcome.errorText.contains(words), "\(outcome.errorText)")
        }

        @Test(arguments: ["control", "baseline"])
        func `the schema that is printed is the published one`(_ kind: String) async throws {
            let outcome = try await Program.run(["policy", "schema", kind])
            let published = try String(
                contentsOfFile: Fixture.repository + "/docs/schemas/\(kind)-1.schema.json", encoding: .utf8)
            #expect(outcome.exitCode == 0 && outcome.text == published)
        }
    }
}
