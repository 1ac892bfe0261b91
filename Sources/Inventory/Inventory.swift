package import Formats

/// Who is audited: hosts, their groups and variables, as Ansible's inventories say it.
package struct Inventory: Sendable {
    /// In the order in which the files name them.
    package let hosts: [InventoryHost]
    /// Group names with the hosts below each, children included.
    package let groups: [String: [String]]
    /// What is odd but no error: unknown keys, variables that are not used.
    package let warnings: [Diagnostic]

    private let indexByName: [String: Int]

    init(hosts: [InventoryHost], groups: [String: [String]], warnings: [Diagnostic]) {
        self.hosts = hosts
        self.groups = groups
        self.warnings = warnings
        indexByName = Dictionary(hosts.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    package subscript(_ name: String) -> InventoryHost? { indexByName[name].map { hosts[$0] } }

    /// The hosts that a `--limit` pattern names, in the inventory's order.
    package func selected(_ pattern: HostPattern) throws(HostPatternError) -> [InventoryHost] {
        let names = try pattern.names(in: self)
        return hosts.filter { names.contains($0.name) }
    }
}
