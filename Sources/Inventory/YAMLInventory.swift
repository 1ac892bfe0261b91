import Formats

/// Reads Ansible's YAML inventory: groups with `hosts`, `vars` and `children`.
struct YAMLInventory {
    let file: String

    func read(_ root: YAMLNode, into builder: inout InventoryBuilder) {
        guard let groups = root.mapping else {
            builder.diagnostics.add(
                root.diagnostic(
                    file: file, "an inventory is a mapping of groups, and this is \(root.kind)",
                    help: "begin with 'all:'; INI inventories: ansible-inventory -i FILE --list --yaml writes YAML"))
            return
        }
        for entry in groups { readGroup(entry, into: &builder, depth: 1) }
    }

    /// Where the first line that says something begins with a bracket, as `[web]` does in INI inventories; a flow list
    /// begins so too, and is no inventory either.
    static func sectionHeading(in bytes: [UInt8]) -> SourcePosition? {
        var offset = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
        while offset < bytes.count {
            switch bytes[offset] {
            case UInt8(ascii: "["): return SourcePosition(byteOffset: offset, in: bytes)
            case UInt8(ascii: "#"), UInt8(ascii: ";"):
                offset = bytes[offset...].firstIndex { $0 == 0x0a || $0 == 0x0d } ?? bytes.count
            case 0x09, 0x0a, 0x0d, 0x20: offset += 1
            default: return nil
            }
        }
        return nil
    }

    static func isINI(file: String, at position: SourcePosition) -> Diagnostic {
        Diagnostic(
            file: file, position: position, message: "this looks like an INI inventory; only YAML is read",
            help: "ansible-inventory -i \(file) --list --yaml writes the same inventory as YAML")
    }

    private func readGroup(_ entry: YAMLNode.Entry, into builder: inout InventoryBuilder, depth: Int) {
        builder.addGroup(entry.name)
        guard depth <= 64 else {
            builder.diagnostics.add(entry.key.diagnostic(file: file, "groups are nested deeper than 64"))
            return
        }
        if entry.value.isNull { return }
        guard let parts = entry.value.mapping else {
            builder.diagnostics.add(
                entry.value.diagnostic(
                    file: file,
                    "group '\(entry.name)' must hold 'hosts', 'vars' or 'children', and this is \(entry.value.kind)"))
            return
        }
        for part in parts {
            switch part.name {
            case "hosts": readHosts(part.value, group: entry.name, into: &builder)
            case "vars": readVariables(part.value, group: entry.name, into: &builder)
            case "children": readChildren(part.value, group: entry.name, into: &builder, depth: depth)
            default:
                builder.diagnostics.add(
                    part.key.diagnostic(
                        .warning, file: file, "'\(part.name)' in group '\(entry.name)' is not read",
                        help: closest(to: part.name, among: ["hosts", "vars", "children"]).map {
                            "did you mean '\($0)'?"
                        }
                            ?? "a group holds 'hosts', 'vars' and 'children'"))
            }
        }
    }

    private func readHosts(_ node: YAMLNode, group: String, into builder: inout InventoryBuilder) {
        if node.isNull { return }
        if let name = node.string {
            addHosts(name, at: node, variables: nil, group: group, into: &builder)
            return
        }
        guard let hosts = node.mapping else {
            builder.diagnostics.add(
                node.diagnostic(
                    file: file, "'hosts' of group '\(group)' must be a mapping, and this is \(node.kind)",
                    help: "write 'name:' for each host, with a colon and without a dash"))
            return
        }
        for entry in hosts { addHosts(entry.name, at: entry.key, variables: entry.value, group: group, into: &builder) }
    }

    private func addHosts(
        _ pattern: String, at node: YAMLNode, variables: YAMLNode?, group: String, into builder: inout InventoryBuilder
    ) {
        let (name, port) = Self.splitPort(pattern)
        guard Self.isName(name) else {
            builder.diagnostics.add(node.diagnostic(file: file, "'\(pattern)' is no host name"))
            return
        }
        var values: [YAMLNode.Entry] = []
        if let variables, !variables.isNull {
            guard let mapping = variables.mapping else {
                builder.diagnostics.add(
                    variables.diagnostic(
                        file: file,
                        "the variables of host '\(pattern)' must be a mapping, and this is \(variables.kind)"))
                return
            }
            values = mapping
            for entry in values { builder.diagnostics.add(FleetAuditVariable.mistake(entry, file: file)) }
        }
        do throws(HostRange.Problem) {
            for host in IPv6.isAddress(name) ? [IPv6.bare(name)] : try HostRange.expand(name) {
                builder.addHost(host, to: group)
                if let port {
                    var value = node
                    value.content = .scalar(port, .plain)
                    builder.setVariable(
                        "ansible_port", InventoryVariable(value: value, file: file), host: host, isFromFile: false)
                }
                for entry in values {
                    builder.setVariable(
                        entry.name, InventoryVariable(value: entry.value, file: file), host: host, isFromFile: false)
                }
            }
        } catch {
            builder.diagnostics.add(node.diagnostic(file: file, error.message))
        }
    }

    private func readVariables(_ node: YAMLNode, group: String, into builder: inout InventoryBuilder) {
        if node.isNull { return }
        guard let variables = node.mapping else {
            builder.diagnostics.add(
                node.diagnostic(file: file, "'vars' of group '\(group)' must be a mapping, and this is \(node.kind)"))
            return
        }
        for entry in variables {
            builder.diagnostics.add(FleetAuditVariable.mistake(entry, file: file))
            builder.setVariable(
                entry.name, InventoryVariable(value: entry.value, file: file), group: group)
        }
    }

    private func readChildren(_ node: YAMLNode, group: String, into builder: inout InventoryBuilder, depth: Int) {
        if node.isNull { return }
        if let name = node.string {
            builder.addChild(name, to: group)
            return
        }
        guard let children = node.mapping else {
            builder.diagnostics.add(
                node.diagnostic(
                    file: file, "'children' of group '\(group)' must be a mapping, and this is \(node.kind)",
                    help: "write 'name:' for each group, with a colon and without a dash"))
            return
        }
        for entry in children {
            readGroup(entry, into: &builder, depth: depth + 1)
            builder.addChild(entry.name, to: group)
        }
    }

    /// `name:2222` sets the port, also behind ranges; an IPv6 address has more colons and needs brackets for that.
    static func splitPort(_ text: String) -> (name: String, port: String?) {
        var depth = 0
        var colons: [String.Index] = []
        for index in text.indices {
            switch text[index] {
            case "[": depth += 1
            case "]": depth -= 1
            case ":" where depth == 0: colons.append(index)
            default: break
            }
        }
        guard depth == 0, colons.count == 1, let colon = colons.first, colon > text.startIndex else {
            return (text, nil)
        }
        let port = text[text.index(after: colon)...]
        guard !port.isEmpty, port.allSatisfy({ $0.isASCII && $0.isNumber }) else { return (text, nil) }
        return (String(text[..<colon]), String(port))
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 1_024
            && text.unicodeScalars.allSatisfy {
                $0.value > 0x20 && $0.value != 0x7f && $0 != "/" && $0 != "," && $0 != "&" && $0 != "!"
            }
    }
}
