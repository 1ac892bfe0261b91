import Formats
import HostFacts

/// Reads one control file.
struct ControlReader {
    let file: String
    /// The folder's name.
    let area: String
    private(set) var diagnostics = Diagnostics()

    init(file: String, area: String) {
        self.file = file
        self.area = area
    }

    mutating func read(_ root: YAMLNode) -> Control? {
        var fields = FieldReader(root, file: file, what: "a control")
        let id = fields.text("id", isRequired: true)
        let title = fields.text("title", isRequired: true)
        let severity = fields.choice("severity", Severity.self, isRequired: true)
        let consequence = fields.choice("consequence", Consequence.self)
        let why = fields.text("why", isRequired: true)
        let symptoms = fields.texts("symptoms")
        let references = fields.texts("references")
        let parameters = readParameters(fields.entries("parameters"))
        var conditions = ConditionReader(file: file, parameters: parameters)
        let appliesTo = fields.value("applies-to").flatMap { conditions.read($0) }
        let check = fields.value("check", isRequired: true).flatMap { conditions.read($0) }
        var changes = RemediationReader(file: file, parameters: conditions.parameters.values)
        let remediation = fields.value("remediation").map { changes.read($0) } ?? []
        if let id, let place = root["id"], !Self.isID(id) {
            fields.report(
                place.diagnostic(file: file, code: "P105", "'\(id)' is no control id", help: "ids look like RDP-006"))
        }
        diagnostics.add(fields.finish())
        diagnostics.add(conditions.diagnostics)
        diagnostics.add(changes.diagnostics)
        // What could not be read may rest on any of them.
        for (name, place) in conditions.parameters.unused(beside: remediation.parameters) where !diagnostics.hasErrors {
            diagnostics.add(
                place.diagnostic(
                    .warning, file: file, code: "P150", "nothing rests on the parameter '\(name)'",
                    help: "use it as { parameter: \(name) }, or leave it out"))
        }
        guard let id, let title, let severity, let why, let check, !diagnostics.hasErrors else { return nil }
        let statement = ControlStatement(
            id: id, title: title, area: area, severity: severity, consequence: consequence,
            why: why.split(whereSeparator: \.isWhitespace).joined(separator: " "), symptoms: symptoms,
            references: references, file: file)
        return Control(
            statement, appliesTo: appliesTo, check: check, remediation: remediation,
            parameters: conditions.parameters.values)
    }

    private mutating func readParameters(_ entries: [YAMLNode.Entry]) -> ParameterTable {
        var parameters = ParameterTable()
        for entry in entries {
            guard let value = PolicyValueReader.read(entry.value) else {
                diagnostics.add(
                    entry.value.diagnostic(
                        file: file, code: "P113", "the parameter '\(entry.name)' has no usable default"))
                continue
            }
            parameters.declare(entry.name, value, at: entry.value)
        }
        return parameters
    }

    /// Capital letters, a dash, three digits.
    private static func isID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && parts[0].utf8.allSatisfy { (0x41...0x5a).contains($0) }
            && parts[1].count == 3 && UInt32(digits: parts[1].utf8) != nil
    }
}

extension [RemediationTemplate] {
    /// The parameters that a change sets something to.
    fileprivate var parameters: Set<String> {
        Set(
            compactMap { template in
                if case .setRegistry(_, _, .parameter(let name)) = template.change { name } else { nil }
            })
    }
}
