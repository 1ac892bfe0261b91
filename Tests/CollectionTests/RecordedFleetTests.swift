import Formats
import Foundation
import HostFacts
import Inventory
import Lab
import TestSupport
import Testing
import Transport

@testable import Collection

/// From an inventory of recordings to a snapshot and back to facts: the whole room, without a network.
@Suite struct RecordedFleetTests {
    private static let header = SnapshotHeader(
        run: "r", started: Date(timeIntervalSince1970: 1_795_140_000), writer: "", probe: ProbeProgram.fingerprint,
        plannedHosts: [])

    private func recording(_ output: RemoteOutput) -> [UInt8] {
        var recording = Recording()
        recording.append(FleetSchedule.Options().request, output)
        return recording.bytes
    }

    private func audit(_ inventory: [InventoryHost], into path: String, resuming goodLength: Int? = nil) async throws {
        try await onLoop {
            let plan = try await FleetPlan.make(inventory, options: .init())
            let writer = try SnapshotWriter(path: path, header: Self.header, goodLength: goodLength)
            let schedule = FleetSchedule(options: .init(), gatekeeper: SignInGatekeeper(LockoutBreaker()))
            try await schedule.run(plan.hosts) { _ in
            } finished: { record throws(SnapshotError) in
                try await writer.append(record)
            }
        }
    }

    private func records(_ path: String) throws -> [String: HostRecord] {
        var reader = try SnapshotReader(path: path)
        var records: [String: HostRecord] = [:]
        while let record = try reader.next() {
            #expect(records[record.name] == nil, "twice")
            records[record.name] = record
        }
        return records
    }

    @Test func `a real machine's facts are the same behind probe, snapshot and back`() async throws {
        let folder = try TemporaryFolder()
        var yaml = "all:\n  hosts:\n"
        var direct: [String: HostFacts] = [:]
        for machine in try Fixture.all("windows-hosts", suffix: ".json") {
            let host = RecordedHost(registry: try RegistryImage(extract: try JSON.parse(machine.bytes)))
            var data: [SectionName: JSON] = [:]
            for section in SectionName.allCases { data[section] = host.data(section) }
            let name = machine.name.replacing(".json", with: "")
            let file = folder.path(name)
            try Data(recording(RemoteOutput(ProbeLines.whole(data)))).write(to: URL(fileURLWithPath: file))
            yaml += "    \(name): { fleetaudit_recording: \(file), fleetaudit_computer_name: any }\n"
            direct[name] = HostFacts(HostReading(sections: data.mapValues { .data($0) }))
        }
        try await audit(try hosts(yaml), into: folder.path("s"))
        let records = try records(folder.path("s"))
        #expect(Set(records.keys) == Set(direct.keys))
        for (name, facts) in direct {
            let record = try #require(records[name])
            #expect(record.state == .audited)
            #expect(record.transport == "recorded")
            let read = HostFacts(record.reading)
            for fact in FactDictionary.all { #expect(fact.read(read) == fact.read(facts), "\(name) \(fact.path)") }
        }
    }

    @Test func `an interrupted run is gone on with, each host once`() async throws {
        let folder = try TemporaryFolder()
        var yaml = "all:\n  hosts:\n"
        for index in 0..<10 {
            let file = folder.path("h\(index)")
            try Data(recording(RemoteOutput(ProbeLines.whole(named: "H\(index)")))).write(
                to: URL(fileURLWithPath: file))
            yaml += "    h\(index): { fleetaudit_recording: \(file) }\n"
        }
        let path = folder.path("s")
        let inventory = try hosts(yaml)
        try await audit(Array(inventory.prefix(6)), into: path)
        // The machine died while a host was being written.
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try bytes.dropLast(5).write(to: URL(fileURLWithPath: path))
        var reader = try SnapshotReader(path: path)
        var done: Set<String> = []
        while let record = try reader.next() { done.insert(record.name) }
        #expect(reader.isCut == true)
        #expect(done.count == 5)
        try await audit(inventory.filter { !done.contains($0.name) }, into: path, resuming: reader.goodLength)
        let records = try records(path)
        #expect(Set(records.keys) == Set((0..<10).map { "h\($0)" }))
        #expect(records.values.allSatisfy { $0.state == .audited })
    }

    @Test func `a recording of another program answers nothing`() async throws {
        let folder = try TemporaryFolder()
        var other = Recording()
        other.append(RemoteRequest(executable: "other", outputLimit: 1), RemoteOutput(ProbeLines.whole()))
        let file = folder.path("other")
        try Data(other.bytes).write(to: URL(fileURLWithPath: file))
        try await audit(try hosts("all: { hosts: { h: { fleetaudit_recording: \(file) } } }\n"), into: folder.path("s"))
        let record = try #require(try records(folder.path("s"))["h"])
        #expect(record.state == .skipped)
        #expect(record.sections.isEmpty && !record.reason.isEmpty)
    }
}
