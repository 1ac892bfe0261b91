import Foundation
import Lab
import TestSupport
import Testing

extension AuditTests {
    /// What is done again with a run that is there already.
    @Suite(.timeLimit(.minutes(5))) struct ResumeTests {
        @Test func `a run that is finished, or of other hosts, is never written over`() async throws {
            try await ServedLab.fleet("  ok-1: {}\n") { lab in
                let folder = try TemporaryFolder()
                let reports = folder.path("reports")
                let arguments = ["audit", "-i", lab.connections, "-o", reports]
                let audit = try await Program.run(arguments)
                #expect(audit.exitCode <= 3, "\(audit.errorText)")
                let run = try onlyRun(in: reports)
                let results = try Data(contentsOf: URL(fileURLWithPath: run + "/results.json"))

                let resumed = try await Program.run(arguments + ["--resume", "last", "-b", "rdp-hardened"])
                #expect(resumed.exitCode == 64, "\(resumed.errorText)")
                #expect(resumed.errorText.contains("fleetaudit evaluate \(run)/snapshot.jsonl.gz"))

                let more = try folder.write("all: { hosts: { new-1: { ansible_port: 9 } } }\n", to: "more.yaml")
                let other = try await Program.run(arguments + ["-i", more, "--resume", "last"])
                #expect(other.exitCode == 64, "\(other.errorText)")
                #expect(other.errorText.contains("new-1"))
                #expect(try Data(contentsOf: URL(fileURLWithPath: run + "/results.json")) == results)
            }
        }

        @Test func `evaluate makes the folder of its reports`() async throws {
            try await ServedLab.fleet("  ok-1: {}\n") { lab in
                let folder = try TemporaryFolder()
                _ = try await Program.run(["collect", "-i", lab.connections, "-o", folder.path("reports")])
                let snapshot = try onlyRun(in: folder.path("reports")) + "/snapshot.jsonl.gz"
                let again = try await Program.run(["evaluate", snapshot, "-o", folder.path("new")])
                #expect(again.exitCode <= 3, "\(again.errorText)")
                #expect(try Results(folder: onlyRun(in: folder.path("new"))).hosts.count == 1)
            }
        }

        @Test(arguments: [("admin-servr", "did you mean 'admin-server'?"), ("rdsh", nil), ("zebra", "'zebra'")])
        func `a role that nobody knows is told once`(_ role: String, _ says: String?) async throws {
            try await ServedLab.fleet("  ok-1: {}\n  ok-2: {}\n") { lab in
                let folder = try TemporaryFolder()
                let roles = try folder.write("all: { vars: { fleetaudit_role: \(role) } }\n", to: "roles.yaml")
                let audit = try await Program.run([
                    "audit", "-i", lab.connections, "-i", roles, "-o", folder.path("reports"),
                ])
                #expect(audit.exitCode <= 3, "\(audit.errorText)")
                let told = audit.errorText.split(separator: "\n").filter { $0.contains("says nothing of the role") }
                #expect(told.count == (says == nil ? 0 : 1), "\(audit.errorText)")
                if let says { #expect(told.first?.contains(says) == true, "\(told)") }
                let snapshot = try onlyRun(in: folder.path("reports")) + "/snapshot.jsonl.gz"
                let again = try await Program.run(["evaluate", snapshot])
                #expect(again.errorText.contains("says nothing of the role") == (says != nil), "\(again.errorText)")
            }
        }
    }
}
