import Console

/// Help that belongs to no single command.
enum HelpTopics {
    static let all = [exitCodes, environment, credentials, states]

    private static let exitCodes = HelpTopic(
        "exit-codes", summary: "What the exit codes mean.",
        text: """
            Commands that judge add up two bits, so that 0 to 3 say what was found:

              1    failures at or above --fail-on
              2    something could not be told: hosts that gave no answer, or answers that are missing

            Everything else says that the command could not do its work:

              64   the command line was wrong
              65   the inventory, the policy, a key or a snapshot was wrong, or lacks what was named; no host was contacted
              70   an internal error: please report it
              73   a file could not be written
              75   another run holds the lock of the reports folder
              130  interrupted; what was finished is kept, --resume goes on
            """)

    private static let environment = HelpTopic(
        "environment", summary: "Variables that fleetaudit reads.",
        text: """
            FLEETAUDIT_INVENTORY, FLEETAUDIT_LIMIT, FLEETAUDIT_BASELINE, FLEETAUDIT_POLICIES, FLEETAUDIT_WAIVERS, FLEETAUDIT_REPORTS, \
            FLEETAUDIT_HISTORY and \
            FLEETAUDIT_NOTIFY_ON stand in for the options of the same names, FLEETAUDIT_NOTIFY for one --notify. NO_COLOR and CLICOLOR_FORCE decide about colours. The inventory's \
            lookup('env', …) reads what it names, and nothing else does.
            """)

    private static let credentials = HelpTopic(
        "credentials", summary: "Where passwords and keys come from.",
        text: """
            Nowhere on the command line. In the order in which they are looked for, per host; the first one is used and no \
            other is tried:

              ansible_ssh_private_key_file  an ed25519 or ECDSA key that only its owner may read (SSH)
              fleetaudit_password_file      a file that only its owner may read
              ansible_password              in the inventory, best as "{{ lookup('env', 'NAME') }}"
              --ask-password                asked once on the terminal

            A password that was never accepted is tried at most twice in a whole run (--max-refusals), however many hosts \
            share it, and not again by later runs until it changes: no audit locks an account.
            """)

    private static let states = HelpTopic(
        "states", summary: "What became of a host.",
        text: """
              audited      every part of the answer came
              partial      some parts came and are judged; the rest is unknown
              failed       signed in, and nothing usable came
              unreachable  no connection
              refused      the host, or the account's authority, refused us
              wrong-host   another machine answered than the one asked for
              skipped      not tried: the account was at risk, the run was interrupted, or the inventory says too little

            Only audited and partial hosts are judged, and what is unknown never counts as good.
            """)
}
