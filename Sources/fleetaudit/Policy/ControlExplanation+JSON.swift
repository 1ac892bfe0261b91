import Collection
import Formats
import HostFacts
import Policy

extension ControlExplanation {
    /// One document with everything that the text says (docs/policies.md).
    var json: JSON {
        var members: [JSON.Member] = [
            .init("fleetaudit", "control"), .init("format", 1), .init("id", .string(control.id)),
            .init("title", .string(control.title)), .init("area", .string(control.area)),
            .init("severity", .string(control.severity.rawValue)),
            .init("consequence", control.consequence.map { .string($0.rawValue) } ?? .null),
            .init("why", .string(control.why)), .init("check", Self.json(check)),
            .init("appliesTo", Self.json(appliesTo)), .init("parameters", Self.json(parameters)),
            .init("symptoms", Self.json(control.symptoms)), .init("notApplicableWhen", Self.json(notApplicable)),
            .init("unknownWhen", Self.json(unknown)),
        ]
        members += [
            .init("facts", .array(facts.map(Self.json))), .init("remediation", .array(changes.map(Self.json))),
            .init("standsIn", .array(places.map(Self.json))), .init("references", Self.json(control.references)),
            .init("file", .string(control.file)),
        ]
        return .object(members)
    }

    private static func json(_ texts: [String]) -> JSON { .array(texts.map { .string($0) }) }

    private static func json(_ sentences: [ConditionSentence]) -> JSON {
        .array(sentences.map { ["depth": .int(Int64($0.depth)), "text": .string($0.text)] })
    }

    private static func json(_ values: [String: PolicyValue]) -> JSON {
        .object(values.sorted { $0.key < $1.key }.map { .init($0.key, $0.value.json) })
    }

    private static func json(_ fact: Fact) -> JSON {
        [
            "path": .string(fact.path), "type": .string(fact.type.rawValue), "meaning": .string(fact.meaning),
            "sources": json(fact.sources), "sections": .array(fact.sections.map { .string($0.rawValue) }),
        ]
    }

    private static func json(_ change: Change) -> JSON {
        [
            "summary": .string(change.summary), "onlyFor": change.onlyFor.map { .string($0) } ?? .null,
            "policyPath": change.policyPath.map { .string($0) } ?? .null, "effect": .string(change.effect),
            "risk": .string(change.risk),
        ]
    }

    private static func json(_ place: Place) -> JSON {
        [
            "baseline": .string(place.baseline), "role": place.role.map { .string($0) } ?? .null,
            "excludedBecause": place.exclusion.map { .string($0) } ?? .null,
            "severity": .string(place.severity.rawValue), "parameters": json(place.parameters),
        ]
    }
}

extension PolicyValue {
    var json: JSON {
        switch self {
        case .flag(let flag): .bool(flag)
        case .integer(let number): .int(number)
        case .list(let items): .array(items.map { .string($0) })
        case .text, .version, .moment, .span: .string(text)
        }
    }
}
