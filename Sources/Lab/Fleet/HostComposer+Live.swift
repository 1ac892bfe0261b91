import Formats
import HostFacts

/// What differs in the answers of the running system.
extension HostComposer {
    mutating func setLive(_ host: inout RecordedHost, _ node: YAMLNode) {
        if let started = node["term-service"] { setTermService(&host, started) }
        if let events = node["events"] { setEvents(&host, events) }
        for entry in node["groups"]?.mapping ?? [] {
            guard LocalGroup(rawValue: entry.name) != nil, let members = entry.value.sequence else {
                report(entry.key, "'\(entry.name)' must be a group that is asked, and a list of SIDs")
                continue
            }
            host.setItem(
                .groups, entry.name, .array(members.compactMap { $0.string.map { [.string($0), "User"] } }))
        }
        if let products = node["firewall-products"]?.mapping {
            host.setItem(
                .firewallProducts, "securityCenter", ["error": "8004100e System.Management.ManagementException"])
            host.setItem(
                .firewallProducts, "registered",
                .array(
                    products.map { entry in
                        [
                            .string(entry.name),
                            .array((entry.value.sequence ?? []).compactMap { $0.int.map { JSON($0) } }),
                        ]
                    }))
        }
    }

    /// When the process of TermService began.
    private mutating func setTermService(_ host: inout RecordedHost, _ node: YAMLNode) {
        guard let moment = node.scalar.flatMap({ ISO8601.date($0) }) else {
            return report(node, "'term-service' must be a moment such as 2026-11-20T02:00:00Z")
        }
        let digits = ISO8601.text(moment).filter { $0.isNumber }.prefix(14)
        host.setItem(.listeners, "termService", ["process": 1000, "started": .string(digits + ".000000+000")])
    }

    /// `source: { id: [count, newest] }`, `id:process` where the event names one. Sources that are not named have none;
    /// `null` in place of a source's events: its log does not exist.
    private mutating func setEvents(_ host: inout RecordedHost, _ node: YAMLNode) {
        guard let entries = node.mapping else { return report(node, "'events' is a mapping of sources") }
        for entry in entries where EventSource(rawValue: entry.name) == nil {
            report(entry.key, "'\(entry.name)' is no source of events that is counted")
        }
        let logs = EventLog.allCases.map { log in
            JSON.Member(log.rawValue, ["enabled": true, "oldest": "2026-01-01T00:00:00Z"])
        }
        host.setItem(.events, "logs", .object(logs))
        for source in EventSource.allCases {
            let given = node[source.rawValue]
            if let given, given.isNull {
                host.setItem(
                    .events, source.rawValue,
                    ["error": "80131500 System.Diagnostics.Eventing.Reader.EventLogNotFoundException"])
                continue
            }
            let ids = (given?.mapping ?? []).map { entry in
                JSON.Member(
                    entry.name,
                    [
                        JSON(entry.value.sequence?.first?.int ?? 0),
                        .string(entry.value.sequence?.last?.scalar ?? ""), .null,
                    ])
            }
            host.setItem(.events, source.rawValue, ["read": JSON(ids.count), "ids": .object(ids)])
        }
    }
}
