import Formats
import HostFacts

extension PolicySchema {
    static var controlSchema: JSON {
        .object([
            .init("$schema", draft), .init("title", "FleetAudit control, format 1"),
            .init("description", "One thing that must be right on a host. Explained in docs/policies.md."),
            .init("type", "object"), .init("additionalProperties", false),
            .init("required", ["id", "title", "severity", "why", "check"]),
            .init("properties", .object(controlProperties)), .init("$defs", .object(definitions)),
        ])
    }

    private static var controlProperties: [JSON.Member] {
        [
            .init("id", described("The file's name.", id)),
            .init("title", described("The wanted state as a sentence without a full stop.", text)),
            .init("severity", words(Severity.self)), .init("consequence", words(Consequence.self)),
            .init("why", described("For somebody who never heard of it.", text)),
            .init("symptoms", described("What people see when it is wrong.", texts)), .init("references", texts),
            .init("parameters", described("Values that a baseline may set, with their defaults.", map(".", constant))),
            .init("applies-to", described("Whom it concerns; without it every host.", reference("condition"))),
            .init("check", described("What must hold.", reference("condition"))),
            .init("remediation", ["type": "array", "items": reference("change")]),
        ]
    }

    static func reference(_ name: String) -> JSON { ["$ref": .string("#/$defs/\(name)")] }

    private static var definitions: [JSON.Member] {
        [
            .init(
                "condition",
                [
                    "type": "object", "if": ["required": ["fact"]], "then": reference("comparison"),
                    "else": ["if": ["required": ["rule"]], "then": reference("rule"), "else": reference("group")],
                ]),
            .init(
                "group",
                .object(
                    [.init("minProperties", 1), .init("maxProperties", 1)]
                        + (mapping([
                            .init("all", reference("conditions")), .init("any", reference("conditions")),
                            .init("not", reference("condition")),
                        ]).object ?? []))),
            .init("conditions", ["type": "array", "minItems": 1, "items": reference("condition")]),
            .init(
                "parameter",
                described(
                    "A value that baselines may set.", mapping([.init("parameter", text)], required: ["parameter"]))),
            .init("comparison", comparison), .init("rule", rule), .init("change", change),
        ] + FactType.allCases.map { .init(factsName($0), words(FactDictionary.all.filter(ofType: $0))) }
    }

    // MARK: Comparisons

    private static func factsName(_ type: FactType) -> String {
        switch type {
        case .flag: "flag-facts"
        case .integer: "integer-facts"
        case .text: "text-facts"
        case .version: "version-facts"
        case .date: "date-facts"
        case .list: "list-facts"
        }
    }

    private static var comparison: JSON {
        let operators = Comparison.Operator.allCases.map(\.rawValue) + Comparison.Subject.quantifiers.map(\.rawValue)
        let properties: [JSON.Member] =
            [
                .init("fact", words(FactDictionary.all.map(\.path))),
                .init(
                    "absent",
                    described("What an absent fact means; without it, unknown.", words(Comparison.WhenAbsent.self))),
            ] + operators.map { .init($0, true) }
        let kinds: [JSON] = FactType.allCases.map { type in
            [
                "if": ["properties": ["fact": reference(factsName(type))]],
                "then": [
                    "properties": .object(operations(on: type, isWhole: true)),
                    "propertyNames": words(["fact", "absent"] + operations(on: type, isWhole: true).map(\.key)),
                ],
            ]
        }
        guard case .object(let members) = mapping(properties, required: ["fact"]) else { return true }
        return .object(
            members + [
                .init("oneOf", .array(operators.map { ["required": .array([.string($0)])] })),
                .init("allOf", .array(kinds)),
            ])
    }

    /// The operators that fit a type, each with what it takes.
    private static func operations(on type: FactType, isWhole: Bool) -> [JSON.Member] {
        let plain: [JSON.Member] = Comparison.Operator.allCases.compactMap { name in
            guard isWhole || name != .isPresent, let kind = name.operandKind(for: type) else { return nil }
            return .init(name.rawValue, ["oneOf": [operand(kind, type), reference("parameter")]])
        }
        guard isWhole else { return plain }
        return plain
            + Comparison.Subject.quantifiers.compactMap { subject in
                guard let inner = subject.type(of: type) else { return nil }
                let test = mapping(operations(on: inner, isWhole: false))
                return .init(
                    subject.rawValue,
                    .object([.init("minProperties", 1), .init("maxProperties", 1)] + (test.object ?? [])))
            }
    }

    private static func operand(_ kind: PolicyValueReader.Kind, _ type: FactType) -> JSON {
        switch kind {
        case .flag: ["type": "boolean"]
        case .integer: ["type": "integer"]
        case .text: ["type": ["string", "number", "boolean"]]
        case .version: ["type": ["string", "number"], "pattern": "^[0-9]+(\\.[0-9]+){1,3}$"]
        case .list where type == .integer: ["type": "array", "items": ["type": "integer"]]
        case .list: ["type": "array", "items": ["type": ["string", "number", "boolean"]]]
        case .moment:
            [
                "type": "string",
                "pattern": "^(now([+-][0-9]+[dhm])?|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2}))?)$",
            ]
        case .span: ["type": "string", "pattern": "^[0-9]+[dhm]$"]
        }
    }

    // MARK: Rules and changes

    private static var rule: JSON {
        let each: [JSON] = RuleCatalogue.all.map { entry in
            let arguments: [JSON.Member] = entry.arguments.map {
                .init($0.name, described($0.meaning, ["oneOf": [constant, reference("parameter")]]))
            }
            let required = entry.arguments.filter(\.isRequired).map(\.name)
            var then: [JSON.Member] = [
                .init("properties", .object([.init("with", mapping(arguments, required: required))]))
            ]
            if !required.isEmpty { then.append(.init("required", ["with"])) }
            return ["if": ["properties": ["rule": ["const": .string(entry.name)]]], "then": .object(then)]
        }
        let keys = mapping(
            [.init("rule", words(RuleCatalogue.all.map(\.name))), .init("with", ["type": "object"])], required: ["rule"]
        )
        return .object((keys.object ?? []) + [.init("allOf", .array(each))])
    }

    private static var change: JSON {
        let common: [JSON.Member] = [
            .init("policy", described("Where the setting stands in Group Policy.", text)),
            .init("effect", words(RemediationTemplate.Effect.self)),
            .init("risk", described("What could be cut off.", text)),
            .init("for", described("Only when this fact is what failed.", words(FactDictionary.all.map(\.path)))),
        ]
        let changes: [JSON.Member] = RemediationReader.changes.map { .init($0, shape(of: $0)) }
        let keys = mapping(common + changes)
        let oneOf: [JSON] = RemediationReader.changes.map { ["required": .array([.string($0)])] }
        return .object((keys.object ?? []) + [.init("oneOf", .array(oneOf))])
    }

    private static func shape(of change: String) -> JSON {
        let key: JSON.Member = .init("key", ["type": "string", "pattern": "^HKLM\\\\"])
        switch change {
        case "set-registry":
            return mapping(
                [
                    key, .init("value", text), .init("type", words(RemediationReader.ValueType.self)),
                    .init("to", ["oneOf": [["type": ["integer", "string"]], reference("parameter")]]),
                ], required: ["key", "value", "type", "to"])
        case "remove-registry": return mapping([key, .init("value", text)], required: ["key", "value"])
        case "start-service":
            return mapping(
                [
                    .init("name", words(AuditedService.self)), .init("start", words(RemediationReader.StartType.self)),
                ], required: ["name", "start"])
        case "advise": return text
        default: return ["const": true]
        }
    }
}

extension [Fact] {
    fileprivate func filter(ofType type: FactType) -> [String] { filter { $0.type == type }.map(\.path) }
}
