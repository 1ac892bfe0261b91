import Policy

/// Every control of the baseline and how many hosts stand where.
extension MarkdownReport {
    mutating func controls() {
        var counts: [String: [Finding.Outcome: Int]] = [:]
        for judgement in result.hosts {
            for finding in judgement.findings {
                counts[finding.control.id, default: [:]][finding.outcome, default: 0] += 1
            }
        }
        add("## Controls", "")
        let outcomes: [(name: String, outcome: Finding.Outcome)] =
            [("Pass", .pass), ("Fail", .fail)] + (hasWaivers ? [("Waived", .waived)] : [])
            + [("Unknown", .unknown), ("Not applicable", .notApplicable)]
        table(
            ["Control", "Wanted", "Severity"] + outcomes.map(\.name), alignRight: Set(3..<(3 + outcomes.count)),
            result.baseline.controls.map { control in
                [control.id, MarkdownText.escaped(control.title), control.severity.rawValue]
                    + outcomes.map { "\(counts[control.id]?[$0.outcome] ?? 0)" }
            })
    }
}
