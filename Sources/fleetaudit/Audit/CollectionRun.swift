import Collection
import Console
import EventLoop
import Formats
import FoundationEssentials
import HostFacts

/// Asks a fleet and leaves its snapshot in a run folder.
struct CollectionRun {
    let folder: RunFolder
    let plan: FleetPlan
    let schedule: ScheduleOptions
    let reports: String
    let startedAt: Date
    let retriesRefused: Bool

    /// - Parameter resumed: the run that is gone on with, with the hosts that it has already.
    func ask(_ output: Output, resuming resumed: ResumedRun?) async throws {
        let hosts = plan.hosts.filter { host in resumed.map { !$0.names.contains(host.name) } ?? true }
        let header = SnapshotHeader(
            run: folder.run, started: startedAt, writer: FleetAudit.version, probe: ProbeProgram.fingerprint,
            plannedHosts: plan.hosts.map(\.name))
        let writer = try made { () throws(SnapshotError) in
            try SnapshotWriter(path: folder.snapshotPath, header: header, goodLength: resumed?.goodLength)
        }
        var refused = RefusedSecrets(path: reports + "/.refused-secrets.json")
        var breaker = LockoutBreaker(limit: schedule.maxRefusals)
        if !refused.isEmpty, !retriesRefused {
            let secrets = plan.secrets
            for (index, day) in await offLoop({ [refused] in refused.known(among: secrets) }) {
                breaker.distrust(secret: index)
                output.log.warning(
                    "a password of this inventory was refused on \(day) and has not changed: it is not tried again (--retry-refused tries)")
            }
        }
        let gatekeeper = await SignInGatekeeper(breaker)
        let options = schedule.schedule
        let progress = ProgressState(unit: "hosts", total: hosts.count, ends: ["answered", "in part", "no answer", "refused"])
        let rescue = RescuedRecords()
        try await output.withProgress(progress) { live in
            try await Interruption.shared.during {
                do throws(SnapshotError) {
                    try await FleetSchedule(options: options, gatekeeper: gatekeeper).run(hosts) { host in
                        live.enter("asking", of: host.name)
                    } finished: { record throws(SnapshotError) in
                        do throws(SnapshotError) {
                            try await writer.append(record)
                        } catch {
                            rescue.keep(record)
                            throw error
                        }
                        live.end(record.name, as: Self.word(record.state))
                        output.log.info("\(record.name): \(record.state.rawValue)\(record.reason.isEmpty ? "" : ", \(record.reason)")")
                    }
                } catch {
                    throw rescue.failure(error, run: folder.run)
                }
            }
        }
        let distrusted = await gatekeeper.distrustedSecrets
        let proven = await gatekeeper.provenSecrets
        try made { () throws(SnapshotError) in
            try refused.update(
                refused: distrusted.sorted().map { plan.secrets[$0] }, accepted: proven.sorted().map { plan.secrets[$0] },
                on: startedAt)
        }
    }

    private static func word(_ state: HostState) -> String {
        switch state {
        case .audited: "answered"
        case .partial: "in part"
        case .unreachable: "no answer"
        case .refused: "refused"
        case .failed: "failed"
        case .wrongHost: "wrong host"
        case .skipped: "skipped"
        }
    }
}

/// A run that was interrupted, as far as it came.
struct ResumedRun {
    let names: Set<String>
    let goodLength: Int

    init(_ folder: RunFolder) throws {
        var names: Set<String> = []
        let goodLength = try made { () throws(SnapshotError) in
            var reader = try SnapshotReader(path: folder.snapshotPath)
            while let record = try reader.next() { names.insert(record.name) }
            return reader.goodLength
        }
        self.names = names
        self.goodLength = goodLength
    }
}

/// Turns a snapshot's error into the command's.
func made<T>(_ body: () throws(SnapshotError) -> T) throws -> T {
    do throws(SnapshotError) { return try body() } catch { throw CommandFailure(error) }
}
