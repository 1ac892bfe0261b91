import Collection
import Formats
import Foundation
import HostFacts
import HostFixtures
import Lab

/// A snapshot of hosts that a test makes up.
enum MadeSnapshot {
    struct Host {
        let name: String
        var state = HostState.audited
        var role: String?
        var machine: RecordedHost
    }

    static func write(
        _ hosts: [Host], run: String, started: Date = ControlFixtures.now, to path: String, planned: [String]? = nil
    ) async throws {
        let header = SnapshotHeader(
            run: run, started: started, writer: "", probe: "", plannedHosts: planned ?? hosts.map(\.name))
        let writer = try SnapshotWriter(path: path, header: header)
        for host in hosts {
            var record = HostRecord(
                name: host.name, address: host.name, groups: [], role: host.role, site: nil, state: host.state,
                started: started)
            if host.state.isJudged {
                record.sections = SectionName.allCases.map {
                    .init($0.rawValue, ["ms": 1, "data": host.machine.data($0)])
                }
            }
            try await writer.append(record)
        }
    }
}
