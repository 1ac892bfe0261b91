import Foundation
import Lab
import TestSupport
import Testing

extension AuditTests {
    /// A wrong password is tried twice in a whole run, counted by the servers, whatever the concurrency.
    @Suite(.timeLimit(.minutes(5))) struct LockoutTests {
        private static let hosts = (1...24).map { "  bad-\($0): { behaviour: refuses-password }\n" }.joined()

        /// One account of each kind on every host, over the lab's own inventory.
        private func attempts(user: String, concurrency: Int) async throws -> (attempts: Int, states: [String: Int]) {
            try await ServedLab.fleet(Self.hosts) { lab in
                let folder = try TemporaryFolder()
                let inventory = try folder.write(
                    "all:\n  vars:\n    ansible_user: '\(user)'\n  hosts:\n"
                        + (1...24).map { "    bad-\($0):\n      ansible_user: '\(user)'\n" }.joined(), to: "users.yaml")
                let audit = try await Program.run([
                    "collect", "-i", lab.connections, "-i", inventory, "-o", folder.path("reports"), "-c",
                    "\(concurrency)",
                ])
                #expect(audit.exitCode == 2, "\(audit.errorText)")
                let text = try await snapshotText(onlyRun(in: folder.path("reports")))
                var states: [String: Int] = [:]
                for line in text.split(separator: "\n").dropFirst() {
                    let record = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                    states[record?["state"] as? String ?? "?", default: 0] += 1
                }
                let name = user.split(whereSeparator: { $0 == "\\" }).last.map(String.init) ?? user
                let bare = name.split(separator: "@").first.map(String.init) ?? name
                return (await lab.fleet.signIns.attempts(user: bare).attempts, states)
            }
        }

        @Test(arguments: [1, 8, 100]) func `a domain account is tried twice`(_ concurrency: Int) async throws {
            let outcome = try await attempts(user: #"CORP\svc-audit"#, concurrency: concurrency)
            #expect(outcome.attempts == 2)
            #expect(outcome.states == ["refused": 2, "skipped": 22])
        }

        @Test(arguments: [1, 100]) func `one local password shared by all hosts is tried twice`(_ concurrency: Int)
            async throws
        {
            let outcome = try await attempts(user: #".\svc-audit"#, concurrency: concurrency)
            #expect(outcome.attempts == 2)
            #expect(outcome.states == ["refused": 2, "skipped": 22])
        }

        @Test func `refusals of single hosts add up over runs`() async throws {
            try await ServedLab.fleet("  bad-1: { behaviour: refuses-password }\n") { lab in
                let folder = try TemporaryFolder()
                for _ in 1...4 {
                    _ = try await Program.run(["collect", "-i", lab.connections, "-o", folder.path("reports")])
                }
                #expect(await lab.fleet.signIns.attempts(user: "svc-audit-old").attempts == 2)
            }
        }

        @Test func `a later run leaves a refused password alone until it changes`() async throws {
            try await ServedLab.fleet(
                "  bad-1: { behaviour: refuses-password }\n  bad-2: { behaviour: refuses-password }\n"
            ) { lab in
                let folder = try TemporaryFolder()
                let arguments = ["collect", "-i", lab.connections, "-o", folder.path("reports")]
                for _ in 1...3 { _ = try await Program.run(arguments) }
                #expect(await lab.fleet.signIns.attempts(user: "svc-audit-old").attempts == 2)
                _ = try await Program.run(arguments + ["--retry-refused"])
                #expect(await lab.fleet.signIns.attempts(user: "svc-audit-old").attempts == 4)
            }
        }
    }
}
