import Formats
import FoundationEssentials
import HostFacts

extension LiveReading {
    mutating func decode(_ section: SectionName, _ data: JSON) {
        switch section {
        case .network:
            udpPorts = data.item("udpListeners", HostReading.ports)
            interfaces = data.item("interfaces") { Self.all($0, Self.interface) }
        case .events: decodeEvents(data)
        case .served:
            served = data.item("settings") { Self.all($0, Self.settings) }
            licensing = data.item("licensing", Self.licensing)
        case .groups:
            for group in LocalGroup.allCases {
                groups[group] = data.item(group.rawValue) { Self.all($0, Self.member) }
            }
        case .listeners:
            portOwners = data.item("owners") { Self.all($0, Self.owner) }
            termService = data.item("termService", Self.process)
        case .policySource:
            policySettings = data.item("settings") { json in
                // A value that policy deletes is not set by it.
                Self.all(json, Self.setting).map { $0.compactMap(\.self) }
            }
            policyObjects = data.item("objects") { Self.all($0, Self.object) }
            userRights = data.item("rights") { Self.all($0, Self.right) }
        case .firewallProducts:
            securityCenterFirewalls = data.item("securityCenter") { Self.all($0, Self.product) }
            registeredFirewalls = data.item("registered") { Self.all($0, Self.registration) }
        case .secureChannel:
            membership = data.item("membership", Self.membership)
            secureChannel = data.item("channel", Self.channel)
        case .quickFixes:
            quickFixes = data.item("fixes") { json in Self.all(json, \.string).map { Array(Set($0)).sorted() } }
        default: break
        }
    }

    mutating func fail(_ section: SectionName, _ reason: String) {
        switch section {
        case .network: (udpPorts, interfaces) = (.failed(reason), .failed(reason))
        case .events:
            for source in EventSource.allCases { events.sources[source] = .failed(reason) }
            for log in EventLog.allCases { events.logs[log] = .failed(reason) }
        case .served: (served, licensing) = (.failed(reason), .failed(reason))
        case .groups: for group in LocalGroup.allCases { groups[group] = .failed(reason) }
        case .listeners: (portOwners, termService) = (.failed(reason), .failed(reason))
        case .policySource:
            (policySettings, policyObjects, userRights) = (.failed(reason), .failed(reason), .failed(reason))
        case .firewallProducts: (securityCenterFirewalls, registeredFirewalls) = (.failed(reason), .failed(reason))
        case .secureChannel: (membership, secureChannel) = (.failed(reason), .failed(reason))
        case .quickFixes: quickFixes = .failed(reason)
        default: break
        }
    }

    /// All elements of a list; `nil` when it is none, or one of them cannot be read.
    private static func all<Element>(_ json: JSON, _ read: (JSON) -> Element?) -> [Element]? {
        guard let elements = json.array else { return nil }
        let found = elements.compactMap(read)
        return found.count == elements.count ? found : nil
    }

    private static func number<Number: FixedWidthInteger>(_ json: JSON?, _ type: Number.Type = Number.self) -> Number? {
        json?.int.flatMap { Number(exactly: $0) }
    }

    // MARK: Events

    private mutating func decodeEvents(_ data: JSON) {
        for source in EventSource.allCases { events.sources[source] = data.item(source.rawValue, Self.counts) }
        for log in EventLog.allCases {
            guard let states = data["logs"] else {
                // Not said, or not asked in this way.
                events.logs[log] = data.item("logs") { _ in nil }
                continue
            }
            if let problem = (states["error"] ?? states[log.rawValue])?.string {
                events.logs[log] = HostProblem(problem).collected()
            } else {
                events.logs[log] = states.item(log.rawValue) { json in
                    json["enabled"]?.bool.map { EventLogState(isEnabled: $0, oldest: Self.date(json["oldest"])) }
                }
            }
        }
    }

    /// `{"ids": {"36870": [2, time], "36870:1234": [1, time, …]}, "since": time}`
    private static func counts(_ json: JSON) -> EventCounts? {
        guard let members = json["ids"]?.object else { return nil }
        let entries = members.compactMap { member -> EventCounts.Entry? in
            let parts = member.key.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count <= 2, let id = UInt32(digits: parts[0].utf8),
                let count = number(member.value[0], Int.self),
                count > 0
            else { return nil }
            let process = parts.count == 2 ? UInt32(digits: parts[1].utf8) : nil
            // A process that cannot be read would make the event somebody else's.
            guard parts.count == 1 || process != nil else { return nil }
            return EventCounts.Entry(
                id: Int(id), process: process, count: count, newest: date(member.value[1]),
                numbers: (member.value[2]?.array ?? []).prefix(8).compactMap(\.string).map(code))
        }
        guard entries.count == members.count else { return nil }
        return EventCounts(entries: entries, isCut: json["since"] != nil, since: date(json["since"]))
    }

    /// Error codes are printed as negative numbers by some versions: always `0x8009030d`.
    private static func code(_ text: String) -> String {
        guard let number = Int64(text), number >= 0x8000_0000 || number < 0,
            let bits = UInt32(exactly: number) ?? Int32(exactly: number).map(UInt32.init(bitPattern:))
        else { return text.lowercased() }
        return "0x" + String(bits, radix: 16)
    }

    private static func date(_ json: JSON?) -> Date? { json?.string.flatMap { ISO8601.date($0) } }

    // MARK: Processes and network

    private static func process(_ json: JSON) -> ServiceProcess? {
        guard let process = number(json["process"], UInt32.self) else { return nil }
        return ServiceProcess(process: process, started: json["started"]?.string.flatMap { wmiDate($0) })
    }

    /// A moment as WMI writes it ([DSP0004] datetime): `20261120020000.500000+060`, the offset in minutes.
    private static func wmiDate(_ text: String) -> Date? {
        let bytes = Array(text.utf8)
        guard bytes.count == 25, bytes[14] == 0x2e, bytes[21] == 0x2b || bytes[21] == 0x2d,
            let minutes = UInt32(digits: bytes[22...])
        else { return nil }
        func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        let day = [part(0..<4), part(4..<6), part(6..<8)].joined(separator: "-")
        let time = [part(8..<10), part(10..<12), part(12..<14)].joined(separator: ":")
        let offset = Double(minutes) * (bytes[21] == 0x2b ? -60 : 60)
        return ISO8601.date("\(day)T\(time).\(part(15..<21))Z")?.addingTimeInterval(offset)
    }

    private static func owner(_ json: JSON) -> PortOwner? {
        guard let port = number(json[0], UInt16.self), let process = number(json[1], UInt32.self) else { return nil }
        return PortOwner(port: port, process: process)
    }

    private static func interface(_ json: JSON) -> InterfaceReading? {
        guard let type = number(json[0], Int.self) else { return nil }
        // Without IPv4 there is none; -1 is a provider's way to say unlimited.
        return InterfaceReading(type: type, mtu: number(json[1], Int.self).flatMap { $0 > 0 ? $0 : nil })
    }

    private static func membership(_ json: JSON) -> DomainMembership? {
        guard let isMember = json["member"]?.bool, let role = number(json["role"], Int.self) else { return nil }
        return DomainMembership(isMember: isMember, role: role, domain: json["domain"]?.string)
    }

    private static func channel(_ json: JSON) -> SecureChannel? {
        guard let exitCode = number(json[0], Int.self) else { return nil }
        return SecureChannel(exitCode: exitCode, status: number(json[1]), controller: json[2]?.string)
    }
}
