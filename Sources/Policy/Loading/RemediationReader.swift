import Formats
import HostFacts

/// Reads the changes that a control proposes. A registry value that the probe does not read is refused: without knowing
/// what was there, there is no way back.
struct RemediationReader {
    let file: String
    /// Parameters that the control declares, with their defaults.
    let parameters: [String: PolicyValue]
    var diagnostics = Diagnostics()

    init(file: String, parameters: [String: PolicyValue]) {
        self.file = file
        self.parameters = parameters
    }

    mutating func read(_ node: YAMLNode) -> [RemediationTemplate] {
        guard let items = node.sequence else {
            diagnostics.add(node.diagnostic(file: file, code: "P120", "'remediation' is a list of changes"))
            return []
        }
        return items.compactMap { item($0) }
    }

    static let changes = [
        "set-registry", "remove-registry", "start-service", "enable-rdp-rules", "disable-blocking-rules",
        "grant-key-file-access", "renew-self-signed-certificate", "advise",
    ]

    private mutating func item(_ node: YAMLNode) -> RemediationTemplate? {
        var fields = FieldReader(node, file: file, what: "a change")
        let policy = fields.text("policy")
        let effect = fields.choice("effect", RemediationTemplate.Effect.self)
        let risk = fields.text("risk") ?? ""
        let onlyFor = fields.text("for")
        var changes: [RemediationTemplate.Change] = []
        let before = diagnostics.errorCount
        for name in Self.changes {
            guard let value = fields.value(name) else { continue }
            if let change = change(name, value) { changes.append(change) }
        }
        diagnostics.add(fields.finish())
        if let onlyFor, FactDictionary[onlyFor] == nil, let place = node["for"] {
            diagnostics.add(
                place.diagnostic(
                    file: file, code: "P112", "unknown fact '\(onlyFor)'", label: "no such fact",
                    help: closest(to: onlyFor, among: FactDictionary.all.map(\.path)).map { "did you mean '\($0)'?" }))
        }
        guard changes.count == 1, let change = changes.first else {
            if changes.isEmpty, diagnostics.errorCount == before {
                diagnostics.add(
                    node.diagnostic(
                        file: file, code: "P120", "a change is one of \(Self.changes.joined(separator: ", "))"))
            } else if changes.count > 1 {
                diagnostics.add(node.diagnostic(file: file, code: "P120", "one list entry is one change"))
            }
            return nil
        }
        return RemediationTemplate(
            change: change, policyPath: policy, effect: effect ?? .immediate, risk: risk, onlyFor: onlyFor)
    }

    private mutating func change(_ name: String, _ node: YAMLNode) -> RemediationTemplate.Change? {
        switch name {
        case "set-registry": return setRegistry(node)
        case "remove-registry":
            var fields = FieldReader(node, file: file, what: "'remove-registry'")
            let location = location(&fields)
            diagnostics.add(fields.finish())
            return location.map { .removeRegistry(key: $0.key, name: $0.name) }
        case "start-service": return startService(node)
        case "advise":
            if let text = node.string { return .advise(text) }
            diagnostics.add(
                node.diagnostic(file: file, code: "P103", "'advise' must be a text, and this is \(node.kind)"))
            return nil
        case "enable-rdp-rules": return flag(.enableRemoteDesktopRules, name, node)
        case "disable-blocking-rules": return flag(.disableBlockingRules, name, node)
        case "grant-key-file-access": return flag(.grantKeyFileAccess, name, node)
        default: return flag(.renewSelfSignedCertificate, name, node)
        }
    }

    /// A change without details stands as `name: true`.
    private mutating func flag(
        _ change: RemediationTemplate.Change, _ name: String, _ node: YAMLNode
    ) -> RemediationTemplate.Change? {
        if node.bool == true { return change }
        diagnostics.add(
            node.diagnostic(
                file: file, code: "P103", "'\(name)' can only be true", help: "leave the entry out otherwise"))
        return nil
    }

    private mutating func setRegistry(_ node: YAMLNode) -> RemediationTemplate.Change? {
        var fields = FieldReader(node, file: file, what: "'set-registry'")
        let location = location(&fields)
        let type = fields.choice("type", ValueType.self, isRequired: true)
        let target = fields.value("to", isRequired: true)
        diagnostics.add(fields.finish())
        guard let location, let type, let target else { return nil }
        if target.mapping != nil { return setToParameter(location, type, target) }
        guard let value = type.value(target) else {
            diagnostics.add(target.diagnostic(file: file, code: "P113", "'to' does not fit the type \(type.rawValue)"))
            return nil
        }
        return .setRegistry(key: location.key, name: location.name, value: .constant(value))
    }

    /// `to: { parameter: port }`: what the control wants is what the change sets.
    private mutating func setToParameter(
        _ location: RegistryLocation, _ type: ValueType, _ node: YAMLNode
    ) -> RemediationTemplate.Change? {
        var fields = FieldReader(node, file: file, what: "'to'")
        let name = fields.text("parameter", isRequired: true)
        diagnostics.add(fields.finish())
        guard let name else { return nil }
        switch (parameters[name], type) {
        case (.integer, .dword), (.text, .string):
            return .setRegistry(key: location.key, name: location.name, value: .parameter(name))
        case (nil, _):
            diagnostics.add(
                node.diagnostic(
                    file: file, code: "P114", "the control declares no parameter '\(name)'",
                    help: closest(to: name, among: parameters.keys).map { "did you mean '\($0)'?" }))
        default:
            diagnostics.add(
                node.diagnostic(
                    file: file, code: "P113", "the parameter '\(name)' does not fit the type \(type.rawValue)"))
        }
        return nil
    }

    enum ValueType: String, CaseIterable {
        case dword, string

        func value(_ node: YAMLNode) -> RegistryValue? {
            switch self {
            case .dword: node.int.flatMap { UInt32(exactly: $0) }.map { .dword($0) }
            case .string: node.string.map { .string($0) }
            }
        }
    }

    private mutating func startService(_ node: YAMLNode) -> RemediationTemplate.Change? {
        var fields = FieldReader(node, file: file, what: "'start-service'")
        let service = fields.choice("name", AuditedService.self, isRequired: true)
        let start = fields.choice("start", StartType.self, isRequired: true)
        diagnostics.add(fields.finish())
        guard let service, let start else { return nil }
        return .startService(service, start: start == .automatic ? .automatic : .manual)
    }

    enum StartType: String, CaseIterable { case automatic, manual }

    /// `key` begins with HKLM and is one that the probe reads the value of.
    private mutating func location(_ fields: inout FieldReader) -> RegistryLocation? {
        let key = fields.text("key", isRequired: true)
        let name = fields.text("value", isRequired: true)
        guard let key, let name else { return nil }
        guard key.hasPrefix("HKLM\\") else {
            fields.report(fields.node.diagnostic(file: file, code: "P121", "'key' must begin with HKLM\\"))
            return nil
        }
        let location = RegistryLocation(String(key.dropFirst(5)), name)
        guard RegistryQuestion.isAsked(location) else {
            fields.report(
                (fields.node["value"] ?? fields.node).diagnostic(
                    file: file, code: "P122", "the probe does not read \(location.description)",
                    help: "without the prior value there is no rollback; only values that are read can be changed"))
            return nil
        }
        return location
    }
}
