import Collection
import Formats
package import HostFacts
package import Lab

extension RecordedHost {
    /// What is known of the host, through the same JSON and decoder as a live one's answer.
    /// - Parameters:
    ///   - lost: sections that did not come.
    ///   - denied: keys that the host would not show.
    ///   - fleet: who else was asked, by name; without any the host is a fleet of one.
    package func facts(
        lost: Set<SectionName> = [], denied: [String] = [], fleet: [String: RecordedHost] = [:]
    ) -> HostFacts {
        let reading = reading(lost: lost, denied: denied)
        var facts = HostFacts(reading)
        var identities = FleetIdentities()
        identities.add("case", reading)
        for (name, other) in fleet { identities.add(name, other.reading()) }
        if let place = identities.place(of: "case") { facts.fleet = .value(place) }
        return facts
    }

    /// The host was asked at ``PolicyCase/usualNow``.
    private func reading(lost: Set<SectionName> = [], denied: [String] = []) -> HostReading {
        var sections: [SectionName: SectionAnswer] = [:]
        for section in SectionName.allCases where !lost.contains(section) {
            sections[section] = .data(Self.deny(denied, in: data(section)))
        }
        var reading = HostReading(sections: sections)
        reading.live.asked = PolicyCase.usualNow...PolicyCase.usualNow
        return reading
    }

    private static func deny(_ keys: [String], in data: JSON) -> JSON {
        guard !keys.isEmpty, let members = data.object else { return data }
        return .object(
            members.map { part in
                guard ["keys", "lists", "children"].contains(part.key), let entries = part.value.object else {
                    return part
                }
                return .init(
                    part.key,
                    .object(
                        entries.map { entry in
                            keys.contains(entry.key)
                                ? .init(entry.key, "80070005 System.UnauthorizedAccessException") : entry
                        }))
            })
    }
}
