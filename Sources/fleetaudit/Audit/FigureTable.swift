import Console
import Drift
import Policy
import Reports

/// The figures of a run beside those of the run before.
struct FigureTable {
    let summary: FleetSummary

    private enum Good { case less, more }

    var table: Table {
        let hasHistory = summary.trend.previous != nil
        var table = Table(
            indent: 2,
            [Table.Column("", overflow: .keep), Table.Column("", .right, overflow: .keep)]
                + (hasHistory ? [Table.Column("", .right, overflow: .keep)] : []) + [Table.Column("")])
        func add(
            _ name: String, _ value: Int, _ rest: String, _ good: Good = .less, before: ((RunFigures) -> Int)? = nil
        ) {
            var cells: [Table.Cell] = ["\(name)", "\(value)"]
            if hasHistory {
                let earlier = before.flatMap { read in summary.trend.previous.map { read($0.figures) } }
                cells.append(earlier.map { Self.difference(value - $0, good) } ?? "")
            }
            table.add(cells + ["\(rest)"])
        }
        add("Remote Desktop broken", summary.broken, "hosts") { $0.broken }
        add("Exposed", summary.exposed, "hosts") { $0.exposed }
        add("Baseline met", summary.met, "of \(summary.judged) judged", .more) { $0.met }
        if !summary.waivers.isEmpty {
            add(" .. with waivers", summary.metWithWaivers, "of \(summary.judged) judged", .more) { $0.metWithWaivers }
        }
        let severities = Severity.allCases.reversed().map { "\(summary.openFailures[$0] ?? 0) \($0.rawValue)" }
        add("Open failures", summary.failureCount, severities.joined(separator: ", ")) { $0.failureCount }
        if !summary.waivers.isEmpty { add(" .. without waivers", summary.withoutWaivers.failureCount, "") }
        if hasHistory {
            add(
                "Changed", summary.newFailures + summary.fixed,
                "\(summary.newFailures) new, \(summary.fixed) fixed"
                    + (summary.noLongerVisible > 0 ? ", \(summary.noLongerVisible) no longer visible" : ""))
        }
        return table
    }

    /// `+2`, `-35`, `=`; the sign says what the colour says.
    private static func difference(_ difference: Int, _ good: Good) -> Table.Cell {
        if difference == 0 { return "=" }
        let text = difference > 0 ? "+\(difference)" : "\(difference)"
        let isGood = (difference > 0) == (good == .more)
        return Table.Cell(text, .color(isGood ? .green : .red))
    }
}
