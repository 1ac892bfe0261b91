package import HostFacts

/// Hosts that are changed before anybody goes on to the next ones.
package struct RemediationWave: Sendable {
    package enum Kind: Sendable, Hashable, CaseIterable { case canary, tenth, rest }

    package let kind: Kind
    /// One after the other; hosts of one step may be changed at the same time.
    package let steps: [[Member]]

    package struct Member: Sendable {
        package let host: AuditedHost
        package let script: String
        /// Which of the plan's sets, from 0.
        package let set: Int
        /// Those that serve the same purpose, when the change ends sessions; `nil`: it may go with any other.
        package let peers: PeerGroup?
    }

    package var members: [Member] { steps.flatMap(\.self) }

    /// Steps of a wave at most: a larger group of peers has several of its hosts in one step.
    package static let mostSteps = 12
    /// Hosts of a set from which on it has two canaries.
    private static let twoCanariesFrom = 10

    /// - Parameters:
    ///   - work: hosts with a script, by name.
    ///   - sets: all that there are, the most hosts first.
    static func make(_ work: [HostWork], sets: [RemediationPlan.ChangeSet]) -> [RemediationWave] {
        let numbers = Dictionary(sets.enumerated().map { ($1.changes, $0) }, uniquingKeysWith: { first, _ in first })
        let peers = Dictionary(work.map { (PeerGroup($0.host), 1) }, uniquingKeysWith: +)
        let hosts = work.compactMap { host -> Candidate? in
            guard let script = host.script, let set = numbers[host.changes] else { return nil }
            let group = PeerGroup(host.host)
            return Candidate(
                member: Member(
                    host: host.host, script: script, set: set,
                    peers: host.isDisruptive && group.areParted ? group : nil),
                changes: host.changes, peerCount: peers[group] ?? 1)
        }
        let canaries = canaries(hosts, sets)
        let left = hosts.filter { !canaries.contains($0.member.host.name) }
        let tenth = spread(left, count: min(left.count, (hosts.count + 9) / 10))
        let groups: [(Kind, [Candidate])] = [
            (.canary, hosts.filter { canaries.contains($0.member.host.name) }),
            (.tenth, left.filter { tenth.contains($0.member.host.name) }),
            (.rest, left.filter { !tenth.contains($0.member.host.name) }),
        ]
        return groups.filter { !$0.1.isEmpty }.map { RemediationWave(kind: $0, steps: steps($1.map(\.member))) }
    }

    private struct Candidate {
        let member: Member
        let changes: [PlannedChange]
        /// Hosts of its group with it: one that is not alone can be spared.
        let peerCount: Int

        /// How much hangs on the host: less is better for a first try.
        var stake: (Int, Int, Int, String) {
            let role = ["workstation": 0, "rdsh": 1, "jump-host": 3][member.host.role ?? ""] ?? 2
            return (member.host.state == .audited ? 0 : 1, role, peerCount > 1 ? 0 : 1, member.host.name)
        }
    }

    /// One or two hosts of every set. A single host whose changes are all tried on others needs no try of its own.
    private static func canaries(_ hosts: [Candidate], _ sets: [RemediationPlan.ChangeSet]) -> Set<String> {
        let members = Dictionary(grouping: hosts, by: \.member.set)
        var chosen: Set<String> = []
        var tried: Set<String> = []
        for (number, set) in sets.enumerated() {
            if set.hosts.count == 1, set.changes.allSatisfy({ tried.contains($0.summary) }) { continue }
            let count = set.hosts.count >= twoCanariesFrom ? 2 : 1
            for candidate in (members[number] ?? []).sorted(by: { $0.stake < $1.stake }).prefix(count) {
                chosen.insert(candidate.member.host.name)
            }
            tried.formUnion(set.changes.map(\.summary))
        }
        return chosen
    }

    /// So many hosts, one of each set in turn, those first on which least hangs.
    private static func spread(_ hosts: [Candidate], count: Int) -> Set<String> {
        let queues = Dictionary(grouping: hosts, by: \.member.set).sorted { $0.key < $1.key }
            .map { $0.value.sorted { $0.stake < $1.stake } }
        var chosen: Set<String> = []
        var turn = 0
        while chosen.count < count {
            for queue in queues where turn < queue.count && chosen.count < count {
                chosen.insert(queue[turn].member.host.name)
            }
            turn += 1
        }
        return chosen
    }

    /// Deals peers out to steps, so that others of them go on serving; all else goes into the first step.
    private static func steps(_ members: [Member]) -> [[Member]] {
        let groups = Dictionary(grouping: members.filter { $0.peers != nil }) { $0.peers }
        let count = max(1, min(mostSteps, groups.values.map(\.count).max() ?? 1))
        var dealt: [PeerGroup: Int] = [:]
        var steps = [[Member]](repeating: [], count: count)
        for member in members {
            guard let peers = member.peers else {
                steps[0].append(member)
                continue
            }
            steps[(dealt[peers] ?? 0) % count].append(member)
            dealt[peers, default: 0] += 1
        }
        return steps.filter { !$0.isEmpty }
    }
}

/// Hosts that serve the same purpose, as far as the inventory says: while one of them is changed another one has to serve.
package struct PeerGroup: Sendable, Hashable {
    package let role: String?
    package let site: String?
    /// The innermost group, where no site says more.
    package let group: String?

    init(_ host: AuditedHost) {
        role = host.role
        site = host.site
        group = host.site == nil || host.role == nil ? host.groups.last : nil
    }

    /// A workstation serves nobody but its own user, so that no other stands in for it.
    var areParted: Bool { role != "workstation" }
}
