package import Formats
import HostFacts

/// The JSON Schemas (draft 2020-12) of policy files, made from what the loader knows, for editors.
///
/// A schema cannot hold everything: which parameters a control declares and which controls there are, loading tells.
package enum PolicySchema: String, Sendable, CaseIterable {
    case control, baseline

    package var json: JSON {
        switch self {
        case .control: Self.controlSchema
        case .baseline: Self.baselineSchema
        }
    }

    /// The text of the published file.
    package var text: [UInt8] { JSON.write(json, style: .pretty) + [0x0a] }

    static let draft: JSON = "https://json-schema.org/draft/2020-12/schema"

    static let text: JSON = ["type": "string", "minLength": 1]
    static let texts: JSON = ["oneOf": [text, ["type": "array", "items": text]]]
    static let id: JSON = ["type": "string", "pattern": "^[A-Z]+-[0-9]{3}$"]

    /// A constant of any kind.
    static let constant: JSON = [
        "oneOf": [
            ["type": ["boolean", "integer", "number", "string"]],
            ["type": "array", "items": ["type": ["boolean", "integer", "number", "string"]]],
        ]
    ]

    static func words(_ words: some Sequence<String>) -> JSON { ["enum": .array(words.map { .string($0) })] }

    static func words<Choice: RawRepresentable<String> & CaseIterable>(_ type: Choice.Type) -> JSON {
        words(type.allCases.map(\.rawValue))
    }

    /// A mapping that takes these keys and no others.
    static func mapping(_ properties: [JSON.Member], required: [String] = []) -> JSON {
        [
            "type": "object", "additionalProperties": false, "required": .array(required.map { .string($0) }),
            "properties": .object(properties),
        ]
    }

    /// A mapping from keys of a pattern.
    static func map(_ pattern: String, _ value: JSON) -> JSON {
        ["type": "object", "additionalProperties": false, "patternProperties": .object([.init(pattern, value)])]
    }

    static func described(_ meaning: String, _ schema: JSON) -> JSON {
        guard case .object(let members) = schema else { return schema }
        return .object([.init("description", .string(meaning))] + members)
    }
}
