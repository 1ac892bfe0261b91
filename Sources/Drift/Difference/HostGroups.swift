import Policy

/// What is told of one fact, beside others.
protocol FactItem: Hashable, Sendable {
    var path: String { get }
}

extension ChangedFact: FactItem {}
extension Finding.Evidence: FactItem {
    var path: String { fact }
}

/// Joins what is the same on many hosts. Of a fleet on which everything differs it keeps examples: what it holds grows
/// with the hosts and with what they share, not with the texts that they say.
struct HostGroups<Key: Hashable & Sendable, Item: FactItem>: Sendable {
    /// The same change with the same values.
    private struct Variant {
        let because: String
        var hosts: [String]
    }

    private struct Group {
        var variants: [[Item]: Variant] = [:]
        /// Hosts beyond the variants that are kept apart, with one of them for an example.
        var rest: (facts: [Item], because: String, first: String, differing: Set<String>, hosts: [String])?

        mutating func add(_ facts: [Item], _ because: String, _ host: String, most: Int) {
            if variants[facts] != nil {
                variants[facts]?.hosts.append(host)
            } else if variants.count < most {
                variants[facts] = .init(because: because, hosts: [host])
            } else {
                join(facts, because, host)
            }
        }

        /// Takes a host in among those whose values differ. The example is the first host by name, so that the order in
        /// which hosts come does not matter.
        mutating func join(_ facts: [Item], _ because: String, _ host: String) {
            guard let example = rest else {
                rest = (facts, because, host, [], [host])
                return
            }
            for (one, other) in zip(example.facts, facts) where one != other { rest?.differing.insert(one.path) }
            rest?.hosts.append(host)
            if host < example.first {
                rest?.facts = facts
                rest?.because = because
                rest?.first = host
            }
        }
    }

    /// One group as it is told.
    struct Entry {
        let key: Key
        let facts: [Item]
        let differing: Set<String>
        let because: String
        let hosts: [String]
    }

    private var groups: [Key: Group] = [:]

    private static var mostVariants: Int { 32 }
    /// So many values that only one host has are told as one change whose values differ.
    private static var mostSingles: Int { 2 }

    mutating func add(_ key: Key, _ facts: [Item], because: String, host: String) {
        groups[key, default: Group()].add(facts, because, host, most: Self.mostVariants)
    }

    /// In no order.
    var entries: [Entry] {
        groups.flatMap { key, group in
            var group = group
            let singles = group.variants.filter { $0.value.hosts.count == 1 }
            if group.rest != nil || singles.count > Self.mostSingles {
                for (facts, variant) in singles {
                    group.variants[facts] = nil
                    for host in variant.hosts { group.join(facts, variant.because, host) }
                }
            }
            var entries = group.variants.map { facts, variant in
                Entry(
                    key: key, facts: facts, differing: [], because: variant.because, hosts: variant.hosts.sorted())
            }
            if let rest = group.rest {
                entries.append(
                    Entry(
                        key: key, facts: rest.facts, differing: rest.differing, because: rest.because,
                        hosts: rest.hosts.sorted()))
            }
            return entries
        }
    }
}
