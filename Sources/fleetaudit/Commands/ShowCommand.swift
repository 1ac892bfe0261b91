import Collection
import Console
import Formats
import FoundationEssentials
import HostFacts

/// `fleetaudit show`: what a host said, with the raw evidence behind it.
struct ShowCommand: Command {
    var host = ""
    var paths: [String] = []
    var source = SnapshotOptions()
    var format = OutputFormat.text
    var console = ConsoleOptions()

    static let name = "show"
    static let summary = "Show what a host answered: values, where they come from, and the raw evidence."
    static let discussion = """
        Reads a snapshot; no host is contacted. Without a path everything is shown, a line for each setting; with paths \
        each fact is shown whole: the value or why there is none, what decides it, the registry values or answers behind \
        it, and which section of the probe asked for them. The exit code is 2 when a fact that was asked for is unknown, \
        or the host gave no answer, and 65 when there is no such host or fact.
        """
    static let examples = [
        Example("fleetaudit show srv-rds-014", "Everything that the newest run knows of a host."),
        Example("fleetaudit show srv-rds-014 'rdp.*' certificates.bound", "Some facts, with their evidence."),
        Example(
            "fleetaudit show srv-rds-014 --snapshot reports/20261120-020000 --format json",
            "An earlier run, for a program."),
    ]

    static var parameters: ParameterList<ShowCommand> {
        Argument(\.host, "host", help: "The host's name in the inventory.")
        Argument(\.paths, "path", help: "A fact, the beginning of its path, or a glob such as 'rdp.*'.")
        Group(\.source, title: "From where")
        Option(\.format, "--format", help: "For people or for programs.")
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        let asked = try facts()
        let path = try source.path()
        let found = try await SnapshotSearch.find(host, in: path)
        guard let record = found.record else {
            throw CommandFailure(
                "the run \(found.header.run) was to ask \(host), and was interrupted before",
                help: "--resume \(found.header.run) goes on with it", .incomplete)
        }
        let needsFleet = asked.contains { $0.path.hasPrefix(FactDictionary.fleetPrefix) }
        let place = needsFleet ? try await SnapshotSearch.place(of: record.name, in: path) : nil
        let sheet = HostSheet(record, run: found.header.run, path: path, place: place)
        switch format {
        case .json:
            var writer = JSONWriter(style: [.pretty])
            writer.value(sheet.json(paths.isEmpty ? FactDictionary.all : asked))
            output.write(writer.takeBytes() + [0x0a])
        case .text:
            sheet.printHead(on: output)
            if paths.isEmpty {
                if !sheet.isEmpty { sheet.printOverview(on: output) }
            } else {
                for fact in Self.without(parts: asked) { sheet.print(fact, on: output) }
            }
        }
        let isIncomplete = sheet.isEmpty || asked.contains { FactAnswer($0.read(sheet.facts)).isUnknown }
        return .verdict(hasDrift: false, isIncomplete: isIncomplete)
    }

    /// Without the parts of settings whose effective value is shown: it shows them as well.
    private static func without(parts facts: [Fact]) -> [Fact] {
        let whole = Set(facts.compactMap { $0.setting?.part == .effective ? $0.setting?.path : nil })
        return facts.filter { fact in
            guard let setting = fact.setting, setting.part != .effective else { return true }
            return !whole.contains(setting.path)
        }
    }

    /// The facts asked for, each once, in the order of the dictionary.
    private func facts() throws -> [Fact] {
        var wanted: Set<String> = []
        for path in paths {
            let pattern = FactPattern(path)
            let matched = pattern.facts
            guard !matched.isEmpty else {
                throw CommandFailure(
                    "no fact's path is or begins with '\(path)'",
                    help: pattern.suggestion.map { "did you mean '\($0)'?" } ?? "fleetaudit facts lists them", .badInput
                )
            }
            wanted.formUnion(matched.map(\.path))
        }
        return FactDictionary.all.filter { wanted.contains($0.path) }
    }
}
