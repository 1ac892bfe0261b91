import Formats
import HostFacts

extension ConditionReader {
    mutating func comparison(_ node: YAMLNode) -> Condition? {
        var fields = FieldReader(node, file: file, what: "a comparison")
        let path = fields.text("fact", isRequired: true)
        let whenAbsent = fields.choice("absent", Comparison.WhenAbsent.self)
        var found: [(Comparison.Subject, YAMLNode)] = []
        for candidate in Comparison.Operator.allCases where fields.value(candidate.rawValue) != nil {
            found.append((.whole, node))
        }
        for candidate in Comparison.Subject.quantifiers {
            if let test = fields.value(candidate.rawValue) { found.append((candidate, test)) }
        }
        diagnostics.add(fields.finish())
        guard let path, let fact = fact(path, at: node["fact"] ?? node) else { return nil }
        guard found.count == 1, let (subject, test) = found.first else {
            let words = Comparison.Operator.allCases.map(\.rawValue) + Comparison.Subject.quantifiers.map(\.rawValue)
            diagnostics.add(
                node.diagnostic(
                    file: file, code: "P111", "a comparison has one operator, and this has \(found.count)",
                    help: "operators are \(words.joined(separator: ", "))"))
            return nil
        }
        guard let type = subject.type(of: fact.type) else {
            diagnostics.add(
                test.diagnostic(
                    file: file, code: "P113",
                    "'\(subject.rawValue)' does not fit '\(fact.path)', which is \(fact.type.rawValue)",
                    help: "every, some, none and count are for lists"))
            return nil
        }
        guard let (name, operand) = operation(test, subject) else { return nil }
        guard let value = self.operand(operand, for: fact, name, subject, type) else { return nil }
        return .compare(
            Comparison(fact: fact, subject: subject, operator: name, operand: value, whenAbsent: whenAbsent))
    }

    /// The operator and what stands behind it; for a quantifier those of its own mapping.
    private mutating func operation(
        _ node: YAMLNode, _ subject: Comparison.Subject
    ) -> (Comparison.Operator, YAMLNode)? {
        if subject != .whole {
            var fields = FieldReader(node, file: file, what: "'\(subject.rawValue)'")
            let count = Comparison.Operator.allCases.count { fields.value($0.rawValue) != nil }
            diagnostics.add(fields.finish())
            guard node.mapping != nil else { return nil }
            guard count == 1 else {
                diagnostics.add(
                    node.diagnostic(
                        file: file, code: "P111", "'\(subject.rawValue)' takes one operator, and this has \(count)",
                        help: "write \(subject.rawValue): { \(subject == .count ? "at-most: 1" : "matches: 'a*'") }"))
                return nil
            }
        }
        for candidate in Comparison.Operator.allCases {
            if let operand = node[candidate.rawValue], !operand.isNull { return (candidate, operand) }
        }
        return nil
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

    private mutating func operand(
        _ node: YAMLNode, for fact: Fact, _ name: Comparison.Operator, _ subject: Comparison.Subject, _ type: FactType
    ) -> Comparison.Operand? {
        let what = subject == .whole ? "'\(fact.path)'" : "'\(subject.rawValue)' of '\(fact.path)'"
        guard let wanted = name.operandKind(for: type), subject == .whole || name != .isPresent else {
            let fitting = Comparison.Operator.allCases.filter { $0.operandKind(for: type) != nil }
                .filter { subject == .whole || $0 != .isPresent }
            diagnostics.add(
                node.diagnostic(
                    file: file, code: "P113", "'\(name.rawValue)' does not fit \(what), which is \(type.rawValue)",
                    help: "what fits is \(fitting.map(\.rawValue).joined(separator: ", "))"))
            return nil
        }
        if let entries = node.mapping, entries.count > 1 {
            diagnostics.add(
                node.diagnostic(
                    file: file, code: "P104", "a value is a constant or '{ parameter: name }', nothing beside it"))
            return nil
        }
        if let parameter = node["parameter"]?.string {
            guard parameters.use(parameter) else {
                diagnostics.add(unknown(parameter, at: node))
                return nil
            }
            guard let value = parameters.value(parameter, as: wanted) else {
                diagnostics.add(
                    node.diagnostic(file: file, code: "P113", "the parameter '\(parameter)' is not \(wanted.rawValue)"))
                return nil
            }
            guard check(value, node, fact, name, type) else { return nil }
            return .parameter(parameter)
        }
        guard let value = PolicyValueReader.read(node, as: wanted) else {
            diagnostics.add(
                node.diagnostic(
                    file: file, code: "P113", "'\(name.rawValue)' of \(what) must be \(wanted.rawValue)",
                    help: PolicyValueReader.help(node, as: wanted)))
            return nil
        }
        return check(value, node, fact, name, type) ? .constant(value) : nil
    }

    func unknown(_ parameter: String, at node: YAMLNode) -> Diagnostic {
        node.diagnostic(
            file: file, code: "P114", "the control declares no parameter '\(parameter)'",
            help: closest(to: parameter, among: parameters.names).map { "did you mean '\($0)'?" })
    }

    private mutating func check(
        _ value: PolicyValue, _ node: YAMLNode, _ fact: Fact, _ name: Comparison.Operator, _ type: FactType
    ) -> Bool {
        guard let misfit = fact.misfit(of: value, name, type) else { return true }
        diagnostics.add(
            node.diagnostic(file: file, code: misfit.code, misfit.message, label: misfit.label, help: misfit.help))
        return false
    }
}
