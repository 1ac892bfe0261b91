import Collection
import Formats
import Foundation
import HostFacts
import HostFixtures
import Lab
import TestSupport
import Testing

extension AuditTests {
    /// `baseline` and `policy test`, as people call them.
    @Suite struct BaselineCommandTests {
        @Test func `a golden host becomes a baseline that it meets`() async throws {
            let folder = try TemporaryFolder()
            try FileManager.default.createDirectory(
                atPath: folder.path("20261120-020000"), withIntermediateDirectories: true)
            let snapshot = folder.path("20261120-020000/snapshot.jsonl.gz")
            try await Self.writeSnapshot(snapshot)
            let made = try await Program.run([
                "baseline", "init", "--from", "golden", "--reports", folder.path, "-o", folder.path("ours.yaml"),
            ])
            #expect(made.exitCode == 0, "\(made.errorText)")
            #expect(made.errorText.contains("RDP-004: port is 3390 now, for golden does not meet 3389"))
            let judged = try await Program.run([
                "evaluate", snapshot, "-b", folder.path("ours.yaml"), "--at", "2026-11-20T02:00:00Z", "-o",
                folder.path("judged"),
            ])
            // The other host has the usual port, and the third gave no answer.
            #expect(judged.exitCode == 2, "\(judged.errorText)")
            let results = try Results(folder: onlyRun(in: folder.path("judged")))
            #expect(try results.host("golden").verdict == "met")
            #expect(try results.host("usual").controls("fail") == ["RDP-004"])
            // It is not written over, and a host that gave no answer is none to go by.
            let again = try await Program.run([
                "baseline", "init", "--from", "golden", "-s", snapshot, "-o", folder.path("ours.yaml"),
            ])
            #expect(again.exitCode == 65 && again.errorText.contains("is there already"))
            let dead = try await Program.run(["baseline", "init", "--from", "dead", "-s", snapshot])
            #expect(dead.exitCode == 65 && dead.text.isEmpty)
            let typo = try await Program.run(["baseline", "init", "--from", "goldne", "-s", snapshot])
            #expect(typo.exitCode == 65 && typo.errorText.contains("did you mean 'golden'?"))
            // A base in a file is called by the way from the new file's folder.
            let next = try await Program.run([
                "baseline", "init", "--from", "usual", "-s", snapshot, "-b", folder.path("ours.yaml"), "-o",
                folder.path("next.yaml"),
            ])
            #expect(next.exitCode == 0, "\(next.errorText)")
            let text = try String(contentsOfFile: folder.path("next.yaml"), encoding: .utf8)
            #expect(text.contains("\nextends: \"./ours.yaml\"\n") && text.contains("\noverride:\n  RDP-004:\n"))
            let difference = try await Program.run([
                "baseline", "diff", folder.path("ours.yaml"), folder.path("next.yaml"),
            ])
            #expect(difference.exitCode == 1)
            #expect(difference.text == "~ RDP-004  port 3390 -> 3389: next: the golden host usual has it so\n")
        }

        @Test func `two baselines are compared for people and for programs`() async throws {
            let same = try await Program.run(["baseline", "diff", "rdp-hardened", "rdp-hardened"])
            #expect(same.exitCode == 0 && same.text == "rdp-hardened and rdp-hardened ask the same\n")
            let json = try await Program.run(["baseline", "diff", "rdp-hardened", "rdp-connectivity", "--json"])
            #expect(json.exitCode == 1)
            let document = try JSON.parse(Array(json.standardOutput))
            let workstation = document["changes"]?.array?.first { $0["control"]?.string == "RDP-019" }
            #expect(workstation?["change"]?.string == "removed")
            #expect(workstation?["roles"] == ["workstation"])
            let role = try await Program.run(["baseline", "diff", "rdp-hardened", "rdp-hardened", "--role", "rsdh"])
            #expect(role.exitCode == 65 && role.errorText.contains("did you mean 'rdsh'?"))
            let none = try await Program.run(["baseline", "diff", "rdp-hardened", "rdp-hardend"])
            #expect(none.exitCode == 65 && none.errorText.contains("did you mean 'rdp-hardened'?"))
            let list = try await Program.run(["baseline", "list"])
            #expect(list.exitCode == 0 && list.text.contains("rdp-connectivity"))
        }

        @Test func `policies are held against their cases, those of one's own folder too`() async throws {
            let folder = try TemporaryFolder()
            try FileManager.default.copyItem(atPath: ControlFixtures.policies, toPath: folder.path("ours"))
            func test(_ arguments: String...) async throws -> ProcessOutcome {
                try await Program.run(["policy", "test", "--policies", folder.path("ours")] + arguments)
            }
            let cases = folder.path("ours/tests/controls/RDP-006.yaml")
            let good = try await test(cases, folder.path("ours/tests/baselines"))
            #expect(good.exitCode == 0, "\(good.text)\(good.errorText)")
            #expect(good.text.contains(" do not; controls with an outcome that no case shows: 0"))
            // A changed policy, a case that is gone, and a wrong file.
            let control = folder.path("ours/controls/rdp/RDP-006.yaml")
            let shipped = try String(contentsOfFile: control, encoding: .utf8)
            try shipped.replacing("equals: 1", with: "equals: 0").write(
                toFile: control, atomically: true, encoding: .utf8)
            let changed = try await test(cases)
            #expect(changed.exitCode == 1)
            #expect(changed.text.contains("\(cases):2:3: RDP-006 #1: expected pass, came fail: rdp.listener"))
            try "- { outcome: pass }\n".write(toFile: cases, atomically: true, encoding: .utf8)
            #expect(try await test(cases).text.contains("no case: RDP-006: fail, unknown, not-applicable\n"))
            try "- { outcome: fine }\n".write(toFile: cases, atomically: true, encoding: .utf8)
            let wrong = try await test(cases)
            #expect(wrong.exitCode == 65 && wrong.errorText.contains("'outcome' must be one of"))
            #expect(try await test(folder.path("none.yaml")).exitCode == 65)
        }

        private static func writeSnapshot(_ path: String) async throws {
            let writer = try SnapshotWriter(
                path: path,
                header: SnapshotHeader(
                    run: "20261120-020000", started: ControlFixtures.now, writer: "test", probe: "0",
                    plannedHosts: ["golden", "usual", "dead"]))
            for (name, port) in [("golden", 3390), ("usual", 3389)] as [(String, UInt32)] {
                let host = try ControlFixtures.server(port: port)
                var record = Self.record(name, .audited)
                record.sections = SectionName.allCases.map { .init($0.rawValue, ["ms": 1, "data": host.data($0)]) }
                try await writer.append(record)
            }
            try await writer.append(Self.record("dead", .unreachable))
        }

        private static func record(_ name: String, _ state: HostState) -> HostRecord {
            HostRecord(
                name: name, address: "192.0.2.1", groups: [], role: nil, site: nil, state: state,
                started: ControlFixtures.now)
        }
    }
}
