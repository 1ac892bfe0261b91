# Completions of parcel for bash, written by the program itself.

# The commands of a group.
__parcel_commands() {
    case $1 in
        '') offered=('send' 'track' 'depot' 'help') ;;
        'depot') offered=('list' 'show' 'help') ;;
    esac
}

# The options of a command.
__parcel_options() {
    case $1 in
        '') offered=('-h' '--help' '--version') ;;
        'send') offered=('-f' '--format' '-w' '--weight' '--insured' '--no-insured' '-F' '--fragile' '--via' '-z' '--zone' '--wait' '--attempts' '-q' '--quiet' '-v' '--verbose' '--color' '--progress' '-h' '--help') ;;
        'track') offered=('--language' '-h' '--help') ;;
        'depot') offered=('-h' '--help') ;;
        'depot list') offered=('-h' '--help') ;;
        'depot show') offered=('-C' '--folder' '-k' '--key' '-h' '--help') ;;
    esac
}

# What option $2 of command $1 takes; kind stays empty for a flag.
__parcel_value() {
    case "$1 $2" in
        'send -f' | 'send --format') kind=words offered=('text' 'json' 'csv') ;;
        'send -w' | 'send --weight') kind=any ;;
        'send --via') kind=lines offered=('__names' '--kind' 'place') ;;
        'send -z' | 'send --zone') kind=words offered=('north' 'east' 'south' 'west' 'overseas' 'elsewhere' 'nowhere') ;;
        'send --wait') kind=any ;;
        'send --attempts') kind=any ;;
        'send --color') kind=words offered=('auto' 'always' 'never') ;;
        'send --progress') kind=words offered=('auto' 'plain' 'json' 'none') ;;
        'track --language') kind=any ;;
        'depot show -C' | 'depot show --folder') kind=directories ;;
        'depot show -k' | 'depot show --key') kind=any ;;
        *) ;;
    esac
}

# What stands at place $2 among the arguments of command $1.
__parcel_argument() {
    case "$1 $2" in
        'send 0') kind=files ;;
        'send '*) kind=files ;;
        'track '*) kind=lines offered=('__names') ;;
        'depot show 0') kind=words offered=('north' 'east' 'south' 'west' 'overseas' 'elsewhere' 'nowhere') ;;
        *) ;;
    esac
}

__parcel_topics=('exit-codes' 'environment')

_parcel() {
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
        __parcel_commands "$path"
        for word in "${offered[@]}"; do
            [[ $word == "${words[i]}" ]] && break
            word=''
        done
        [[ $word && ${#offered[@]} -gt 0 ]] || break
        if [[ $word == help ]]; then helping=1; else path=${path:+$path }$word; fi
    done
    offered=()
    __parcel_commands "$path"

    value=$current
    if ((${#offered[@]})); then
        kind=words
        if [[ $helping ]]; then
            [[ $path ]] || offered+=("${__parcel_topics[@]}")
        elif [[ $current == -* ]]; then
            __parcel_options "$path"
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
                __parcel_value "$path" "$part"
                [[ $kind ]] && option=$part
            else
                for ((j = 1; j < ${#part}; j++)); do
                    kind=''
                    __parcel_value "$path" "-${part:j:1}"
                    [[ $kind ]] || continue
                    ((j == ${#part} - 1)) && option=-${part:j:1}
                    break
                done
            fi
        done
        kind='' offered=()
        if [[ $option ]]; then
            __parcel_value "$path" "$option"
        elif [[ ! $literal && $current == --*=* ]]; then
            prefix=${current%%=*}= value=${current#*=}
            __parcel_value "$path" "${current%%=*}"
        elif [[ ! $literal && $current == -* ]]; then
            kind=words
            __parcel_options "$path"
        else
            __parcel_argument "$path" "$place"
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
complete -F _parcel parcel
