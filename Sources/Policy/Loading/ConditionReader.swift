import Formats
import HostFacts

/// Reads `check` and `applies-to`, checking facts, operators and types against the dictionary.
struct ConditionReader {
    let file: String
    /// Parameters that the control declares, with their defaults.
    let parameters: [String: PolicyValue]
    var diagnostics = Diagnostics()

    init(file: String, parameters: [String: PolicyValue]) {
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
        if node["fact"] != nil { return comparison(node, entries) }
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

    // MARK: Comparisons

    private mutating func comparison(_ node: YAMLNode, _ entries: [YAMLNode.Entry]) -> Condition? {
        var fields = FieldReader(node, file: file, what: "a comparison")
        let path = fields.text("fact", isRequired: true)
        let whenAbsent = fields.choice("absent", Comparison.WhenAbsent.self)
        var found: [(Comparison.Operator, YAMLNode)] = []
        for candidate in Comparison.Operator.allCases {
            if let operand = fields.value(candidate.rawValue) { found.append((candidate, operand)) }
        }
        diagnostics.add(fields.finish())
        guard let path, let fact = fact(path, at: node["fact"] ?? node) else { return nil }
        guard found.count == 1, let (name, operand) = found.first else {
            diagnostics.add(
                node.diagnostic(
                    file: file, code: "P111", "a comparison has one operator, and this has \(found.count)",
                    help: "operators are \(Comparison.Operator.allCases.map(\.rawValue).joined(separator: ", "))"))
            return nil
        }
        guard let value = self.operand(operand, for: fact, name) else { return nil }
        return .compare(Comparison(fact: fact, operator: name, operand: value, whenAbsent: whenAbsent))
    }

    private mutating func fact(_ path: String, at node: YAMLNode) -> Fact? {
        if let fact = FactDictionary[path] { return fact }
        let help: String?
        if FactDictionary[path + ".effective"] != nil {
            help = "a setting has several facts: '\(path).effective', '.source', '.local', '.policy'"
        } else {
            help = closest(to: path, among: FactDictionary.all.map(\.path)).map { name in
                let type = FactDictionary[name].map { " (\($0.type.rawValue): \($0.meaning))" } ?? ""
                return "did you mean '\(name)'?\(type)"
            }
        }
        diagnostics.add(
            node.diagnostic(file: file, code: "P112", "unknown fact '\(path)'", label: "no such fact", help: help))
        return nil
    }

    private mutating func operand(_ node: YAMLNode, for fact: Fact, _ name: Comparison.Operator) -> Comparison.Operand?
    {
        guard let wanted = Self.operandType(of: fact.type, name) else {
            diagnostics.add(
                node.diagnostic(
                    file: file, code: "P113",
                    "'\(name.rawValue)' does not fit '\(fact.path)', which is \(fact.type.rawValue)"))
            return nil
        }
        if let entries = node.mapping, entries.count > 1 {
            diagnostics.add(
                node.diagnostic(
                    file: file, code: "P104", "a value is a constant or '{ parameter: name }', nothing beside it"))
            return nil
        }
        if let parameter = node["parameter"]?.string {
            guard let value = parameters[parameter] else {
                diagnostics.add(
                    node.diagnostic(
                        file: file, code: "P114", "the control declares no parameter '\(parameter)'",
                        help: closest(to: parameter, among: parameters.keys).map { "did you mean '\($0)'?" }))
                return nil
            }
            guard PolicyValueReader.fits(value, wanted) else {
                diagnostics.add(
                    node.diagnostic(file: file, code: "P113", "the parameter '\(parameter)' is not \(wanted.rawValue)"))
                return nil
            }
            return .parameter(parameter)
        }
        guard let value = PolicyValueReader.read(node, as: wanted) else {
            diagnostics.add(
                node.diagnostic(
                    file: file, code: "P113", "'\(name.rawValue)' of '\(fact.path)' must be \(wanted.rawValue)"))
            return nil
        }
        guard checkChoices(value, node, fact) else { return nil }
        return .constant(value)
    }

    /// A misspelt word would compare as different for ever: `not-equals: disabeld` would always hold.
    private mutating func checkChoices(_ value: PolicyValue, _ node: YAMLNode, _ fact: Fact) -> Bool {
        let words: [String]
        switch (fact.type, value) {
        case (.text, .text(let word)) where !fact.choices.isEmpty && !word.contains("*"): words = [word]
        case (.text, .list(let list)) where !fact.choices.isEmpty: words = list
        case (.integer, .list(let list)):
            guard let wrong = list.first(where: { Int64($0) == nil }) else { return true }
            diagnostics.add(
                node.diagnostic(file: file, code: "P113", "'\(fact.path)' is a number, and '\(wrong)' is none"))
            return false
        default: return true
        }
        guard let wrong = words.first(where: { !fact.choices.contains($0) }) else { return true }
        diagnostics.add(
            node.diagnostic(
                file: file, code: "P116", "'\(fact.path)' is never '\(wrong)'",
                help: closest(to: wrong, among: fact.choices).map { "did you mean '\($0)'?" }
                    ?? "it is one of \(fact.choices.joined(separator: ", "))"))
        return false
    }

    /// What an operator takes for a type of fact; `nil` when it does not fit.
    static func operandType(of fact: FactType, _ name: Comparison.Operator) -> PolicyValueReader.Kind? {
        switch (fact, name) {
        case (_, .isPresent): .flag
        case (.flag, .equals), (.flag, .notEquals): .flag
        case (.integer, .equals), (.integer, .notEquals), (.integer, .atLeast), (.integer, .atMost): .integer
        case (.integer, .oneOf), (.text, .oneOf): .list
        case (.text, .equals), (.text, .notEquals), (.text, .matches): .text
        case (.text, .isEmpty), (.list, .isEmpty): .flag
        case (.version, .equals), (.version, .atLeast), (.version, .atMost): .version
        case (.date, .before), (.date, .after): .moment
        case (.list, .contains): .text
        case (.list, .equals), (.list, .only): .list
        default: nil
        }
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
                if parameters[parameter] == nil {
                    diagnostics.add(
                        item.value.diagnostic(
                            file: file, code: "P114", "the control declares no parameter '\(parameter)'"))
                }
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
