import CEventLoop
import Glibc

/// Signals as values, read on the loop instead of interrupting a thread.
@Reactor package final class Signals {
    private let descriptor: Int32

    /// Blocks the signals in the calling thread and in all threads started later, and returns what receives them.
    ///
    /// Call it first in `main`, before anything starts a thread: a thread that does not block a signal would take it.
    package nonisolated static func block(_ signals: [Int32]) -> BlockedSignals {
        BlockedSignals(descriptor: loop_signal_fd(signals, Int32(signals.count)))
    }

    package init(_ blocked: BlockedSignals) {
        descriptor = blocked.descriptor
    }

    /// The number of the next signal; throws `.cancelled` when the task is cancelled.
    package func next() async throws(EventLoopError) -> Int32 {
        while true {
            let signal = loop_read_signal(descriptor)
            if signal != 0 { return signal }
            try await Loop.shared.ready(descriptor, .read, until: .never)
        }
    }
}

/// Signals that were taken from the threads and wait in a descriptor.
package struct BlockedSignals: Sendable {
    fileprivate let descriptor: Int32
}
