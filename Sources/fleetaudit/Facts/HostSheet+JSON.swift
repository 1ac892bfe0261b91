import Collection
import Formats
import HostFacts

extension HostSheet {
    /// For programs (docs/facts.md).
    func json(_ shown: [Fact]) -> JSON {
        var members: [JSON.Member] = [
            .init("fleetaudit", "host"), .init("format", 1), .init("run", .string(run)),
            .init("host", .string(record.name)), .init("address", .string(record.address)),
            .init("state", .string(record.state.rawValue)),
        ]
        func add(_ key: String, _ text: String?) {
            if let text, !text.isEmpty { members.append(.init(key, .string(text))) }
        }
        add("reason", record.reason)
        add("advice", record.advice)
        add("role", record.role)
        add("site", record.site)
        add("collected", ISO8601.text(record.started))
        members.append(.init("seconds", .double(record.seconds)))
        add("transport", record.transport)
        add("authentication", record.authentication)
        add("probe", record.probe)
        add("powershell", facts.engine.value?.version)
        members.append(
            .init(
                "sections",
                .object(
                    record.sections.map { section in
                        .init(section.key, section.value["ms"].map { ["ms": $0] } ?? [:])
                    })))
        members.append(.init("facts", .array(shown.map(json))))
        return .object(members)
    }

    private func json(_ fact: Fact) -> JSON {
        var members: [JSON.Member] = [.init("path", .string(fact.path))]
        members += FactAnswer(fact.read(facts)).members
        if let setting = fact.setting, let source = FactDictionary["\(setting.path).source"]?.read(facts).value {
            members.append(.init("source", .string(source.text)))
        }
        let evidence = evidence(of: fact).map(\.json)
        if !evidence.isEmpty { members.append(.init("evidence", .array(evidence))) }
        if let row = osDefault(of: fact) {
            members.append(.init("osDefault", ["value": JSON(row.value), "source": .string(row.source)]))
        }
        if let inputs = fact.rule?.inputs, !inputs.isEmpty {
            members.append(.init("from", .array(inputs.map { .string($0) })))
        }
        members.append(.init("sections", .array(fact.sections.map { .string($0.rawValue) })))
        return .object(members)
    }
}
