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
    package func run(
        _ hosts: [PlannedHost], started: @escaping @Sendable (PlannedHost) -> Void,
        finished: @escaping @Sendable (HostRecord) async throws(SnapshotError) -> Void
    ) async throws(SnapshotError) {
        var queue = HostQueue(shuffled(hosts), limits: options.groupLimits)
        var failure: SnapshotError?
        await withTaskGroup(of: (PlannedHost, SnapshotError?).self) { group in
            var underWay = 0
            while true {
                while failure == nil, !Task.isCancelled, underWay < max(1, options.concurrency),
                    let host = queue.next()
                {
                    underWay += 1
                    group.addTask { [self] in (host, await ask(host, started, finished)) }
                }
                guard let (host, error) = await group.next() else { break }
                underWay -= 1
                queue.finished(host)
                if failure == nil { failure = error }
            }
        }
        if let failure { throw failure }
    }

    private func ask(
        _ host: PlannedHost, _ started: @Sendable (PlannedHost) -> Void,
        _ finished: @Sendable (HostRecord) async throws(SnapshotError) -> Void
    ) async -> SnapshotError? {
        started(host)
        let conversation = HostConversation(host: host, gatekeeper: gatekeeper, options: options)
        guard let record = await conversation.record() else { return nil }
        // A library that is torn down may call it a lost connection.
        if Task.isCancelled, record.state == .unreachable { return nil }
        do throws(SnapshotError) {
            try await finished(record)
            return nil
        } catch {
            return error
        }
    }

    private func shuffled(_ hosts: [PlannedHost]) -> [PlannedHost] {
        guard let seed = options.shuffleSeed else { return hosts.shuffled() }
        var generator = SplitMix(state: seed)
        return hosts.shuffled(using: &generator)
    }
}

/// Hosts in line; a group that is at its limit is passed over until one of its hosts is done.
struct HostQueue {
    private var waiting: [PlannedHost]
    private let limits: [String: Int]
    private var underWay: [String: Int] = [:]

    init(_ hosts: [PlannedHost], limits: [String: Int]) {
        waiting = hosts.reversed()
        self.limits = limits
    }

    mutating func next() -> PlannedHost? {
        guard let index = waiting.lastIndex(where: { mayBegin($0) }) else { return nil }
        let host = waiting.remove(at: index)
        for group in host.groups where limits[group] != nil { underWay[group, default: 0] += 1 }
        return host
    }

    mutating func finished(_ host: PlannedHost) {
        for group in host.groups where limits[group] != nil { underWay[group, default: 0] -= 1 }
    }

    private func mayBegin(_ host: PlannedHost) -> Bool {
        limits.isEmpty
            || host.groups.allSatisfy { group in limits[group].map { underWay[group, default: 0] < max(1, $0) } ?? true
            }
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
