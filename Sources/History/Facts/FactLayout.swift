import HostFacts

/// How the stable facts of the dictionary are cut into the groups that are kept: small enough that one changed fact costs
/// little, large enough that a host is a few dozen of them.
enum FactLayout {
    struct Group: Sendable {
        /// `firewall`
        let area: String
        let facts: [Fact]
    }

    private static let mostFacts = 32

    /// Areas in the order of the dictionary; a large one in parts.
    static let groups: [Group] = {
        var areas: [String] = []
        var facts: [String: [Fact]] = [:]
        for fact in FactDictionary.all where fact.stability == .stable {
            let area = String(fact.path.prefix { $0 != "." })
            if facts[area] == nil { areas.append(area) }
            facts[area, default: []].append(fact)
        }
        return areas.flatMap { area in
            let all = facts[area] ?? []
            return stride(from: 0, to: all.count, by: mostFacts).map {
                Group(area: area, facts: Array(all[$0..<min($0 + mostFacts, all.count)]))
            }
        }
    }()
}
