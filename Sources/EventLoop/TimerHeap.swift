/// A binary heap of moments, earliest first.
struct TimerHeap {
    struct Entry {
        /// Nanoseconds of the monotonic clock.
        var at: UInt64
        /// The descriptor whose wait may end here, or -1 for a callback.
        var descriptor: Int32
        /// The callback's ticket when `descriptor` is -1.
        var ticket: UInt64
    }

    private var entries: [Entry] = []

    var first: Entry? { entries.first }

    mutating func push(_ entry: Entry) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[parent].at > entries[child].at else { return }
            entries.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() {
        let last = entries.removeLast()
        guard !entries.isEmpty else { return }
        entries[0] = last
        var parent = 0
        while true {
            var child = 2 * parent + 1
            guard child < entries.count else { return }
            if child + 1 < entries.count, entries[child + 1].at < entries[child].at { child += 1 }
            guard entries[parent].at > entries[child].at else { return }
            entries.swapAt(parent, child)
            parent = child
        }
    }
}
