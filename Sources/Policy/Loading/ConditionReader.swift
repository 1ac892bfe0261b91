import Formats
import HostFacts

/// Reads `check` and `applies-to`, checking facts, operators and types against the dictionary.
struct ConditionReader {
    let file: String
    /// Parameters that the control declares, with their defaults, and what they are once a comparison has said so.
    var parameters: ParameterTable
    var diagnostics = Diagnostics()

    init(file: String, parameters: ParameterTable) {
        self.file = file
        self.parameters = parameters
    }

    mutating func read(_ node: YAMLNode, depth: Int = 1) -> Condition? {
        guard let entries = node.mapping else {
            diagnostics.add(
                node.diagnostic(file: file, code: "P110", "a condition is a mapping, and this is \(node.kind)"))
            return nil
        }
        guard depth <= 16 else {
            diagnostics.add(node.diagnostic(file: file, code: "P110", "conditions are nested deeper than 16"))
            return nil
        }
        if node["fact"] != nil { return comparison(node) }
        if node["rule"] != nil { return rule(node) }
        guard entries.count == 1, let entry = entries.first else {
            diagnostics.add(
                node.diagnostic(
                    file: file, code: "P110", "a condition holds 'fact', 'rule', 'all', 'any' or 'not'",
                    help: "several conditions stand as a list under 'all:' or 'any:'"))
            return nil
        }
        switch entry.name {
        case "all": return parts(entry.value, depth).map { .all($0) }
        case "any": return parts(entry.value, depth).map { .any($0) }
        case "not": return read(entry.value, depth: depth + 1).map { .not($0) }
        default:
            diagnostics.add(
                entry.key.diagnostic(
                    file: file, code: "P104", "unknown key '\(entry.name)' in a condition",
                    help: closest(to: entry.name, among: ["fact", "rule", "all", "any", "not"]).map {
                        "did you mean '\($0)'?"
                    }))
            return nil
        }
    }

    private mutating func parts(_ node: YAMLNode, _ depth: Int) -> [Condition]? {
        guard let items = node.sequence, !items.isEmpty else {
            diagnostics.add(node.diagnostic(file: file, code: "P110", "'all' and 'any' take a list of conditions"))
            return nil
        }
        return items.compactMap { read($0, depth: depth + 1) }
    }

    // MARK: Rules

    private mutating func rule(_ node: YAMLNode) -> Condition? {
        var fields = FieldReader(node, file: file, what: "a rule")
        let name = fields.text("rule", isRequired: true)
        let with = fields.entries("with")
        diagnostics.add(fields.finish())
        guard let name else { return nil }
        guard let entry = RuleCatalogue[name] else {
            diagnostics.add(
                (node["rule"] ?? node).diagnostic(
                    file: file, code: "P115", "unknown rule '\(name)'",
                    help: closest(to: name, among: RuleCatalogue.all.map(\.name)).map { "did you mean '\($0)'?" }))
            return nil
        }
        var arguments: [String: RuleArgument] = [:]
        for item in with {
            guard entry.arguments.contains(where: { $0.name == item.name }) else {
                diagnostics.add(
                    item.key.diagnostic(
                        file: file, code: "P104", "the rule '\(name)' takes no '\(item.name)'",
                        help: closest(to: item.name, among: entry.arguments.map(\.name)).map { "did you mean '\($0)'?" }
                    ))
                continue
            }
            if let parameter = item.value["parameter"]?.string {
                if !parameters.use(parameter) { diagnostics.add(unknown(parameter, at: item.value)) }
                arguments[item.name] = .parameter(parameter)
            } else if let value = PolicyValueReader.read(item.value) {
                arguments[item.name] = .constant(value)
            } else {
                diagnostics.add(
                    item.value.diagnostic(file: file, code: "P113", "'\(item.name)' has no value that fits"))
            }
        }
        for argument in entry.arguments where argument.isRequired && arguments[argument.name] == nil {
            diagnostics.add(node.diagnostic(file: file, code: "P102", "the rule '\(name)' needs '\(argument.name)'"))
        }
        return .rule(entry.make(arguments))
    }
}
