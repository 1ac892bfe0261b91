import Collection
import Console
import EventLoop
import Formats
import FoundationEssentials
import HostFacts
import Synchronization

/// Asks a fleet and leaves its snapshot in a run folder.
struct CollectionRun {
    let folder: RunFolder
    let plan: FleetPlan
    let schedule: ScheduleOptions
    let reports: String
    let startedAt: Date
    let retriesRefused: Bool
    /// `--max-duration`
    var maxDuration: Duration?

    /// - Parameter resumed: the run that is gone on with, with the hosts that it has already.
    /// - Returns: whether every host gave a whole answer.
    func ask(_ output: Output, resuming resumed: ResumedRun?) async throws -> Bool {
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
            for (index, refusal) in await offLoop({ [refused] in refused.known(among: secrets) }).sorted(by: {
                $0.key < $1.key
            }) {
                if breaker.distrust(secret: index, refusals: refusal.count) {
                    output.log.info("a password of this inventory was refused on \(refusal.since) and has not changed")
                } else {
                    output.log.warning(
                        "a password of this inventory was refused since \(refusal.since) and has not changed: it is not tried again (--retry-refused tries)"
                    )
                }
            }
        }
        let gatekeeper = await SignInGatekeeper(breaker)
        // A run that broke off knows as well as a whole one which passwords were refused.
        let states = StateTally(resumed?.states ?? [:])
        let outcome: Result<Void, any Error>
        do {
            var options = schedule.schedule
            options.maxDuration = maxDuration
            let leftOver = try await ask(
                hosts, FleetSchedule(options: options, gatekeeper: gatekeeper), writer, states, output)
            try await leave(leftOver, writer, output)
            outcome = .success(())
        } catch let failure as CommandFailure where failure.exitCode == .interrupted {
            outcome = .failure(
                CommandFailure(
                    "interrupted with \(states.total) of \(plan.hosts.count) hosts on disk",
                    help: "--resume \(folder.run) goes on with the others", .interrupted))
        } catch {
            outcome = .failure(error)
        }
        let refusals = await gatekeeper.refusedSecrets
        let proven = await gatekeeper.provenSecrets
        do throws(SnapshotError) {
            try refused.update(
                refused: refusals.sorted { $0.key < $1.key }.map { (plan.secrets[$0.key], $0.value) },
                accepted: proven.sorted().map { plan.secrets[$0] },
                on: startedAt)
        } catch {
            if case .success = outcome { throw CommandFailure(error) }
            output.log.warning("which passwords were refused could not be kept: \(error.problem)")
        }
        try outcome.get()
        return states.audited == plan.hosts.count
    }

    private func ask(
        _ hosts: [PlannedHost], _ schedule: FleetSchedule, _ writer: SnapshotWriter, _ states: StateTally,
        _ output: Output
    ) async throws -> [PlannedHost] {
        let progress = ProgressState(
            unit: "hosts", total: hosts.count, ends: ["answered", "in part", "no answer", "refused"])
        let rescue = RescuedRecords()
        return try await output.withProgress(progress) { live in
            try await Interruption.shared.during {
                do throws(SnapshotError) {
                    return try await schedule.run(hosts) { host in
                        live.enter("asking", of: host.name)
                    } finished: { record throws(SnapshotError) in
                        do throws(SnapshotError) {
                            try await writer.append(record)
                        } catch {
                            rescue.keep(record)
                            throw error
                        }
                        states.count(record.state)
                        live.end(record.name, as: Self.word(record.state))
                        output.log.info(
                            "\(record.name): \(record.state.rawValue)\(record.reason.isEmpty ? "" : ", \(record.reason)")"
                        )
                    }
                } catch {
                    throw rescue.failure(error, run: folder.run)
                }
            }
        }
    }

    /// Writes down which hosts the time did not suffice for, and why nothing is known of them.
    private func leave(_ hosts: [PlannedHost], _ writer: SnapshotWriter, _ output: Output) async throws {
        guard let maxDuration, !hosts.isEmpty else { return }
        let now = Date()
        let records = hosts.map {
            HostRecord(
                leftOver: $0, at: now, reason: "the time for this run was up (--max-duration \(maxDuration.argument))",
                advice: "Go on with the same command and --resume \(folder.run).")
        }
        do throws(SnapshotError) { try await writer.append(records) } catch { throw CommandFailure(error) }
        output.log.warning(
            "the time for this run was up after \(maxDuration.argument): \(hosts.count) of \(plan.hosts.count) hosts were not asked (--resume \(folder.run) goes on with them)"
        )
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

/// What became of the hosts so far.
private final class StateTally: Sendable {
    private let states: Mutex<[HostState: Int]>

    init(_ states: [HostState: Int]) { self.states = Mutex(states) }

    func count(_ state: HostState) { states.withLock { $0[state, default: 0] += 1 } }

    var total: Int { states.withLock { $0.values.reduce(0, +) } }
    var audited: Int { states.withLock { $0[.audited] ?? 0 } }
}

/// A run that was interrupted, as far as it came.
struct ResumedRun {
    let names: Set<String>
    let states: [HostState: Int]
    let goodLength: Int
    private let run: RunFolder
    private let plannedHosts: Set<String>

    init(_ folder: RunFolder) throws {
        var names: Set<String> = []
        var states: [HostState: Int] = [:]
        var plannedHosts: Set<String> = []
        let goodLength = try made(.badInput) { () throws(SnapshotError) in
            var reader = try SnapshotReader(path: folder.snapshotPath)
            plannedHosts = Set(reader.header.plannedHosts)
            // Hosts that the time did not suffice for stand at the end, and are written over.
            var endOfAsked: Int?
            while let record = try reader.next() {
                if record.isLeftOver {
                    endOfAsked = endOfAsked ?? reader.lineStart
                    continue
                }
                endOfAsked = nil
                names.insert(record.name)
                states[record.state, default: 0] += 1
            }
            return endOfAsked ?? reader.goodLength
        }
        self.names = names
        self.states = states
        self.goodLength = goodLength
        self.plannedHosts = plannedHosts
        run = folder
    }

    /// A run is gone on with as it was begun, and only while there is somebody left to ask: its reports would otherwise be
    /// written over with those of other hosts or another baseline.
    func check(against plan: FleetPlan) throws {
        let wanted = Set(plan.hosts.map(\.name))
        let odd = wanted.symmetricDifference(plannedHosts).sorted()
        guard odd.isEmpty else {
            let shown = odd.prefix(3).joined(separator: ", ") + (odd.count > 3 ? " and \(odd.count - 3) more" : "")
            throw CommandFailure(
                "--resume: run \(run.run) was to ask other hosts than this inventory and --limit select: \(shown)",
                help: "give those of that run, or begin a new run", .usage)
        }
        guard !wanted.isSubset(of: names) else {
            throw CommandFailure(
                "--resume: run \(run.run) is finished, and nobody is left to ask",
                help: "fleetaudit evaluate \(run.snapshotPath) judges it again", .usage)
        }
    }
}

/// Turns a snapshot's error into the command's.
func made<T>(_ exitCode: ExitCode = .cannotWrite, _ body: () throws(SnapshotError) -> T) throws -> T {
    do throws(SnapshotError) { return try body() } catch { throw CommandFailure(error, exitCode) }
}
