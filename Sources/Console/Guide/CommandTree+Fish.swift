extension CommandTree {
    /// One `complete` line per command, option and argument, each under the condition that its command was typed.
    func fishCompletions() -> String {
        let name = shellIdentifier
        let paths = visibleNodes.map { $0.path.joined(separator: " ") }.filter { !$0.isEmpty }
        let helpPaths =
            ["help"]
            + visibleNodes.filter { $0.node.isGroup && !$0.path.isEmpty }
            .map { "help " + $0.path.joined(separator: " ") }
        return """
            # Completions of \(self.name) for fish, written by the program itself.

            # True when the command typed so far is the given one.
            function __\(name)_at
                set -l path ''
                for word in (commandline -opc | tail -n +2)
                    set -l longer (string trim -- "$path $word")
                    contains -- "$longer" \((paths + helpPaths).map(fishQuoted).joined(separator: " ")); or break
                    set path $longer
                end
                test "$path" = "$argv[1]"
            end

            # The lines that the program prints when it is called with the given arguments.
            function __\(name)_lines
                set -l typed (commandline -opc)
                type -q $typed[1]; or return
                command $typed[1] $argv -- $typed[2..] (commandline -ct) 2>/dev/null </dev/null
            end

            complete -c \(self.name) -f
            \(visibleNodes.map { fishLines($0.path, $0.node) }.joined())
            """
    }

    private func fishLines(_ path: [String], _ node: CommandNode) -> String {
        let key = path.joined(separator: " ")
        let here = "complete -c \(name) -n \(fishQuoted("__\(shellIdentifier)_at \(fishQuoted(key))"))"
        var lines = ["\(here) -s h -l help -d 'Show this help.'"]
        if path.isEmpty { lines.append("\(here) -l version -d 'Show the version.'") }
        if node.isGroup {
            let helpKey = path.isEmpty ? "help" : "help \(key)"
            let explained = "complete -c \(name) -n \(fishQuoted("__\(shellIdentifier)_at \(fishQuoted(helpKey))"))"
            for child in node.visibleChildren {
                let rest = "-a \(fishQuoted(child.name)) -d \(fishQuoted(child.summary))"
                lines += ["\(here) \(rest)", "\(explained) \(rest)"]
            }
            lines.append("\(here) -a help -d 'Explain a command.'")
            for topic in path.isEmpty ? topics : [] {
                lines.append("\(explained) -a \(fishQuoted(topic.name)) -d \(fishQuoted(topic.summary))")
            }
        }
        let declarations = node.declarations()
        for option in declarations where option.kind != .argument {
            let words = option.names.map { $0.hasPrefix("--") ? "-l \($0.dropFirst(2))" : "-s \($0.dropFirst())" }
            let taken = option.kind == .option ? " -r \(fishValue(option.completion) ?? "-f")" : ""
            let help = "-d \(fishQuoted(option.help))"
            lines.append("\(here) \(words.joined(separator: " "))\(taken) \(help)")
            if option.isNegatable { lines.append("\(here) -l \(option.negatedName.dropFirst(2)) \(help)") }
        }
        // Places are not counted: what may stand at any of them is offered at all.
        for argument in declarations where argument.kind == .argument {
            guard let value = fishValue(argument.completion), !lines.contains("\(here) \(value)") else { continue }
            lines.append("\(here) \(value)")
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// What `complete` is told about the value; nil: nothing to offer.
    private func fishValue(_ completion: Completion) -> String? {
        switch completion {
        case .nothing: nil
        case .files: "-F"
        case .directories: "-f -a '(__fish_complete_directories)'"
        case .words(let words): "-f -a \(fishQuoted(words.map(fishQuoted).joined(separator: " ")))"
        case .lines(let arguments):
            "-f -a \(fishQuoted("(__\(shellIdentifier)_lines \(arguments.map(fishQuoted).joined(separator: " ")))"))"
        }
    }

    /// In single quotes, inside which fish knows two escapes.
    private func fishQuoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
