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
        let parameters = readParameters(fields.entries("parameters"))
        let roles = readRoles(fields.entries("roles"))
        diagnostics.add(fields.finish())
        let common = list.map { readControls($0) } ?? []
        var own: [Control] = []
        for control in roles.values.sorted(by: { $0.name < $1.name }).flatMap(\.ownControls)
        where !own.contains(where: { $0.id == control.id }) {
            own.append(control)
        }
        for control in own where common.contains(where: { $0.id == control.id }) {
            diagnostics.add(
                (list ?? root).diagnostic(
                    file: file, code: "P131", "'\(control.id)' is for every host here and for single roles below"))
        }
        guard let name, let version, let title, !diagnostics.hasErrors else { return nil }
        return Baseline(
            name: name, version: version, title: title, controls: common + own, parameters: parameters, roles: roles,
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
    private mutating func readParameters(_ entries: [YAMLNode.Entry]) -> [String: [String: PolicyValue]] {
        var all: [String: [String: PolicyValue]] = [:]
        for entry in entries {
            guard let control = control(entry.name, at: entry.key) else { continue }
            guard let items = entry.value.mapping else {
                diagnostics.add(
                    entry.value.diagnostic(file: file, code: "P133", "the parameters of \(control.id) are a mapping"))
                continue
            }
            for item in items {
                guard let declared = control.parameters[item.name] else {
                    diagnostics.add(
                        item.key.diagnostic(
                            file: file, code: "P114", "\(control.id) has no parameter '\(item.name)'",
                            help: closest(to: item.name, among: control.parameters.keys).map { "did you mean '\($0)'?" }
                        ))
                    continue
                }
                guard let value = Self.value(item.value, like: declared) else {
                    diagnostics.add(
                        item.value.diagnostic(
                            file: file, code: "P113",
                            "'\(item.name)' must be of the type of its default, \(declared.text)"))
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

    private mutating func readRoles(_ entries: [YAMLNode.Entry]) -> [String: Baseline.Role] {
        var roles: [String: Baseline.Role] = [:]
        for entry in entries {
            var fields = FieldReader(entry.value, file: file, what: "a role")
            let parameters = readParameters(fields.entries("parameters"))
            var excluded: [String: String] = [:]
            for item in fields.entries("exclude") {
                guard control(item.name, at: item.key) != nil else { continue }
                guard let reason = item.value.string else {
                    diagnostics.add(item.value.diagnostic(file: file, code: "P102", "an exclusion needs its reason"))
                    continue
                }
                excluded[item.name] = reason
            }
            let own = fields.value("controls").map { readControls($0) } ?? []
            diagnostics.add(fields.finish())
            roles[entry.name] = Baseline.Role(
                name: entry.name, parameters: parameters, excluded: excluded, ownControls: own)
        }
        return roles
    }
}
