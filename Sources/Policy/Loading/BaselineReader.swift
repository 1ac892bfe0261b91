import Formats
import HostFacts

/// Reads one baseline file: which controls, with which parameters, and what differs by role.
struct BaselineReader {
    let file: String
    let controls: [String: Control]
    private(set) var diagnostics = Diagnostics()

    init(file: String, controls: [String: Control]) {
        self.file = file
        self.controls = controls
    }

    mutating func read(_ root: YAMLNode, catalogue: UpdateCatalogue) -> Baseline? {
        var fields = FieldReader(root, file: file, what: "a baseline")
        let name = fields.text("name", isRequired: true)
        let version = fields.text("version", isRequired: true)
        let title = fields.text("title", isRequired: true)
        let list = fields.value("controls", isRequired: true)
        let parameters = fields.value("parameters").map { readParameters($0) } ?? [:]
        let roles = fields.value("roles").map { readRoles($0) } ?? [:]
        diagnostics.add(fields.finish())
        guard let name, let version, let title, let list else { return nil }
        let chosen = readControls(list)
        guard !diagnostics.hasErrors else { return nil }
        return Baseline(
            name: name, version: version, title: title, controls: chosen, parameters: parameters, roles: roles,
            catalogue: catalogue)
    }

    private mutating func readControls(_ node: YAMLNode) -> [Control] {
        guard let items = node.sequence else {
            diagnostics.add(node.diagnostic(file: file, code: "P130", "'controls' is a list of control ids"))
            return []
        }
        var seen: Set<String> = []
        return items.compactMap { item in
            guard let id = item.string else {
                diagnostics.add(item.diagnostic(file: file, code: "P130", "an entry of 'controls' is a control id"))
                return nil
            }
            guard let control = control(id, at: item) else { return nil }
            guard seen.insert(id).inserted else {
                diagnostics.add(item.diagnostic(file: file, code: "P131", "'\(id)' stands in the list twice"))
                return nil
            }
            return control
        }
    }

    private mutating func control(_ id: String, at node: YAMLNode) -> Control? {
        if let control = controls[id] { return control }
        diagnostics.add(
            node.diagnostic(
                file: file, code: "P132", "there is no control '\(id)'",
                help: closest(to: id, among: controls.keys).map { "did you mean '\($0)'?" }))
        return nil
    }

    /// `CONTROL: { parameter: value }`
    private mutating func readParameters(_ node: YAMLNode) -> [String: [String: PolicyValue]] {
        guard let entries = node.mapping else {
            diagnostics.add(node.diagnostic(file: file, code: "P133", "'parameters' maps control ids to parameters"))
            return [:]
        }
        var all: [String: [String: PolicyValue]] = [:]
        for entry in entries {
            guard let control = control(entry.name, at: entry.key) else { continue }
            for item in entry.value.mapping ?? [] {
                guard let declared = control.parameters[item.name] else {
                    diagnostics.add(
                        item.key.diagnostic(
                            file: file, code: "P114", "\(control.id) has no parameter '\(item.name)'",
                            help: closest(to: item.name, among: control.parameters.keys).map { "did you mean '\($0)'?" }))
                    continue
                }
                guard let value = Self.value(item.value, like: declared) else {
                    diagnostics.add(
                        item.value.diagnostic(
                            file: file, code: "P113", "'\(item.name)' must be of the type of its default, \(declared.text)"))
                    continue
                }
                all[control.id, default: [:]][item.name] = value
            }
        }
        return all
    }

    private static func value(_ node: YAMLNode, like declared: PolicyValue) -> PolicyValue? {
        switch declared {
        case .flag: PolicyValueReader.read(node, as: .flag)
        case .integer: PolicyValueReader.read(node, as: .integer)
        case .text: PolicyValueReader.read(node, as: .text)
        case .version: PolicyValueReader.read(node, as: .version)
        case .list: PolicyValueReader.read(node, as: .list)
        case .moment: PolicyValueReader.read(node, as: .moment)
        }
    }

    private mutating func readRoles(_ node: YAMLNode) -> [String: Baseline.Role] {
        var roles: [String: Baseline.Role] = [:]
        for entry in node.mapping ?? [] {
            var fields = FieldReader(entry.value, file: file, what: "a role")
            let parameters = fields.value("parameters").map { readParameters($0) } ?? [:]
            var excluded: [String: String] = [:]
            for item in fields.value("exclude")?.mapping ?? [] {
                guard control(item.name, at: item.key) != nil else { continue }
                guard let reason = item.value.string else {
                    diagnostics.add(item.value.diagnostic(file: file, code: "P102", "an exclusion needs its reason"))
                    continue
                }
                excluded[item.name] = reason
            }
            diagnostics.add(fields.finish())
            roles[entry.name] = Baseline.Role(name: entry.name, parameters: parameters, excluded: excluded)
        }
        return roles
    }
}
