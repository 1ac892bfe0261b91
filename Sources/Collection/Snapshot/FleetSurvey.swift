package import HostFacts

/// What has to be known of a whole fleet before its first host is judged.
package struct FleetSurvey: Sendable {
    /// What each host shares with others, by its name.
    package let places: [String: FleetPlace]
    private let values: FleetValues

    /// Reads a snapshot once, from end to end; hosts that gave no facts are passed over.
    ///
    /// - Parameter questions: which values the hosts have; without any only identities are decoded, which costs little.
    package init(snapshot path: String, asking questions: [PeerQuestion] = []) throws(SnapshotError) {
        var identities = FleetIdentities()
        var values = FleetValues(asking: questions)
        var reader = try SnapshotReader(path: path)
        while let record = try reader.next() {
            guard record.state.isJudged else { continue }
            let reading = questions.isEmpty ? record.reading(of: FleetIdentities.sections) : record.reading
            identities.add(record.name, reading)
            if !questions.isEmpty { values.add(record.member, HostFacts(reading)) }
        }
        places = identities.places
        self.values = values
    }

    /// Adds to a host's facts what only the fleet can tell.
    package func complete(_ facts: inout HostFacts, of record: HostRecord) {
        if let place = places[record.name] { facts.fleet = .value(place) }
        facts.peers = values.views(of: record.member, facts)
    }
}

extension HostRecord {
    fileprivate var member: FleetValues.Member { FleetValues.Member(role: role, groups: groups, site: site) }
}
