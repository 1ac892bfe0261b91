import CYAML

/// Builds the tree from libyaml's events: anchors and aliases, merge keys, duplicate keys, limits.
struct YAMLComposer: ~Copyable {
    private let events: YAMLEvents
    private let limits: YAML.Limits
    private let duplicateKeys: YAML.DuplicateKeys
    private var anchors: [String: YAMLNode] = [:]
    /// Anchors of collections that are not complete yet.
    private var openAnchors: [String: SourcePosition] = [:]
    private var weight = 0
    private var duplicates: [YAMLError] = []

    private static let mostDuplicates = 1_000

    init(events: consuming YAMLEvents, limits: YAML.Limits, duplicateKeys: YAML.DuplicateKeys) {
        self.events = events
        self.limits = limits
        self.duplicateKeys = duplicateKeys
    }

    mutating func document() throws(YAMLError) -> YAMLDocument {
        try events.advance()  // the stream starts
        try events.advance()
        if events.current.type == YAML_STREAM_END_EVENT { return YAMLDocument() }
        try events.advance()  // the document starts
        let root = try node(depth: 0)
        try events.advance()  // the document ends
        try events.advance()
        guard events.current.type == YAML_STREAM_END_EVENT else {
            throw YAMLError(
                "a second document starts here, and a file holds one", at: events.position, length: events.length,
                help: "remove this '---', or put the documents in files of their own")
        }
        return YAMLDocument(root: root, duplicateKeys: duplicates)
    }

    private mutating func add(_ weight: Int, at position: SourcePosition) throws(YAMLError) {
        self.weight += weight
        guard self.weight <= limits.nodes else {
            throw YAMLError("the file has more than \(limits.nodes) values, aliases written out", at: position)
        }
    }

    /// The node that the current event starts; afterwards the current event is the node's last one. `depth` counts the
    /// collections around it.
    private mutating func node(depth: Int) throws(YAMLError) -> YAMLNode {
        let event = events.current
        switch event.type {
        case YAML_ALIAS_EVENT: return try alias()
        case YAML_SCALAR_EVENT: return try scalar()
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return try collection(tag: text(start.tag), anchor: text(start.anchor), depth: depth + 1) {
                (composer, depth) throws(YAMLError) in try composer.sequence(depth: depth)
            }
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return try collection(tag: text(start.tag), anchor: text(start.anchor), depth: depth + 1) {
                (composer, depth) throws(YAMLError) in try composer.mapping(depth: depth)
            }
        default: throw YAMLError("a value is missing", at: events.position)
        }
    }

    private func text(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? { text.map { String(cString: $0) } }

    private mutating func alias() throws(YAMLError) -> YAMLNode {
        let name = text(events.current.data.alias.anchor) ?? ""
        if openAnchors[name] != nil {
            throw YAMLError(
                "the alias *\(name) stands inside of what it stands for", at: events.position, length: events.length)
        }
        guard let node = anchors[name] else {
            throw YAMLError(
                "there is no anchor &\(name) above this alias", at: events.position, length: events.length,
                help: "put the value in quotes if it is no alias")
        }
        try add(node.weight, at: events.position)
        return node
    }

    private mutating func scalar() throws(YAMLError) -> YAMLNode {
        let scalar = events.current.data.scalar
        let position = events.position
        guard scalar.length <= limits.scalar else {
            throw YAMLError("a text is longer than \(limits.scalar) bytes", at: position)
        }
        let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
        var node = YAMLNode(
            content: .scalar(text, Self.style(scalar.style)), tag: self.text(scalar.tag), position: position,
            length: events.length)
        node.weight = 1 + scalar.length / 1_024
        try add(node.weight, at: position)
        if let anchor = self.text(scalar.anchor) {
            try checkIsNew(anchor)
            anchors[anchor] = node
        }
        return node
    }

    /// YAML allows an anchor to be set again, readers of its 1.1 family refuse it: two of one name are a mistake.
    private func checkIsNew(_ anchor: String) throws(YAMLError) {
        guard let first = anchors[anchor]?.position ?? openAnchors[anchor] else { return }
        throw YAMLError("the anchor &\(anchor) stands twice, first in line \(first.line)", at: events.position)
    }

    private static func style(_ style: yaml_scalar_style_t) -> YAMLNode.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
    }

    private mutating func collection(
        tag: String?, anchor: String?, depth: Int,
        content: (inout YAMLComposer, Int) throws(YAMLError) -> (YAMLNode.Content, weight: Int)
    ) throws(YAMLError) -> YAMLNode {
        let position = events.position
        guard depth <= limits.depth else {
            throw YAMLError("lists and mappings are nested deeper than \(limits.depth) levels", at: position)
        }
        try add(1, at: position)
        if let anchor {
            try checkIsNew(anchor)
            openAnchors[anchor] = position
        }
        let (content, weight) = try content(&self, depth)
        let end = events.current.end_mark
        let isOneLine = Int(end.line) + 1 == position.line
        var node = YAMLNode(
            content: content, tag: tag, position: position,
            length: isOneLine ? max(1, Int(end.column) + 1 - position.column) : 1)
        node.weight = 1 + weight
        if let anchor {
            openAnchors[anchor] = nil
            anchors[anchor] = node
        }
        return node
    }

    private mutating func sequence(depth: Int) throws(YAMLError) -> (YAMLNode.Content, weight: Int) {
        var nodes: [YAMLNode] = [], weight = 0
        while true {
            try events.advance()
            if events.current.type == YAML_SEQUENCE_END_EVENT { return (.sequence(nodes), weight) }
            let node = try node(depth: depth)
            weight += node.weight
            nodes.append(node)
        }
    }

    private mutating func mapping(depth: Int) throws(YAMLError) -> (YAMLNode.Content, weight: Int) {
        var entries = YAMLEntries(), merges: [YAMLNode.Entry] = [], weight = 0
        while true {
            try events.advance()
            if events.current.type == YAML_MAPPING_END_EVENT { break }
            let key = try node(depth: depth)
            guard let name = key.scalar else { throw notAText(key) }
            try events.advance()
            let entry = YAMLNode.Entry(key: key, value: try node(depth: depth))
            weight += key.weight + entry.value.weight
            if key.plain == "<<" {
                if let first = merges.last { try duplicate(entry, of: first) }
                merges.append(entry)
            } else if let first = entries.put(entry, name) {
                try duplicate(entry, of: first)
            }
        }
        if merges.isEmpty { return (.mapping(entries.all), weight) }
        let (merged, mergedWeight) = try merge(merges, entries.all)
        return (.mapping(merged), weight + mergedWeight)
    }

    private func notAText(_ key: YAMLNode) -> YAMLError {
        YAMLError(
            "a key is \(key.kind), not a text", at: key.position, length: key.length,
            help: "put a value that starts with '{{' in quotes")
    }

    private mutating func duplicate(_ entry: YAMLNode.Entry, of first: YAMLNode.Entry) throws(YAMLError) {
        let error = YAMLError(
            "the key '\(entry.name)' stands twice, first in line \(first.key.position.line)", at: entry.key.position,
            length: entry.key.length)
        if duplicateKeys == .refused { throw error }
        if duplicates.count < Self.mostDuplicates { duplicates.append(error) }
    }

    /// What `<<` brings in stands first, then the mapping's own entries; of one key the own one counts, then the earlier
    /// mapping of a list, as in all YAML 1.1 readers.
    private mutating func merge(
        _ merges: [YAMLNode.Entry], _ own: [YAMLNode.Entry]
    ) throws(YAMLError) -> ([YAMLNode.Entry], weight: Int) {
        var merged = YAMLEntries(), added = 0
        for merge in merges {
            for source in (merge.value.sequence ?? [merge.value]).reversed() {
                guard let entries = source.mapping else {
                    throw YAMLError(
                        "'<<' takes a mapping or a list of mappings", at: source.position, length: source.length)
                }
                for var entry in entries {
                    let weight = entry.key.weight + entry.value.weight
                    try add(weight, at: merge.key.position)
                    added += weight
                    entry.isMerged = true
                    merged.put(entry, entry.name)
                }
            }
        }
        for entry in own { merged.put(entry, entry.name) }
        return (merged.all, added)
    }
}

/// The entries of a mapping, each name once: looked for one by one while they are few, hashed when they are many.
private struct YAMLEntries {
    private(set) var all: [YAMLNode.Entry] = []
    private var places: [String: Int] = [:]

    /// Puts the entry behind the others, or in the place of the one of that name, which is returned.
    @discardableResult mutating func put(_ entry: YAMLNode.Entry, _ name: String) -> YAMLNode.Entry? {
        guard let place = place(of: name) else {
            if !places.isEmpty { places[name] = all.count }
            all.append(entry)
            return nil
        }
        let replaced = all[place]
        all[place] = entry
        return replaced
    }

    private mutating func place(of name: String) -> Int? {
        guard all.count >= 8 else { return all.firstIndex { $0.name == name } }
        if places.isEmpty { for (place, entry) in all.enumerated() { places[entry.name] = place } }
        return places[name]
    }
}
