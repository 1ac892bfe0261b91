/// A command or a group of commands in the tree, without the command's type.
package struct CommandNode: Sendable {
    let name: String
    let summary: String
    let discussion: String
    let examples: [Example]
    let isHidden: Bool
    /// Empty for a command.
    let children: [CommandNode]
    /// The child that a group runs when no word names one.
    let defaultChild: String?
    /// Made when asked for: a call needs those of one command, the tree has many.
    let declarations: @Sendable () -> [Declaration]
    /// The command that the words and the environment fill; nil when help is asked for. A group has none.
    let parse: (@Sendable (ArraySlice<String>, [String: String]) throws(UsageError) -> (any Command)?)?

    init<C: Command>(_ command: C.Type) {
        name = C.name
        summary = C.summary
        discussion = C.discussion
        examples = C.examples
        isHidden = C.isHidden
        children = []
        defaultChild = nil
        declarations = { C.parameters.declarations(initial: C()) }
        parse = { (words: ArraySlice<String>, environment: [String: String]) throws(UsageError) -> (any Command)? in
            let list = C.parameters
            let declarations = list.parameters.map(\.declaration)
            guard let given = try ArgumentParser.parse(words, environment: environment, declarations) else {
                return nil
            }
            var command = C()
            for (parameter, occurrences) in zip(list.parameters, given) where !occurrences.isEmpty {
                try parameter.store(&command, occurrences)
            }
            for check in list.checks { try check.validate(command) }
            try command.validate()
            return command
        }
    }

    init(
        group name: String, summary: String, discussion: String, examples: [Example], isHidden: Bool,
        children: [CommandNode], defaultChild: String? = nil
    ) {
        self.defaultChild = defaultChild
        self.name = name
        self.summary = summary
        self.discussion = discussion
        self.examples = examples
        self.isHidden = isHidden
        self.children = children
        declarations = { [] }
        parse = nil
    }

    var isGroup: Bool { parse == nil }

    /// The group's default command, when what follows is nothing or an option other than a call for help.
    func defaultChild(before word: String?) -> CommandNode? {
        guard let defaultChild, word.map({ $0.hasPrefix("-") && !ArgumentParser.helpWords.contains($0) }) ?? true else {
            return nil
        }
        return children.first { $0.name == defaultChild }
    }
    var visibleChildren: [CommandNode] { children.filter { !$0.isHidden } }

    /// Calls `visit` with every visible node below this one and its path, `["group", "command"]`.
    func forEachVisible(below path: [String] = [], _ visit: ([String], CommandNode) -> Void) {
        for child in visibleChildren {
            visit(path + [child.name], child)
            child.forEachVisible(below: path + [child.name], visit)
        }
    }
}

/// Commands under a common word: `prog group command`.
///
/// - Parameter defaultCommand: the command that `prog group`, without a further word, runs.
package func CommandGroup(
    _ name: String, summary: String, discussion: String = "", examples: [Example] = [], isHidden: Bool = false,
    defaultCommand: String? = nil, @CommandBuilder _ commands: () -> [CommandNode]
) -> CommandNode {
    CommandNode(
        group: name, summary: summary, discussion: discussion, examples: examples, isHidden: isHidden,
        children: commands(), defaultChild: defaultCommand)
}

/// Reads a list of commands and groups, one per line: `Build.self`.
@resultBuilder package enum CommandBuilder {
    /// A command's type: `Build.self`.
    package static func buildExpression<C: Command>(_ command: C.Type) -> [CommandNode] { [CommandNode(command)] }
    /// A ``CommandGroup(_:summary:discussion:examples:isHidden:_:)``.
    package static func buildExpression(_ group: CommandNode) -> [CommandNode] { [group] }
    /// All of them, in order.
    package static func buildBlock(_ nodes: [CommandNode]...) -> [CommandNode] { nodes.flatMap { $0 } }
}
