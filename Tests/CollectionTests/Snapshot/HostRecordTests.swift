import Collection
import Formats
import Foundation
import HostFacts
import Testing

/// A record with something in every member.
func record(_ name: String = "srv1", state: HostState = .partial) -> HostRecord {
    var record = HostRecord(
        name: name, address: "192.0.2.1", groups: ["web", "eu"], role: "rdsh", site: "Köln", state: state,
        started: Date(timeIntervalSince1970: 1_795_140_000))
    record.reason = "a reason with \"quotes\", \u{1b}[31m and 💥"
    record.advice = "advice"
    record.transport = "winrm"
    record.authentication = "ntlm"
    record.seconds = 1.234
    record.attempts = 2
    record.roundTrips = 6
    record.connections = 1
    record.unchecked = ["certificate"]
    record.probe = "abc"
    record.sections = [
        .init("os", ["ms": 3, "data": ["keys": ["K": ["v": [11, .uint(.max)]]]]]),
        .init("rdp", ["damaged": "its line is cut"]),
        .init("future", ["data": [1, 2.5, .null]]),
    ]
    record.unknown = [.init("fromTheFuture", ["x": 1])]
    return record
}

@Suite struct HostRecordTests {
    @Test(arguments: HostState.allCases) func `a record survives being written and read`(_ state: HostState) throws {
        let first = record(state: state)
        let json = try JSON.parse(JSON.write(first.json))
        let second = try HostRecord(json: json)
        #expect(second.json == first.json)
        #expect(second.state == state)
        #expect(second.started == first.started)
        #expect(second.groups == ["web", "eu"])
        #expect(second.seconds == 1.234)
        #expect(second.unchecked == ["certificate"])
        #expect(second.sections.map(\.key) == ["os", "rdp", "future"])
        #expect(second.reason == first.reason)
    }

    @Test func `what a later version adds survives an older one`() throws {
        let json = try JSON.parse(JSON.write(record().json))
        let read = try HostRecord(json: json)
        #expect(read.unknown.map(\.key) == ["fromTheFuture"])
        #expect(read.json["fromTheFuture"] == ["x": 1])
        #expect(read.json["sections"]?["future"] == ["data": [1, 2.5, .null]])
    }

    @Test func `a record of the least is read`() throws {
        let read = try HostRecord(json: ["host": "h", "state": "skipped", "started": "2026-11-20T02:00:00Z"])
        #expect(read.name == "h")
        #expect(read.address == "h")
        #expect(read.role == nil && read.sections.isEmpty && read.attempts == 0 && read.seconds == 0)
        #expect(read.json["role"] == nil && read.json["unchecked"] == nil)
    }

    @Test(arguments: [
        #"{}"#, #"{"host": 5, "state": "audited", "started": "2026-11-20T02:00:00Z"}"#,
        #"{"host": "h", "state": "perfect", "started": "2026-11-20T02:00:00Z"}"#,
        #"{"host": "h", "started": "2026-11-20T02:00:00Z"}"#,
        #"{"host": "h", "state": "audited", "started": "yesterday"}"#, #"{"host": "h", "state": "audited"}"#, "[]",
        "null",
    ])
    func `what is no record is refused`(_ text: String) throws {
        let json = try JSON.parse(Array(text.utf8))
        #expect(throws: SnapshotError.self) { try HostRecord(json: json) }
    }

    @Test func `members of a wrong type are none, and none traps`() throws {
        let members = ["address", "groups", "role", "reason", "seconds", "attempts", "unchecked", "sections", "probe"]
        for odd: JSON in [.null, -1, 1e300, "", [1], ["a": 1], true, .uint(.max)] {
            var json: [JSON.Member] = [
                .init("host", "h"), .init("state", "audited"), .init("started", "2026-11-20T02:00:00Z"),
            ]
            json += members.map { .init($0, odd) }
            let read = try HostRecord(json: .object(json))
            _ = read.reading
            _ = try HostRecord(json: try JSON.parse(JSON.write(read.json)))
        }
    }

    @Test func `the reading is that of the sections, the damaged ones unknown`() {
        let reading = record().reading
        #expect(reading.registry.value("K", "v") == .value(.qword(.max)))
        guard case .failed(let reason) = reading.registry.exists(Keys.terminalServer) else {
            Issue.record("a damaged section gave an answer")
            return
        }
        #expect(reason == "the section is damaged: its line is cut")
    }
}
