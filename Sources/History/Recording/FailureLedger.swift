import Policy

/// Since when what fails has failed, over runs in their order: opened by a failure, waived or not, and closed by what is
/// known to be no failure. What could not be told, and a host that was not judged, change nothing.
struct FailureLedger {
    /// When the failures began that stand, by host and control.
    private(set) var open: [Int64: [Int64: Int64]]

    init(open: [Int64: [Int64: Int64]] = [:]) { self.open = open }

    struct Change: Hashable {
        let control: Int64
        /// When it began.
        let since: Int64
        let hasEnded: Bool
    }

    /// What one run said about a judged host.
    mutating func note(
        _ host: Int64, _ outcomes: [(control: Int64, outcome: Finding.Outcome)], at moment: Int64
    ) -> [Change] {
        var changes: [Change] = []
        var standing = open[host] ?? [:]
        // Most hosts fail in little, and nothing stands of most controls.
        for (control, outcome) in outcomes {
            switch outcome {
            case .fail, .waived:
                guard standing[control] == nil else { continue }
                standing[control] = moment
                changes.append(Change(control: control, since: moment, hasEnded: false))
            case .pass, .notApplicable:
                guard !standing.isEmpty, let since = standing.removeValue(forKey: control) else { continue }
                changes.append(Change(control: control, since: since, hasEnded: true))
            case .unknown: continue
            }
        }
        if !standing.isEmpty {
            // The host is not judged by these any more.
            let judged = Set(outcomes.map(\.control))
            for (control, since) in standing where !judged.contains(control) {
                standing[control] = nil
                changes.append(Change(control: control, since: since, hasEnded: true))
            }
        }
        open[host] = standing.isEmpty ? nil : standing
        return changes
    }
}
