package import HostFacts
import Policy

/// Settings in which a host is unlike nearly all hosts that are like it: nobody said what they should be, but most
/// agree.
package struct PeerComparison: Sendable {
    /// A host of the run, as far as its peers are concerned.
    package struct Host: Sendable {
        package let name: String
        package let role: String?
        package let groups: [String]
        package let facts: FactSheet

        package init(name: String, role: String?, groups: [String], facts: FactSheet) {
            self.name = name
            self.role = role
            self.groups = groups
            self.facts = facts
        }
    }

    /// The least number of peers, and percent of them that must agree.
    package static let leastPeers = 5
    package static let leastShare = 80

    /// Settings: no names, identities, addresses, nor what a host does by itself.
    package static let facts = FactLedger.facts.filter { fact in
        if [FactDictionary.fleetPrefix, "os.", "probe."].contains(where: { fact.path.hasPrefix($0) }) { return false }
        let hasChoices = !fact.choices.isEmpty || fact.type == .flag
        guard let setting = fact.setting else { return hasChoices }
        return setting.part == .effective && (hasChoices || fact.type == .integer || fact.type == .list)
    }

    /// Those of the most agreed facts first.
    package let deviations: [PeerDeviation]
    /// Hosts that were looked at.
    package let hostCount: Int
    /// Hosts that have fewer peers than it takes, or neither role nor group.
    package let alone: [String]

    package init(_ hosts: [Host], _ ledger: FactLedger) {
        let questions = Self.facts.map { PeerQuestion(fact: $0.path, among: .role) }
        var values = FleetValues(asking: questions)
        var members: [(host: Host, peers: String)] = []
        var sizes: [String: Int] = [:]
        var alone: [String] = []
        for host in hosts {
            guard let peers = Self.peers(of: host, ledger) else {
                alone.append(host.name)
                continue
            }
            members.append((host, peers))
            sizes[peers, default: 0] += 1
            values.add(.init(role: peers, groups: [], site: nil)) { Self.read($0, host, ledger) }
        }
        var found: [PeerDeviation.Key: PeerDeviation] = [:]
        for (host, peers) in members {
            guard sizes[peers, default: 0] > Self.leastPeers else {
                alone.append(host.name)
                continue
            }
            let views = values.views(of: .init(role: peers, groups: [], site: nil)) { Self.read($0, host, ledger) }
            for question in questions {
                guard case .value(let view)? = views[question], !view.isShared, view.count >= Self.leastPeers,
                    view.agreeing * 100 >= Self.leastShare * view.count,
                    let own = ledger.value(question.fact, in: host.facts)
                else { continue }
                let key = PeerDeviation.Key(path: question.fact, peers: peers, value: ChangedFact.cut(own.shown))
                found[
                    key,
                    default: PeerDeviation(key: key, usual: view.commonest, agreeing: view.agreeing, count: view.count)
                ].hosts.append(host.name)
            }
        }
        deviations = found.values.map(\.sorted).sorted { left, right in
            let (a, b) = (left.agreeing * right.count, right.agreeing * left.count)
            if a != b { return a > b }
            return (left.key.path, left.key.peers, left.key.value) < (right.key.path, right.key.peers, right.key.value)
        }
        hostCount = hosts.count
        self.alone = alone.sorted()
    }

    private static func read(_ fact: Fact, _ host: Host, _ ledger: FactLedger) -> Collected<FactValue> {
        ledger.value(fact.path, in: host.facts) ?? .failed("not kept")
    }

    /// Whom a host is like: those of its role, else in just its groups, with the same build of the same kind of
    /// Windows.
    private static func peers(of host: Host, _ ledger: FactLedger) -> String? {
        guard let place = host.role ?? (host.groups.isEmpty ? nil : host.groups.sorted().joined(separator: "+")),
            let windows = ledger.value("os.name", in: host.facts)?.value?.text,
            let build = ledger.value("os.build", in: host.facts)?.value?.text
        else { return nil }
        return "\(place), \(windows) (\(build))"
    }
}

/// A value that some hosts have and nearly all of their peers have not.
package struct PeerDeviation: Sendable, Hashable {
    package struct Key: Sendable, Hashable {
        /// The fact's path.
        package let path: String
        /// Who the peers are: `rdsh, Windows Server 2019 (17763)`.
        package let peers: String
        /// What the hosts have.
        package let value: String
    }

    package let key: Key
    /// What their peers have.
    package let usual: String
    /// How many of the peers have it.
    package let agreeing: Int
    /// Peers whose fact is known.
    package let count: Int
    /// In alphabetical order.
    package var hosts: [String] = []

    var sorted: PeerDeviation {
        var copy = self
        copy.hosts.sort()
        return copy
    }
}
