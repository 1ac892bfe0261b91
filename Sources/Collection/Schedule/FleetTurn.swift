/// What a run does next. Pure: hosts, tasks and clocks are somebody else's.
///
/// Hosts are begun while there is room. A run that is closed (a full disk, an interruption, its time is up) begins none;
/// those under way end by themselves, or are cut off when their grace is over too.
struct FleetTurn {
    enum Event {
        /// A host's task ended; `isRecorded`: its record was handed over.
        case ended(PlannedHost, isRecorded: Bool)
        /// No further host is begun.
        case closed
        /// Whoever is still under way has had time enough.
        case graceOver
    }

    enum Action {
        case begin(PlannedHost)
        case wait
        /// Ends the conversations that are under way.
        case cutOff
        case end
    }

    private var queue: HostQueue
    private let concurrency: Int
    private var underWay = 0
    private var isClosed = false
    private var mustCutOff = false
    private var unrecorded: [PlannedHost] = []

    init(_ hosts: [PlannedHost], limits: [String: Int], concurrency: Int) {
        queue = HostQueue(hosts, limits: limits)
        self.concurrency = max(1, concurrency)
    }

    /// Hosts that were not begun, or cut off before their answer was there.
    var leftOver: [PlannedHost] { unrecorded + queue.waiting.reversed() }

    mutating func next() -> Action {
        if mustCutOff {
            mustCutOff = false
            return .cutOff
        }
        if !isClosed, underWay < concurrency, let host = queue.next() {
            underWay += 1
            return .begin(host)
        }
        return underWay > 0 ? .wait : .end
    }

    mutating func handle(_ event: Event) {
        switch event {
        case .ended(let host, let isRecorded):
            underWay -= 1
            queue.finished(host)
            if !isRecorded { unrecorded.append(host) }
        case .closed: isClosed = true
        case .graceOver:
            isClosed = true
            mustCutOff = underWay > 0
        }
    }
}

/// Hosts in line; a group that is at its limit is passed over until one of its hosts is done.
struct HostQueue {
    /// The last one is the next in line.
    private(set) var waiting: [PlannedHost]
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
