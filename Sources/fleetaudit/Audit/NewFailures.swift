import Console
import Drift
import Policy

/// What newly fails since the run before, a line for each control.
struct NewFailures {
    /// The ids of controls with the hosts on which they newly fail, in the order of their names.
    let lines: [String: [String]]

    /// Lines and names of hosts that a mail has room for.
    private static let (shownControls, shownHosts) = (20, 4)

    init(_ trend: RunTrend) {
        var lines: [String: [String]] = [:]
        for (host, difference) in trend.differences {
            for change in difference.changes where change.kind.isWorse {
                lines[change.control, default: []].append(host)
            }
        }
        self.lines = lines.mapValues { $0.sorted() }
    }

    /// - Parameter controls: of the run's baseline.
    func table(_ controls: [ControlStatement]) -> Table {
        var table = Table(
            indent: 2,
            [Table.Column("", overflow: .keep), Table.Column("", overflow: .keep), Table.Column("", overflow: .wrap)])
        let known = controls.filter { lines[$0.id] != nil }.sorted { ($1.severity, $0.id) < ($0.severity, $1.id) }
        for control in known.prefix(Self.shownControls) {
            let hosts = lines[control.id] ?? []
            let rest = hosts.count - Self.shownHosts
            let names = hosts.prefix(Self.shownHosts).joined(separator: ", ")
            table.add([
                "\(control.severity.rawValue)", "\(control.id)", "\(names)\(rest > 0 ? " and \(rest) more" : "")",
            ])
        }
        if known.count > Self.shownControls {
            table.add(["…", "", "\(known.count - Self.shownControls) more controls"])
        }
        return table
    }
}
