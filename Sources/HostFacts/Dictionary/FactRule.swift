/// How a fact comes about where its declaration does not show it: what `explain` says, and where `show` finds the raw
/// evidence. The rows stand in `FactRule+Table.swift`.
package struct FactRule: Sendable {
    /// Where the raw answer behind a fact stands.
    package enum Evidence: Sendable, Hashable {
        /// One registry value.
        case value(RegistryLocation)
        /// A registry key that is listed, counted or only looked for.
        case key(String)
        /// A member of a section's data that is not the registry's: `machine-keys`, `rsa.sddl`.
        case item(SectionName, [String])
    }

    /// The facts that it is about, as ``FactPattern`` reads them.
    let patterns: [String]
    /// The rule in sentences; empty when the evidence says it all.
    package let text: String
    package let evidence: [Evidence]
    /// Paths of the facts that it is made from.
    package let inputs: [String]

    init(_ patterns: String..., text: String = "", evidence: [Evidence] = [], inputs: [String] = []) {
        self.patterns = patterns
        self.text = text
        self.evidence = evidence
        self.inputs = inputs
    }

    /// Whether it is the rule of a fact.
    package func isAbout(_ path: String) -> Bool { patterns.contains { FactPattern($0).matches(path) } }
}

extension Fact {
    /// The first row of the table that is about it; `nil` for what needs none.
    package var rule: FactRule? { FactRule.table.first { $0.isAbout(path) } }

    /// Where the raw answers behind it stand on a host, and which part of a setting each one is.
    package func evidence(on facts: HostFacts) -> [(part: Fact.SettingPart.Part?, evidence: FactRule.Evidence)] {
        var found: [(part: Fact.SettingPart.Part?, evidence: FactRule.Evidence)] = []
        if let setting, let places = setting.places(facts) {
            if let policy = places.policy { found.append((.policy, .value(policy))) }
            if let local = places.local { found.append((.local, .value(local))) }
        }
        found += registry.map { (nil, .value($0)) }
        found += (rule?.evidence ?? []).map { (nil, $0) }
        return found
    }
}

extension RegistryQuestion {
    /// The sections of the probe that ask a key for anything.
    package static func sections(asking key: String) -> [SectionName] {
        SectionName.allCases.filter { section in
            section.registryQuestions.contains { $0.key.lowercased() == key.lowercased() }
        }
    }
}

extension HostFacts {
    /// A host that said nothing but that it has the listener which Windows ships: where settings stand when there is no
    /// host to look at.
    package static let stock: HostFacts = {
        var reading = HostReading()
        reading.registry.recordChildren(of: Keys.winStations, .value(["RDP-Tcp"]))
        return HostFacts(reading)
    }()
}
