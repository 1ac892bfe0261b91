import CEventLoop
import Glibc

/// What a wait is for: bytes to read (or a connection to accept), or room to write.
package struct Interest: OptionSet, Sendable {
    package let rawValue: UInt32
    package init(rawValue: UInt32) { self.rawValue = rawValue }
    package static let read = Interest(rawValue: EPOLLIN.rawValue)
    package static let write = Interest(rawValue: EPOLLOUT.rawValue)
    /// Reported, never asked for: the peer hung up or the socket failed.
    package static let failure = Interest(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
}

/// Readiness, deadlines and cancellation for the sockets of ``Reactor``.
///
/// epoll is used level-triggered. A descriptor's interest stays in the kernel after a wait, since the next wait is
/// usually for the same thing; it is dropped when an event finds nobody waiting.
@Reactor package final class Loop {
    package static let shared = Loop()

    private enum Wake: Sendable { case ready, timedOut, cancelled }

    private struct Waiter {
        var ticket: UInt64
        var deadline: UInt64
        var mask: UInt32
        var continuation: CheckedContinuation<Wake, Never>
    }

    private struct Slot {
        /// What epoll knows; nil: the descriptor is not in its set.
        var maskInKernel: UInt32?
        var waiter: Waiter?
        var watcher: ((Interest) -> Void)?
        /// The earliest heap entry of this descriptor: at most one is kept, and pushed again when it fires early.
        var timerAt: UInt64 = .max
    }

    private let epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
    private var slots: [Slot] = []
    private var timers = TimerHeap()
    private var callbacks: [UInt64: () -> Void] = [:]
    private var aborts: [UInt64: () -> Void] = [:]
    private var lastTicket: UInt64 = 0
    private var events = [epoll_event](repeating: epoll_event(), count: 512)
    private nonisolated let executor = Reactor.shared.executor

    private init() {
        grow(to: executor.wakeDescriptor)
        _ = loop_epoll_control(epoll, EPOLL_CTL_ADD, executor.wakeDescriptor, EPOLLIN.rawValue)
    }

    // MARK: Waiting in straight-line code

    /// Suspends until `descriptor` is ready, failed or hung up. One task at a time may wait for a descriptor.
    package func ready(
        _ descriptor: Int32, _ interest: Interest, until deadline: Deadline
    ) async throws(EventLoopError) {
        if Task.isCancelled { throw .cancelled }
        let ticket = nextTicket()
        let wake = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                arm(descriptor, interest.rawValue, deadline.nanoseconds, ticket, continuation)
                // A cancellation posted before there was anything to cancel is gone; its flag is not.
                if Task.isCancelled { resume(descriptor, .cancelled) }
            }
        } onCancel: {
            executor.post(.init(descriptor: descriptor, ticket: ticket))
        }
        switch wake {
        case .ready: return
        case .timedOut: throw .timedOut
        case .cancelled: throw .cancelled
        }
    }

    /// Suspends until the moment; throws `.cancelled` when the task is cancelled before.
    package func sleep(until deadline: Deadline) async throws(EventLoopError) {
        if Task.isCancelled { throw .cancelled }
        var timer: UInt64?
        let wasReached: Bool = await suspend { [self] resume in
            timer = self.at(deadline) { resume(true) }
            return { resume(false) }
        }
        if let timer { cancelTimer(timer) }
        if !wasReached { throw .cancelled }
    }

    /// Suspends until `start`'s argument is called, the first time; later calls do nothing.
    ///
    /// `start` returns what to do when the task is cancelled; that closure must see to it that the resume function is
    /// called, at once or soon.
    package func suspend<T: Sendable>(_ start: (@escaping (T) -> Void) -> () -> Void) async -> T {
        let ticket = nextTicket()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                var waiting: CheckedContinuation<T, Never>? = continuation
                aborts[ticket] = {}
                let abort = start { [self] value in
                    guard let continuation = waiting.take() else { return }
                    self.aborts[ticket] = nil
                    continuation.resume(returning: value)
                }
                guard aborts[ticket] != nil else { return }
                aborts[ticket] = abort
                // A cancellation posted before there was anything to cancel is gone; its flag is not.
                if Task.isCancelled { aborts.removeValue(forKey: ticket)?() }
            }
        } onCancel: {
            executor.post(.init(descriptor: -1, ticket: ticket))
        }
    }

    /// Ends a wait on the descriptor as cancelled and drops it from the loop. Call it before every close.
    package func forget(_ descriptor: Int32) {
        guard descriptor >= 0, Int(descriptor) < slots.count else { return }
        dropFromKernel(descriptor)
        resume(descriptor, .cancelled)
        // The heap entry stays and finds nobody; keeping its time avoids a second entry for a reused number.
        let timerAt = slots[Int(descriptor)].timerAt
        slots[Int(descriptor)] = Slot()
        slots[Int(descriptor)].timerAt = timerAt
    }

    // MARK: Callbacks, for libraries that keep their own state machine

    /// Calls `body` whenever the descriptor is ready for `interest`, until ``unwatch(_:)``.
    package func watch(_ descriptor: Int32, _ interest: Interest, _ body: @escaping (Interest) -> Void) {
        grow(to: descriptor)
        slots[Int(descriptor)].watcher = body
        setMask(descriptor, interest.rawValue)
    }

    package func unwatch(_ descriptor: Int32) {
        guard descriptor >= 0, Int(descriptor) < slots.count else { return }
        slots[Int(descriptor)].watcher = nil
        if slots[Int(descriptor)].waiter == nil { dropFromKernel(descriptor) }
    }

    /// Calls `body` once when the moment has come; the ticket cancels it.
    package func at(_ deadline: Deadline, _ body: @escaping () -> Void) -> UInt64 {
        let ticket = nextTicket()
        callbacks[ticket] = body
        timers.push(.init(at: deadline.nanoseconds, descriptor: -1, ticket: ticket))
        return ticket
    }

    package func cancelTimer(_ ticket: UInt64) {
        callbacks[ticket] = nil
    }

    // MARK: The loop

    /// One turn: sleeps when there is nothing to do, then ends the waits that events, cancellations and time have ended.
    func pollOnce() {
        let count = epoll_wait(epoll, &events, Int32(events.count), timeoutMilliseconds())
        for cancellation in executor.wokeUp() { cancel(cancellation) }
        for index in 0..<max(0, Int(count)) {
            deliver(loop_event_fd(&events[index]), loop_event_mask(&events[index]))
        }
        fireTimers()
    }

    private func timeoutMilliseconds() -> Int32 {
        guard executor.goToSleep() else { return 0 }
        guard let first = timers.first else { return -1 }
        let now = loop_now()
        return first.at <= now ? 0 : Int32(min((first.at - now) / 1_000_000 + 1, 60_000))
    }

    private func cancel(_ cancellation: LoopExecutor.Cancellation) {
        if cancellation.descriptor < 0 {
            aborts.removeValue(forKey: cancellation.ticket)?()
            return
        }
        let index = Int(cancellation.descriptor)
        guard index < slots.count, slots[index].waiter?.ticket == cancellation.ticket else { return }
        resume(cancellation.descriptor, .cancelled)
    }

    private func deliver(_ descriptor: Int32, _ mask: UInt32) {
        if descriptor == executor.wakeDescriptor {
            var count: UInt64 = 0
            _ = read(descriptor, &count, 8)
            return
        }
        let slot = slots[Int(descriptor)]
        if let waiter = slot.waiter {
            if mask & (waiter.mask | Interest.failure.rawValue) != 0 { resume(descriptor, .ready) }
        } else if let watcher = slot.watcher {
            watcher(Interest(rawValue: mask))
        } else {
            // Nobody waits: out of the set, for a mask of 0 would still report hang-ups.
            dropFromKernel(descriptor)
        }
    }

    private func fireTimers() {
        let now = loop_now()
        while let first = timers.first, first.at <= now {
            timers.removeFirst()
            if first.descriptor < 0 {
                callbacks.removeValue(forKey: first.ticket)?()
                continue
            }
            let index = Int(first.descriptor)
            guard slots[index].timerAt == first.at else { continue }
            slots[index].timerAt = .max
            guard let waiter = slots[index].waiter else { continue }
            if waiter.deadline <= now {
                resume(first.descriptor, .timedOut)
            } else {
                setTimer(first.descriptor, waiter.deadline)
            }
        }
    }

    private func nextTicket() -> UInt64 {
        lastTicket += 1
        return lastTicket
    }

    private func arm(
        _ descriptor: Int32, _ mask: UInt32, _ deadline: UInt64, _ ticket: UInt64,
        _ continuation: CheckedContinuation<Wake, Never>
    ) {
        grow(to: descriptor)
        precondition(slots[Int(descriptor)].waiter == nil, "two tasks wait for one descriptor")
        slots[Int(descriptor)].waiter = Waiter(
            ticket: ticket, deadline: deadline, mask: mask, continuation: continuation)
        setMask(descriptor, mask)
        if deadline < slots[Int(descriptor)].timerAt { setTimer(descriptor, deadline) }
    }

    private func setTimer(_ descriptor: Int32, _ moment: UInt64) {
        slots[Int(descriptor)].timerAt = moment
        timers.push(.init(at: moment, descriptor: descriptor, ticket: 0))
    }

    private func resume(_ descriptor: Int32, _ wake: Wake) {
        slots[Int(descriptor)].waiter.take()?.continuation.resume(returning: wake)
    }

    private func grow(to descriptor: Int32) {
        while slots.count <= Int(descriptor) { slots.append(Slot()) }
    }

    private func setMask(_ descriptor: Int32, _ mask: UInt32) {
        let old = slots[Int(descriptor)].maskInKernel
        guard old != mask else { return }
        slots[Int(descriptor)].maskInKernel = mask
        // A descriptor closed behind our back leaves the set by itself: try the other operation before giving up.
        let (first, second) = old == nil ? (EPOLL_CTL_ADD, EPOLL_CTL_MOD) : (EPOLL_CTL_MOD, EPOLL_CTL_ADD)
        if loop_epoll_control(epoll, first, descriptor, mask) != 0 {
            _ = loop_epoll_control(epoll, second, descriptor, mask)
        }
    }

    private func dropFromKernel(_ descriptor: Int32) {
        guard slots[Int(descriptor)].maskInKernel != nil else { return }
        slots[Int(descriptor)].maskInKernel = nil
        _ = loop_epoll_control(epoll, EPOLL_CTL_DEL, descriptor, 0)
    }
}
