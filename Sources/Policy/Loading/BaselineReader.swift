import Formats
import HostFacts

/// Reads one baseline file, and applies it to the baseline that it extends.
struct BaselineReader {
    let file: String
    let controls: [String: Control]
    private(set) var diagnostics = Diagnostics()

    init(file: String, controls: [String: Control]) {
        self.file = file
        self.controls = controls
    }

    /// - Parameters:
    ///   - parent: what it extends, read before.
    ///   - isOrphan: what it extends could not be had, and only what stands in the file itself can be checked.
    mutating func read(
        _ root: YAMLNode, extending parent: Baseline?, isOrphan: Bool, catalogue: UpdateCatalogue
    ) -> Baseline? {
        var fields = FieldReader(root, file: file, what: "a baseline")
        let name = fields.text("name", isRequired: true)
        let version = fields.text("version", isRequired: true)
        let title = fields.text("title", isRequired: true)
        let extends = fields.text("extends")
        let role = fields.text("role")
        let list = fields.value("controls", isRequired: root["extends"]?.isNull ?? true)
        var parts = BaselineParts()
        let excluded = fields.value("exclude")
        if let excluded, root["extends"]?.isNull ?? true {
            diagnostics.add(
                excluded.diagnostic(
                    file: file, code: "P136", "there is nothing to exclude from, for it extends no baseline",
                    help: "leave the controls out of 'controls'"))
        }
        parts.exclusions = readExclusions(fields.entries("exclude"))
        parts.settings = readParameters(fields.entries("parameters"))
        parts.overrides = readOverrides(fields.entries("override"), mayRate: true)
        parts.roles = readRoles(fields.entries("roles"))
        diagnostics.add(fields.finish())
        let before = diagnostics.errorCount
        parts.controls = list.map { readControls($0) } ?? []
        // A misspelt control of the list would only be told a second time.
        guard !isOrphan, diagnostics.errorCount == before, let name else { return nil }

        var draft = BaselineDraft(name: name, file: file, parent: parent)
        draft.apply(parts)
        diagnostics.add(draft.diagnostics)
        if let parent, ([parent.name] + parent.lineage).contains(name), let place = root["name"] {
            diagnostics.add(
                place.diagnostic(
                    file: file, code: "P138", "'\(name)' is the name of a baseline that it extends",
                    help: "reports would not tell them apart: give it a name of its own"))
        }
        if let role { check(role, root["role"] ?? root, draft.roles) }
        guard let version, let title, !diagnostics.hasErrors else { return nil }
        return Baseline(
            name: name, version: version, title: title, controls: draft.controls, parameters: draft.parameters,
            roles: draft.roles, catalogue: catalogue, role: role ?? parent?.role,
            lineage: extends == nil ? [] : (parent.map { [$0.name] + $0.lineage } ?? []), origins: draft.origins,
            exclusions: draft.exclusions, overrides: draft.overrides)
    }

    /// One control alone, for every host.
    mutating func read(_ control: Control, parameters node: YAMLNode?, catalogue: UpdateCatalogue) -> Baseline? {
        let settings = node.map { readParameters(of: control, $0) } ?? []
        guard !diagnostics.hasErrors else { return nil }
        let parameters = Dictionary(settings.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
        return Baseline(
            name: control.id, version: "", title: control.title, controls: [control],
            parameters: [control.id: parameters], roles: [:], catalogue: catalogue, role: nil, lineage: [],
            origins: [:], exclusions: [], overrides: [])
    }

    private mutating func check(_ role: String, _ place: YAMLNode, _ roles: [String: Baseline.Role]) {
        let known = Baseline.knownRoles(with: roles)
        guard !known.contains(role) else { return }
        diagnostics.add(
            place.diagnostic(
                file: file, code: "P139", "there is no role '\(role)'",
                help: closest(to: role, among: known).map { "did you mean '\($0)'?" }
                    ?? "there are \(known.joined(separator: ", "))"))
    }

    private mutating func readControls(_ node: YAMLNode) -> [BaselineParts.Named] {
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
            return .init(control: control, place: item)
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

    /// `CONTROL: reason`
    private mutating func readExclusions(_ entries: [YAMLNode.Entry]) -> [BaselineParts.Exclusion] {
        entries.compactMap { entry in
            guard control(entry.name, at: entry.key) != nil else { return nil }
            guard let reason = entry.value.string, reason.contains(where: { !$0.isWhitespace }) else {
                diagnostics.add(entry.value.diagnostic(file: file, code: "P102", "an exclusion needs its reason"))
                return nil
            }
            return .init(control: entry.name, reason: reason, place: entry.key)
        }
    }

    /// `CONTROL: { parameter: value }`
    private mutating func readParameters(_ entries: [YAMLNode.Entry]) -> [BaselineParts.Setting] {
        entries.flatMap { entry -> [BaselineParts.Setting] in
            guard let control = control(entry.name, at: entry.key) else { return [] }
            return readParameters(of: control, entry.value)
        }
    }

    private mutating func readParameters(of control: Control, _ node: YAMLNode) -> [BaselineParts.Setting] {
        guard let items = node.mapping else {
            diagnostics.add(
                node.diagnostic(file: file, code: "P133", "the parameters of \(control.id) are a mapping"))
            return []
        }
        return items.compactMap { item in
            guard let declared = control.parameters[item.name] else {
                diagnostics.add(
                    item.key.diagnostic(
                        file: file, code: "P114", "\(control.id) has no parameter '\(item.name)'",
                        help: closest(to: item.name, among: control.parameters.keys).map { "did you mean '\($0)'?" }
                    ))
                return nil
            }
            guard let value = Self.value(item.value, like: declared) else {
                diagnostics.add(
                    item.value.diagnostic(
                        file: file, code: "P113",
                        "'\(item.name)' must be of the type of its default, \(declared.text)"))
                return nil
            }
            return .init(control: control.id, name: item.name, value: value, place: item.key)
        }
    }

    private static func value(_ node: YAMLNode, like declared: PolicyValue) -> PolicyValue? {
        PolicyValueReader.read(node, as: PolicyValueReader.Kind(declared))
    }

    /// `CONTROL: { reason: text, severity: high, parameters: { … } }`; a role's have no severity.
    private mutating func readOverrides(
        _ entries: [YAMLNode.Entry], mayRate: Bool
    ) -> [BaselineParts.Override] {
        entries.compactMap { entry in
            guard let control = control(entry.name, at: entry.key) else { return nil }
            var fields = FieldReader(entry.value, file: file, what: "an override")
            let reason = fields.text("reason", isRequired: true)
            let severity = mayRate ? fields.choice("severity", Severity.self) : nil
            let settings = fields.value("parameters").map { readParameters(of: control, $0) }
            if entry.value.mapping != nil, severity == nil, settings?.isEmpty ?? true, !fields.diagnostics.hasErrors {
                fields.report(
                    entry.key.diagnostic(
                        file: file, code: "P102", "this override changes nothing",
                        help: mayRate ? "give it 'severity' or 'parameters'" : "give it 'parameters'"))
            }
            diagnostics.add(fields.finish())
            guard let reason else { return nil }
            return .init(
                control: control.id, reason: reason, severity: severity, settings: settings ?? [], place: entry.key)
        }
    }

    private mutating func readRoles(_ entries: [YAMLNode.Entry]) -> [BaselineParts.Role] {
        entries.map { entry in
            var fields = FieldReader(entry.value, file: file, what: "a role")
            let settings = readParameters(fields.entries("parameters"))
            let exclusions = readExclusions(fields.entries("exclude"))
            let overrides = readOverrides(fields.entries("override"), mayRate: false)
            let own = fields.value("controls").map { readControls($0) } ?? []
            diagnostics.add(fields.finish())
            return .init(
                name: entry.name, controls: own, exclusions: exclusions, settings: settings, overrides: overrides)
        }
    }
}
