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
        setNetwork(&host, node)
        if let licensing = node["licensing"] { setLicensing(&host, licensing) }
        if let domain = node["domain"] { setDomain(&host, domain) }
        if let rights = node["rights"]?.mapping {
            host.setItem(
                .policySource, "rights",
                .array(
                    rights.map { entry in
                        [
                            .string(entry.name), "cn={31B2F340-016D-11D2-945F-00C04FB984F9}",
                            .array((entry.value.sequence ?? []).compactMap { $0.string.map { .string($0) } }),
                        ]
                    }))
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

    /// `port-owners: { 3389: 1000 }`: which process listens; that of `term-service` is 1000.
    private mutating func setNetwork(_ host: inout RecordedHost, _ node: YAMLNode) {
        guard let owners = node["port-owners"]?.mapping else { return }
        host.setItem(
            .listeners, "owners",
            .array(
                owners.compactMap { entry -> JSON? in
                    guard let port = Int(entry.name), let process = entry.value.int else {
                        report(entry.key, "'port-owners' are ports and processes, as 3389: 1000")
                        return nil
                    }
                    return [JSON(port), JSON(process)]
                }))
    }

    /// `{ session-host: true, type: 5, days: 100 }`, the numbers of Win32_TerminalServiceSetting.
    private func setLicensing(_ host: inout RecordedHost, _ node: YAMLNode) {
        var members: [JSON.Member] = [.init("TerminalServerMode", node["session-host"]?.bool == true ? 1 : 0)]
        if let type = node["type"]?.int { members.append(.init("LicensingType", JSON(type))) }
        if let days = node["days"]?.int { members.append(.init("days", JSON(days))) }
        host.setItem(.served, "licensing", .object(members))
    }

    /// `{ member: true, role: 3, channel: 0 }`: the role as in Win32_ComputerSystem, the channel's Win32 error or `denied`.
    private mutating func setDomain(_ host: inout RecordedHost, _ node: YAMLNode) {
        guard let isMember = node["member"]?.bool else { return report(node, "'domain' needs 'member'") }
        host.setItem(
            .secureChannel, "membership",
            ["member": .bool(isMember), "role": JSON(node["role"]?.int ?? (isMember ? 3 : 2))])
        if node["channel"]?.string == "denied" {
            host.setItem(.secureChannel, "channel", [5, 5, .null])
        } else if let status = node["channel"]?.int {
            host.setItem(.secureChannel, "channel", [0, JSON(status), "dc1.example.test"])
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
