package import Formats
import FoundationEssentials
import HostFacts

/// The snapshot's JSON, format 1 (docs/snapshot.md).
extension HostRecord {
    package var json: JSON {
        var members: [JSON.Member] = [
            .init("host", .string(name)),
            .init("address", .string(address)),
            .init("groups", .array(groups.map { .string($0) })),
            .init("state", .string(state.rawValue)),
            .init("started", .string(ISO8601.text(started))),
            .init("seconds", .double((seconds * 1000).rounded() / 1000)),
            .init("attempts", JSON(attempts)),
            .init("roundTrips", JSON(roundTrips)),
            .init("connections", JSON(connections)),
        ]
        func add(_ key: String, _ text: String?) {
            if let text, !text.isEmpty { members.append(.init(key, .string(text))) }
        }
        add("role", role)
        add("site", site)
        add("reason", reason)
        add("advice", advice)
        add("transport", transport)
        add("authentication", authentication)
        add("askedBy", askedBy?.rawValue)
        add("probe", probe)
        if !unchecked.isEmpty { members.append(.init("unchecked", .array(unchecked.map { .string($0) }))) }
        if isLeftOver { members.append(.init("leftOver", .bool(true))) }
        members.append(.init("sections", .object(sections)))
        return .object((members + unknown).inOrder(memberOrder))
    }

    private static let known: Set<String> = [
        "host", "address", "groups", "state", "started", "seconds", "attempts", "roundTrips", "connections", "role",
        "site", "reason", "advice", "transport", "authentication", "askedBy", "probe", "unchecked", "leftOver",
        "sections",
    ]

    package init(json: JSON) throws(SnapshotError) {
        guard let name = json["host"]?.string else { throw SnapshotError(problem: "a record without a host") }
        guard let state = json["state"]?.string.flatMap(HostState.init(rawValue:)) else {
            throw SnapshotError(problem: "the record of \(name) has no known state")
        }
        guard let started = json["started"]?.string.flatMap({ ISO8601.date($0) }) else {
            throw SnapshotError(problem: "the record of \(name) has no readable time")
        }
        func text(_ key: String) -> String? { json[key]?.string }
        func number(_ key: String) -> Int { Int(clamping: min(max(json[key]?.int ?? 0, 0), 1_000_000_000)) }
        self.init(
            name: name, address: text("address") ?? name, groups: json["groups"]?.array?.compactMap(\.string) ?? [],
            role: text("role"), site: text("site"), state: state, started: started)
        reason = text("reason") ?? ""
        advice = text("advice") ?? ""
        transport = text("transport")
        authentication = text("authentication")
        // A snapshot may come from anybody: a third of a year is more than any host took.
        let duration = json["seconds"]?.double ?? 0
        seconds = duration.isFinite ? min(max(duration, 0), 1e7) : 0
        attempts = number("attempts")
        roundTrips = number("roundTrips")
        connections = number("connections")
        unchecked = json["unchecked"]?.array?.compactMap(\.string) ?? []
        askedBy = text("askedBy").flatMap(AskedBy.init)
        probe = text("probe")
        isLeftOver = json["leftOver"] == .bool(true)
        sections = json["sections"]?.object ?? []
        unknown = (json.object ?? []).filter { !Self.known.contains($0.key) }
        memberOrder = (json.object ?? []).map(\.key)
    }
}

extension [JSON.Member] {
    /// The members in the order of `names`; those that it does not name stand behind them, as they are.
    func inOrder(_ names: [String]) -> [JSON.Member] {
        guard !names.isEmpty else { return self }
        let places = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return enumerated().sorted { left, right in
            let (leftPlace, rightPlace) = (places[left.element.key] ?? .max, places[right.element.key] ?? .max)
            return (leftPlace, left.offset) < (rightPlace, right.offset)
        }.map(\.element)
    }
}
