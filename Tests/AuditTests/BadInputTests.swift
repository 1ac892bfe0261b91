import Foundation
import Lab
import TestSupport
import Testing

/// What is wrong with the input is told in one message, before any host is contacted.
@Suite(.timeLimit(.minutes(5))) struct BadInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        /// Files to write first.
        var files: [String: String] = [:]
        /// `FOLDER` stands for where the files are.
        var arguments: [String]
        var exitCode: Int32
        var says: [String]
        var testDescription: String { name }
    }

    private static let good =
        "all:\n  hosts:\n    h1: { ansible_host: 127.0.0.1, ansible_port: 9, ansible_user: u, ansible_password: p }\n"

    static let cases = [
        Case(
            name: "an inventory that is not there", arguments: ["audit", "-i", "FOLDER/none.yaml"], exitCode: 65,
            says: ["none.yaml", "No host was contacted"]),
        Case(
            name: "an inventory that is no YAML", files: ["a.yaml": "all:\n  hosts:\n\th1:\n"],
            arguments: ["audit", "-i", "FOLDER/a.yaml"], exitCode: 65, says: ["a.yaml:3"]),
        Case(
            name: "a misspelt word of an inventory", files: ["a.yaml": "all:\n  hosst:\n    h1:\n"],
            arguments: ["audit", "-i", "FOLDER/a.yaml"], exitCode: 65, says: ["a.yaml:2", "hosts"]),
        Case(
            name: "a group that --limit does not know", files: ["a.yaml": good],
            arguments: ["audit", "-i", "FOLDER/a.yaml", "--limit", "webb"], exitCode: 64, says: ["--limit", "webb"]),
        Case(
            name: "an option that does not exist", files: ["a.yaml": good],
            arguments: ["audit", "-i", "FOLDER/a.yaml", "--baselin", "x"], exitCode: 64,
            says: ["--baselin", "--baseline"]),
        Case(
            name: "a baseline that does not exist", files: ["a.yaml": good],
            arguments: ["audit", "-i", "FOLDER/a.yaml", "-b", "rdp-hardned"], exitCode: 65, says: ["rdp-hardned"]),
        Case(
            name: "a moment that is none", files: ["a.yaml": good],
            arguments: ["audit", "-i", "FOLDER/a.yaml", "--at", "tomorrow"], exitCode: 64, says: ["--at", "tomorrow"]),
        Case(
            name: "a key file that is not there",
            files: ["a.yaml": "all:\n  hosts:\n    h1: { ansible_user: u, ansible_ssh_private_key_file: FOLDER/id }\n"],
            arguments: ["audit", "-i", "FOLDER/a.yaml"], exitCode: 65, says: ["/id", "no such file"]),
        Case(
            name: "a key file that is none",
            files: [
                "a.yaml": "all:\n  hosts:\n    h1: { ansible_user: u, ansible_ssh_private_key_file: FOLDER/id }\n",
                "id": "not a key\n",
            ], arguments: ["audit", "-i", "FOLDER/a.yaml"], exitCode: 65, says: ["/id"]),
        Case(
            name: "a password file that others can read",
            files: [
                "a.yaml":
                    "all:\n  hosts:\n    h1: { ansible_connection: winrm, ansible_winrm_transport: ntlm, ansible_user: u, fleetaudit_password_file: FOLDER/secret }\n",
                "secret": "canary\n",
            ], arguments: ["audit", "-i", "FOLDER/a.yaml"], exitCode: 65,
            says: ["secret", "others can read", "chmod 600"]),
        Case(
            name: "policies with mistakes",
            files: [
                "a.yaml": good,
                "policies/controls/rdp/X-001.yaml":
                    "id: X-001\ntitle: t\nseverity: hihg\nwhy: w\ncheck: { fact: rdp.enabeld.effective, equals: true }\n",
                "policies/baselines/b.yaml": "name: b\nversion: '1'\ntitle: t\ncontrols: [X-001]\n",
                "policies/updates/u.yaml": "as-of: 2026-11-20\nlines: {}\nrequirements: {}\nregressions: {}\n",
            ], arguments: ["audit", "-i", "FOLDER/a.yaml", "--policies", "FOLDER/policies", "-b", "b"], exitCode: 65,
            says: ["X-001.yaml:3", "high", "X-001.yaml:5", "rdp.enabled.effective"]),
        Case(
            name: "a snapshot that is none", files: ["s.gz": "nothing"], arguments: ["evaluate", "FOLDER/s.gz"],
            exitCode: 65, says: ["s.gz"]),
        Case(
            name: "a folder in place of a snapshot", arguments: ["evaluate", "FOLDER"], exitCode: 65,
            says: ["is a folder", "snapshot.jsonl.gz"]),
        Case(
            name: "a group that --group-limit does not know", files: ["a.yaml": good],
            arguments: ["audit", "-i", "FOLDER/a.yaml", "--group-limit", "ungruoped=1"], exitCode: 64,
            says: ["--group-limit", "'ungruoped'", "did you mean 'ungrouped'?"]),
        Case(
            name: "a variable of ours that does not exist",
            files: ["a.yaml": "all:\n  hosts:\n    h1:\n      fleetaudit_rolle: rdsh\n"],
            arguments: ["hosts", "-i", "FOLDER/a.yaml"], exitCode: 65, says: ["a.yaml:4", "fleetaudit_role'"]),
        Case(
            name: "an INI inventory", files: ["hosts": "[web]\nh1 ansible_user=u\n"],
            arguments: ["audit", "-i", "FOLDER/hosts"], exitCode: 65, says: ["hosts:1", "ansible-inventory -i"]),
        Case(
            name: "a run that --resume does not know", files: ["a.yaml": good],
            arguments: ["audit", "-i", "FOLDER/a.yaml", "--resume", "nonsense"], exitCode: 64,
            says: ["there is no run nonsense in"]),
        Case(
            name: "no run at all to go on with", files: ["a.yaml": good],
            arguments: ["audit", "-i", "FOLDER/a.yaml", "--resume", "last"], exitCode: 64, says: ["there is no run in"]),
        Case(
            name: "no time for a host", files: ["a.yaml": good],
            arguments: ["audit", "-i", "FOLDER/a.yaml", "--host-timeout", "0"], exitCode: 64, says: ["--host-timeout"]),
        Case(
            name: "no time for a connection", files: ["a.yaml": good],
            arguments: ["audit", "-i", "FOLDER/a.yaml", "--connect-timeout", "0s"], exitCode: 64,
            says: ["--connect-timeout"]),
        Case(name: "a lab of no copies", arguments: ["lab", "run", "--copies", "0"], exitCode: 64, says: ["--copies"]),
        Case(
            name: "a lab of fewer than none", arguments: ["lab", "run", "--copies=-5"], exitCode: 64, says: ["--copies"]
        ),
        Case(
            name: "a lab without anything", arguments: ["lab", "run", "--folder", "FOLDER"], exitCode: 65,
            says: ["no fleet file", "FOLDER/recordings"]),
    ]

    @Test(arguments: cases) func `is told`(_ bad: Case) async throws {
        let folder = try TemporaryFolder()
        for (name, text) in bad.files {
            let file = try folder.write(text.replacingOccurrences(of: "FOLDER", with: folder.path), to: name)
            let mode = name == "secret" ? 0o644 : 0o600
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        }
        let arguments = bad.arguments.map { $0.replacingOccurrences(of: "FOLDER", with: folder.path) }
        let writes = bad.arguments[0] == "audit" ? ["-o", folder.path("reports")] : []
        let outcome = try await Program.run(arguments + writes)
        #expect(outcome.exitCode == bad.exitCode, "\(outcome.errorText)")
        #expect(outcome.text.isEmpty, "\(outcome.text)")
        for text in bad.says.map({ $0.replacingOccurrences(of: "FOLDER", with: folder.path) }) {
            #expect(outcome.errorText.contains(text), "\(outcome.errorText)")
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("reports") + "/.lock"), "a run was begun")
    }

    @Test func `a run whose snapshot is junk cannot be gone on with`() async throws {
        let folder = try TemporaryFolder()
        let inventory = try folder.write(Self.good, to: "a.yaml")
        let snapshot = try folder.write("junk", to: "reports/20261120-020000/snapshot.jsonl.gz")
        let outcome = try await Program.run([
            "collect", "-i", inventory, "-o", folder.path("reports"), "--resume", "last",
        ])
        #expect(outcome.exitCode == 65, "\(outcome.errorText)")
        #expect(outcome.errorText.contains(snapshot))
        #expect(try String(contentsOfFile: snapshot, encoding: .utf8) == "junk")
    }

    @Test(.enabled(if: geteuid() != 0 || access("/proc/sys", W_OK) != 0, "root may write anywhere"))
    func `a folder that cannot be written is told before any host is contacted`() async throws {
        try await ServedLab.fleet("  ok-1: {}\n") { lab in
            for folder in ["/proc/fleetaudit", "/dev/null/reports"] {
                let outcome = try await Program.run(["audit", "-i", lab.connections, "-o", folder])
                #expect(outcome.exitCode == 73, "\(outcome.errorText)")
                #expect(outcome.errorText.contains(folder))
            }
            #expect(await lab.fleet.signIns.counts.isEmpty)
        }
    }
}
