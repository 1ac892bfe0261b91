import Collection
import Console
import Formats
import FoundationEssentials
import HostFacts

/// What a snapshot holds of one host, for people.
struct HostSheet {
    let record: HostRecord
    let facts: HostFacts
    /// The snapshot's run and its file.
    let run: String
    let path: String

    /// - Parameter place: what it shares with others of the run; `nil` when nobody looked.
    init(_ record: HostRecord, run: String, path: String, place: FleetPlace?) {
        self.record = record
        var facts = HostFacts(record.reading)
        if let place { facts.fleet = .value(place) }
        self.facts = facts
        self.run = run
        self.path = path
    }

    /// Nothing at all came from the host.
    var isEmpty: Bool { record.sections.isEmpty }

    // MARK: Who and how

    func printHead(on output: Output) {
        let windows = facts.windows.value.map { "   \($0.name) \($0.version)" } ?? ""
        output.print("\(record.name, .bold)   \(record.state.rawValue)\(windows)")
        var table = Table(indent: 2, [Table.Column("", overflow: .keep), Table.Column("", overflow: .wrap)])
        func add(_ label: String, _ text: String?) {
            if let text, !text.isEmpty { table.add([Table.Cell(label, .dim), Table.Cell(text)]) }
        }
        add("why", record.reason)
        add("next", record.advice)
        add("address", record.address)
        add("groups", record.groups.joined(separator: ", "))
        add("role", record.role)
        add("site", record.site)
        add("asked", asked)
        add("probe", record.probe)
        add("unchecked", record.unchecked.joined(separator: ", "))
        add("run", "\(run), \(path)")
        output.print(table)
    }

    /// When and how it was asked.
    private var asked: String {
        var words = [ISO8601.text(record.started)]
        if let transport = record.transport {
            words.append("by \(transport)\(record.authentication.map { " with \($0)" } ?? "")")
        }
        if record.askedBy == .cmd { words.append("by cmd.exe's own programs") }
        if record.seconds > 0 { words.append("in \(record.seconds) s") }
        if let engine = facts.engine.value {
            words.append(
                "PowerShell \(engine.version), \(engine.is64Bit ? 64 : 32) bits, \(engine.isElevated ? "elevated" : "not elevated")"
            )
        }
        return words.joined(separator: ", ")
    }

    // MARK: Everything

    /// A line for each fact, and one for each setting, by area.
    func printOverview(on output: Output) {
        var areas: [String] = []
        var lines: [String: [Fact]] = [:]
        for fact in FactDictionary.all where !isPart(fact) {
            // The whole run is looked at only when somebody asks for it.
            if fact.path.hasPrefix(FactDictionary.fleetPrefix), facts.fleet.value == nil { continue }
            let area = String(fact.path.prefix { $0 != "." })
            if lines[area] == nil { areas.append(area) }
            lines[area, default: []].append(fact)
        }
        for area in areas {
            var table = Table(
                indent: 2,
                [
                    Table.Column("", overflow: .keep), Table.Column("", overflow: .wrap, minimum: 20),
                    Table.Column("", overflow: .truncate),
                ])
            for fact in lines[area] ?? [] {
                let name = String((base(of: fact) ?? fact.path).dropFirst(area.count + 1))
                let answer = FactAnswer(fact.read(facts)).text
                table.add([Table.Cell(name), Table.Cell(answer), Table.Cell(origin(of: fact))])
            }
            output.print("")
            output.print("\(area, .bold)")
            output.print(table)
        }
    }

    /// The path without its last word where that is `effective`: one line tells the fact with its source.
    private func base(of fact: Fact) -> String? {
        fact.path.hasSuffix(".effective") ? String(fact.path.dropLast(".effective".count)) : nil
    }

    /// Whether the line of an effective value tells it as well.
    private func isPart(_ fact: Fact) -> Bool {
        if let setting = fact.setting { return setting.part != .effective }
        return fact.path.hasSuffix(".source")
            && FactDictionary[fact.path.dropLast("source".count) + "effective"] != nil
    }

    /// What decides an effective value, and what waits below it.
    private func origin(of fact: Fact) -> String {
        guard let base = base(of: fact), let source = FactDictionary["\(base).source"]?.read(facts).value else {
            return ""
        }
        guard source == .text(SettingSource.policy.rawValue),
            let local = FactDictionary["\(base).local"]?.read(facts).value
        else { return source.text }
        return "\(source.text); local \(local.text)"
    }

    // MARK: Some facts, whole

    func print(_ fact: Fact, on output: Output) {
        output.print("")
        output.print("\(fact.path, .bold)  \(FactAnswer(fact.read(facts)).text)")
        var table = Table(indent: 2, [Table.Column("", overflow: .keep), Table.Column("", overflow: .wrap)])
        func add(_ label: String, _ text: String) { table.add([Table.Cell(label, .dim), Table.Cell(text)]) }
        add("meaning", fact.meaning + (fact.unit.map { " (\($0))" } ?? ""))
        if let setting = fact.setting, fact.setting?.part != .source,
            let source = FactDictionary["\(setting.path).source"]
        {
            add("source", FactAnswer(source.read(facts)).text)
        }
        for raw in evidence(of: fact) { add(raw.part?.rawValue ?? "raw", "\(raw.place)  \(raw.text)") }
        if let row = osDefault(of: fact) {
            add("default", row.text)
        }
        for input in fact.rule?.inputs ?? [] {
            guard let fact = FactDictionary[input] else { continue }
            add("from", "\(input) = \(FactAnswer(fact.read(facts)).text)")
        }
        for section in fact.sections { add("section", timing(of: section)) }
        output.print(table)
    }

    func evidence(of fact: Fact) -> [RawEvidence] {
        fact.evidence(on: facts).map { RawEvidence(part: $0.part, evidence: $0.evidence, facts: facts, record: record) }
    }

    /// The default that holds on this Windows when nothing is set.
    func osDefault(of fact: Fact) -> OSDefaults.Row? {
        guard let item = fact.setting?.places(facts)?.item else { return nil }
        return OSDefaults.rows(of: item).last { row in
            row.fromBuild == 0 || facts.windows.value.map { row.fromBuild <= $0.version.build } ?? false
        }
    }

    private func timing(of section: SectionName) -> String {
        guard let json = record.section(section) else { return "\(section.rawValue), not answered" }
        if case .failed(let reason) = SectionAnswer(recorded: json) { return "\(section.rawValue): \(reason)" }
        return section.rawValue + (json["ms"]?.int.map { ", \($0) ms on the host" } ?? "")
    }
}
