import Collection
import Console
import Formats
import FoundationEssentials
import HostFacts

/// `fleetaudit probe export`: the probe as a file, for hosts that nobody can reach.
struct ProbeExportCommand: Command {
    var sections: [String] = []
    var frameLimit: Int?
    var output: String?
    var console = ConsoleOptions()

    static let name = "export"
    static let summary = "Write the probe as a stand-alone script, for hosts without a network path."
    static let discussion = """
        The script asks what the probe asks and prints the answer; it needs no standard input, changes nothing and writes \
        no file. Run it as administrator by hand or through a cloud's "run command", keep what it prints, and hand that \
        to fleetaudit ingest.

        Channels that hand back only the last 4,096 bytes need --frame-limit 3500: the answer is then cut into numbered \
        pieces, and each run of the script prints one part of them (-Part 1, -Part 2, …); the first line of each part \
        says how many there are.
        """
    static let examples = [
        Example("fleetaudit probe export --output probe.ps1", "Everything, in one answer."),
        Example(
            "fleetaudit probe export --frame-limit 3500 --output probe.ps1", "In parts, for Azure's run command."),
        Example("fleetaudit probe export --sections os,rdp,credssp", "Three sections only, on standard output."),
    ]

    static var parameters: ParameterList<ProbeExportCommand> {
        Option(
            \.sections, "--sections", value: "names", help: "Only these sections, separated by commas.",
            completion: .words(SectionName.allCases.map(\.rawValue)))
        Option(
            \.frameLimit, "--frame-limit", value: "bytes",
            help: "Print at most so many bytes in one run, 1500 to 1000000, and the rest in further runs.")
        Option(\.output, "--output", value: "file", help: "The file to write.", completion: .files)
        Group(\.console, title: "Output")
    }

    func validate() throws(UsageError) {
        _ = try chosen()
        if let frameLimit, !ExportedProgram.frameLimits.contains(frameLimit) {
            let limits = ExportedProgram.frameLimits
            throw UsageError("--frame-limit: \(frameLimit) is not from \(limits.lowerBound) to \(limits.upperBound)")
        }
    }

    private func chosen() throws(UsageError) -> Set<SectionName> {
        let words = sections.flatMap { $0.split(separator: ",").map(String.init) }
        guard !words.isEmpty else { return Set(SectionName.allCases) }
        var chosen: Set<SectionName> = []
        for word in words {
            guard let section = SectionName(rawValue: word) else {
                let near = closest(to: word, among: SectionName.allCases.map(\.rawValue))
                throw UsageError(
                    "--sections: there is no section '\(word)'\(near.map { "; did you mean '\($0)'?" } ?? "")")
            }
            chosen.insert(section)
        }
        return chosen
    }

    func run(on output: Output) async throws -> ExitCode {
        let program = ExportedProgram(sections: try chosen(), frameLimit: frameLimit)
        guard let file = self.output else {
            output.write(program.text)
            return .success
        }
        try made { () throws(SnapshotError) in try AtomicFile.write(Array(program.text.utf8), to: file) }
        output.print("\(file)")
        return .success
    }
}
