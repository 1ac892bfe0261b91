/// How many hosts of a fleet have which value of some facts, gathered host by host.
///
/// Of a value only a hash and a number are kept, and the text of the two commonest: some 30 bytes for each distinct value.
package struct FleetValues: Sendable {
    /// What decides who a host's peers are.
    package struct Member: Sendable {
        let role: String?
        let groups: [String]
        let site: String?

        package init(role: String?, groups: [String], site: String?) {
            self.role = role
            self.groups = groups
            self.site = site
        }

        /// The name that a host shares with its peers; `nil`: it has none, and so no peers.
        fileprivate func name(among peers: PeerQuestion.Peers) -> String? {
            switch peers {
            case .role: role
            case .group: groups.isEmpty ? nil : groups.sorted().joined(separator: "\n")
            case .site: site
            case .all: ""
            }
        }
    }

    private struct Place: Hashable {
        let question: PeerQuestion
        let name: String
    }

    private let questions: [(question: PeerQuestion, fact: Fact)]
    private var tallies: [Place: Tally] = [:]

    /// Questions about facts that there are not are left out.
    package init(asking questions: [PeerQuestion]) {
        self.questions = questions.compactMap { question in FactDictionary[question.fact].map { (question, $0) } }
    }

    /// Takes in one host. What could not be read counts for nothing.
    package mutating func add(_ member: Member, _ facts: HostFacts) { add(member) { $0.read(facts) } }

    /// As ``add(_:_:)``, of a host whose facts were kept somewhere.
    package mutating func add(_ member: Member, _ read: (Fact) -> Collected<FactValue>) {
        for (question, fact) in questions {
            guard let name = member.name(among: question.among), let value = PeerValue(read(fact)) else { continue }
            tallies[Place(question: question, name: name), default: Tally()].add(value)
        }
    }

    /// What the peers of a host have, by question. `absent`: it has no role, group or site that others could share.
    ///
    /// - Parameter facts: those of a host that was taken in by ``add(_:_:)``.
    package func views(of member: Member, _ facts: HostFacts) -> [PeerQuestion: Collected<PeerView>] {
        views(of: member) { $0.read(facts) }
    }

    /// As ``views(of:_:)``, of a host whose facts were kept somewhere.
    package func views(
        of member: Member, _ read: (Fact) -> Collected<FactValue>
    ) -> [PeerQuestion: Collected<PeerView>] {
        var views: [PeerQuestion: Collected<PeerView>] = [:]
        for (question, fact) in questions {
            guard let name = member.name(among: question.among) else {
                views[question] = .absent
                continue
            }
            guard let tally = tallies[Place(question: question, name: name)], let value = PeerValue(read(fact))
            else { continue }
            views[question] = .value(tally.view(without: value))
        }
        return views
    }
}

/// A value as it is told from others: without regard to case and, in lists, to order.
private struct PeerValue {
    let hash: Int
    private let read: Collected<FactValue>

    /// `nil` for what could not be read. Absent is a state like any other here.
    init?(_ read: Collected<FactValue>) {
        var hasher = Hasher()
        switch read {
        case .value(.text(let text)): hasher.combine(text.foldedName)
        case .value(.list(let items)): hasher.combine(items.map(\.foldedName).sorted())
        case .value(let value): hasher.combine(value)
        case .absent: hasher.combine(0)
        case .accessDenied, .unsupported, .failed: return nil
        }
        hash = hasher.finalize()
        self.read = read
    }

    private static let longest = 200

    var text: String { read.value.map { String($0.text.prefix(Self.longest)) } ?? "absent" }
}

/// The values of one fact among the hosts of one place.
private struct Tally {
    private struct Leader {
        var hash: Int
        var count: Int
        var text: String
    }

    private var total = 0
    private var counts: [Int: Int32] = [:]
    /// The two commonest values, so that the commonest is known without any one host.
    private var first: Leader?
    private var second: Leader?

    mutating func add(_ value: PeerValue) {
        total += 1
        let count = Int(counts[value.hash, default: 0]) + 1
        counts[value.hash] = Int32(clamping: count)
        if first?.hash == value.hash {
            first?.count = count
            return
        }
        if second?.hash == value.hash {
            second?.count = count
        } else if count > second?.count ?? 0 {
            second = Leader(hash: value.hash, count: count, text: value.text)
        }
        if let rising = second, rising.count > first?.count ?? 0 { (first, second) = (rising, first) }
    }

    func view(without own: PeerValue) -> PeerView {
        func others(_ leader: Leader?) -> Int { leader.map { $0.hash == own.hash ? $0.count - 1 : $0.count } ?? 0 }
        // Less its own host the first may fall behind the second.
        let commonest = others(second) > others(first) ? second : first
        return PeerView(
            count: total - 1, agreeing: others(commonest), commonest: commonest?.text ?? "",
            isShared: commonest?.hash == own.hash)
    }
}
