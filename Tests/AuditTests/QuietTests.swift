import Foundation
import Lab
import TestSupport
import Testing

extension AuditTests {
    /// What cron gets to mail: nothing when all is well, else a short word.
    @Suite(.enabled(if: Peers.has("/usr/sbin/sshd"), "openssh-server is not installed"), .timeLimit(.minutes(5)))
    struct QuietTests {
        private static let quick = ["--host-timeout", "2s", "--retries", "0"]

        @Test(arguments: ["audit", "collect"]) func `a night on which all is well says nothing at all`(
            _ command: String
        ) async throws {
            try await ServedLab.shipped { lab in
                let folder = try TemporaryFolder()
                let judging = command == "audit" ? ["--fail-on", "never"] : []
                let outcome = try await Program.run(
                    [command] + lab.wholeHost + ["-o", folder.path("reports"), "--quiet"] + judging)
                #expect(outcome.exitCode == 0)
                #expect(outcome.text.isEmpty, "\(outcome.text)")
                #expect(outcome.errorText.isEmpty, "\(outcome.errorText)")
                #expect(hasRun(in: folder.path("reports")))
                guard command == "collect" else { return }
                let snapshot = try onlyRun(in: folder.path("reports")) + "/snapshot.jsonl.gz"
                let again = try await Program.run(["evaluate", snapshot, "--quiet", "--fail-on", "never"])
                #expect(again.exitCode == 0 && again.text.isEmpty && again.errorText.isEmpty, "\(again.text)")
            }
        }

        @Test func `a bad night is a short mail, with the verdict and who was not audited`() async throws {
            let silent = (1...3).map { "  still-\($0): { behaviour: silent }\n" }.joined()
            try await ServedLab.fleet("  ok-1: {}\n" + silent) { lab in
                let folder = try TemporaryFolder()
                let outcome = try await Program.run(
                    ["audit", "-i", lab.connections, "-o", folder.path("reports"), "--quiet"] + Self.quick)
                #expect(outcome.exitCode & 2 == 2)
                let text = outcome.text + outcome.errorText
                #expect(text.contains("could not be audited"))
                #expect(text.contains("no answer") || text.contains("unreachable"), "\(text)")
                #expect(text.contains("exit \(outcome.exitCode)"), "\(text)")
                #expect(text.split(separator: "\n").count <= 25, "\(text)")
                #expect(!text.contains("\u{1b}"))
            }
        }

        @Test func `a second run on the same folder ends with 75 and one line`() async throws {
            try await ServedLab.fleet("  still-1: { behaviour: silent }\n") { lab in
                let folder = try TemporaryFolder()
                let arguments = ["audit", "-i", lab.connections, "-o", folder.path("reports"), "--quiet"]
                let first = try RunningProcess(
                    "/usr/bin/env", ["--chdir=\(Fixture.repository)", Program.path] + arguments)
                try await waitUntil { hasRun(in: folder.path("reports")) }
                let second = try await Program.run(arguments)
                #expect(second.exitCode == 75)
                #expect(second.text.isEmpty)
                #expect(second.errorText.split(separator: "\n").count == 1, "\(second.errorText)")
                first.interrupt(SIGTERM)
                #expect(try await first.exitCode() == 130)
                #expect(first.output.split(separator: "\n").count == 1, "\(first.output)")
                #expect(first.output.contains("--resume"))
            }
        }

        @Test func `a full disk ends with 73, and says how to go on`() async throws {
            try await ServedLab.fleet("  ok-1: {}\n  ok-2: {}\n") { lab in
                let folder = try TemporaryFolder()
                let outcome = try await Program.shell(
                    "ulimit -f 1; TMPDIR=\"$1\"; export TMPDIR; shift; exec \"$0\" \"$@\"",
                    [
                        folder.path, "audit", "-i", lab.connections, "-o", folder.path("reports"), "--quiet",
                        "--history", "none",
                    ])
                #expect(outcome.exitCode == 73, "\(outcome.errorText)")
                #expect(outcome.text.isEmpty)
                #expect(outcome.errorText.contains("--resume"))
                #expect(outcome.errorText.split(separator: "\n").count == 1, "\(outcome.errorText)")
            }
        }
    }
}
