package import HostFacts

extension Fact {
    /// The sections of the probe that it comes from, in their order: those that ask for its evidence, those of the facts
    /// that it is made of, and the one without which it cannot be told.
    package var sections: [SectionName] {
        let asked = evidence(on: .stock).flatMap { entry -> [SectionName] in
            switch entry.evidence {
            case .value(let location): RegistryQuestion.sections(asking: location)
            case .key(let key): RegistryQuestion.sections(asking: key)
            case .item(let section, _): [section]
            }
        }
        let inputs = (rule?.inputs ?? []).compactMap { FactDictionary[$0] }.filter { $0.path != path }
        let found = asked + inputs.flatMap(\.sections) + indispensable
        return SectionName.allCases.filter(found.contains)
    }

    /// The section whose failure is told as the reason when every section fails: it needs no declaration to be found.
    private var indispensable: [SectionName] {
        guard case .failed(let reason) = read(.unanswered) else { return [] }
        return SectionName.allCases.filter { reason.contains(Self.mark(of: $0)) }
    }

    fileprivate static func mark(of section: SectionName) -> String { "<section \(section.rawValue)>" }
}

extension HostFacts {
    /// A host of which no section was answered, each for a reason of its own.
    fileprivate static let unanswered: HostFacts = {
        let sections = SectionName.allCases.map { ($0, SectionAnswer.failed(Fact.mark(of: $0))) }
        return HostFacts(HostReading(sections: Dictionary(uniqueKeysWithValues: sections)))
    }()
}
