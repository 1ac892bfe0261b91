import Console
import HostFacts

/// `fleetaudit facts`: the dictionary that policies are written with.
struct FactsCommand: Command {
    var prefix: String?
    var console = ConsoleOptions()

    static let name = "facts"
    static let summary = "List every fact that a policy can name, with type and meaning."
    static let examples = [Example("fleetaudit facts rdp.listener", "Only the facts of the listener.")]

    static var parameters: ParameterList<FactsCommand> {
        Argument(\.prefix, "path", help: "Only facts whose path begins so.")
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        let facts = FactDictionary.all.filter { fact in prefix.map { fact.path.hasPrefix($0) } ?? true }
        guard !facts.isEmpty else { throw CommandFailure("no fact's path begins with '\(prefix ?? "")'", .usage) }
        var table = Table([
            Table.Column("fact", overflow: .keep), Table.Column("type", overflow: .keep),
            Table.Column("", overflow: .keep), Table.Column("meaning", overflow: .wrap),
        ])
        for fact in facts {
            let choices = fact.choices.isEmpty ? "" : " (\(fact.choices.joined(separator: ", ")))"
            table.add([
                "\(fact.path)", "\(fact.type.rawValue)", "\(fact.stability.rawValue)", "\(fact.meaning)\(choices)",
            ])
        }
        output.print(table)
        return .success
    }
}
