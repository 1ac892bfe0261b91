import Console

/// What was found about this machine, before any host is asked: a line for each thing that was looked at.
struct Checkup: Sendable {
    enum State: String, Sendable {
        case ok
        /// It works, and somebody should look at it.
        case warn
        /// An audit would fail, or be worth little.
        case fail
        /// Nothing was given to look at.
        case skipped
    }

    enum Area: String, Sendable, CaseIterable { case program, inventory, policies, reports, machine }

    struct Line: Sendable {
        let area: Area
        let state: State
        let subject: String
        /// What was found, as a sentence without a full stop.
        let says: String
        /// What to do about it.
        let advice: String?
    }

    private(set) var lines: [Line] = []

    mutating func ok(_ area: Area, _ subject: String, _ says: String) { add(area, .ok, subject, says) }

    mutating func warn(_ area: Area, _ subject: String, _ says: String, _ advice: String? = nil) {
        add(area, .warn, subject, says, advice)
    }

    mutating func fail(_ area: Area, _ subject: String, _ says: String, _ advice: String? = nil) {
        add(area, .fail, subject, says, advice)
    }

    mutating func add(_ area: Area, _ state: State, _ subject: String, _ says: String, _ advice: String? = nil) {
        lines.append(Line(area: area, state: state, subject: subject, says: says, advice: advice))
    }

    func count(_ state: State) -> Int { lines.count { $0.state == state } }

    /// 1 when an audit would fail; warnings do not count.
    var exitCode: ExitCode { .verdict(hasDrift: count(.fail) > 0, isIncomplete: false) }
}
