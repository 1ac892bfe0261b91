/// What help and the manual page say about one command or group, before either lays it out.
struct CommandDocument {
    /// A piece of text by what it is, so that each output can set it apart in its own way.
    enum Piece: Hashable {
        /// To be typed as it stands: `--format`.
        case literal(String)
        /// To be replaced by something: `<file>`.
        case value(String)
        case plain(String)

        var text: String {
            switch self {
            case .literal(let text), .value(let text), .plain(let text): text
            }
        }
    }

    struct Row {
        var term: [Piece]
        var meaning: String
        /// Columns by which help indents the term, so that long options stand under each other.
        var indent = 0
    }

    struct Section {
        var title: String
        var rows: [Row]
    }

    /// `["prog", "group", "command"]`.
    let path: [String]
    let summary: String
    let examples: [Example]
    let usage: [Piece]
    let discussion: Prose
    let sections: [Section]
    /// The variables that options take their values from.
    let environment: [Row]

    var command: String { path.joined(separator: " ") }

    init(_ node: CommandNode, path: [String], topics: [HelpTopic]) {
        let declarations = node.declarations()
        self.path = path
        summary = node.summary
        examples = node.examples
        discussion = Prose(node.discussion)
        usage = CommandDocument.usage(node, path, declarations)
        sections = CommandDocument.sections(node, path, declarations, topics).filter { !$0.rows.isEmpty }
        environment = declarations.compactMap { declaration in
            declaration.environment.map { Row(term: [.literal($0)], meaning: "Instead of \(declaration.title).") }
        }
    }

    private static func usage(_ node: CommandNode, _ path: [String], _ declarations: [Declaration]) -> [Piece] {
        var usage: [Piece] = [.literal(path.joined(separator: " "))]
        if node.isGroup { return usage + [.plain(" "), .value("<command>"), .plain(" [options]")] }
        for option in declarations where option.kind == .option && option.isRequired {
            usage += [.plain(" "), .literal(option.title), .plain(" "), .value("<\(option.value)>")]
        }
        usage.append(.plain(" [options]"))
        for argument in declarations where argument.kind == .argument {
            let name = Piece.value("<\(argument.names[0])>"), more = argument.repeats ? "..." : ""
            usage +=
                argument.isRequired ? [.plain(" "), name, .plain(more)] : [.plain(" ["), name, .plain(more + "]")]
        }
        return usage
    }

    private static func sections(
        _ node: CommandNode, _ path: [String], _ declarations: [Declaration], _ topics: [HelpTopic]
    ) -> [Section] {
        if node.isGroup {
            let isRoot = path.count == 1
            let commands = node.visibleChildren.map { Row(term: [.literal($0.name)], meaning: $0.summary) }
            let help = Row(term: [.literal("help")], meaning: "Explain a command\(isRoot ? " or a topic" : "").")
            let version = Row(term: [.literal("--version")], meaning: "Show the version.", indent: 4)
            return [
                Section(title: "Commands", rows: commands + [help]),
                Section(
                    title: "Topics",
                    rows: isRoot ? topics.map { Row(term: [.literal($0.name)], meaning: $0.summary) } : []),
                Section(title: "Options", rows: [helpRow] + (isRoot ? [version] : [])),
            ]
        }
        let arguments = declarations.filter { $0.kind == .argument }.map { argument in
            Row(
                term: [.value("<\(argument.names[0])>"), .plain(argument.repeats ? "..." : "")],
                meaning: meaning(of: argument))
        }
        var sections = [Section(title: "Arguments", rows: arguments), Section(title: "Options", rows: [])]
        for option in declarations where option.kind != .argument {
            let title = option.section ?? "Options"
            let index = sections.firstIndex { $0.title == title } ?? sections.endIndex
            if index == sections.endIndex { sections.append(Section(title: title, rows: [])) }
            sections[index].rows.append(row(for: option))
        }
        sections[1].rows.append(helpRow)
        return sections
    }

    private static let helpRow = Row(
        term: [.literal("-h"), .plain(", "), .literal("--help")], meaning: "Show this help.")

    private static func row(for option: Declaration) -> Row {
        let short = option.names.filter { !$0.hasPrefix("--") }, long = option.names.filter { $0.hasPrefix("--") }
        var term: [Piece] = []
        for name in short + long {
            if !term.isEmpty { term.append(.plain(", ")) }
            term.append(.literal(option.isNegatable && name.hasPrefix("--") ? "--[no-]\(name.dropFirst(2))" : name))
        }
        if option.kind == .option { term += [.plain(" "), .value("<\(option.value)>")] }
        return Row(term: term, meaning: meaning(of: option), indent: short.isEmpty ? 4 : 0)
    }

    /// The help text, and behind it what the declaration itself knows.
    private static func meaning(of declaration: Declaration) -> String {
        var sentences = [declaration.help]
        if !declaration.choices.isEmpty, !declaration.value.contains("|") {
            sentences.append("One of \(declaration.choices.joined(separator: ", ")).")
        }
        if declaration.repeats, declaration.kind != .argument { sentences.append("May be repeated.") }
        if declaration.isRequired, declaration.kind == .option { sentences.append("Required.") }
        if let initial = declaration.initial, !initial.isEmpty { sentences.append("Default: \(initial).") }
        if let variable = declaration.environment {
            let isList = declaration.repeats && declaration.kind == .option
            sentences.append("Environment: \(variable)\(isList ? ", separated by commas" : "").")
        }
        return sentences.joined(separator: " ")
    }
}
