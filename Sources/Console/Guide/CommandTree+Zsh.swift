extension CommandTree {
    /// One function per group and command, in terms of zsh's own `_arguments` and `_describe` (zshcompsys(1)).
    func zshCompletions() -> String {
        let name = shellIdentifier
        let functions = visibleNodes.map { path, node in
            node.isGroup ? zshGroup(path, node) : zshCommand(path, node)
        }
        return """
            #compdef \(self.name)
            # Completions of \(self.name) for zsh, written by the program itself.

            \(functions.joined(separator: "\n"))
            # Offers the lines that the program prints when it is called with the given arguments.
            __\(name)_lines() {
                local -a found
                found=("${(@f)$("${(Q)__\(name)_program}" "$@" -- "${(@)__\(name)_words}" 2>/dev/null </dev/null)}")
                compadd -a -- found
            }

            _\(name)() {
                local __\(name)_program=$words[1]
                local -a __\(name)_words=("${(@)words[2,CURRENT]}")
                __\(name)_at
            }

            if [[ $funcstack[1] == _\(name) ]]; then
                _\(name) "$@"
            else
                compdef _\(name) \(self.name)
            fi

            """
    }

    private func zshFunction(_ path: [String]) -> String {
        "__" + ([shellIdentifier, "at"] + path.map { $0.replacing("-", with: "_") }).joined(separator: "_")
    }

    private func zshGroup(_ path: [String], _ node: CommandNode) -> String {
        let isRoot = path.isEmpty
        let children = node.visibleChildren
        var lines = ["local context state state_descr line", "local -A opt_args", "local -a commands=("]
        lines += children.map { "    " + "\($0.name):\($0.summary)".shellQuoted }
        lines += ["    'help:Explain a command\(isRoot && !topics.isEmpty ? " or a topic" : "").'", ")"]
        lines += ["if [[ $words[2] == help && CURRENT -gt 2 ]]; then", "    _describe -t commands command commands"]
        if isRoot, !topics.isEmpty {
            lines += ["    local -a topics=("]
            lines += topics.map { "        " + "\($0.name):\($0.summary)".shellQuoted }
            lines += ["    )", "    _describe -t topics topic topics"]
        }
        lines += ["    return", "fi", "_arguments -C \\", "    '(- *)'{-h,--help}'[Show this help.]' \\"]
        if isRoot { lines += ["    '(- *)--version[Show the version.]' \\"] }
        lines += ["    '1:command:->command' \\", "    '*::argument:->argument'", "case $state in"]
        lines += [
            "    command) _describe -t commands command commands ;;", "    argument)", "        case $words[1] in",
        ]
        lines += children.map { "            \($0.name)) \(zshFunction(path + [$0.name])) ;;" }
        lines += ["        esac", "        ;;", "esac"]
        return "\(zshFunction(path))() {\n" + lines.map { "    \($0)\n" }.joined() + "}\n"
    }

    private func zshCommand(_ path: [String], _ node: CommandNode) -> String {
        let declarations = node.declarations()
        var specifications = ["'(- *)'{-h,--help}'[Show this help.]'"]
        specifications += declarations.flatMap { $0.kind == .argument ? [] : zshOption($0) }
        for (place, argument) in declarations.filter({ $0.kind == .argument }).enumerated() {
            let position = argument.repeats ? "*" : argument.isRequired ? "\(place + 1)" : "\(place + 1):"
            specifications.append(
                "\(position):\(zshText(argument.names[0])):\(zshAction(argument.completion))".shellQuoted)
        }
        return """
            \(zshFunction(path))() {
                _arguments -s -S : \\
                    \(specifications.joined(separator: " \\\n        "))
            }

            """
    }

    private func zshOption(_ option: Declaration) -> [String] {
        // An option that counts once excludes all of its own names; one that repeats excludes none.
        let mark = option.repeats ? "*" : "(\(option.words.joined(separator: " ")))"
        return option.words.map { word in
            let text = "[\(zshText(option.help))]"
            guard option.kind == .option else { return "\(mark)\(word)\(text)".shellQuoted }
            // The value may be joined to the name, in each one's own way.
            let form = word.hasPrefix("--") ? "=" : "+"
            return "\(mark)\(word)\(form)\(text):\(zshText(option.value)):\(zshAction(option.completion))".shellQuoted
        }
    }

    private func zshAction(_ completion: Completion) -> String {
        switch completion {
        case .nothing: " "
        case .files: "_files"
        case .directories: "_files -/"
        case .words(let words): "(\(words.map { zshText($0).replacing(" ", with: "\\ ") }.joined(separator: " ")))"
        case .lines(let arguments): "{__\(shellIdentifier)_lines \(arguments.shellQuoted)}"
        }
    }

    /// Text inside an `_arguments` specification, where brackets and colons mean something.
    private func zshText(_ text: String) -> String {
        var result = ""
        for character in text {
            if "\\[]():".contains(character) { result += "\\" }
            result.append(character)
        }
        return result
    }
}
