import Collection
import Console
import Formats
import FoundationEssentials
import HostFacts
import Policy

/// `fleetaudit explain`: the rule of a fact.
struct ExplainCommand: Command {
    var path = ""
    var policies: String?
    var console = ConsoleOptions()

    static let name = "explain"
    static let summary = "Say how a fact comes about, where it stands, and which controls rest on it."
    static let examples = [
        Example("fleetaudit explain rdp.listener.userAuthentication", "A setting: policy, local value, defaults."),
        Example("fleetaudit explain firewall.rdp.reachable.domain", "A fact that is worked out."),
    ]

    static var parameters: ParameterList<ExplainCommand> {
        Argument(\.path, "fact", help: "A fact's path; of a setting also without its last word.")
        Option(
            \.policies, "--policies", value: "folder", help: "The folder with the controls to look through.",
            environment: "FLEETAUDIT_POLICIES", completion: .directories)
        Group(\.console, title: "Output")
    }

    func run(on output: Output) async throws -> ExitCode {
        guard let fact = FactDictionary[path] ?? FactDictionary["\(path).effective"] else {
            let near = FactPattern(path).facts.first?.path ?? FactPattern(path).suggestion
            throw CommandFailure(
                "there is no fact '\(path)'", help: near.map { "did you mean '\($0)'?" }, .badInput)
        }
        // Asked for a setting without its last word, all its facts are meant.
        let meant = fact.path == path ? [fact] : FactDictionary.all.filter { $0.setting?.path == path }
        let controls = try controls(on: Set(meant.map(\.path)).union([fact.path]))
        let type = "\(fact.type.rawValue)\(fact.unit.map { ", \($0)" } ?? ""), \(fact.stability.rawValue)"
        output.print("\(fact.path, .bold)  \(type)")
        output.print("")
        paragraph(fact.meaning + (fact.choices.isEmpty ? "" : ": " + fact.choices.joined(separator: ", ")), output)
        if let text = derivation(of: fact) { paragraph(text, output) }
        var table = Table(indent: 2, [Table.Column("", overflow: .keep), Table.Column("", overflow: .wrap)])
        func add(_ label: String, _ lines: [String]) {
            for (index, line) in lines.enumerated() {
                table.add([Table.Cell(index == 0 ? label : "", .dim), Table.Cell(line)])
            }
        }
        for part in Fact.SettingPart.Part.allCases.reversed() {
            add(part.rawValue, places(of: fact) { $0 == part })
        }
        add("registry", places(of: fact) { $0 == nil })
        add("default", defaults(of: fact))
        add("from", fact.rule?.inputs ?? [])
        add("part of", FactDictionary.all.filter { $0.rule?.inputs.contains(fact.path) ?? false }.map(\.path))
        add("section", fact.sections.map(\.rawValue))
        add("controls", controls)
        output.print(table)
        return .success
    }

    private func paragraph(_ text: String, _ output: Output) {
        // As wide as the manual pages.
        for line in Text.wrapped(text, to: 78) { output.print("  \(line)") }
        output.print("")
    }

    private func derivation(of fact: Fact) -> String? {
        var sentences: [String] = []
        if let setting = fact.setting {
            switch setting.part {
            case .effective:
                sentences.append(
                    "The value in the policy key holds; without one the component's own; without both the default of this Windows. A policy that could not be read makes it unknown: it might have held."
                )
            case .source:
                sentences.append(
                    "Which of the three holds: policy (a GPO, MDM, or somebody who wrote there by hand), local, or default."
                )
            case .local:
                sentences.append("What stands in the component's own key, whether or not a policy overrides it.")
            case .policy: sentences.append("What stands in the policy key; it holds whatever the local value is.")
            }
        }
        if let text = fact.rule?.text, !text.isEmpty { sentences.append(text) }
        return sentences.isEmpty ? nil : sentences.joined(separator: " ")
    }

    private func places(of fact: Fact, where isWanted: (Fact.SettingPart.Part?) -> Bool) -> [String] {
        fact.evidence(on: .stock).filter { isWanted($0.part) }.compactMap { entry in
            switch entry.evidence {
            case .value(let location): location.description
            case .key(let key): "HKLM\\\(key)"
            case .item(let section, let path):
                "no registry: \(path.joined(separator: ".")) of section \(section.rawValue)"
            }
        }
    }

    private func defaults(of fact: Fact) -> [String] {
        guard let item = fact.setting?.places(.stock)?.item else { return [] }
        return OSDefaults.rows(of: item).map { row in
            row.text
        }
    }

    /// The controls that look at one of the facts, by id and title.
    private func controls(on paths: Set<String>) throws -> [String] {
        let path = try policies ?? ResourceFolder.find("Policies", marker: "controls")
        do throws(Diagnostics) {
            return try PolicyFolder(path).controls.values.sorted { $0.id < $1.id }.filter { $0.looks(at: paths) }
                .map { "\($0.id) \($0.title)" }
        } catch {
            throw CommandFailure(error)
        }
    }
}

extension Control {
    /// Whether its condition, or the one that says whom it concerns, names one of the facts.
    fileprivate func looks(at paths: Set<String>) -> Bool {
        [appliesTo, check].compactMap(\.self).flatMap(\.leaves).contains { leaf in
            switch leaf {
            case .compare(let comparison): paths.contains(comparison.fact.path)
            case .rule(let rule): rule.facts.contains { paths.contains($0.path) }
            case .all, .any, .not: false
            }
        }
    }
}
