import Formats

/// Gathers groups and hosts from files and works out, at the end, who is in what and which variable wins.
struct InventoryBuilder {
    /// `all` and `ungrouped` exist whether or not a file names them.
    private(set) var groups: [String: InventoryGroup] = [
        "all": InventoryGroup(name: "all"), "ungrouped": InventoryGroup(name: "ungrouped"),
    ]
    private(set) var hostNames: [String] = []
    private var hostVariables: [String: [String: InventoryVariable]] = [:]
    private var hostFileVariables: [String: [String: InventoryVariable]] = [:]
    /// The variables of `group_vars/`, by group, for each folder in the order of the sources.
    private var groupFileVariables: [[String: [String: InventoryVariable]]] = []
    var diagnostics = Diagnostics()

    mutating func addGroup(_ name: String) {
        if groups[name] == nil { groups[name] = InventoryGroup(name: name) }
    }

    mutating func addChild(_ child: String, to parent: String) {
        addGroup(child)
        if groups[parent]?.children.contains(child) == false { groups[parent]?.children.append(child) }
    }

    mutating func addHost(_ name: String, to group: String) {
        if hostVariables[name] == nil {
            hostVariables[name] = [:]
            hostNames.append(name)
        }
        groups[group]?.hosts.append(name)
    }

    mutating func setVariable(_ name: String, _ value: InventoryVariable, group: String) {
        groups[group]?.variables[name] = value
    }

    /// The `group_vars/` of one more folder: what it says wins over the folders before it, whichever the group.
    mutating func addGroupFiles(_ variables: [String: [String: InventoryVariable]]) {
        groupFileVariables.append(variables)
    }

    mutating func setVariable(_ name: String, _ value: InventoryVariable, host: String, isFromFile: Bool) {
        if isFromFile {
            hostFileVariables[host, default: [:]][name] = value
        } else {
            hostVariables[host, default: [:]][name] = value
        }
    }

    /// Works out the inventory; a loop among groups is an error and leaves those groups without a parent.
    mutating func build(file: String) -> Inventory {
        attachOrphans()
        let depths = depths(file: file)
        let order = groups.keys.sorted { left, right in
            let (a, b) = (depths[left] ?? 0, depths[right] ?? 0)
            let (p, q) = (groups[left]?.priority ?? 1, groups[right]?.priority ?? 1)
            return (a, p, left) < (b, q, right)
        }
        let place = Dictionary(uniqueKeysWithValues: hostNames.enumerated().map { ($1, $0) })
        var memberships = [[String]](repeating: ["all"], count: hostNames.count)
        var members: [String: [String]] = ["all": hostNames]
        for group in order where group != "all" {
            var names: Set<String> = []
            var visited: Set<String> = []
            collect(group, into: &names, visited: &visited)
            let places = names.compactMap { place[$0] }.sorted()
            members[group] = places.map { hostNames[$0] }
            for index in places { memberships[index].append(group) }
        }
        let hosts = hostNames.enumerated().map { index, name in
            InventoryHost(
                name: name, groups: memberships[index], variables: variables(of: name, in: memberships[index]))
        }
        return Inventory(hosts: hosts, groups: members, warnings: diagnostics.all.filter { $0.severity == .warning })
    }

    /// Ansible's precedence within an inventory: `all`, then groups from the outermost in, as written in the inventory;
    /// then the same again from `group_vars/`; then the host's own, in the inventory and in `host_vars/`.
    private func variables(of host: String, in order: [String]) -> [String: InventoryVariable] {
        var variables: [String: InventoryVariable] = [:]
        for group in order { variables.merge(groups[group]?.variables ?? [:]) { $1 } }
        for layer in groupFileVariables { variables.merge(layer["all"] ?? [:]) { $1 } }
        for layer in groupFileVariables {
            for group in order where group != "all" { variables.merge(layer[group] ?? [:]) { $1 } }
        }
        variables.merge(hostVariables[host] ?? [:]) { $1 }
        variables.merge(hostFileVariables[host] ?? [:]) { $1 }
        return variables
    }

    /// Groups that nobody names as a child are children of `all`; hosts in no other group are `ungrouped`.
    private mutating func attachOrphans() {
        let children = Set(groups.values.flatMap(\.children))
        let orphans = groups.keys.filter { $0 != "all" && !children.contains($0) }.sorted()
        for orphan in orphans { addChild(orphan, to: "all") }
        var grouped: Set<String> = []
        for group in groups.values where group.name != "all" && group.name != "ungrouped" {
            grouped.formUnion(group.hosts)
        }
        addChild("ungrouped", to: "all")
        groups["ungrouped"]?.hosts = hostNames.filter { !grouped.contains($0) }
    }

    /// The longest way from `all` to each group.
    private mutating func depths(file: String) -> [String: Int] {
        var depths: [String: Int] = ["all": 0]
        var remaining: [String: Int] = [:]
        for group in groups.values { for child in group.children { remaining[child, default: 0] += 1 } }
        var ready = groups.keys.filter { remaining[$0] == nil }.sorted()
        var done = 0
        while let group = ready.popLast() {
            done += 1
            for child in groups[group]?.children ?? [] {
                depths[child] = max(depths[child] ?? 0, (depths[group] ?? 0) + 1)
                remaining[child, default: 0] -= 1
                if remaining[child] == 0 { ready.append(child) }
            }
        }
        if done < groups.count {
            let loop = remaining.filter { $0.value > 0 }.keys.sorted().joined(separator: ", ")
            diagnostics.add(Diagnostic(file: file, message: "these groups contain each other: \(loop)"))
        }
        return depths
    }

    /// Each group once, however many ways lead to it.
    private func collect(_ group: String, into names: inout Set<String>, visited: inout Set<String>) {
        guard visited.insert(group).inserted, let group = groups[group] else { return }
        names.formUnion(group.hosts)
        for child in group.children { collect(child, into: &names, visited: &visited) }
    }
}
