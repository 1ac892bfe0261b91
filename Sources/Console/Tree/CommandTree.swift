/// All that a program can be told to do. Parsing, help, manual pages and completions come from it.
package struct CommandTree: Sendable {
    let root: CommandNode
    /// As `--version` prints it behind the name.
    package let version: String
    let topics: [HelpTopic]

    /// The program's name.
    package var name: String { root.name }

    /// The program with its commands.
    ///
    /// - Parameters:
    ///   - name: as typed into a shell.
    ///   - discussion: paragraphs, like a ``HelpTopic``'s text.
    package init(
        _ name: String, version: String, summary: String, discussion: String = "", examples: [Example] = [],
        topics: [HelpTopic] = [], @CommandBuilder _ commands: () -> [CommandNode]
    ) {
        self.version = version
        self.topics = topics
        root = CommandNode(
            group: name, summary: summary, discussion: discussion, examples: examples, isHidden: false,
            children: commands())
    }

    /// What a command line asks for.
    package enum Outcome: Sendable {
        case run(any Command)
        /// Help, a topic or the version: to standard output, and exit code 0.
        case help(String)
    }

    /// Understands a command line without the program's name. Pure: it neither prints nor exits.
    ///
    /// - Parameter layout: how help is laid out.
    package func resolve(
        _ arguments: [String], environment: [String: String], layout: HelpLayout = HelpLayout()
    ) throws(UsageError) -> Outcome {
        var node = root, path = [root.name], rest = arguments[...]
        while node.isGroup {
            if let child = node.defaultChild(before: rest.first) {
                node = child
                path.append(child.name)
                continue
            }
            guard let word = rest.popFirst() else {
                if path.count == 1 { return .help(help(for: node, path, layout)) }
                throw located(UsageError("missing command: one of \(list(node))"), path)
            }
            if ArgumentParser.helpWords.contains(word) { return .help(help(for: node, path, layout)) }
            if path.count == 1, word == "--version" { return .help("\(name) \(version)\n") }
            if let child = node.children.first(where: { $0.name == word }) {
                node = child
                path.append(word)
            } else if word == "help" {
                return .help(try explain(rest, from: node, path, layout))
            } else {
                throw located(unknown(word, in: node, path), path)
            }
        }
        do throws(UsageError) {
            guard let command = try node.parse?(rest, environment) else { return .help(help(for: node, path, layout)) }
            return .run(command)
        } catch {
            throw located(error, path)
        }
    }

    /// Resolves the command line and does what it says: help goes to standard output, a usage error to standard error
    /// with ``ExitCode/usage``, and a command runs with an ``Output`` as its ``Command/console`` options want it.
    ///
    /// Throws what the command throws, and ``OutputError`` when its results could not be written.
    package func run(_ arguments: [String], environment: [String: String]) async throws -> ExitCode {
        let plain = Output(program: name, environment: environment)
        let outcome: Outcome
        do throws(UsageError) {
            let layout = HelpLayout(for: plain.standardOutput)
            outcome = try resolve(arguments, environment: environment, layout: layout)
        } catch {
            plain.log.error("\(error)")
            return .usage
        }
        switch outcome {
        case .help(let text):
            plain.write(text)
            try plain.finish()
            return .success
        case .run(let command):
            let output = Output(program: name, options: command.console, environment: environment)
            let code = try await command.run(on: output)
            try output.finish()
            return code
        }
    }

    // MARK: Help as a word

    /// `help`, `help group command`, `help topic`.
    private func explain(
        _ words: ArraySlice<String>, from start: CommandNode, _ startPath: [String], _ layout: HelpLayout
    ) throws(UsageError) -> String {
        var node = start, path = startPath
        for word in words where !ArgumentParser.helpWords.contains(word) {
            if let child = node.children.first(where: { $0.name == word }) {
                node = child
                path.append(word)
            } else if path.count == 1, let topic = topics.first(where: { $0.name == word }) {
                return help(on: topic, layout)
            } else if path.count == 1, word == "help" {
                break
            } else if node.isGroup {
                throw located(unknown(word, in: node, path, topics: path.count == 1 ? topics : []), path)
            } else {
                throw located(UsageError("unexpected argument \(UsageError.quoted(word))"), path)
            }
        }
        return help(for: node, path, layout)
    }

    // MARK: Messages

    private func located(_ error: UsageError, _ path: [String]) -> UsageError {
        var error = error
        error.help = error.help ?? (path + ["--help"]).joined(separator: " ")
        return error
    }

    private func list(_ node: CommandNode) -> String {
        node.visibleChildren.map(\.name).joined(separator: ", ")
    }

    private func unknown(
        _ word: String, in node: CommandNode, _ path: [String], topics: [HelpTopic] = []
    ) -> UsageError {
        if word.hasPrefix("-") {
            return UsageError(
                "unexpected option \(UsageError.quoted(word)) before the command; options stand behind it")
        }
        let what = topics.isEmpty ? "command" : "command or topic"
        let near = Spelling.nearest(word, in: node.visibleChildren.map(\.name) + topics.map(\.name))
        return UsageError(
            "unknown \(what) \(UsageError.quoted(word))" + UsageError.suggestion(elsewhere(word) ?? near))
    }

    /// The whole command line of a command of that very name somewhere else in the tree.
    private func elsewhere(_ word: String) -> String? {
        var found: [String]?
        root.forEachVisible { path, node in
            if node.name == word { found = found ?? path }
        }
        return found.map { ([name] + $0).joined(separator: " ") }
    }
}
