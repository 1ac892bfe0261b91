import Console

/// A program that exists only here: it sends parcels.
enum Sample {
    static let tree = CommandTree(
        "parcel", version: "1.2", summary: "Sends parcels and says where they are.",
        discussion: """
            Nothing leaves the house before it was weighed. Long texts like this one are wrapped at the width of the \
            terminal, so that nobody has to read across the whole screen.
            """,
        examples: [
            Example("parcel send -w 2 box.yaml", "Send what the file lists."),
            Example("parcel track 4711", "Say where one parcel is."),
        ],
        topics: [
            HelpTopic(
                "exit-codes", summary: "What the exit codes mean.",
                text: """
                    A script may trust these:

                      0    all parcels arrived
                      3    some did not
                      64   the command line was wrong

                    No other code is used -- 'never', not even once; C:\\> is text, and .so is no request.
                    """),
            HelpTopic("environment", summary: "Variables that are read.", text: "PARCEL_FORMAT stands for --format."),
        ]
    ) {
        Send.self
        Track.self
        CommandGroup("depot", summary: "Look after the depots.") {
            DepotList.self
            DepotShow.self
        }
        Names.self
    }
}

enum Format: String, CaseIterable, ArgumentValue { case text, json, csv }

enum Zone: String, CaseIterable, ArgumentValue { case north, east, south, west, overseas, elsewhere, nowhere }

struct Route: ParameterSet, Equatable {
    var via: [String] = []
    var zone: Zone?
    var wait = Duration.seconds(90)
    var attempts = 3

    static var parameters: ParameterList<Route> {
        Option(
            \.via, "--via", value: "place", help: "Go through this place.", environment: "PARCEL_VIA",
            completion: .lines(of: ["__names", "--kind", "place"]))
        Option(\.zone, "-z", "--zone", help: "Where it goes.")
        Option(\.wait, "--wait", help: "How long to wait at a closed door.")
        Option(\.attempts, "--attempts", in: 1...10, help: "How often to knock.")
    }

    func validate() throws(UsageError) {
        if zone == .nowhere, !via.isEmpty { throw UsageError("--via leads somewhere, but --zone nowhere does not") }
    }
}

struct Send: Command, Equatable {
    var route = Route()
    var console = ConsoleOptions()
    var format = Format.text
    var weight: Double?
    var insured = true
    var isFragile = false
    var manifest = ""
    var extras: [String] = []

    static let name = "send", summary = "Send one parcel, or all that a file lists."
    static let discussion = """
        The file says what is in each parcel [see "manifest"]. A parcel that is too heavy stays at home, and the \
        reason is printed.

        A manifest:

          - to: Ann O'Hara
            weight: 2   # kg

        Nothing is sent twice.
        """
    static let examples = [
        Example("parcel send box.yaml", "Send what the file lists, with the default insurance."),
        Example(
            "parcel send --no-insured -z overseas --wait=2h --via 'Port Said' box.yaml extra.yaml | tee log",
            "Overseas without insurance, waiting two hours where a door is closed, which happens more often than one "
                + "would think."),
    ]

    static var parameters: ParameterList<Send> {
        Option(\.format, "-f", "--format", help: "How to answer.", environment: "PARCEL_FORMAT")
        Option(\.weight, "-w", "--weight", value: "kg", help: "Do not weigh it: it has this weight.")
        Flag(\.insured, "--insured", negatable: true, help: "Insure it.", environment: "PARCEL_INSURED")
        Flag(\.isFragile, "-F", "--fragile", help: "Handle with care: glass [or eggs].")
        Group(\.route, title: "Route")
        Group(\.console, title: "Output")
        Argument(\.manifest, "manifest", help: "A file that lists the parcels.", completion: .files)
        Argument(\.extras, "extra", help: "More of them.", completion: .files)
    }

    func run(on output: Output) async throws -> ExitCode {
        output.print("sending \(manifest)")
        return .success
    }
}

struct Track: Command, Equatable {
    var numbers: [Int] = []
    var languages = ["en", "de"]

    static let name = "track", summary = "Say where parcels are."
    static var parameters: ParameterList<Track> {
        Option(\.languages, "--language", help: "Answer in one of these.", environment: "PARCEL_LANGUAGES")
        Argument(
            \.numbers, "number", required: true, help: "The number on the receipt.",
            completion: .lines(of: ["__names"]))
    }

    func run(on output: Output) async throws -> ExitCode { .success }
}

struct DepotList: Command {
    static let name = "list", summary = "List all depots."
    static var parameters: ParameterList<DepotList> {}
    func run(on output: Output) async throws -> ExitCode { .success }
}

struct DepotShow: Command {
    var zone = Zone.north
    var folder: String?
    var key: String?

    static let name = "show", summary = "Show one depot."
    static var parameters: ParameterList<DepotShow> {
        Option(\.folder, "-C", "--folder", value: "folder", help: "Write the pictures here.", completion: .directories)
        Option(\.key, "-k", "--key", help: "Opens the door.", required: true, environment: "PARCEL_KEY")
        Argument(\.zone, "zone", help: "The depot's zone.")
        Argument(\.folder, "picture", help: "A picture of it.")
    }
    func run(on output: Output) async throws -> ExitCode { .success }
}

/// What completions call.
struct Names: Command {
    var kind: String?
    var words: [String] = []

    static let name = "__names", summary = "Print names."
    static let isHidden = true
    static var parameters: ParameterList<Names> {
        Option(\.kind, "--kind", help: "Of what.")
        Argument(\.words, "word", help: "What was typed.")
    }
    func run(on output: Output) async throws -> ExitCode { .success }
}
