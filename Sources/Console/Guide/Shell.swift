/// A shell that completions are written for.
package enum Shell: String, CaseIterable, ArgumentValue {
    case bash, zsh, fish
}

extension CommandTree {
    /// A script that teaches the shell to complete this program's command lines.
    package func completions(for shell: Shell) -> String {
        switch shell {
        case .bash: bashCompletions()
        case .zsh: zshCompletions()
        case .fish: fishCompletions()
        }
    }

    /// The program's name as part of a shell function's.
    var shellIdentifier: String {
        String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
    }

    /// Every visible group and command with its path below the program; the program itself first, with an empty path.
    var visibleNodes: [(path: [String], node: CommandNode)] {
        var nodes: [(path: [String], node: CommandNode)] = [([], root)]
        root.forEachVisible { nodes.append(($0, $1)) }
        return nodes
    }
}

extension String {
    /// In single quotes, which every POSIX shell takes literally.
    var shellQuoted: String { "'" + replacing("'", with: "'\\''") + "'" }
}

extension [String] {
    var shellQuoted: String { map(\.shellQuoted).joined(separator: " ") }
}
