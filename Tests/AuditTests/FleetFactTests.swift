import Collection
import Formats
import Foundation
import HostFacts
import TestSupport
import Testing

extension AuditTests {
    /// A control may look at what hosts share: the whole snapshot is read before the first host is judged.
    @Suite(.timeLimit(.minutes(2))) struct FleetFactTests {
        private static let control = """
            id: ID-900
            title: The machine SID is this machine's own
            severity: high
            why: Credentials fail between clones.
            check: { fact: fleet.sharedMachineSID, is-empty: true }
            remediation:
              - advise: Rebuild it with Sysprep
                effect: restart of the host
            """

        private static func record(_ name: String, guid: String, sid: String) -> HostRecord {
            var record = HostRecord(
                name: name, address: name, groups: [], role: nil, site: nil, state: .partial,
                started: Date(timeIntervalSince1970: 1_795_140_000))
            func text(_ value: String) -> JSON { [1, .string(value)] }
            let keys: JSON = .object([
                .init(Keys.computerName, ["ComputerName": text(name)]),
                .init(Keys.cryptography, ["MachineGuid": text(guid)]),
                .init(Keys.productOptions, ["ProductType": text("ServerNT")]),
                .init(
                    Keys.currentVersion,
                    ["CurrentBuildNumber": text("17763"), "CurrentMajorVersionNumber": [4, 10]]),
            ])
            record.sections = [
                .init("os", ["ms": 1, "data": ["keys": keys]]),
                .init("identity", ["ms": 1, "data": ["machineSID": .string(sid)]]),
            ]
            return record
        }

        private static let outlier = """
            id: ID-901
            title: The build is that of its peers
            severity: medium
            why: One host was forgotten.
            check: { rule: outlier-among-peers, with: { fact: os.build, among: role, least-peers: 3 } }
            remediation:
              - advise: Look at what differs
            """

        private static func record(_ name: String, role: String?, build: String) -> HostRecord {
            var record = record(name, guid: name, sid: "S-1-5-21-1-2-3")
            record.role = role
            let text: JSON = [1, .string(build)]
            let keys: JSON = .object([
                .init(Keys.currentVersion, ["CurrentBuildNumber": text, "CurrentMajorVersionNumber": [4, 10]])
            ])
            record.sections = [.init("os", ["ms": 1, "data": ["keys": keys]])]
            return record
        }

        @Test func `a host that differs from all others of its role is found`() async throws {
            let folder = try TemporaryFolder()
            try folder.write(Self.outlier, to: "policies/controls/identity/ID-901.yaml")
            try folder.write(
                "name: alike\nversion: '1'\ntitle: Alike\ncontrols: [ID-901]\n", to: "policies/baselines/alike.yaml")
            try folder.write("as-of: 2026-11-20\nlines: {}\n", to: "policies/updates/none.yaml")
            let builds = ["a": "17763", "b": "17763", "c": "14393", "d": "17763", "e": "17763"]
            let header = SnapshotHeader(
                run: "r", started: Date(), writer: "", probe: "", plannedHosts: builds.keys.sorted() + ["x", "none"])
            let path = folder.path("snapshot.jsonl.gz")
            let writer = try SnapshotWriter(path: path, header: header)
            for (name, build) in builds.sorted(by: { $0.key < $1.key }) {
                try await writer.append(Self.record(name, role: "rdsh", build: build))
            }
            try await writer.append(Self.record("x", role: "jump-host", build: "14393"))
            try await writer.append(Self.record("none", role: nil, build: "14393"))
            let judged = try await Program.run([
                "evaluate", path, "--policies", folder.path("policies"), "-b", "alike", "-o", folder.path("out"),
            ])
            try #require(judged.exitCode == 2, "\(judged.errorText)")
            let results = try Results(folder: onlyRun(in: folder.path("out")))
            #expect(results.hosts.filter { $0.controls("fail") == ["ID-901"] }.map(\.host) == ["c"])
            for name in ["x", "none"] { #expect(try results.host(name).controls("not-applicable") == ["ID-901"]) }
            for name in ["a", "b", "d", "e"] { #expect(try results.host(name).controls("pass") == ["ID-901"]) }
        }

        @Test func `clones are found across the snapshot, wherever they stand in it`() async throws {
            let folder = try TemporaryFolder()
            try folder.write(Self.control, to: "policies/controls/identity/ID-900.yaml")
            try folder.write(
                "name: clones\nversion: '1'\ntitle: Clones\ncontrols: [ID-900]\n", to: "policies/baselines/clones.yaml")
            try folder.write(
                "as-of: 2026-11-20\nlines: {}\n", to: "policies/updates/none.yaml")
            let header = SnapshotHeader(
                run: "r", started: Date(), writer: "", probe: "", plannedHosts: ["first", "other", "last"])
            let path = folder.path("snapshot.jsonl.gz")
            let writer = try SnapshotWriter(path: path, header: header)
            try await writer.append(Self.record("first", guid: "a", sid: "S-1-5-21-1-2-3"))
            try await writer.append(Self.record("other", guid: "b", sid: "S-1-5-21-7-8-9"))
            try await writer.append(Self.record("last", guid: "c", sid: "S-1-5-21-1-2-3"))
            let judged = try await Program.run([
                "evaluate", path, "--policies", folder.path("policies"), "-b", "clones", "-o", folder.path("out"),
            ])
            try #require(judged.exitCode == 3, "\(judged.errorText)")
            let runs = try FileManager.default.contentsOfDirectory(atPath: folder.path("out"))
            let results = try Results(folder: folder.path("out/" + (try #require(runs.first))))
            #expect(try results.host("first").controls("fail") == ["ID-900"])
            #expect(try results.host("last").controls("fail") == ["ID-900"])
            #expect(try results.host("other").controls("pass") == ["ID-900"])
        }
    }
}
