import Console
import Policy

/// How differences of judgements look on a terminal, wherever they come from.
enum DifferenceText {
    typealias Kind = JudgementDifference.ControlChange.Kind

    /// The worst first; what stays is no difference.
    static let order: [Kind] = [
        .newlyFailing, .unwaived, .becameUnknown, .fixed, .waived, .noLongerApplies, .becameKnown, .nowApplies,
    ]

    static func word(_ kind: Kind) -> String {
        switch kind {
        case .newlyFailing: "newly failing"
        case .unwaived: "no longer waived"
        case .becameUnknown: "not known any more"
        case .fixed: "newly compliant"
        case .waived: "newly waived"
        case .becameKnown: "known, not failing"
        case .noLongerApplies: "no longer concerned"
        case .nowApplies: "now concerned, met"
        case .added: "new"
        case .removed: "gone"
        case .stillFailing: "failing as before"
        case .stillUnknown: "unknown as before"
        }
    }

    /// A line for each change of each control, with the number of hosts.
    static func controls(_ tally: DifferenceTally, _ baselines: Baseline...) -> [[Table.Cell]] {
        var known: [String: Control] = [:]
        for control in baselines.reversed().flatMap(\.controls) { known[control.id] = control }
        var rows: [[Table.Cell]] = []
        for kind in order {
            let lines = tally.controls.compactMap { id, kinds in kinds[kind].map { (id: id, count: $0) } }
                .sorted { left, right in
                    let (a, b) = (known[left.id]?.severity ?? .info, known[right.id]?.severity ?? .info)
                    return (b, right.count, left.id) < (a, left.count, right.id)
                }
            rows += lines.map { ["\(word(kind))", "\($0.id)", "\(known[$0.id]?.title ?? "")", "\($0.count)"] }
        }
        return rows
    }

    /// Each change of each host, the worst kind first.
    static func lines(
        _ hosts: [(host: String, changes: [JudgementDifference.ControlChange])]
    ) -> [(host: String, change: JudgementDifference.ControlChange)] {
        order.flatMap { kind in
            hosts.flatMap { host, changes in changes.filter { $0.kind == kind }.map { (host, $0) } }
        }
    }

    /// As a word, with what a reader would not expect.
    static func word(of change: JudgementDifference.ControlChange) -> String {
        word(change.kind) + (change.kind == .newlyFailing && change.before == .unknown ? ", unknown before" : "")
    }

    /// - Parameter limit: lines that are shown; `nil`: all.
    static func printList(
        _ title: String, _ rows: [[Table.Cell]], _ columns: [Table.Column], _ limit: Int?, on output: Output
    ) {
        output.print("")
        output.print("\(title, .bold)")
        var table = Table(indent: 2, columns)
        for row in rows.prefix(limit ?? .max) { table.add(row) }
        output.print(table)
        if let limit, rows.count > limit { output.print("  and \(rows.count - limit) more (--all lists them)") }
    }
}
