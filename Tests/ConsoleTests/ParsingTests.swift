import Console
import Testing

/// What `Sample.tree` makes of a line whose words are separated by spaces; an underscore stands for an empty word.
private func resolve(_ line: String, _ environment: [String: String] = [:]) throws(UsageError) -> CommandTree.Outcome {
    try Sample.tree.resolve(line.split(separator: " ").map { $0 == "_" ? "" : String($0) }, environment: environment)
}

private func send(_ line: String, _ environment: [String: String] = [:]) throws -> Send {
    guard case .run(let command) = try resolve("send " + line, environment) else { throw NotACommand(line: line) }
    return try #require(command as? Send)
}

private struct NotACommand: Error {
    let line: String
}

/// A `Send` with the manifest `m` and what `change` sets.
private func expected(_ change: (inout Send) -> Void = { _ in }) -> Send {
    var send = Send()
    send.manifest = "m"
    change(&send)
    return send
}

@Suite struct `Reading a command line` {
    static let good: [(String, Send)] = [
        ("m", expected()),
        ("-f json m", expected { $0.format = .json }),
        ("-fjson m", expected { $0.format = .json }),
        ("-f=json m", expected { $0.format = .json }),
        ("--format json m", expected { $0.format = .json }),
        ("--format=json m", expected { $0.format = .json }),
        ("m --format json", expected { $0.format = .json }),
        ("-f json -f csv m", expected { $0.format = .csv }),
        ("-Fv m", expected { ($0.isFragile, $0.console.verbosity) = (true, 1) }),
        ("-vFfjson m", expected { ($0.isFragile, $0.console.verbosity, $0.format) = (true, 1, .json) }),
        ("-Ff csv m", expected { ($0.isFragile, $0.format) = (true, .csv) }),
        ("-vv --verbose m", expected { $0.console.verbosity = 3 }),
        ("--no-insured m", expected { $0.insured = false }),
        ("--no-insured --insured m", expected()),
        ("-w 2.5 m", expected { $0.weight = 2.5 }),
        ("-w -2.5 m", expected { $0.weight = -2.5 }),
        ("--weight=-2.5 m", expected { $0.weight = -2.5 }),
        ("--via a --via=b=c m", expected { $0.route.via = ["a", "b=c"] }),
        ("--via=-x m", expected { $0.route.via = ["-x"] }),
        ("--via - m", expected { $0.route.via = ["-"] }),
        ("--via=--color m", expected { $0.route.via = ["--color"] }),
        ("--wait 2h m", expected { $0.route.wait = .seconds(7_200) }),
        ("--attempts 10 m", expected { $0.route.attempts = 10 }),
        ("-z overseas m", expected { $0.route.zone = .overseas }),
        ("--color=never -q m", expected { ($0.console.color, $0.console.isQuiet) = (.never, true) }),
        ("m x y", expected { $0.extras = ["x", "y"] }),
        ("m -- x -y --help", expected { $0.extras = ["x", "-y", "--help"] }),
        ("-- m -- x", expected { $0.extras = ["--", "x"] }),
        ("- x", expected { ($0.manifest, $0.extras) = ("-", ["x"]) }),
        ("-- -m", expected { $0.manifest = "-m" }),
    ]

    @Test(arguments: good)
    func `a good line`(_ line: String, _ command: Send) throws {
        #expect(try send(line) == command)
    }

    static let bad: [(String, String)] = [
        ("send", "missing <manifest>"),
        ("send --formt json m", "unknown option '--formt'; did you mean '--format'?"),
        ("send --form json m", "unknown option '--form'; did you mean '--format'?"),
        ("send --quux m", "unknown option '--quux'"),
        ("send -x m", "unknown option '-x'"),
        ("send -vx m", "unknown option '-x' in '-vx'"),
        ("send -format json m", "unknown option '-format'; did you mean '--format'?"),
        ("send -wait=2h m", "unknown option '-wait=2h'; did you mean '--wait'?"),
        ("send --no-fragile m", "unknown option '--no-fragile'"),
        ("send --no-insure m", "unknown option '--no-insure'; did you mean '--no-insured'?"),
        ("send --fragile=yes m", "--fragile takes no value, but 'yes' was given"),
        ("send --no-insured= m", "--no-insured takes no value, but '' was given"),
        ("send -f", "-f needs a value: <text|json|csv>"),
        ("send --format", "--format needs a value: <text|json|csv>"),
        (
            "send --format -q m",
            "--format needs a value: <text|json|csv>; if '-q' is that value, write '--format=-q'"
        ),
        ("send --via -- m", "--via needs a value: <place>; if '--' is that value, write '--via=--'"),
        ("send -f -q m", "-f needs a value: <text|json|csv>; if '-q' is that value, write '-f-q'"),
        ("send -f xml m", "-f: 'xml' is not one of text, json, csv"),
        ("send -f jsno m", "-f: 'jsno' is not one of text, json, csv; did you mean 'json'?"),
        ("send -f JSON m", "-f: 'JSON' is not one of text, json, csv; did you mean 'json'?"),
        ("send -f xml -f json m", "-f: 'xml' is not one of text, json, csv"),
        ("send --format= m", "--format: the value is not one of text, json, csv"),
        ("send --via= m", "--via: the value is empty"),
        ("send --via _ m", "--via: the value is empty"),
        ("send _", "<manifest>: the value is empty"),
        ("send -w heavy m", "-w: 'heavy' is not a number"),
        ("send -w nan m", "-w: 'nan' is not a number"),
        ("send -w inf m", "-w: 'inf' is not a number"),
        ("send --wait 90 m", "--wait: '90' is not a duration such as 90s, 5m, 2h or 1h30m"),
        ("send --attempts 0 m", "--attempts: '0' is not in the range 1 to 10"),
        ("send --attempts ten m", "--attempts: 'ten' is not a whole number"),
        ("send --attempts 99999999999999999999 m", "--attempts: '99999999999999999999' is out of range"),
        ("send -q -v m", "--quiet and --verbose exclude each other"),
        ("send --via a -z nowhere m", "--via leads somewhere, but --zone nowhere does not"),
        ("track", "missing <number>"),
        ("track 1 two 3", "<number>: 'two' is not a whole number"),
        ("depot list extra", "unexpected argument 'extra'; only options are taken here"),
        ("depot show -k x north one two", "unexpected argument 'two'"),
        ("depot show north", "missing --key <text> (or environment variable PARCEL_KEY)"),
        ("depot show -k x up", "<zone>: 'up' is not one of north, east, south, west, overseas, elsewhere, nowhere"),
        ("depot", "missing command: one of list, show"),
        ("snd", "unknown command 'snd'; did you mean 'send'?"),
        ("tra", "unknown command 'tra'; did you mean 'track'?"),
        ("fly", "unknown command 'fly'"),
        ("list", "unknown command 'list'; did you mean 'parcel depot list'?"),
        ("__name", "unknown command '__name'"),
        ("depot lsit", "unknown command 'lsit'; did you mean 'list'?"),
        ("--color never send m", "unexpected option '--color' before the command; options stand behind it"),
        ("-- send", "unexpected option '--' before the command; options stand behind it"),
        ("depot -C x show", "unexpected option '-C' before the command; options stand behind it"),
        ("help sned", "unknown command or topic 'sned'; did you mean 'send'?"),
        ("help exit-code", "unknown command or topic 'exit-code'; did you mean 'exit-codes'?"),
        ("help list", "unknown command or topic 'list'; did you mean 'parcel depot list'?"),
        ("help send now", "unexpected argument 'now'"),
        ("_", "unknown command ''"),
    ]

    @Test(arguments: bad)
    func `a bad line`(_ line: String, _ message: String) {
        #expect {
            try resolve(line)
        } throws: {
            ($0 as? UsageError)?.message == message
        }
    }

    @Test(arguments: [
        ("send", "parcel send --help"), ("depot", "parcel depot --help"), ("depot list x", "parcel depot list --help"),
        ("fly", "parcel --help"), ("send -q -v m", "parcel send --help"),
    ])
    func `an error says where help is`(_ line: String, _ help: String) {
        #expect {
            try resolve(line)
        } throws: { error in
            (error as? UsageError)?.help == help && "\(error)".hasSuffix(" (see '\(help)')")
        }
    }

    @Test(arguments: [
        "send --evil\u{1B}]0;gone\u{7}", "send m -f \u{1B}[2J", "\u{202E}dnes", "send -\u{200B}x",
        "send --via a -z \u{2028}north m", "send --fragile=\u{9B}31m m",
        "track " + String(repeating: "x", count: 100_000), "track --" + String(repeating: "a", count: 100_000),
        "send -f " + String(repeating: "\u{301}", count: 50_000) + " m",
    ])
    func `a message shows hostile words harmlessly and cuts them`(_ line: String) {
        #expect {
            try resolve(line)
        } throws: { error in
            let text = "\(error)"
            return text == Text.printable(text) && text.count < 400
        }
    }

    @Test(arguments: [
        "send --help", "send -h", "send --wrong --help", "send -f -h", "send a b -h", "send --format --help",
    ])
    func `help wins over whatever else is wrong`(_ line: String) throws {
        guard case .help(let text) = try resolve(line) else { throw NotACommand(line: line) }
        #expect(text.hasPrefix("parcel send: "))
    }

    @Test(arguments: [
        ("track 1 2", [:], Track(numbers: [1, 2])),
        ("track --language fr 1", [:], Track(numbers: [1], languages: ["fr"])),
        ("track --language fr 1 --language=it", [:], Track(numbers: [1], languages: ["fr", "it"])),
        ("track 1", ["PARCEL_LANGUAGES": "fr,it"], Track(numbers: [1], languages: ["fr", "it"])),
        ("track --language es 1", ["PARCEL_LANGUAGES": "fr,it"], Track(numbers: [1], languages: ["es"])),
    ])
    func `a list that is given replaces the default`(
        _ line: String, _ environment: [String: String], _ command: Track
    ) throws {
        guard case .run(let resolved) = try resolve(line, environment) else { throw NotACommand(line: line) }
        #expect(resolved as? Track == command)
    }

    @Test func `help behind two dashes is an argument`() throws {
        #expect(try send("-- --help").manifest == "--help")
    }
}

@Suite struct `Values from the environment` {
    @Test func `a variable stands in for an option that is not given`() throws {
        let environment = ["PARCEL_FORMAT": "csv", "PARCEL_VIA": "a,b", "PARCEL_INSURED": "no"]
        let command = try send("m", environment)
        #expect(command == expected { ($0.format, $0.route.via, $0.insured) = (.csv, ["a", "b"], false) })
    }

    @Test func `the command line wins, and replaces all of a list`() throws {
        let environment = ["PARCEL_FORMAT": "csv", "PARCEL_VIA": "a,b", "PARCEL_INSURED": "no"]
        #expect(
            try send("--format json --via c --insured m", environment)
                == expected { ($0.format, $0.route.via) = (.json, ["c"]) })
    }

    @Test func `a bad variable does not matter when the option is given`() throws {
        #expect(try send("-f json m", ["PARCEL_FORMAT": "bad"]).format == .json)
    }

    @Test func `an empty variable counts as unset`() throws {
        #expect(try send("m", ["PARCEL_FORMAT": "", "PARCEL_VIA": "", "PARCEL_INSURED": ""]) == expected())
    }

    @Test func `a variable satisfies a required option`() throws {
        guard case .run(let command) = try resolve("depot show north", ["PARCEL_KEY": "k"]) else {
            throw NotACommand(line: "depot show")
        }
        #expect((command as? DepotShow)?.key == "k")
    }

    @Test(arguments: ["yes", "true", "1", "on", "YES"])
    func `a flag is on`(_ value: String) throws {
        #expect(try send("m", ["PARCEL_INSURED": value]).insured)
    }

    @Test(arguments: [
        (["PARCEL_FORMAT": "xml"], "environment variable PARCEL_FORMAT: 'xml' is not one of text, json, csv"),
        (["PARCEL_INSURED": "perhaps"], "environment variable PARCEL_INSURED: 'perhaps' is not one of yes, no"),
    ])
    func `a bad variable is named`(_ environment: [String: String], _ message: String) {
        #expect {
            try send("m", environment)
        } throws: {
            ($0 as? UsageError)?.message == message
        }
    }
}

@Suite struct `Asking for help` {
    @Test(arguments: [
        ("", "parcel: "), ("--help", "parcel: "), ("-h", "parcel: "), ("help", "parcel: "), ("help help", "parcel: "),
        ("help send", "parcel send: "), ("send --help", "parcel send: "), ("help depot", "parcel depot: "),
        ("depot --help", "parcel depot: "), ("depot -h", "parcel depot: "), ("depot help", "parcel depot: "),
        ("depot help list", "parcel depot list: "), ("help depot list", "parcel depot list: "),
        ("depot list -h", "parcel depot list: "), ("help --help", "parcel: "), ("help exit-codes", "exit-codes: "),
        ("help __names", "parcel __names: "), ("--version", "parcel 1.2\n"),
    ])
    func `help is found`(_ line: String, _ beginning: String) throws {
        guard case .help(let text) = try resolve(line) else { throw NotACommand(line: line) }
        #expect(text.hasPrefix(beginning))
        #expect(text.hasSuffix("\n"))
    }

    @Test func `the examples come before everything else`() throws {
        guard case .help(let text) = try resolve("help send") else { throw NotACommand(line: "help send") }
        let headings = text.split(separator: "\n").filter { !$0.hasPrefix(" ") && $0.contains(/^[A-Z][a-z]+:/) }
        #expect(headings.map { String($0.prefix { $0 != ":" }) }.first == "Examples")
    }

    @Test func `a hidden command works and is shown nowhere`() throws {
        guard case .run(let command) = try resolve("__names --kind x -- send a") else {
            throw NotACommand(line: "__names")
        }
        #expect((command as? Names)?.words == ["send", "a"])
        for line in ["", "help depot"] {
            guard case .help(let text) = try resolve(line) else { throw NotACommand(line: line) }
            #expect(!text.contains("__names"))
        }
    }

    @Test func `a hidden command is not suggested`() {
        #expect {
            try resolve("__nams")
        } throws: {
            !"\($0)".contains("did you mean")
        }
    }
}
