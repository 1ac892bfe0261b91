import Console
import Foundation
import TestSupport
import Testing

@testable import fleetaudit

/// docs/operations.md and the units say what the program takes, and what they say runs.
@Suite(.timeLimit(.minutes(2))) struct OperationsTests {
    private static let page = Fixture.repository + "/docs/operations.md"
    private static let units = Fixture.repository + "/packaging/systemd"

    /// The fenced blocks of the page in a language.
    private static func blocks(_ language: String) throws -> [String] {
        let text = try String(contentsOfFile: page, encoding: .utf8)
        let found = text.matches(of: /(?ms)^```(\w+)\n(.*?)^```$/).filter { $0.1 == language }.map { String($0.2) }
        try #require(!found.isEmpty, "there is no block of \(language)")
        return found
    }

    /// The words behind `fleetaudit` wherever a script calls it, as the shell splits them. Nothing else is run: there is no
    /// other program.
    private static func calls(in script: String) async throws -> [[String]] {
        let stubs = "fleetaudit() { printf '%s\\0' \"$@\"; printf '\\1'; }; sudo() { :; }\n"
        let outcome = try await run("/bin/sh", ["-c", stubs + script], environment: ["PATH": "/nonexistent"])
        return outcome.text.split(separator: "\u{1}").map { $0.split(separator: "\0").map(String.init) }
    }

    private static func expectUnderstood(_ words: [String]) {
        do throws(UsageError) {
            _ = try FleetAudit.commands.resolve(words, environment: ["FLEETAUDIT_INVENTORY": "inventory.yaml"])
        } catch {
            Issue.record("fleetaudit \(words.joined(separator: " ")): \(error)")
        }
    }

    @Test func `every command of the page is one that the program takes`() async throws {
        var calls: [[String]] = []
        for block in try Self.blocks("sh") { calls += try await Self.calls(in: block) }
        #expect(calls.count >= 12)
        for words in calls { Self.expectUnderstood(words) }
        #expect(calls.contains { $0.contains { $0.hasPrefix("jq ") && $0.contains("curl") } }, "quotes hold")
    }

    @Test func `the crontab calls what the program takes`() async throws {
        let block = try #require(try Self.blocks("crontab").first)
        let jobs = block.split(separator: "\n").filter { $0.first?.isNumber == true }
        #expect(jobs.count == 1)
        for job in jobs {
            // Five fields of time, and the user.
            let line = job.split(separator: " ", maxSplits: 6)[6]
            let calls = try await Self.calls(in: String(line))
            #expect(calls.count == 1)
            for words in calls { Self.expectUnderstood(words) }
        }
    }

    @Test func `every command of the README is one that the program takes`() async throws {
        let text = try String(contentsOfFile: Fixture.repository + "/README.md", encoding: .utf8)
        let lines = text.split(separator: "\n").filter { $0.hasPrefix("    fleetaudit ") }
        #expect(lines.count > 10)
        for words in try await Self.calls(in: lines.joined(separator: "\n")) { Self.expectUnderstood(words) }
    }

    @Test func `the shell understands every block`() async throws {
        for block in try Self.blocks("sh") {
            let outcome = try await run("/bin/sh", ["-n"], input: Data(block.utf8))
            #expect(outcome.exitCode == 0, "\(outcome.errorText)")
        }
    }

    @Test func `what removes old runs keeps the newest, and touches nothing else`() async throws {
        let block = try #require(try Self.blocks("sh").first { $0.contains("xargs -r rm") })
        let folder = try TemporaryFolder()
        let line = block.replacing("/var/lib/fleetaudit/reports", with: folder.path)
        let runs = (0..<75).map { String(format: "202611%02d-%02d0000", 1 + $0 / 24, $0 % 24) }
        for name in runs + ["history", "notes"] { try folder.write("x", to: "\(name)/snapshot.jsonl.gz") }
        try folder.write("x", to: ".lock")
        for _ in 0..<2 {
            let outcome = try await run("/bin/sh", ["-euc", line])
            #expect(outcome.exitCode == 0, "\(outcome.errorText)")
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            #expect(left == [".lock"] + runs.suffix(60) + ["history", "notes"])
        }
    }

    @Test func `every exit code of the program has its row`() throws {
        let text = try String(contentsOfFile: Self.page, encoding: .utf8)
        for code in ["0", "1", "2", "3", "64", "65", "70", "73", "75", "130"] {
            #expect(text.contains("\n| \(code) | "), "\(code)")
        }
    }

    // MARK: Units

    private static func settings(_ unit: String) throws -> [(section: String, key: String, value: String)] {
        var section = ""
        var found: [(String, String, String)] = []
        for line in try String(contentsOfFile: "\(units)/\(unit)", encoding: .utf8).split(separator: "\n") {
            if line.hasPrefix("#") { continue }
            if line.hasPrefix("[") {
                section = String(line)
                continue
            }
            let equals = try #require(line.firstIndex(of: "="), "\(unit): \(line)")
            found.append((section, String(line[..<equals]), String(line[line.index(after: equals)...])))
        }
        return found
    }

    @Test func `what the unit starts is a command that the program takes, and its variables are ours`() async throws {
        let settings = try Self.settings("fleetaudit.service")
        let starts = settings.filter { $0.key == "ExecStart" }.map(\.value)
        #expect(starts.count == 1)
        let calls = try await Self.calls(in: starts[0].replacing("/usr/local/bin/", with: ""))
        #expect(calls.count == 1)
        for words in calls { Self.expectUnderstood(words) }
        let topic = try FleetAudit.commands.resolve(["help", "environment"], environment: [:])
        guard case .help(let text) = topic else { throw PeerIsMissing("the topic") }
        for setting in settings where setting.key == "Environment" {
            let name = setting.value.prefix { $0 != "=" }
            #expect(text.contains(name), "\(name)")
        }
        // The credential of the unit is the one that the page tells the inventory to use.
        let credential = settings.first { $0.key == "LoadCredential" }?.value.prefix { $0 != ":" } ?? ""
        let inventory = try #require(try Self.blocks("yaml").first)
        #expect(!credential.isEmpty && inventory.contains("'CREDENTIALS_DIRECTORY') }}/\(credential)\""))
    }

    @Test func `a credential of systemd is found by the page's inventory`() async throws {
        let folder = try TemporaryFolder()
        let yaml = try #require(try Self.blocks("yaml").first)
        let inventory = try folder.write(
            yaml + "  hosts:\n    h1: { ansible_connection: winrm, ansible_winrm_transport: ntlm }\n", to: "i.yaml")
        let password = try folder.write("canary\n", to: "credentials/password")
        try FileManager.default.setAttributes([.posixPermissions: 0o400], ofItemAtPath: password)
        let environment = ["CREDENTIALS_DIRECTORY": folder.path("credentials")]
        let found = try await Program.run(["doctor", "-i", inventory], environment: environment)
        #expect(found.text.contains("1 by winrm with ntlm"), "\(found.text)")
        let missing = try await Program.run(
            ["doctor", "-i", inventory], environment: ["CREDENTIALS_DIRECTORY": folder.path("none")])
        #expect(missing.exitCode == 1)
        #expect(missing.text.contains("there is no such file"))
    }

    @Test(.enabled(if: Peers.has("/usr/bin/systemd-analyze"), "systemd is not installed"))
    func `systemd takes the units, and calls the service well protected`() async throws {
        let folder = try TemporaryFolder()
        for unit in ["fleetaudit.service", "fleetaudit.timer"] {
            let text = try String(contentsOfFile: "\(Self.units)/\(unit)", encoding: .utf8)
            try folder.write(text.replacing("/usr/local/bin/fleetaudit", with: "/bin/true"), to: unit)
        }
        let service = folder.path("fleetaudit.service")
        let verified = try await run(
            "/usr/bin/systemd-analyze", ["verify", "--man=no", service, folder.path("fleetaudit.timer")])
        #expect(verified.exitCode == 0 && verified.errorText.isEmpty, "\(verified.errorText)")
        let secured = try await run(
            "/usr/bin/systemd-analyze", ["security", "--offline=yes", "--threshold=20", "--no-pager", service])
        #expect(secured.exitCode == 0, "\(secured.text.suffix(300))\(secured.errorText)")
        let calendar = try #require(try Self.settings("fleetaudit.timer").first { $0.key == "OnCalendar" }?.value)
        #expect(try await run("/usr/bin/systemd-analyze", ["calendar", calendar]).exitCode == 0)
    }
}
