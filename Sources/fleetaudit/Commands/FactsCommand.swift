import Collection
import Console
import Formats
import HostFacts

/// `fleetaudit facts`: the dictionary that policies are written with.
struct FactsCommand: Command {
    var pattern: String?
    var format = OutputFormat.text
    var console = ConsoleOptions()

    static let name = "facts"
    static let summary = "List every fact that a policy can name, with type, unit and meaning."
    static let discussion = """
        A stable fact is configuration; a change of it is drift. A volatile one (a clock, a state, a counter) never is. \
        With -v a further line says where in the registry a fact stands; `fleetaudit explain` says the whole rule of one.
        """
    static let examples = [
        Example("fleetaudit facts rdp.listener", "Only the facts of the listener."),
        Example("fleetaudit facts '*.effective' --format json", "Every effective value, for a program."),
    ]

    static var parameters: ParameterList<FactsCommand> {
        Argument(\.pattern, "pattern", help: "Only facts whose path begins so, or fits a glob such as '*.source'.")
        Option(\.format, "--format", help: "For people or for programs.")
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        let facts = pattern.map { FactPattern($0).facts } ?? FactDictionary.all
        guard !facts.isEmpty else {
            throw CommandFailure(
                "no fact's path is or begins with '\(pattern ?? "")'",
                help: pattern.flatMap { FactPattern($0).suggestion }.map { "did you mean '\($0)'?" }, .badInput)
        }
        switch format {
        case .text: output.print(table(facts))
        case .json:
            var writer = JSONWriter(style: [.pretty])
            writer.value(["fleetaudit": "facts", "format": 1, "facts": .array(facts.map(Self.json))])
            output.write(writer.takeBytes() + [0x0a])
        }
        return .success
    }

    private func table(_ facts: [Fact]) -> Table {
        var table = Table([
            Table.Column("fact", overflow: .keep), Table.Column("type", overflow: .keep),
            Table.Column("unit", overflow: .keep), Table.Column("", overflow: .keep),
            Table.Column("meaning", overflow: .wrap),
        ])
        for fact in facts {
            let choices = fact.choices.isEmpty ? "" : " (\(fact.choices.joined(separator: ", ")))"
            table.add([
                "\(fact.path)", "\(fact.type.rawValue)", "\(fact.unit ?? "")", "\(fact.stability.rawValue)",
                "\(fact.meaning)\(choices)",
            ])
            guard console.verbosity > 0 else { continue }
            for (part, evidence) in fact.evidence(on: .stock) where fact.stands(in: part) {
                guard case .value(let location) = evidence else { continue }
                table.add(["", "", "", "", "\(part.map { "\($0.rawValue): " } ?? "")\(location.description)"])
            }
        }
        return table
    }

    private static func json(_ fact: Fact) -> JSON {
        var members: [JSON.Member] = [
            .init("path", .string(fact.path)), .init("type", .string(fact.type.rawValue)),
        ]
        if let unit = fact.unit { members.append(.init("unit", .string(unit))) }
        members += [.init("stability", .string(fact.stability.rawValue)), .init("meaning", .string(fact.meaning))]
        if !fact.choices.isEmpty { members.append(.init("choices", .array(fact.choices.map { .string($0) }))) }
        let places = fact.evidence(on: .stock).compactMap { part, evidence -> JSON? in
            guard case .value(let location) = evidence, fact.stands(in: part) else { return nil }
            var place: [JSON.Member] = part.map { [.init("part", .string($0.rawValue))] } ?? []
            place += [.init("key", .string("HKLM\\\(location.key)")), .init("name", .string(location.name))]
            return .object(place)
        }
        if !places.isEmpty { members.append(.init("registry", .array(places))) }
        members.append(.init("sections", .array(fact.sections.map { .string($0.rawValue) })))
        return .object(members)
    }
}

extension Fact {
    /// Whether a place of its setting is one of this fact: `.local` does not stand in the policy key.
    fileprivate func stands(in part: SettingPart.Part?) -> Bool {
        guard let part, let setting else { return true }
        return setting.part == .effective || setting.part == .source || setting.part == part
    }
}
