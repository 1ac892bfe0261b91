import Console
import Drift
import HostFacts
import Policy

/// One entry of a difference on a terminal: a line with the control and its hosts, and below it what changed.
struct DiffEntry {
    let severity: Severity?
    let title: String
    let hosts: [String]
    /// What stands below.
    var details: [String] = []

    private static let indent = 8
    /// Names that are shown where nothing is cut by width.
    private static let shownHosts = 8

    /// Writes entries, so that titles and numbers stand below each other.
    ///
    /// - Parameters:
    ///   - limit: entries that are shown; `nil`: all, with all their hosts.
    static func print(_ entries: [DiffEntry], limit: Int?, on output: Output) {
        let shown = entries.prefix(limit ?? .max)
        let titles = min(shown.map { Text.width(Text.printable($0.title)) }.max() ?? 0, 40)
        let counts = shown.map { count($0.hosts.count).count }.max() ?? 0
        for entry in shown {
            let word = Text.padded(entry.severity.map(\.word) ?? "", to: 4)
            let title = Text.padded(Text.printable(entry.title), to: titles)
            let number = Text.padded(count(entry.hosts.count), to: counts, .right)
            let head = "  \(word)  \(title)  \(number)  "
            let room = output.standardOutput.columns.map { max(20, $0 - Text.width(head)) }
            output.print("\(head)\(names(entry.hosts, room: room, isWhole: limit == nil))")
            for detail in entry.details { self.print(detail, on: output) }
        }
        if let limit, entries.count > limit {
            output.print("  and \(entries.count - limit) more (--all lists them)")
        }
    }

    private static func print(_ detail: String, on output: Output) { printLine(detail, indent: indent, on: output) }

    /// A line that goes on further in where it is too long.
    static func printLine(_ line: String, indent: Int, on output: Output) {
        let text = Text.printable(line)
        let space = String(repeating: " ", count: indent)
        guard let columns = output.standardOutput.columns else { return output.print("\(space)\(text)") }
        for (number, line) in Text.wrapped(text, to: max(20, columns - indent - (indent > 0 ? 2 : 0)), longWord: .cut)
            .enumerated()
        {
            output.print("\(space)\(number == 0 || indent == 0 ? "" : "  ")\(line)")
        }
    }

    /// Hosts with their number, on a line of their own.
    static func printHosts(_ hosts: [String], indent: Int, isWhole: Bool, on output: Output) {
        let head = String(repeating: " ", count: indent) + count(hosts.count) + "  "
        let room = output.standardOutput.columns.map { max(20, $0 - Text.width(head)) }
        output.print("\(head)\(names(hosts, room: room, isWhole: isWhole))")
    }

    private static func count(_ hosts: Int) -> String { hosts == 1 ? "1 host" : "\(hosts) hosts" }

    /// As many names as there is room for, and how many are missing.
    static func names(_ hosts: [String], room: Int?, isWhole: Bool) -> String {
        if isWhole { return hosts.map { Text.printable($0) }.joined(separator: " ") }
        var line = ""
        for (index, host) in hosts.enumerated() {
            let name = Text.printable(host)
            let rest = hosts.count - index
            let isLast = rest == 1
            let isFull = room.map { room in
                Text.width(line) + Text.width(name) + 1 + (isLast ? 0 : " and \(rest - 1) more".count) > room
            }
            // A single name is told whatever its length.
            if index > 0, isFull ?? (index >= shownHosts) { return line + " and \(rest) more" }
            line += index == 0 ? name : " \(name)"
        }
        return line
    }
}

extension Severity {
    /// In four letters, as it stands before controls.
    var word: String {
        switch self {
        case .critical: "crit"
        case .high: "high"
        case .medium: "med"
        case .low: "low"
        case .info: "info"
        }
    }
}

extension ChangedFact {
    /// `rdp.listener.userAuthentication: 1 local -> 0 policy`
    var shown: String {
        if !added.isEmpty || !removed.isEmpty {
            return "\(path): " + (removed.map { "-\($0)" } + added.map { "+\($0)" }).joined(separator: " ")
        }
        let isSourceTold = before.source != after.source
        func side(_ side: Side) -> String {
            side.text + (isSourceTold ? side.source.map { " \($0.rawValue)" } ?? "" : "")
        }
        return "\(path): \(side(before)) -> \(side(after))"
    }
}
