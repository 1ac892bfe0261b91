/// Which facts tell of one thing: when one of them decides a verdict, a change of the others belongs to the same story.
package enum FactKinship {
    /// Paths of the facts that a fact is made from, then of those that one rule makes beside it; without itself.
    package static func kin(of path: String) -> [String] { table[path] ?? [] }

    private static let table: [String: [String]] = {
        var families: [Family: [String]] = [:]
        var inputs: [String: [String]] = [:]
        for fact in FactDictionary.all where fact.setting == nil {
            guard let row = FactRule.table.firstIndex(where: { $0.isAbout(fact.path) }) else { continue }
            let rule = FactRule.table[row]
            inputs[fact.path] = rule.inputs
            guard !rule.text.isEmpty else { continue }
            families[Family(row: row, profile: profile(of: fact.path)), default: []].append(fact.path)
        }
        var table = inputs
        for family in families.values {
            for path in family {
                table[path, default: []] += family.filter { $0 != path && !(inputs[path] ?? []).contains($0) }
            }
        }
        return table.filter { !$0.value.isEmpty }
    }()

    /// What one row of the rules says, of one firewall profile where it speaks of all three.
    private struct Family: Hashable {
        let row: Int
        let profile: FirewallProfile?
    }

    private static func profile(of path: String) -> FirewallProfile? {
        path.split(separator: ".").last.flatMap { FirewallProfile(rawValue: String($0)) }
    }
}
