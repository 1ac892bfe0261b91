package import Formats

/// A host of the inventory with everything that was said about it.
package struct InventoryHost: Sendable {
    /// The name in the inventory, which is what reports call it.
    package let name: String
    /// Every group it is in, parents included, from the outermost in (`all` first), alphabetical within one depth.
    package let groups: [String]
    /// Its variables after all precedence, unresolved.
    package let variables: [String: InventoryVariable]
}

/// A variable's value where it was written.
package struct InventoryVariable: Sendable, Hashable {
    package let value: YAMLNode
    /// The file as the user named it.
    package let file: String
}

/// A group while the inventory is read.
struct InventoryGroup {
    let name: String
    var hosts: [String] = []
    var children: [String] = []
    var variables: [String: InventoryVariable] = [:]
    /// `ansible_group_priority`: of two groups of one depth the higher number wins.
    var priority: Int { variables["ansible_group_priority"]?.value.scalar.flatMap { Int($0) } ?? 1 }
}
