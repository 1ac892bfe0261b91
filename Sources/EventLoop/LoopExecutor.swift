import CEventLoop
import Glibc
import Synchronization

/// Runs the jobs of ``Reactor`` on one thread of its own, in the order they came, and polls epoll between them.
package final class LoopExecutor: SerialExecutor, TaskExecutor, Sendable {
    /// A wait to be ended because its task was cancelled; `descriptor` is -1 for waits without one.
    struct Cancellation: Sendable {
        var descriptor: Int32
        var ticket: UInt64
    }

    private struct Inbox {
        var jobs: [UnownedJob] = []
        var cancellations: [Cancellation] = []
        /// The thread is, or is about to be, in epoll_wait: whoever adds something must wake it.
        var isAsleep = false
    }

    private let inbox = Mutex(Inbox())
    private let threadID = Atomic<UInt>(0)
    let wakeDescriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))

    init() {
        startThread { self.run() }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        add { $0.jobs.append(job) }
    }

    package func asUnownedTaskExecutor() -> UnownedTaskExecutor { UnownedTaskExecutor(ordinary: self) }
    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    /// Lets the thread itself, between two jobs, count as isolated to the actor (SE-0471).
    package func isIsolatingCurrentContext() -> Bool? { threadID.load(ordering: .relaxed) == loop_thread_id() }

    package func checkIsolated() {
        precondition(isIsolatingCurrentContext() == true, "not on the event loop's thread")
    }

    func post(_ cancellation: Cancellation) {
        add { $0.cancellations.append(cancellation) }
    }

    /// True when the thread may sleep in epoll_wait; from then on every addition wakes it.
    func goToSleep() -> Bool {
        locked { inbox in
            inbox.isAsleep = inbox.jobs.isEmpty && inbox.cancellations.isEmpty
            return inbox.isAsleep
        }
    }

    /// What was cancelled while the thread slept.
    func wokeUp() -> [Cancellation] {
        locked { inbox in
            inbox.isAsleep = false
            if inbox.cancellations.isEmpty { return [] }
            defer { inbox.cancellations = [] }
            return inbox.cancellations
        }
    }

    private func add(_ change: (inout Inbox) -> Void) {
        let mustWake = locked { inbox in
            change(&inbox)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        guard mustWake else { return }
        var one: UInt64 = 1
        _ = write(wakeDescriptor, &one, 8)
    }

    private func locked<R>(_ body: (inout Inbox) -> R) -> R {
        let key = Unmanaged.passUnretained(self).toOpaque()
        return inbox.withLock { inbox in
            loop_tsan_acquire(key)
            defer { loop_tsan_release(key) }
            return body(&inbox)
        }
    }

    private func run() {
        threadID.store(loop_thread_id(), ordering: .relaxed)
        let serial = asUnownedSerialExecutor()
        let task = asUnownedTaskExecutor()
        var batch: [UnownedJob] = []
        while true {
            locked { swap(&$0.jobs, &batch) }
            for job in batch { job.runSynchronously(isolatedTo: serial, taskExecutor: task) }
            batch.removeAll(keepingCapacity: true)
            Reactor.assumeIsolated { Loop.shared.pollOnce() }
        }
    }
}
