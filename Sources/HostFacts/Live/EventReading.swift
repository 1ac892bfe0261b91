package import FoundationEssentials

/// Whether a log is written, and how far back it reaches.
package struct EventLogState: Sendable, Hashable {
    package let isEnabled: Bool
    /// Of its oldest event; `nil` when it is empty.
    package let oldest: Date?

    package init(isEnabled: Bool, oldest: Date?) {
        self.isEnabled = isEnabled
        self.oldest = oldest
    }
}

/// What was counted of one source in the last fourteen days.
package struct EventCounts: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package let id: Int
        /// The process that the event speaks of, where it says so (Schannel since Windows 10).
        package let process: UInt32?
        package let count: Int
        package let newest: Date?
        /// The newest one's values as far as they are numbers: error codes and states, as the host wrote them.
        package let numbers: [String]

        package init(id: Int, process: UInt32? = nil, count: Int, newest: Date?, numbers: [String] = []) {
            self.id = id
            self.process = process
            self.count = count
            self.newest = newest
            self.numbers = numbers
        }
    }

    package let entries: [Entry]
    /// Older events were not counted, because there are too many or one is damaged.
    package let isCut: Bool
    /// Where counting ended; `nil` with ``isCut`` when nothing was read.
    package let since: Date?

    package init(entries: [Entry], isCut: Bool = false, since: Date? = nil) {
        self.entries = entries
        self.isCut = isCut
        self.since = since
    }
}

/// The event logs as far as they were read.
package struct EventReading: Sendable {
    package var sources: [EventSource: Collected<EventCounts>] = [:]
    package var logs: [EventLog: Collected<EventLogState>] = [:]

    package init() {}

    package subscript(_ source: EventSource) -> Collected<EventCounts> { sources[source] ?? .unasked }
    package subscript(_ log: EventLog) -> Collected<EventLogState> { logs[log] ?? .unasked }

    /// How often it happened. None is said only of a log that is written and was read to its end; a log that does not
    /// exist is `absent`.
    package func count(_ id: Int, of source: EventSource) -> Collected<Int> {
        self[source].flatMap { counts in
            let count = counts.entries.filter { $0.id == id }.reduce(0) { sum, entry in
                let (total, isTooLarge) = sum.addingReportingOverflow(entry.count)
                return isTooLarge ? .max : total
            }
            if count > 0 { return .value(count) }
            if counts.isCut {
                return .failed("only the newest events of \(source.provider) were read, none of them \(id)")
            }
            if case .value(let log) = self[source.log], !log.isEnabled {
                return .failed("the log \(source.log.rawValue) is switched off")
            }
            return .value(0)
        }
    }

    /// When it happened last; `absent` when it did not.
    package func newest(_ id: Int, of source: EventSource) -> Collected<Date> {
        count(id, of: source).flatMap { _ in
            guard case .value(let counts) = self[source] else { return .absent }
            return counts.entries.filter { $0.id == id }.compactMap(\.newest).max().map { .value($0) } ?? .absent
        }
    }
}
