import Formats
import TestSupport
import Testing

@Suite(.enabled(if: Peers.hasPython)) struct YAMLPeerTests {
    @Test func `files are read as PyYAML reads them`() async throws {
        var mutations = Mutations(seed: 1100, alphabet: "-:,[]{}#&*!|>'\"%@`?~<= \n\t\\0aexyz1_.")
        let seeds = Seeds.yaml.utf8
        let files = seeds + mutations.sweep(seeds, each: 1_200)
        let answers = try await Peer(script: "yaml_peer.py").answers(to: files.map { .string(Base64.encode($0)) })
        var accepted = 0, refused = 0
        for (file, answer) in zip(files, answers) {
            let text = String(decoding: file, as: UTF8.self)
            let theirs = [answer["python"], answer["libyaml"]].compactMap(\.self)
            do {
                let document = try YAML.parse(file, duplicateKeys: .collected)
                accepted += 1
                #expect(theirs.contains { isSame(document, $0, text) }, "\(text)")
            } catch {
                refused += 1
                #expect(theirs.contains { $0["error"] != nil } || isMeant(error), "\(error): \(text)")
            }
        }
        #expect(accepted > 100 && refused > 100)
    }

    /// What PyYAML's composer accepts and we refuse.
    private func isMeant(_ error: YAMLError) -> Bool {
        ["a key is ", "'<<' takes", "the alias"].contains { error.message.hasPrefix($0) }
    }

    private func isSame(_ document: YAMLDocument, _ answer: JSON, _ text: String) -> Bool {
        guard let theirs = answer["tree"] else { return false }
        guard let root = document.root else { return theirs.isNull }
        // Merged and doubled keys are no longer where they were written.
        if !text.contains("<<"), document.duplicateKeys.isEmpty, theirs != tree(root) { return false }
        guard let value = answer["value"], !value.isNull, let ours = tagged(root) else { return true }
        return value == ours
    }

    private func tree(_ node: YAMLNode) -> JSON {
        let kind: JSON, content: JSON
        switch node.content {
        case .scalar(let text, let style):
            let names: [YAMLNode.Style: String] = [
                .plain: "plain", .singleQuoted: "single", .doubleQuoted: "double", .literal: "literal",
                .folded: "folded",
            ]
            (kind, content) = (.string(names[style] ?? ""), .string(text))
        case .sequence(let nodes): (kind, content) = ("list", .array(nodes.map(tree)))
        case .mapping(let entries):
            (kind, content) = ("map", .array(entries.map { [tree($0.key), tree($0.value)] }))
        }
        return [kind, .string(node.tag ?? ""), JSON(node.position.line), JSON(node.position.column), content]
    }

    /// The value by YAML 1.1's types; nil where a tag is in the way. `!` alone means text by the standard, and what PyYAML
    /// makes of it depends on the scanner and on a line end.
    private func tagged(_ node: YAMLNode) -> JSON? {
        if node.tag == "!" { return nil }
        switch node.content {
        case .scalar:
            switch node.yaml11 {
            case .null: return ["null"]
            case .bool(let value): return ["bool", .bool(value)]
            case .int(let value): return ["int", .string(String(value))]
            case .float(let value): return ["float", .string(pythonHex(value))]
            case .timestamp: return ["time"]
            case .string(let value): return ["string", .string(value)]
            case nil: return nil
            }
        case .sequence(let nodes):
            let values = nodes.compactMap(tagged)
            return values.count == nodes.count ? ["list", .array(values)] : nil
        case .mapping(let entries):
            let pairs = entries.compactMap { entry -> JSON? in
                guard let key = tagged(entry.key), let value = tagged(entry.value) else { return nil }
                return [key, value]
            }
            return pairs.count == entries.count ? ["map", .array(pairs)] : nil
        }
    }
}
