#compdef parcel
# Completions of parcel for zsh, written by the program itself.

__parcel_at() {
    local context state state_descr line
    local -A opt_args
    local -a commands=(
        'send:Send one parcel, or all that a file lists.'
        'track:Say where parcels are.'
        'depot:Look after the depots.'
        'help:Explain a command or a topic.'
    )
    if [[ $words[2] == help && CURRENT -gt 2 ]]; then
        _describe -t commands command commands
        local -a topics=(
            'exit-codes:What the exit codes mean.'
            'environment:Variables that are read.'
        )
        _describe -t topics topic topics
        return
    fi
    _arguments -C \
        '(- *)'{-h,--help}'[Show this help.]' \
        '(- *)--version[Show the version.]' \
        '1:command:->command' \
        '*::argument:->argument'
    case $state in
        command) _describe -t commands command commands ;;
        argument)
            case $words[1] in
                send) __parcel_at_send ;;
                track) __parcel_at_track ;;
                depot) __parcel_at_depot ;;
            esac
            ;;
    esac
}

__parcel_at_send() {
    _arguments -s -S : \
        '(- *)'{-h,--help}'[Show this help.]' \
        '(-f --format)-f+[How to answer.]:text|json|csv:(text json csv)' \
        '(-f --format)--format=[How to answer.]:text|json|csv:(text json csv)' \
        '(-w --weight)-w+[Do not weigh it\: it has this weight.]:kg: ' \
        '(-w --weight)--weight=[Do not weigh it\: it has this weight.]:kg: ' \
        '(--insured --no-insured)--insured[Insure it.]' \
        '(--insured --no-insured)--no-insured[Insure it.]' \
        '(-F --fragile)-F[Handle with care\: glass \[or eggs\].]' \
        '(-F --fragile)--fragile[Handle with care\: glass \[or eggs\].]' \
        '*--via=[Go through this place.]:place:{__parcel_lines '\''__names'\'' '\''--kind'\'' '\''place'\''}' \
        '(-z --zone)-z+[Where it goes.]:choice:(north east south west overseas elsewhere nowhere)' \
        '(-z --zone)--zone=[Where it goes.]:choice:(north east south west overseas elsewhere nowhere)' \
        '(--wait)--wait=[How long to wait at a closed door.]:duration: ' \
        '(--attempts)--attempts=[How often to knock. From 1 to 10.]:n: ' \
        '(-q --quiet)-q[Say nothing but what was asked for, and errors.]' \
        '(-q --quiet)--quiet[Say nothing but what was asked for, and errors.]' \
        '*-v[Say more; -vv says still more.]' \
        '*--verbose[Say more; -vv says still more.]' \
        '(--color)--color=[Use colours.]:auto|always|never:(auto always never)' \
        '(--progress)--progress=[How to show progress, on standard error.]:auto|plain|json|none:(auto plain json none)' \
        '1:manifest:_files' \
        '*:extra:_files'
}

__parcel_at_track() {
    _arguments -s -S : \
        '(- *)'{-h,--help}'[Show this help.]' \
        '*--language=[Answer in one of these.]:text: ' \
        '*:number:{__parcel_lines '\''__names'\''}'
}

__parcel_at_depot() {
    local context state state_descr line
    local -A opt_args
    local -a commands=(
        'list:List all depots.'
        'show:Show one depot.'
        'help:Explain a command.'
    )
    if [[ $words[2] == help && CURRENT -gt 2 ]]; then
        _describe -t commands command commands
        return
    fi
    _arguments -C \
        '(- *)'{-h,--help}'[Show this help.]' \
        '1:command:->command' \
        '*::argument:->argument'
    case $state in
        command) _describe -t commands command commands ;;
        argument)
            case $words[1] in
                list) __parcel_at_depot_list ;;
                show) __parcel_at_depot_show ;;
            esac
            ;;
    esac
}

__parcel_at_depot_list() {
    _arguments -s -S : \
        '(- *)'{-h,--help}'[Show this help.]'
}

__parcel_at_depot_show() {
    _arguments -s -S : \
        '(- *)'{-h,--help}'[Show this help.]' \
        '(-C --folder)-C+[Write the pictures here.]:folder:_files -/' \
        '(-C --folder)--folder=[Write the pictures here.]:folder:_files -/' \
        '(-k --key)-k+[Opens the door.]:text: ' \
        '(-k --key)--key=[Opens the door.]:text: ' \
        '1:zone:(north east south west overseas elsewhere nowhere)' \
        '2::picture: '
}

# Offers the lines that the program prints when it is called with the given arguments.
__parcel_lines() {
    local -a found
    found=("${(@f)$("${(Q)__parcel_program}" "$@" -- "${(@)__parcel_words}" 2>/dev/null </dev/null)}")
    compadd -a -- found
}

_parcel() {
    local __parcel_program=$words[1]
    local -a __parcel_words=("${(@)words[2,CURRENT]}")
    __parcel_at
}

if [[ $funcstack[1] == _parcel ]]; then
    _parcel "$@"
else
    compdef _parcel parcel
fi
