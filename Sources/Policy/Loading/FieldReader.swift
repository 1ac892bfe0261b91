package import Formats

/// Reads a mapping of a policy file strictly: every key is known, every value has its type, and everything that is wrong
/// is collected with its place.
package struct FieldReader {
    let file: String
    let node: YAMLNode
    private let what: String
    private let entries: [String: YAMLNode.Entry]
    private var known: Set<String> = []
    package private(set) var diagnostics = Diagnostics()

    /// - Parameter what: what the mapping is, for messages: "a control".
    package init(_ node: YAMLNode, file: String, what: String) {
        self.node = node
        self.file = file
        self.what = what
        entries = Dictionary((node.mapping ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        if node.mapping == nil {
            diagnostics.add(node.diagnostic(file: file, code: "P101", "\(what) is a mapping, and this is \(node.kind)"))
        }
    }

    package mutating func report(_ diagnostic: Diagnostic) { diagnostics.add(diagnostic) }
    package mutating func report(_ others: Diagnostics) { diagnostics.add(others) }

    /// A key's value, for reading by somebody else; a missing required one is reported.
    package mutating func value(_ key: String, isRequired: Bool = false) -> YAMLNode? {
        known.insert(key)
        if let entry = entries[key], !entry.value.isNull { return entry.value }
        if isRequired, node.mapping != nil {
            let place = entries[key]?.key ?? node
            diagnostics.add(
                place.diagnostic(file: file, code: "P102", "\(what) needs '\(key)'", help: "add '\(key): …'"))
        }
        return nil
    }

    package mutating func text(_ key: String, isRequired: Bool = false) -> String? {
        guard let node = value(key, isRequired: isRequired) else { return nil }
        guard let text = node.string, !text.isEmpty else {
            diagnostics.add(
                node.diagnostic(file: file, code: "P103", "'\(key)' must be a text, and this is \(node.kind)"))
            return nil
        }
        return text
    }

    /// A required number of 32 bits without a sign.
    mutating func number(_ key: String) -> UInt32? {
        guard let node = value(key, isRequired: true) else { return nil }
        if let number = node.int.flatMap({ UInt32(exactly: $0) }) { return number }
        diagnostics.add(node.diagnostic(file: file, code: "P103", "'\(key)' must be a whole number, and this is not"))
        return nil
    }

    /// A list of texts; a single text counts as a list of one.
    package mutating func texts(_ key: String) -> [String] {
        guard let node = value(key) else { return [] }
        if let text = node.string { return [text] }
        guard let items = node.sequence else {
            diagnostics.add(node.diagnostic(file: file, code: "P103", "'\(key)' must be a list of texts"))
            return []
        }
        return items.compactMap { item in
            if let text = item.string { return text }
            diagnostics.add(item.diagnostic(file: file, code: "P103", "an entry of '\(key)' must be a text"))
            return nil
        }
    }

    package mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String, _ type: Choice.Type = Choice.self, isRequired: Bool = false
    ) -> Choice? {
        guard let node = value(key, isRequired: isRequired) else { return nil }
        if let choice = node.string.flatMap(Choice.init(rawValue:)) { return choice }
        let words = Choice.allCases.map(\.rawValue)
        diagnostics.add(
            node.diagnostic(
                file: file, code: "P103", "'\(key)' must be one of \(words.joined(separator: ", "))",
                help: closest(to: node.scalar ?? "", among: words).map { "did you mean '\($0)'?" }))
        return nil
    }

    /// The entries of a mapping; anything else is reported.
    package mutating func entries(_ key: String) -> [YAMLNode.Entry] {
        guard let node = value(key) else { return [] }
        guard let entries = node.mapping else {
            diagnostics.add(
                node.diagnostic(file: file, code: "P101", "'\(key)' is a mapping, and this is \(node.kind)"))
            return []
        }
        return entries
    }

    /// Call it last: reports the keys that nobody asked for.
    package mutating func finish() -> Diagnostics {
        for (key, entry) in entries where !known.contains(key) {
            diagnostics.add(
                entry.key.diagnostic(
                    file: file, code: "P104", "unknown key '\(key)' in \(what)",
                    help: closest(to: key, among: known).map { "did you mean '\($0)'?" }
                        ?? "known are \(known.sorted().joined(separator: ", "))"))
        }
        return diagnostics
    }
}
