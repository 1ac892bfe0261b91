import EventLoop
import Formats
import FoundationEssentials
import HostFacts
package import Transport

/// Asks a fleet: bounded, shuffled, one bad host costing nothing but its own slot.
package struct FleetSchedule: Sendable {
    package struct Options: Sendable {
        /// Hosts asked at the same time.
        package var concurrency = 100
        /// Hosts of a group asked at the same time, for groups that stand behind a thin line.
        package var groupLimits: [String: Int] = [:]
        package var deadlines = StageDeadlines()
        /// Further attempts for failures that may pass.
        package var retries = 1
        /// Hosts of one site are not asked all at once; a fixed seed makes the order repeatable.
        package var shuffleSeed: UInt64?
        /// Bytes of one host's output.
        package var outputLimit = 16 << 20
        /// When it has passed since the beginning, no further host is begun; `nil`: there is time enough.
        package var maxDuration: Duration?
        /// What hosts that are under way then get to end.
        package var grace = Duration.seconds(30)

        package init() {}

        /// The probe, as every transport sends it.
        var request: RemoteRequest {
            RemoteRequest(
                executable: ProbeProgram.executable, arguments: ProbeProgram.arguments,
                standardInput: Array(ProbeProgram.text.utf8), outputLimit: outputLimit)
        }
    }

    private let options: Options
    private let gatekeeper: SignInGatekeeper

    package init(options: Options, gatekeeper: SignInGatekeeper) {
        self.options = options
        self.gatekeeper = gatekeeper
    }

    /// Asks every host; `finished` gets each record as it comes and puts it on disk before it counts.
    ///
    /// When `finished` throws (the disk is full), no further host is begun, those under way are finished and handed over
    /// all the same, and the first error is thrown. Cancelling the task ends all conversations within milliseconds; hosts
    /// that were cut off are not handed over.
    ///
    /// - Returns: the hosts that were not handed over, because the time of ``Options/maxDuration`` was up.
    @discardableResult package func run(
        _ hosts: [PlannedHost], started: @escaping @Sendable (PlannedHost) -> Void,
        finished: @escaping @Sendable (HostRecord) async throws(SnapshotError) -> Void
    ) async throws(SnapshotError) -> [PlannedHost] {
        var turn = FleetTurn(shuffled(hosts), limits: options.groupLimits, concurrency: options.concurrency)
        var failure: SnapshotError?
        await withTaskGroup(of: Happening.self) { group in
            if let time = options.maxDuration { group.addTask { await .timeUp(Self.passes(time)) } }
            while true {
                if Task.isCancelled { turn.handle(.closed) }
                switch turn.next() {
                case .begin(let host): group.addTask { [self] in await ask(host, started, finished) }
                case .cutOff: group.cancelAll()
                case .end:
                    // The clock.
                    group.cancelAll()
                    return
                case .wait:
                    switch await group.next() {
                    case .host(let host, let isRecorded, let error):
                        turn.handle(.ended(host, isRecorded: isRecorded))
                        guard let error else { continue }
                        failure = failure ?? error
                        turn.handle(.closed)
                    case .timeUp(true):
                        turn.handle(.closed)
                        group.addTask { [grace = options.grace] in await .graceOver(Self.passes(grace)) }
                    case .graceOver(true): turn.handle(.graceOver)
                    case .timeUp(false), .graceOver(false), nil: continue
                    }
                }
            }
        }
        if let failure { throw failure }
        return turn.leftOver
    }

    /// What the run waits for.
    private enum Happening: Sendable {
        case host(PlannedHost, isRecorded: Bool, SnapshotError?)
        /// False: the clock was stopped.
        case timeUp(Bool)
        case graceOver(Bool)
    }

    private static func passes(_ time: Duration) async -> Bool {
        do throws(EventLoopError) {
            try await Loop.shared.sleep(until: .after(time))
            return true
        } catch {
            return false
        }
    }

    private func ask(
        _ host: PlannedHost, _ started: @Sendable (PlannedHost) -> Void,
        _ finished: @Sendable (HostRecord) async throws(SnapshotError) -> Void
    ) async -> Happening {
        started(host)
        let conversation = HostConversation(host: host, gatekeeper: gatekeeper, options: options)
        guard let record = await conversation.record() else { return .host(host, isRecorded: false, nil) }
        // A library that is torn down may call it a lost connection.
        if Task.isCancelled, record.state == .unreachable { return .host(host, isRecorded: false, nil) }
        do throws(SnapshotError) {
            try await finished(record)
            return .host(host, isRecorded: true, nil)
        } catch {
            return .host(host, isRecorded: false, error)
        }
    }

    private func shuffled(_ hosts: [PlannedHost]) -> [PlannedHost] {
        guard let seed = options.shuffleSeed else { return hosts.shuffled() }
        var generator = SplitMix(state: seed)
        return hosts.shuffled(using: &generator)
    }
}

/// A small repeatable generator (SplitMix64); order only, nothing secret.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
