import Collection
import Formats
import Foundation
import HostFacts
import Lab
import TestSupport
import Testing

/// What docs/snapshot.md promises of format 1.
@Suite struct SnapshotPromiseTests {
    private static let header =
        #"{"fleetaudit":"snapshot","format":1,"run":"20261120-020000","started":"2026-11-20T02:00:00Z""#
    private static let host = #"{"host":"h","state":"audited","started":"2026-11-20T02:00:00Z"}"#

    private func file(_ lines: [String], in folder: TemporaryFolder) throws -> String {
        let path = folder.path("s.jsonl.gz")
        try Data(lines.flatMap { Gzip.compress(Array($0.utf8) + [0x0a]) }).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func names(_ path: String) throws -> (names: [String], kinds: Set<String>) {
        var reader = try SnapshotReader(path: path)
        var names: [String] = []
        while let record = try reader.next() { names.append(record.name) }
        return (names, reader.unknownKinds)
    }

    /// Members of a later version at every level, in every place.
    static let records = [
        #"{"later":[1,{"a":null}],"host":"h","address":"a","groups":[],"state":"partial","started":"2026-11-20T02:00:00Z","seconds":0.5,"attempts":1,"roundTrips":2,"connections":1,"sections":{}}"#,
        #"{"host":"h","address":"a","x":1,"groups":["g"],"y":{},"state":"audited","started":"2026-11-20T02:00:00Z","seconds":0.0,"attempts":0,"roundTrips":0,"connections":0,"sections":{"os":{"ms":1,"later":true,"data":{"keys":{"K":{"v":[4,1,"more"]}},"later":{"b":[]}}},"moon":{"phase":3},"rdp":{"damaged":"why","by":"us"}},"z":"end"}"#,
        #"{"sections":{"os":{"data":{}}},"probe":"p","state":"failed","started":"2026-11-20T02:00:00Z","host":"h","new":-1,"address":"b","groups":[],"seconds":1.25,"attempts":1,"roundTrips":1,"connections":1,"reason":"r"}"#,
    ]

    @Test(arguments: records) func `what a later version adds survives at every level, in its place`(_ text: String)
        throws
    {
        let read = try HostRecord(json: try JSON.parse(Array(text.utf8)))
        #expect(String(decoding: JSON.write(read.json), as: UTF8.self) == text)
        // Also when something that we know changes or comes.
        var changed = read
        changed.state = .wrongHost
        changed.advice = "look"
        let again = try HostRecord(json: changed.json)
        #expect(again.unknown == read.unknown)
        #expect(again.sections == read.sections)
        #expect(
            again.json.object?.map(\.key).filter { $0 != "advice" }
                == read.json.object?.map(\.key).filter { $0 != "advice" })
    }

    @Test func `the header keeps what it does not know`() throws {
        let text =
            #"{"fleetaudit":"snapshot","new":{"a":1},"format":1,"run":"r","started":"2026-11-20T02:00:00Z","writer":"9","probe":"p","plannedHosts":["h"],"end":[]}"#
        let header = try SnapshotHeader(json: try JSON.parse(Array(text.utf8)))
        #expect(String(decoding: JSON.write(header.json), as: UTF8.self) == text)
    }

    @Test func `what a later version added is there after a record went through a file`() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("s.jsonl.gz")
        let header = try SnapshotHeader(json: try JSON.parse(Array((Self.header + "}").utf8)))
        let writer = try SnapshotWriter(path: path, header: header)
        for text in Self.records { try await writer.append(try HostRecord(json: try JSON.parse(Array(text.utf8)))) }
        let outcome = try await run("/bin/gzip", ["-dc", path])
        #expect(outcome.text.split(separator: "\n").dropFirst().map(String.init) == Self.records)
    }

    @Test(arguments: ["2", "3", "1000", "9223372036854775807"])
    func `a newer format is refused, and says so`(_ format: String) throws {
        let folder = try TemporaryFolder()
        let path = try file([#"{"fleetaudit":"snapshot","format":\#(format),"all":"new"}"#, Self.host], in: folder)
        let error = #expect(throws: SnapshotError.self) { try self.names(path) }
        #expect(
            error?.problem
                == "\(path): the snapshot has format \(format), and this program reads up to 1: use a newer one")
    }

    @Test(arguments: ["0", "-1", "1.5", "\"1\"", "null", "18446744073709551615"])
    func `a format that never was is refused`(_ format: String) throws {
        let folder = try TemporaryFolder()
        let path = try file([#"{"fleetaudit":"snapshot","format":\#(format)}"#, Self.host], in: folder)
        #expect(throws: SnapshotError.self) { try self.names(path) }
    }

    @Test func `lines of a kind that a later version adds are passed over and told`() throws {
        let folder = try TemporaryFolder()
        let lines = [
            Self.header + "}", #"{"fleetaudit":"note","text":"x"}"#, Self.host, #"{"fleetaudit":"wire","host":"h"}"#,
            #"{"fleetaudit":"note"}"#,
        ]
        let found = try names(try file(lines, in: folder))
        #expect(found.names == ["h"])
        #expect(found.kinds == ["note", "wire"])
    }

    @Test(arguments: [
        "{}", "[]", "null", "1", #""host""#, #"{"fleetaudit":1}"#, #"{"fleetaudit":null,"host":"h"}"#, #"{"host":1}"#,
        #"{"host":"h","host":"i"}"#, #"{"host":"h""#, "{\"host\":\"\u{0}\"}", "", " ",
    ])
    func `a damaged line is refused with the file's name`(_ line: String) throws {
        let folder = try TemporaryFolder()
        let path = try file([Self.header + "}", Self.host, line], in: folder)
        let error = #expect(throws: SnapshotError.self) { try self.names(path) }
        #expect(error?.problem.hasPrefix(path) == true, "\(error?.problem ?? "")")
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `snapshots of every recorded machine are as the schema says`() async throws {
        let python = try #require(Peers.python)
        let folder = try TemporaryFolder()
        let path = folder.path("s.jsonl.gz")
        let header = SnapshotHeader(
            run: "20261120-020000", started: Date(timeIntervalSince1970: 1_795_140_000), writer: "1.2.3",
            probe: ProbeProgram.fingerprint, plannedHosts: [])
        let writer = try SnapshotWriter(path: path, header: header)
        for machine in try Fixture.all("windows-hosts", suffix: ".json") {
            let host = RecordedHost(registry: try RegistryImage(extract: try JSON.parse(machine.bytes)))
            var record = HostRecord(
                name: machine.name, address: "192.0.2.1", groups: [], role: nil, site: nil, state: .partial,
                started: header.started)
            record.probe = ProbeProgram.fingerprint
            record.sections = SectionName.allCases.map { .init($0.rawValue, ["ms": 1, "data": host.data($0)]) }
            record.sections.append(.init("later", ["unasked": "not asked in this export"]))
            try await writer.append(record)
        }
        let checker = Fixture.repository + "/Tests/Peers/schema_peer.py"
        let schema = Fixture.repository + "/docs/schemas/snapshot-1.schema.json"
        let outcome = try await run(python, [checker, schema, path], timeLimit: 120)
        #expect(outcome.exitCode == 0, "\(outcome.text)\(outcome.errorText)")
        // The schema says something: what is wrong does not pass.
        let wrong = [
            Self.header, #"{"host":"h","state":"perfect","started":"2026-11-20T02:00:00Z"}"#,
            #"{"host":"h","state":"audited","started":"yesterday"}"#,
            #"{"state":"audited","started":"2026-11-20T02:00:00Z"}"#,
            #"{"host":"h","state":"audited","started":"2026-11-20T02:00:00Z","sections":{"os":{"ms":1}}}"#,
            #"{"host":"h","state":"audited","started":"2026-11-20T02:00:00Z","sections":{"os":{"data":{"keys":{"K":{"v":4}}}}}}"#,
            #"{"fleetaudit":"snapshot","format":2,"run":"20261120-020000","started":"2026-11-20T02:00:00Z"}"#,
        ].dropFirst()
        for text in wrong {
            let file = try folder.write(text + "\n", to: "wrong.jsonl")
            let outcome = try await run(python, [checker, schema, file], timeLimit: 120)
            #expect(outcome.exitCode == 1, "\(text)")
        }
    }
}
