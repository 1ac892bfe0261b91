/// What is asked of a whole fleet: which values of a fact the hosts that are alike have.
package struct PeerQuestion: Sendable, Hashable {
    /// The hosts that a host is held against.
    package enum Peers: String, Sendable, Hashable, CaseIterable {
        /// Of the same role.
        case role
        /// In just the same groups.
        case group
        /// Of the same site.
        case site
        /// Every host that was asked.
        case all
    }

    /// The fact's path.
    package let fact: String
    package let among: Peers

    package init(fact: String, among: Peers) {
        self.fact = fact
        self.among = among
    }
}

/// What the peers of one host have; the host itself is not among them.
package struct PeerView: Sendable, Hashable {
    /// Peers whose fact was read, or read as absent.
    package let count: Int
    /// How many of them have the commonest value.
    package let agreeing: Int
    /// That value, as reports show it; cut when it is long.
    package let commonest: String
    /// The host itself has it as well.
    package let isShared: Bool

    package init(count: Int, agreeing: Int, commonest: String, isShared: Bool) {
        self.count = count
        self.agreeing = agreeing
        self.commonest = commonest
        self.isShared = isShared
    }
}
