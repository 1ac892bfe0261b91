/// A value in a YAML file, with its place. Scalars stay text until they are asked for as something else, so `no`, `010`
/// and `12:30` are what stands in the file.
package struct YAMLNode: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        case scalar(String, Style)
        case sequence([YAMLNode])
        case mapping([Entry])
    }

    /// How a scalar was written.
    package enum Style: Sendable, Hashable {
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    /// A key of a mapping with its value.
    package struct Entry: Sendable, Hashable {
        /// Always a scalar.
        package var key: YAMLNode
        package var value: YAMLNode
        /// True when it came in through `<<`.
        package var isMerged = false

        package var name: String { key.scalar ?? "" }
    }

    package var content: Content
    /// Only when one is written: `!vault`, or `tag:yaml.org,2002:str` for `!!str`.
    package var tag: String?
    /// Where the value starts. A value that an alias stands for is where its anchor is.
    package var position: SourcePosition
    /// Characters to underline: the whole value when it ends on the line where it starts, else 1.
    package var length: Int
    /// What the value costs when every alias in it is written out: see ``YAML/Limits/nodes``.
    var weight = 1
}

extension YAMLNode {
    /// The text of a scalar of any style and tag, nil for collections.
    package var scalar: String? { if case .scalar(let text, _) = content { text } else { nil } }

    /// The text of a scalar that is meant as text: not null, and with no tag that says otherwise.
    package var string: String? {
        switch tag {
        case nil, "!", "tag:yaml.org,2002:str": isNull ? nil : scalar
        default: nil
        }
    }

    /// The text of a scalar without quotes and tag.
    package var plain: String? { if case .scalar(let text, .plain) = content, tag == nil { text } else { nil } }

    package var style: Style? { if case .scalar(_, let style) = content { style } else { nil } }

    package var sequence: [YAMLNode]? { if case .sequence(let nodes) = content { nodes } else { nil } }

    /// The entries of a mapping in their order; merged ones stand where the `<<` rules put them, before its own.
    package var mapping: [Entry]? { if case .mapping(let entries) = content { entries } else { nil } }

    /// A word for messages: `a text`, `a list`.
    package var kind: String {
        switch content {
        case .scalar: isNull ? "nothing" : "a value"
        case .sequence: "a list"
        case .mapping: "a mapping"
        }
    }

    /// The value of a key, nil when there is none or this is no mapping. Looks through the entries from the first one
    /// on: for many look-ups in a large mapping make a dictionary of ``mapping``.
    package subscript(_ key: String) -> YAMLNode? { entry(key)?.value }

    /// An element of a sequence, nil when there is none.
    package subscript(_ index: Int) -> YAMLNode? {
        guard let sequence, sequence.indices.contains(index) else { return nil }
        return sequence[index]
    }

    /// The entry of a key, for the place of the key itself.
    package func entry(_ key: String) -> Entry? { mapping?.first { $0.name == key } }

    package func diagnostic(
        _ severity: Diagnostic.Severity = .error, file: String, code: String? = nil, _ message: String,
        label: String? = nil, help: String? = nil
    ) -> Diagnostic {
        Diagnostic(
            severity, file: file, position: position, length: length, code: code, message: message, label: label,
            help: help)
    }
}
