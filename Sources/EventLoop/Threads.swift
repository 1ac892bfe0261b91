import CEventLoop
import Glibc
import Synchronization

/// Runs an actor on a thread of its own, for calls that may block (GSSAPI: KDC, DNS, plug-in loading).
package final class DedicatedThread: SerialExecutor, Sendable {
    private let jobs = Mutex<[UnownedJob]>([])
    private let wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC))

    package init() {
        startThread { self.run() }
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let wasEmpty = locked { jobs in
            jobs.append(job)
            return jobs.count == 1
        }
        guard wasEmpty else { return }
        var one: UInt64 = 1
        _ = write(wakeDescriptor, &one, 8)
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    private func locked<R>(_ body: (inout [UnownedJob]) -> R) -> R {
        let key = Unmanaged.passUnretained(self).toOpaque()
        return jobs.withLock { jobs in
            loop_tsan_acquire(key)
            defer { loop_tsan_release(key) }
            return body(&jobs)
        }
    }

    private func run() {
        let executor = asUnownedSerialExecutor()
        var batch: [UnownedJob] = []
        while true {
            locked { swap(&$0, &batch) }
            if batch.isEmpty {
                var count: UInt64 = 0
                _ = read(wakeDescriptor, &count, 8)
                continue
            }
            for job in batch { job.runSynchronously(on: executor) }
            batch.removeAll(keepingCapacity: true)
        }
    }
}

/// Starts a detached thread that lives as long as the program.
func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Start: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let start = Unmanaged.passRetained(Start(body)).toOpaque()
    let result = pthread_create(
        &thread, nil,
        { start in
            if let start { Unmanaged<Start>.fromOpaque(start).takeRetainedValue().body() }
            return nil
        }, start)
    precondition(result == 0, "cannot start a thread: errno \(result)")
    pthread_detach(thread)
}
