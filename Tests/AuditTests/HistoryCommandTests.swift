import Foundation
import History
import HistoryFixtures
import Policy
import TestSupport
import Testing

extension AuditTests {
    @Suite struct HistoryCommandTests {
        private static func filled(_ folder: TemporaryFolder) async throws -> String {
            let path = folder.path("history.sqlite")
            let fleet = MadeUpFleet(hosts: 3, controls: 4)
            let database = try HistoryDatabase(path, for: .writing)
            for number in 0..<3 {
                let run = fleet.run(number) { host, control in
                    host == 2 ? nil : control == 1 && host == 0 ? .fail : .pass
                }
                try await database.begin(run.run)
                try await database.commit(run, selection: "rdsh")
            }
            return path
        }

        private static func history(_ arguments: String..., path: String) async throws -> ProcessOutcome {
            try await Program.run(["history"] + arguments + ["--history", path])
        }

        @Test func `runs are listed, shown, checked and forgotten`() async throws {
            let folder = try TemporaryFolder()
            let path = try await Self.filled(folder)
            let list = try await Program.run(["history", "list"], environment: ["FLEETAUDIT_REPORTS": folder.path])
            #expect(list.exitCode == 0 && list.errorText.isEmpty)
            #expect(list.text.contains("run-0000") && list.text.contains("2/3") && list.text.contains("rdsh"))
            let json = try await Self.history("list", "--format", "json", path: path)
            let runs =
                try #require(
                    try JSONSerialization.jsonObject(with: json.standardOutput) as? [String: Any])["runs"]
                as? [[String: Any]]
            #expect(runs?.count == 3)
            #expect((runs?.last?["openFailures"] as? [String: Int])?.values.reduce(0, +) == 1)

            let run = try await Self.history("show", "last", path: path)
            #expect(run.text.contains("MAD-002") && run.text.contains("2026-11-20"), "\(run.text)")
            #expect(run.text.contains("no answer on port 5985"))
            let host = try await Self.history("show", "last~1", "host-00000", "--facts", path: path)
            #expect(host.text.contains("fails for 1 days") && host.text.contains("the host gave no facts"))

            let trial = try await Self.history("prune", "--keep-runs", "1", "--dry-run", path: path)
            #expect(trial.text.contains("2 runs would go, 1 stay"))
            let pruned = try await Self.history("prune", "--keep-runs", "1", path: path)
            #expect(pruned.text.contains("2 runs gone, 1 kept"))
            let verified = try await Self.history("verify", path: path)
            #expect(verified.exitCode == 0 && verified.text.contains("is whole: 1 run"))
        }

        @Test func `what is wrong is said in a sentence`() async throws {
            let folder = try TemporaryFolder()
            let path = try await Self.filled(folder)
            for (arguments, code, words) in [
                (["show", "lsat"], 65, "did you mean 'last'?"),
                (["show", "last", "host-0000"], 65, "did you mean 'host-00000'?"),
                (["show", "last", "--facts"], 64, "name a host"),
                (["prune"], 64, "--keep-days"),
                (["prune", "--keep-runs", "0"], 64, "at least 1"),
            ] as [([String], Int32, String)] {
                let outcome = try await Program.run(["history"] + arguments + ["--history", path])
                #expect(
                    outcome.exitCode == code && outcome.errorText.contains(words), "\(arguments): \(outcome.errorText)")
            }
            for arguments in [["list"], ["verify"], ["prune", "--keep-runs", "1"]] {
                let missing = try await Program.run(
                    ["history"] + arguments + ["--history", folder.path("none.sqlite")])
                #expect(missing.exitCode == 65 && missing.errorText.contains("there is no history at"))
                let none = try await Program.run(["history"] + arguments + ["--history", "none"])
                #expect(none.exitCode == 64, "\(none.errorText)")
            }
            #expect(!FileManager.default.fileExists(atPath: folder.path("none.sqlite")))
            // Cut in the middle.
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: path))
            let damaged = try await Self.history("verify", path: path)
            #expect(damaged.exitCode == 65 && damaged.errorText.contains("damaged"), "\(damaged.errorText)")
        }
    }
}
