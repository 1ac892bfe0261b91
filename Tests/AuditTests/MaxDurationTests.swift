import Foundation
import Lab
import TestSupport
import Testing

extension AuditTests {
    @Suite(.timeLimit(.minutes(5))) struct MaxDurationTests {
        @Test func `a run whose time is up writes its reports, and resume asks exactly the rest`() async throws {
            let silent = (1...4).map { "  still-\($0): { behaviour: silent }\n" }.joined()
            try await ServedLab.fleet("  ok-1: {}\n" + silent) { lab in
                let folder = try TemporaryFolder()
                let reports = folder.path("reports")
                let groups = try folder.write(
                    "all: { children: { sleepers: { hosts: { still-1: {}, still-2: {}, still-3: {}, still-4: {} } } } }\n",
                    to: "groups.yaml")
                let arguments = ["audit", "-i", lab.connections, "-i", groups, "-o", reports]
                // One sleeper at a time, so that at least two are never begun.
                let first = try await Program.run(
                    arguments + [
                        "--max-duration", "2s", "--host-timeout", "3s", "--retries", "0", "--group-limit", "sleepers=1",
                    ])
                #expect(first.exitCode & 2 == 2 && first.exitCode <= 3, "\(first.errorText)")
                let run = try onlyRun(in: reports)
                let name = (run as NSString).lastPathComponent
                let results = try Results(folder: run)
                let left = results.hosts.filter { $0.state == "skipped" }
                #expect(left.count >= 2, "\(results.hosts)")
                for host in left {
                    #expect(host.reason == "the time for this run was up (--max-duration 2s)")
                }
                #expect(first.errorText.contains("\(left.count) of 5 hosts were not asked (--resume \(name)"))
                let markdown = try String(contentsOfFile: run + "/report.md", encoding: .utf8)
                #expect(markdown.contains("the time for this run was up"))
                try await expectSchema("snapshot-1", of: run + "/snapshot.jsonl.gz")
                let before = try await snapshotText(run).split(separator: "\n").count
                #expect(before == 6, "the header and every host")
                // The group is known of hosts that were never asked.
                #expect(try await snapshotText(run).contains("\"groups\":[\"sleepers\"],\"state\":\"skipped\""))

                let attempts = await lab.fleet.signIns.attempts(user: "svc-audit").attempts
                let second = try await Program.run(
                    arguments + ["--resume", "last", "--host-timeout", "1s", "--retries", "0"])
                #expect(second.exitCode & 2 == 2, "\(second.errorText)")
                let resumed = try Results(folder: run)
                #expect(resumed.hosts.count == 5)
                #expect(resumed.hosts.allSatisfy { $0.state != "skipped" }, "\(resumed.hosts)")
                #expect(try await snapshotText(run).split(separator: "\n").count == 6, "each host once")
                // The one that had answered was not asked again.
                #expect(await lab.fleet.signIns.attempts(user: "svc-audit").attempts == attempts)
                let third = try await Program.run(arguments + ["--resume", "last"])
                #expect(third.exitCode == 64, "\(third.errorText)")
            }
        }

        @Test func `a time that is none is refused`() async throws {
            let outcome = try await Program.run(["audit", "-i", "nowhere", "--max-duration", "0"])
            #expect(outcome.exitCode == 64)
            #expect(outcome.errorText.contains("--max-duration"))
        }
    }
}
