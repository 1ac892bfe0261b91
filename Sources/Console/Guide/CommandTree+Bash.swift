extension CommandTree {
    /// Facts about the tree as four functions, and one that is the same for every tree and reads them.
    ///
    /// Words are compared by the script itself: `compgen -W` would expand `$(…)` in what the program printed.
    func bashCompletions() -> String {
        var commands = "", options = "", values = "", arguments = ""
        for (path, node) in visibleNodes {
            let key = path.joined(separator: " ")
            let declarations = node.declarations()
            if node.isGroup {
                commands +=
                    "        \(key.shellQuoted)) offered=(\((node.visibleChildren.map(\.name) + ["help"]).shellQuoted)) ;;\n"
            }
            let words = declarations.flatMap(\.words) + ArgumentParser.helpWords + (path.isEmpty ? ["--version"] : [])
            options += "        \(key.shellQuoted)) offered=(\(words.shellQuoted)) ;;\n"
            for option in declarations where option.kind == .option {
                let pattern = option.names.map { "\(key) \($0)".shellQuoted }.joined(separator: " | ")
                values += "        \(pattern)) \(bashAssignments(option.completion)) ;;\n"
            }
            for (place, argument) in declarations.filter({ $0.kind == .argument }).enumerated()
            where argument.completion != .nothing {
                let pattern = argument.repeats ? "\(key) ".shellQuoted + "*" : "\(key) \(place)".shellQuoted
                arguments += "        \(pattern)) \(bashAssignments(argument.completion)) ;;\n"
            }
        }
        let name = shellIdentifier
        return """
            # Completions of \(self.name) for bash, written by the program itself.

            # The commands of a group.
            __\(name)_commands() {
                case $1 in
            \(commands)    esac
            }

            # The options of a command.
            __\(name)_options() {
                case $1 in
            \(options)    esac
            }

            # What option $2 of command $1 takes; kind stays empty for a flag.
            __\(name)_value() {
                case "$1 $2" in
            \(values)        *) ;;
                esac
            }

            # What stands at place $2 among the arguments of command $1.
            __\(name)_argument() {
                case "$1 $2" in
            \(arguments)        *) ;;
                esac
            }

            __\(name)_topics=(\(topics.map(\.name).shellQuoted))

            \(CommandTree.bashEngine.replacing("§", with: name))
            complete -F _\(name) \(self.name)

            """
    }

    private func bashAssignments(_ completion: Completion) -> String {
        switch completion {
        case .nothing: "kind=any"
        case .files: "kind=files"
        case .directories: "kind=directories"
        case .words(let words): "kind=words offered=(\(words.shellQuoted))"
        case .lines(let arguments): "kind=lines offered=(\(arguments.shellQuoted))"
        }
    }

    /// `§` stands for the program's identifier.
    private static let bashEngine = #"""
        _§() {
            local -a words=() offered=() found=()
            local path='' kind='' option='' joined='' helping='' literal='' prefix='' breaks='' head=''
            local part word value current i j last place=0
            COMPREPLY=()

            # Bash has split the line at = and : too; join what belongs together.
            for ((i = 1; i <= COMP_CWORD; i++)); do
                part=${COMP_WORDS[i]}
                if ((${#words[@]})) && [[ $part == [=:]* || $joined ]]; then
                    words[${#words[@]} - 1]+=$part
                else
                    words+=("$part")
                fi
                if [[ $part == *[=:] ]]; then joined=1; else joined=''; fi
            done
            last=$((${#words[@]} - 1))
            current=${words[last]}

            # Which command is it?
            for ((i = 0; i < last; i++)); do
                offered=()
                __§_commands "$path"
                for word in "${offered[@]}"; do
                    [[ $word == "${words[i]}" ]] && break
                    word=''
                done
                [[ $word && ${#offered[@]} -gt 0 ]] || break
                if [[ $word == help ]]; then helping=1; else path=${path:+$path }$word; fi
            done
            offered=()
            __§_commands "$path"

            value=$current
            if ((${#offered[@]})); then
                kind=words
                if [[ $helping ]]; then
                    [[ $path ]] || offered+=("${__§_topics[@]}")
                elif [[ $current == -* ]]; then
                    __§_options "$path"
                fi
            elif [[ ! $helping ]]; then
                for (( ; i < last; i++)); do
                    part=${words[i]}
                    if [[ $option ]]; then
                        option=''
                    elif [[ $literal || $part != -?* ]]; then
                        ((place++))
                    elif [[ $part == -- ]]; then
                        literal=1
                    elif [[ $part == --* ]]; then
                        kind=''
                        __§_value "$path" "$part"
                        [[ $kind ]] && option=$part
                    else
                        for ((j = 1; j < ${#part}; j++)); do
                            kind=''
                            __§_value "$path" "-${part:j:1}"
                            [[ $kind ]] || continue
                            ((j == ${#part} - 1)) && option=-${part:j:1}
                            break
                        done
                    fi
                done
                kind='' offered=()
                if [[ $option ]]; then
                    __§_value "$path" "$option"
                elif [[ ! $literal && $current == --*=* ]]; then
                    prefix=${current%%=*}= value=${current#*=}
                    __§_value "$path" "${current%%=*}"
                elif [[ ! $literal && $current == -* ]]; then
                    kind=words
                    __§_options "$path"
                else
                    __§_argument "$path" "$place"
                fi
            fi

            case $kind in
                words)
                    for word in "${offered[@]}"; do
                        [[ $word == "$value"* ]] && found+=("$word")
                    done
                    ;;
                lines)
                    while IFS= read -r word; do
                        [[ $word == "$value"* ]] || continue
                        printf -v word %q "$word"
                        found+=("$word")
                    done < <("${COMP_WORDS[0]}" "${offered[@]}" -- "${words[@]}" 2>/dev/null </dev/null)
                    ;;
                files)
                    compopt -o filenames 2>/dev/null
                    mapfile -t found < <(compgen -f -- "$value")
                    ;;
                directories)
                    compopt -o filenames 2>/dev/null
                    mapfile -t found < <(compgen -d -- "$value")
                    ;;
            esac

            # Readline replaces only what stands behind the last = or :.
            [[ $COMP_WORDBREAKS == *=* ]] && breaks+='='
            [[ $COMP_WORDBREAKS == *:* ]] && breaks+=':'
            [[ $breaks ]] && head=${current%"${current##*[$breaks]}"}
            for word in "${found[@]}"; do
                word=$prefix$word
                COMPREPLY+=("${word#"$head"}")
            done
        }
        """#
}
