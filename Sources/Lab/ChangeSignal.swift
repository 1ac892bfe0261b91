import EventLoop

/// Wakes everybody on the loop who waits for something to change.
///
/// Looking and waiting are two steps, and others may run between them; so whoever looks takes ``version`` first and waits
/// for a later one.
@Reactor final class ChangeSignal {
    private(set) var version: UInt64 = 0
    private var waiting: [UInt64: (Bool) -> Void] = [:]
    private var lastTicket: UInt64 = 0

    func announce() {
        version += 1
        let all = waiting
        waiting = [:]
        for resume in all.values { resume(true) }
    }

    /// Suspends until the version is later than the one seen; false when the deadline passed or the task was cancelled
    /// before.
    func wait(past seen: UInt64, until deadline: Deadline = .never) async -> Bool {
        lastTicket += 1
        let ticket = lastTicket
        var timer: UInt64?
        let hasChanged: Bool = await Loop.shared.suspend { [self] resume in
            guard version == seen else {
                resume(true)
                return {}
            }
            waiting[ticket] = resume
            if deadline != .never { timer = Loop.shared.at(deadline) { resume(false) } }
            return { resume(false) }
        }
        waiting[ticket] = nil
        if let timer { Loop.shared.cancelTimer(timer) }
        return hasChanged
    }
}
