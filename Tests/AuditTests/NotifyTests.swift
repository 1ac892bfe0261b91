import Formats
import Foundation
import Lab
import TestSupport
import Testing

@testable import fleetaudit

extension AuditTests {
    @Suite(.enabled(if: Peers.has("/usr/sbin/sshd"), "openssh-server is not installed"), .timeLimit(.minutes(5)))
    struct NotifyTests {
        /// Two hosts of which one is silent: exit code 2, whatever is on the other.
        private static let incomplete = "  ok-1: {}\n  still-1: { behaviour: silent }\n"
        private static let quick = ["--host-timeout", "2s", "--retries", "0", "--fail-on", "never"]

        private func audit(
            _ options: [String]
        ) async throws -> (outcome: ProcessOutcome, folder: TemporaryFolder) {
            let folder = try TemporaryFolder()
            let outcome = try await ServedLab.fleet(Self.incomplete) { lab in
                try await Program.run(
                    ["audit", "-i", lab.connections, "-o", folder.path("reports")] + Self.quick + options,
                    environment: ["NOTE": folder.path("note")])
            }
            return (outcome, folder)
        }

        private func note(_ folder: TemporaryFolder) throws -> String {
            try String(contentsOfFile: folder.path("note"), encoding: .utf8)
        }

        @Test func `a command gets the summary, and where the reports are`() async throws {
            let variables = "$FLEETAUDIT_RUN|$FLEETAUDIT_EXIT_CODE|$FLEETAUDIT_REPORT_FOLDER"
            let (outcome, folder) = try await audit([
                "--notify", "cat > \"$NOTE\"", "--notify", "echo \"\(variables)\" > \"$NOTE.2\"", "--quiet",
            ])
            #expect(outcome.exitCode == 2, "\(outcome.errorText)")
            #expect(!outcome.errorText.contains("notify command"), "\(outcome.errorText)")
            let run = try onlyRun(in: folder.path("reports"))
            let name = (run as NSString).lastPathComponent
            let summary = try JSON.parse(Array(note(folder).utf8))
            #expect(summary["fleetaudit"]?.string == "summary")
            #expect(summary["run"]?.string == name)
            #expect(summary["exitCode"]?.int == 2)
            let told = try String(contentsOfFile: folder.path("note.2"), encoding: .utf8)
            #expect(told == "\(name)|2|\(run)\n")
        }

        @Test func `a command sees no password, and none of our variables`() async throws {
            let folder = try TemporaryFolder()
            let outcome = try await ServedLab.fleet(Self.incomplete) { lab in
                let inventory = try String(contentsOfFile: lab.connections, encoding: .utf8)
                let file = try #require(
                    inventory.firstMatch(of: /fleetaudit_password_file: *['"]?([^\s'"}]+)/)?.1)
                let secret = try String(contentsOfFile: String(file), encoding: .utf8)
                    .trimmingCharacters(in: .newlines)
                let outcome = try await Program.run(
                    ["audit", "-i", lab.connections, "-o", folder.path("reports")] + Self.quick + [
                        "--notify", "env > \"$NOTE\"; cat >> \"$NOTE\"",
                    ],
                    environment: [
                        "NOTE": folder.path("note"), "INNOCENT": "yes", "COPY": "Bearer \(secret)",
                        "FLEETAUDIT_PASSWORD": "canary-4c1",
                    ])
                let text = try note(folder)
                #expect(!text.contains(secret))
                return outcome
            }
            #expect(outcome.exitCode == 2)
            let text = try note(folder)
            #expect(text.contains("INNOCENT=yes"))
            #expect(!text.contains("COPY="))
            #expect(!text.contains("canary-4c1"))
            #expect(text.contains("FLEETAUDIT_RUN=2"))
        }

        static let failing: [(command: String, says: String)] = [
            ("echo 'mail server is down'; exit 9", "ended with 9: mail server is down"),
            ("/no/such/command", "ended with 127"), ("kill -9 $$", "ended with 137"),
            ("sleep 600", "was ended after 1s"), ("printf 'evil\\033]0;x\\007'; exit 1", "ended with 1: evil"),
        ]

        @Test(arguments: failing) func `what goes wrong with a command is told, and changes nothing`(
            _ command: String, _ says: String
        ) async throws {
            let (outcome, folder) = try await audit(["--notify", command, "--notify-timeout", "1s", "--quiet"])
            #expect(outcome.exitCode == 2)
            #expect(outcome.errorText.contains("the notify command \(says)"), "\(outcome.errorText)")
            #expect(outcome.errorText.split(separator: "\n").count { $0.contains("notify command") } == 1)
            #expect(!outcome.errorText.contains("\u{1b}"))
            #expect(FileManager.default.fileExists(atPath: try onlyRun(in: folder.path("reports")) + "/results.json"))
        }

        @Test(arguments: [("failure", false), ("always", true), ("change", true)])
        func `a good audit tells only whoever wants to know`(_ occasion: String, _ isTold: Bool) async throws {
            let folder = try TemporaryFolder()
            let outcome = try await ServedLab.shipped { lab in
                try await Program.run(
                    ["audit"] + lab.wholeHost + ["-o", folder.path("reports"), "--notify-on", occasion] + Self.quick,
                    environment: ["NOTE": folder.path("note"), "FLEETAUDIT_NOTIFY": "echo a,b > \"$NOTE\""])
            }
            #expect(outcome.exitCode == 0, "\(outcome.text)\(outcome.errorText)")
            #expect(FileManager.default.fileExists(atPath: folder.path("note")) == isTold)
            if isTold { #expect(try note(folder) == "a,b\n", "a command may hold a comma") }
        }

        @Test func `variables are kept but for ours and those that hold a secret`() {
            let environment = [
                "A": "s3cret-word", "B": "x s3cret-word y", "C": "s3cret", "D": "ab", "E": "cabd", "FLEETAUDIT_X": "1",
                "PATH": "/bin",
            ]
            let kept = Notification.withoutSecrets(environment, [Secret("s3cret-word"), Secret("ab")])
            #expect(kept == ["C": "s3cret", "E": "cabd", "PATH": "/bin"])
        }
    }
}
