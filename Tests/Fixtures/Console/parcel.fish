# Completions of parcel for fish, written by the program itself.

# True when the command typed so far is the given one.
function __parcel_at
    set -l path ''
    for word in (commandline -opc | tail -n +2)
        set -l longer (string trim -- "$path $word")
        contains -- "$longer" 'send' 'track' 'depot' 'depot list' 'depot show' 'help' 'help depot'; or break
        set path $longer
    end
    test "$path" = "$argv[1]"
end

# The lines that the program prints when it is called with the given arguments.
function __parcel_lines
    set -l typed (commandline -opc)
    type -q $typed[1]; or return
    command $typed[1] $argv -- $typed[2..] (commandline -ct) 2>/dev/null </dev/null
end

complete -c parcel -f
complete -c parcel -n '__parcel_at \'\'' -s h -l help -d 'Show this help.'
complete -c parcel -n '__parcel_at \'\'' -l version -d 'Show the version.'
complete -c parcel -n '__parcel_at \'\'' -a 'send' -d 'Send one parcel, or all that a file lists.'
complete -c parcel -n '__parcel_at \'help\'' -a 'send' -d 'Send one parcel, or all that a file lists.'
complete -c parcel -n '__parcel_at \'\'' -a 'track' -d 'Say where parcels are.'
complete -c parcel -n '__parcel_at \'help\'' -a 'track' -d 'Say where parcels are.'
complete -c parcel -n '__parcel_at \'\'' -a 'depot' -d 'Look after the depots.'
complete -c parcel -n '__parcel_at \'help\'' -a 'depot' -d 'Look after the depots.'
complete -c parcel -n '__parcel_at \'\'' -a help -d 'Explain a command.'
complete -c parcel -n '__parcel_at \'help\'' -a 'exit-codes' -d 'What the exit codes mean.'
complete -c parcel -n '__parcel_at \'help\'' -a 'environment' -d 'Variables that are read.'
complete -c parcel -n '__parcel_at \'send\'' -s h -l help -d 'Show this help.'
complete -c parcel -n '__parcel_at \'send\'' -s f -l format -r -f -a '\'text\' \'json\' \'csv\'' -d 'How to answer.'
complete -c parcel -n '__parcel_at \'send\'' -s w -l weight -r -f -d 'Do not weigh it: it has this weight.'
complete -c parcel -n '__parcel_at \'send\'' -l insured -d 'Insure it.'
complete -c parcel -n '__parcel_at \'send\'' -l no-insured -d 'Insure it.'
complete -c parcel -n '__parcel_at \'send\'' -s F -l fragile -d 'Handle with care: glass [or eggs].'
complete -c parcel -n '__parcel_at \'send\'' -l via -r -f -a '(__parcel_lines \'__names\' \'--kind\' \'place\')' -d 'Go through this place.'
complete -c parcel -n '__parcel_at \'send\'' -s z -l zone -r -f -a '\'north\' \'east\' \'south\' \'west\' \'overseas\' \'elsewhere\' \'nowhere\'' -d 'Where it goes.'
complete -c parcel -n '__parcel_at \'send\'' -l wait -r -f -d 'How long to wait at a closed door.'
complete -c parcel -n '__parcel_at \'send\'' -l attempts -r -f -d 'How often to knock. From 1 to 10.'
complete -c parcel -n '__parcel_at \'send\'' -s q -l quiet -d 'Say nothing but what was asked for, and errors.'
complete -c parcel -n '__parcel_at \'send\'' -s v -l verbose -d 'Say more; -vv says still more.'
complete -c parcel -n '__parcel_at \'send\'' -l color -r -f -a '\'auto\' \'always\' \'never\'' -d 'Use colours.'
complete -c parcel -n '__parcel_at \'send\'' -l progress -r -f -a '\'auto\' \'plain\' \'json\' \'none\'' -d 'How to show progress, on standard error.'
complete -c parcel -n '__parcel_at \'send\'' -F
complete -c parcel -n '__parcel_at \'track\'' -s h -l help -d 'Show this help.'
complete -c parcel -n '__parcel_at \'track\'' -l language -r -f -d 'Answer in one of these.'
complete -c parcel -n '__parcel_at \'track\'' -f -a '(__parcel_lines \'__names\')'
complete -c parcel -n '__parcel_at \'depot\'' -s h -l help -d 'Show this help.'
complete -c parcel -n '__parcel_at \'depot\'' -a 'list' -d 'List all depots.'
complete -c parcel -n '__parcel_at \'help depot\'' -a 'list' -d 'List all depots.'
complete -c parcel -n '__parcel_at \'depot\'' -a 'show' -d 'Show one depot.'
complete -c parcel -n '__parcel_at \'help depot\'' -a 'show' -d 'Show one depot.'
complete -c parcel -n '__parcel_at \'depot\'' -a help -d 'Explain a command.'
complete -c parcel -n '__parcel_at \'depot list\'' -s h -l help -d 'Show this help.'
complete -c parcel -n '__parcel_at \'depot show\'' -s h -l help -d 'Show this help.'
complete -c parcel -n '__parcel_at \'depot show\'' -s C -l folder -r -f -a '(__fish_complete_directories)' -d 'Write the pictures here.'
complete -c parcel -n '__parcel_at \'depot show\'' -s k -l key -r -f -d 'Opens the door.'
complete -c parcel -n '__parcel_at \'depot show\'' -f -a '\'north\' \'east\' \'south\' \'west\' \'overseas\' \'elsewhere\' \'nowhere\''
