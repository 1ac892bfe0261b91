import CEventLoop

/// A moment on the monotonic clock by which something must have happened.
package struct Deadline: Sendable, Hashable, Comparable {
    /// Nanoseconds of CLOCK_MONOTONIC.
    package let nanoseconds: UInt64

    package init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// The moment `duration` from now; a negative duration is now.
    package static func after(_ duration: Duration) -> Deadline {
        Deadline(nanoseconds: loop_now() + duration.wholeNanoseconds)
    }

    package static let never = Deadline(nanoseconds: .max)

    /// What is left, zero when the moment has passed.
    package var remaining: Duration {
        let now = loop_now()
        return nanoseconds <= now ? .zero : .nanoseconds(Int64(clamping: nanoseconds - now))
    }

    package var hasPassed: Bool { nanoseconds <= loop_now() }

    package static func < (left: Deadline, right: Deadline) -> Bool { left.nanoseconds < right.nanoseconds }
}

extension Duration {
    /// Nanoseconds, 0 for negative durations, at most a century.
    package var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return UInt64(min(seconds, 3_000_000_000)) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000)
    }

    /// Milliseconds, rounded down.
    package var wholeMilliseconds: Int64 { Int64(clamping: wholeNanoseconds / 1_000_000) }
}
