import Console
import Formats
import Inventory
import Policy

/// Which hosts and controls of a run are looked at.
struct DiffSelection: Sendable {
    let hosts: String?
    /// Ids or globs of them; empty: all.
    let controls: [String]
    private let pattern: HostPattern?

    init(hosts: String?, controls: [String]) {
        self.hosts = hosts
        self.controls = controls
        pattern = hosts.map { HostPattern($0) }
    }

    func isWanted(_ name: String, groups: [String]) -> Bool { pattern?.selects(name, groups: groups) ?? true }

    func isWanted(control: String) -> Bool {
        controls.isEmpty || controls.contains { Wildcard($0).matches(control) }
    }

    /// What the reader must know of it.
    var sentences: [String] {
        var sentences: [String] = []
        if let hosts { sentences.append("only hosts of '\(hosts)'") }
        if !controls.isEmpty { sentences.append("only controls \(controls.joined(separator: ", "))") }
        return sentences
    }

    /// A filter that matches nothing is a mistake.
    ///
    /// - Parameters:
    ///   - count: hosts that were looked at.
    ///   - names: of hosts and groups.
    ///   - known: ids of all controls that were judged by.
    func check(count: Int, among names: [String], controls known: [String]) throws {
        if let hosts, count == 0 {
            throw CommandFailure(
                "--hosts: '\(hosts)' means no host of these runs",
                help: closest(to: hosts, among: names).map { "did you mean '\($0)'?" }, .usage)
        }
        for control in controls where !known.contains(where: { Wildcard(control).matches($0) }) {
            throw CommandFailure(
                "--control: nothing was judged by '\(control)'",
                help: closest(to: control, among: known).map { "did you mean '\($0)'?" }, .usage)
        }
    }
}
