import Collection
import Formats
import Foundation
import HostFacts
import HostFixtures
import Lab
import TestSupport
import Testing

extension AuditTests {
    /// `catalogue import` and `kb` through the program.
    @Suite struct CatalogueTests {
        private static let months = ["2025-Nov", "2025-Dec", "2026-Jan", "2026-Feb"].map {
            Fixture.root + "/cvrf/\($0).xml.gz"
        }

        // MARK: - catalogue import

        @Test func `four months make the file that is shipped, in any order and one after the other`() async throws {
            let folder = try TemporaryFolder()
            let target = folder.path("builds.yaml")
            for month in Self.months.reversed() {
                let outcome = try await Program.run(["catalogue", "import", month, "--output", target])
                #expect(outcome.exitCode == 0, "\(outcome.errorText)")
            }
            let shipped = try Data(
                contentsOf: URL(fileURLWithPath: Fixture.repository + "/Policies/updates/builds.yaml"))
            #expect(try Data(contentsOf: URL(fileURLWithPath: target)) == shipped)
            let mode = try FileManager.default.attributesOfItem(atPath: target)[.posixPermissions] as? Int
            #expect(mode == 0o644)

            let again = try await Program.run(["catalogue", "import", "--output", target] + Self.months)
            #expect(again.exitCode == 0 && again.text.contains("holds all of it already"))
            #expect(again.errorText.contains("10.0.19043.6456 is no build of Windows 10 21H2 (19044)"))
        }

        @Test func `a missing month is told`() async throws {
            let folder = try TemporaryFolder()
            let outcome = try await Program.run(
                ["catalogue", "import", Self.months[0], Self.months[3], "--output", folder.path("builds.yaml")])
            #expect(outcome.exitCode == 0)
            #expect(
                outcome.errorText.contains("2025-12 is missing") && outcome.errorText.contains("2026-01 is missing"))
        }

        @Test func `what is no document leaves the file as it was`() async throws {
            let folder = try TemporaryFolder()
            let target = folder.path("builds.yaml")
            _ = try await Program.run(["catalogue", "import", Self.months[3], "--output", target])
            let before = try Data(contentsOf: URL(fileURLWithPath: target))
            let wrong = try folder.write("<cvrf", to: "wrong.xml")
            for file in [wrong, folder.path("nothing.xml"), folder.path, "/dev/zero"] {
                let outcome = try await Program.run(["catalogue", "import", Self.months[0], file, "--output", target])
                #expect(outcome.exitCode == 65 && outcome.errorText.contains(file), "\(outcome.errorText)")
                #expect(try Data(contentsOf: URL(fileURLWithPath: target)) == before)
            }
        }

        @Test func `a file that people wrote is not overwritten`() async throws {
            let folder = try TemporaryFolder()
            let file = folder.path("rdp.yaml")
            try FileManager.default.copyItem(atPath: Fixture.repository + "/Policies/updates/rdp.yaml", toPath: file)
            let outcome = try await Program.run(["catalogue", "import", Self.months[0], "--output", file])
            #expect(outcome.exitCode == 65 && outcome.errorText.contains("not written by an import"))
        }

        // MARK: - kb

        @Test(
            arguments: [
                (["KB5004442"], 0, ["guidance", "DCOM", "Nothing can be installed"]),
                (["5008383"], 0, ["guidance", "support.microsoft.com"]),
                (["KB5075904"], 0, ["Windows Server 2019", "10.0.17763.8389", "cumulative", "CVE-2026-21533"]),
                (["KB5073379"], 0, ["10.0.26100.32230", "KB5072033", "KB5077793", "Credential prompt"]),
                (["KB5008383", "--format", "json"], 0, ["\"kind\": \"guidance\"", "\"releases\": []"]),
                (["KB5999999", "--at", "2026-03-05"], 2, ["not in the catalogue", "2026-02-28, 5 days ago"]),
                (["hotfix"], 64, []), (["KB5075904", "--at", "soon"], 64, []), ([], 64, []),
                (["KB5075904", "--policies", "/nowhere"], 65, []),
            ] as [([String], Int32, [String])])
        func `the catalogue answers for a number`(_ arguments: [String], _ code: Int32, _ words: [String]) async throws
        {
            let outcome = try await Program.run(["kb"] + arguments)
            #expect(outcome.exitCode == code, "\(outcome.text)\(outcome.errorText)")
            for word in words { #expect(outcome.text.contains(word), "\(outcome.text)") }
        }

        @Test func `hosts of a snapshot have it, have it not, or it is not known`() async throws {
            let folder = try TemporaryFolder()
            let run = folder.path("20261120-020000")
            try FileManager.default.createDirectory(atPath: run, withIntermediateDirectories: false)
            try await Self.writeSnapshot(run + "/snapshot.jsonl.gz")
            let cases: [([String], Int32, [String])] = [
                (["new"], 0, ["new yes"]), (["old"], 1, ["old no"]), (["dead"], 2, ["unreachable: no answer"]),
                (["never"], 2, ["did not come to it"]), (["new", "old", "dead"], 3, []),
                (["n?w", "OLD"], 1, ["new", "old"]),
                ([], 3, ["dead", "never", "new", "old"]),
            ]
            for place in [run, run + "/snapshot.jsonl.gz"] {
                for (hosts, code, words) in cases {
                    let outcome = try await Program.run(["kb", "KB5075904"] + hosts + ["--snapshot", place])
                    #expect(outcome.exitCode == code, "\(hosts): \(outcome.text)\(outcome.errorText)")
                    let text = outcome.text.replacing(#/ +/#, with: " ")
                    for word in words { #expect(text.contains(word), "\(outcome.text)") }
                }
            }
            let json = try await Program.run(["kb", "KB5075904", "--format", "json", "--snapshot", run])
            #expect(json.exitCode == 3)
            let document = try JSON.parse(Array(json.standardOutput))
            #expect(document["releases"]?[0]?["build"]?.string == "10.0.17763.8389")
            #expect(
                document["hosts"]?.array?.compactMap { "\($0["host"]?.string ?? "") \($0["answer"]?.string ?? "")" }
                    == ["dead unknown", "never unknown", "new yes", "old no"])
            // The last run of a folder of reports.
            let last = try await Program.run(["kb", "KB5075904", "old", "--reports", folder.path])
            #expect(last.exitCode == 1 && last.text.contains("10.0.17763.8000 is older than its build 10.0.17763.8389"))
            let guidance = try await Program.run(["kb", "KB5004442", "new", "--reports", folder.path])
            #expect(guidance.exitCode == 2 && guidance.text.contains("guidance"))
            let typo = try await Program.run(["kb", "KB5075904", "nwe", "--reports", folder.path])
            #expect(typo.exitCode == 65 && typo.errorText.contains("no host 'nwe'"))
            let none = try await Program.run(["kb", "KB5075904", "new", "--snapshot", folder.path("none")])
            #expect(none.exitCode == 65)
        }

        private static func writeSnapshot(_ path: String) async throws {
            let writer = try SnapshotWriter(
                path: path,
                header: SnapshotHeader(
                    run: "20261120-020000", started: ControlFixtures.now, writer: "test", probe: "0",
                    plannedHosts: ["new", "old", "dead", "never"]))
            for (name, revision) in [("new", 8389), ("old", 8000)] as [(String, UInt32)] {
                var host = try ControlFixtures.template("server")
                host.registry.set(RegistryLocation(Keys.currentVersion, "UBR"), .dword(revision))
                var record = Self.record(name, .audited)
                record.sections = SectionName.allCases.map { .init($0.rawValue, ["ms": 1, "data": host.data($0)]) }
                try await writer.append(record)
            }
            var dead = Self.record("dead", .unreachable)
            dead.reason = "no answer"
            try await writer.append(dead)
        }

        private static func record(_ name: String, _ state: HostState) -> HostRecord {
            HostRecord(
                name: name, address: "192.0.2.1", groups: [], role: nil, site: nil, state: state,
                started: ControlFixtures.now)
        }
    }
}
