extension CommandTree {
    /// What is wrong with the declarations themselves, one sentence each; empty when nothing is. For a test: it looks
    /// for names that are taken twice or malformed, arguments behind one that takes all, and examples that do not
    /// resolve.
    package func mistakes() -> [String] {
        var mistakes = duplicates(topics.map(\.name) + root.children.map(\.name) + ["help"]).map {
            "'\(name) help \($0)' has several meanings"
        }
        inspect(root, [name], &mistakes)
        return mistakes
    }

    private func inspect(_ node: CommandNode, _ path: [String], _ mistakes: inout [String]) {
        let place = path.joined(separator: " ")
        let declarations = node.declarations()
        let words = declarations.flatMap(\.words) + (node.isGroup ? [] : ArgumentParser.helpWords)
        mistakes += duplicates(words).map { "\(place): option \($0) is declared twice" }
        mistakes += duplicates(node.children.map(\.name)).map { "\(place): command \($0) is declared twice" }
        for declaration in declarations { mistakes += inspect(declaration).map { "\(place): \($0)" } }
        if !CommandTree.isWord(node.name) { mistakes.append("\(place): '\(node.name)' is no word for a command") }
        if node.isGroup, node.children.isEmpty { mistakes.append("\(place): a group without a command") }
        if node.summary.isEmpty { mistakes.append("\(place): no summary") }

        let arguments = declarations.filter { $0.kind == .argument }
        for (argument, next) in zip(arguments, arguments.dropFirst()) {
            if argument.repeats { mistakes.append("\(place): \(argument.title) leaves nothing for \(next.title)") }
            if !argument.isRequired, next.isRequired {
                mistakes.append("\(place): \(argument.title) is optional before \(next.title), which is not")
            }
        }
        for example in node.examples {
            if let fault = fault(of: example) { mistakes.append("\(place): example '\(example.line)': \(fault)") }
        }
        for child in node.children { inspect(child, path + [child.name], &mistakes) }
    }

    private func inspect(_ declaration: Declaration) -> [String] {
        let names = declaration.names
        if declaration.help.isEmpty { return ["\(names.first ?? "?") has no help"] }
        guard declaration.kind != .argument else { return [] }
        if names.isEmpty { return ["an option without a name"] }
        if declaration.isNegatable, !names.contains(where: { $0.hasPrefix("--") }) {
            return ["\(declaration.title) cannot have a --no- form"]
        }
        return names.filter { name in
            let isLong = name.hasPrefix("--") && name.count > 3 && CommandTree.isWord(name.dropFirst(2))
            let isShort = name.count == 2 && name.hasPrefix("-") && CommandTree.isWord(name.dropFirst())
            return !isLong && !isShort
        }.map { "'\($0)' is no name for an option" }
    }

    private func fault(of example: Example) -> String? {
        guard let words = ShellWords.split(example.line) else { return "a quote is not closed" }
        guard words.first == name else { return "does not begin with \(name)" }
        do throws(UsageError) {
            _ = try resolve(Array(words.dropFirst()), environment: [:])
            return nil
        } catch {
            return error.message
        }
    }

    /// Letters, digits, dashes and underscores, not beginning with a dash: what needs no quoting in any shell.
    private static func isWord(_ name: some StringProtocol) -> Bool {
        !name.hasPrefix("-") && !name.isEmpty
            && name.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }

    private func duplicates(_ words: [String]) -> [String] {
        Dictionary(grouping: words) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
    }
}
