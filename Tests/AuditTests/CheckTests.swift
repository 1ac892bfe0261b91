import Collection
import Formats
import Foundation
import HostFacts
import HostFixtures
import Lab
import TestSupport
import Testing

extension AuditTests {
    @Suite(.timeLimit(.minutes(5))) struct CheckTests {
        @Test func `hosts are asked now, and only what differs from before is told`() async throws {
            try await LabSnapshot.make { run, lab, folder in
                let fleet = ["-i", "Inventory/lab.yaml", "-i", lab.connections, "--at", "2026-11-20T02:00:00Z"]
                let kept = folder.path("before.jsonl.gz")
                // The program leaves nothing where it is called, or in the temporary folder.
                let temporary = folder.path("tmp")
                try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: false)
                let environment = ["TMPDIR": temporary]
                let before = try await Program.run(
                    ["check", "-l", "lab-adm-01:lab-rds-01", "--save", kept] + fleet, environment: environment)
                #expect(before.exitCode & 1 == 1, "\(before.text)\(before.errorText)")
                #expect(before.text.contains("lab-rds-01  fails  critical  CERT-002"), "\(before.text)")
                #expect(!before.text.contains("lab-adm-01  fails"))
                #expect(try FileManager.default.contentsOfDirectory(atPath: temporary) == [])
                let mode = try FileManager.default.attributesOfItem(atPath: kept)[.posixPermissions] as? Int
                #expect(mode == 0o600)

                let after = try await Program.run(
                    ["check", "-l", "lab-adm-01:lab-rds-01", "--before", kept] + fleet, environment: environment)
                #expect(after.exitCode == 0, "\(after.text)\(after.errorText)")
                #expect(after.text.contains("Nothing differs"), "\(after.text)")
                #expect(!after.text.contains("CERT-002"))
                #expect(try FileManager.default.contentsOfDirectory(atPath: temporary) == [])

                let again = try await Program.run(["check", "-l", "lab-adm-01", "--save", kept] + fleet)
                #expect(again.exitCode == 73, "\(again.errorText)")

                // A host that the state before does not know cannot have been compared.
                let unknown = try await Program.run(
                    ["check", "-l", "lab-adm-01:lab-adm-02", "--before", kept] + fleet, environment: environment)
                #expect(unknown.exitCode == 2, "\(unknown.text)")
                #expect(unknown.text.contains("NOT IN THE STATE BEFORE"), "\(unknown.text)")
                #expect(unknown.text.contains("1 host of the state before were not looked at."), "\(unknown.text)")

                let strangers = try await Program.run(["check", run, "-l", "lab-adm-02", "--before", kept])
                #expect(strangers.exitCode == 65, "\(strangers.errorText)")
                #expect(strangers.errorText.contains("different fleets"))
                let reports = folder.path("kept")
                let folderKept = try await Program.run(["check", "-l", "lab-adm-01", "-o", reports] + fleet)
                #expect(folderKept.exitCode & 1 == 0, "\(folderKept.text)\(folderKept.errorText)")
                #expect(FileManager.default.fileExists(atPath: try onlyRun(in: reports) + "/snapshot.jsonl.gz"))
            }
        }

        @Test func `what got worse, better and unreadable is told by host and control`() async throws {
            let folder = try TemporaryFolder()
            func snapshot(_ name: String, nla: UInt32, second: HostState) async throws -> String {
                let path = folder.path(name)
                var host = try ControlFixtures.template("server")
                host.registry.set(
                    RegistryLocation(Keys.winStations + #"\RDP-Tcp"#, "UserAuthentication"), .dword(nla))
                try await MadeSnapshot.write(
                    [.init(name: "w-1", machine: host), .init(name: "w-2", state: second, machine: host)], run: name,
                    to: path)
                return path
            }
            let snapshots = [
                try await snapshot("r0", nla: 1, second: .audited),
                try await snapshot("r1", nla: 0, second: .unreachable),
            ]
            func check(_ now: String, _ before: String) async throws -> Differences {
                try Differences(
                    await Program.run(
                        ["check", now, "--before", before, "-b", "rdp-hardened", "--format", "json"] + Self.judged))
            }
            let worse = try await check(snapshots[1], snapshots[0])
            #expect(worse.fleetaudit == "check")
            #expect(worse.exitCode == 3)
            #expect(
                try worse.host("w-1").changes.contains { $0.control == "RDP-006" && $0.change == "newly-failing" })
            #expect(worse.notJudged.map(\.host) == ["w-2"])
            #expect(worse.hosts.contains { $0.host == "w-2" })
            let better = try await check(snapshots[0], snapshots[1])
            #expect(try better.host("w-1").changes.contains { $0.control == "RDP-006" && $0.change == "fixed" })
            let same = try await check(snapshots[0], snapshots[0])
            #expect(same.exitCode == 0)
            #expect(same.hosts.isEmpty)
        }

        private static let judged = ["--at", "2026-11-20T02:00:00Z"]

        @Test(
            arguments: [
                ([], 64, "nobody is to be checked"), (["x.gz", "-i", "y.yaml"], 64, "one or the other"),
                (["x.gz", "--save", "y"], 64, "there already"), (["x.gz", "-l", "web[0]"], 64, "has no order"),
                (["/nonexistent.gz"], 65, "cannot be opened"),
                (["/", "--before", "/nonexistent.gz"], 65, "cannot be opened"),
                (["README.md"], 65, "README.md"),
            ] as [([String], Int32, String)])
        func `what cannot be checked is told before any host is asked`(
            _ arguments: [String], _ code: Int32, _ part: String
        ) async throws {
            let outcome = try await Program.run(["check"] + arguments)
            #expect(outcome.exitCode == code, "\(outcome.errorText)")
            #expect(outcome.errorText.contains(part), "\(outcome.errorText)")
        }
    }
}
