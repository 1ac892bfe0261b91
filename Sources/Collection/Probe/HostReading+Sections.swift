import Formats
import FoundationEssentials
package import HostFacts

extension HostReading {
    /// Decodes the sections of a reply. A section that is missing makes everything behind it `failed`, never absent.
    package init(sections: [SectionName: SectionAnswer]) {
        self.init()
        for section in SectionName.allCases {
            switch sections[section] ?? .failed("the host did not answer the section \(section.rawValue)") {
            case .data(let data):
                RegistryDecoder.decode(data, into: &registry)
                decode(section, data)
            case .failed(let reason):
                RegistryDecoder.markUnanswered(section, reason, in: &registry)
                fail(section, reason)
            }
        }
    }

    private mutating func decode(_ section: SectionName, _ data: JSON) {
        switch section {
        case .os: engine = data.item("engine", Self.engine)
        case .credssp: credSSPPackage = data.item("tspkg", Self.version)
        case .services: serviceStates = Self.serviceStates(data)
        case .machineKeys: machineKeys = .value(Self.machineKeys(data))
        case .network:
            listeningPorts = data.item("listeners", Self.ports)
            live.decode(section, data)
        case .activeProfiles: activeProfiles = data.item("activeProfiles", Self.profiles)
        case .identity:
            machineSID = data.item("machineSID") { json in json.string.flatMap { SID($0) } }
        case .rdp: userGateways = data.item("userGateways") { $0.array }.flatMap(Self.userGateways)
        case .events, .served, .groups, .listeners, .policySource, .firewallProducts, .secureChannel, .quickFixes:
            live.decode(section, data)
        case .delegation, .certificates, .firewall, .schannel, .updates, .mdm: break
        }
    }

    private mutating func fail(_ section: SectionName, _ reason: String) {
        switch section {
        case .os: engine = .failed(reason)
        case .credssp: credSSPPackage = .failed(reason)
        case .services: for service in AuditedService.allCases { serviceStates[service] = .failed(reason) }
        case .machineKeys: machineKeys = .failed(reason)
        case .network:
            listeningPorts = .failed(reason)
            live.fail(section, reason)
        case .activeProfiles: activeProfiles = .failed(reason)
        case .identity: machineSID = .failed(reason)
        case .rdp: userGateways = .failed(reason)
        case .events, .served, .groups, .listeners, .policySource, .firewallProducts, .secureChannel, .quickFixes:
            live.fail(section, reason)
        case .delegation, .certificates, .firewall, .schannel, .updates, .mdm: break
        }
    }

    private static func engine(_ json: JSON) -> ProbeEngine? {
        guard let version = json["version"]?.string, let bits = json["bits"]?.int,
            let isElevated = json["elevated"]?.bool,
            let clock = json["clock"]?.string.flatMap({ try? Date($0, strategy: .iso8601) })
        else { return nil }
        return ProbeEngine(version: version, is64Bit: bits == 64, isElevated: isElevated, clock: clock)
    }

    private static func version(_ json: JSON) -> BuildVersion? {
        let parts = json.array?.compactMap { $0.uint.flatMap(UInt32.init(exactly:)) } ?? []
        return parts.count == 4 && json.array?.count == 4 ? BuildVersion(parts[0], parts[1], parts[2], parts[3]) : nil
    }

    static func ports(_ json: JSON) -> Set<UInt16>? {
        guard let elements = json.array else { return nil }
        let ports = elements.compactMap { $0.uint.flatMap(UInt16.init(exactly:)) }
        return ports.count == elements.count ? Set(ports) : nil
    }

    private static func profiles(_ json: JSON) -> Set<FirewallProfile>? {
        json.int.map { bits in Set(FirewallProfile.allCases.filter { bits & $0.bit != 0 }) }
    }

    /// A number is the state; a text is a problem.
    private static func serviceStates(_ data: JSON) -> [AuditedService: Collected<ServiceState>] {
        var states: [AuditedService: Collected<ServiceState>] = [:]
        if let problem = data["states"]?["error"]?.string {
            for service in AuditedService.allCases { states[service] = HostProblem(problem).collected() }
            return states
        }
        for service in AuditedService.allCases {
            switch data["states"]?[service.rawValue] {
            case .int(let number)?:
                states[service] = ServiceState(rawValue: number).map { .value($0) } ?? .failed("state \(number)")
            case .string(let problem)?: states[service] = HostProblem(problem).collected()
            default: states[service] = .failed("the host did not say how the service is")
            }
        }
        return states
    }

    private static func machineKeys(_ data: JSON) -> MachineKeysReading {
        MachineKeysReading(
            rsa: data.item("rsa", folder), cng: data.item("cng", folder),
            siblings: data.item("siblings") { json in json.array?.compactMap(\.string) })
    }

    private static func folder(_ json: JSON) -> KeyFolderReading? {
        guard let path = json["path"]?.string, let count = json["count"]?.int else { return nil }
        let files = (json["files"]?.array ?? []).compactMap { entry -> KeyFolderReading.File? in
            guard let name = entry[0]?.string else { return nil }
            let isAsked = entry[1].map { !$0.isNull } ?? false
            return KeyFolderReading.File(
                name: name, descriptor: isAsked ? entry.item(1, \.string) : nil, size: entry[2]?.int,
                modified: moment(entry[3]))
        }
        return KeyFolderReading(
            path: path, descriptor: json.item("sddl", \.string), count: Int(clamping: count), files: files,
            bytes: json["bytes"]?.int, newest: moment(json["newest"]))
    }

    private static func moment(_ json: JSON?) -> Date? {
        json?.string.flatMap { try? Date($0, strategy: .iso8601) }
    }

    /// `[user, UseProxy, ProxyName]`, the values as registry values or null; or `[user, problem]`.
    private static func userGateways(_ entries: [JSON]) -> Collected<[RemoteDesktopClient.UserGateway]> {
        var gateways: [RemoteDesktopClient.UserGateway] = []
        for entry in entries {
            guard let user = entry[0]?.string else { return .failed("the host gave an unreadable answer") }
            if let problem = entry[1]?.string { return HostProblem(problem).collected() }
            let isUsed = entry[1].flatMap { RegistryDecoder.value($0) }
            let name = entry[2].flatMap { RegistryDecoder.value($0) }
            gateways.append(
                .init(user: user, name: name?.text, isUsed: isUsed.flatMap(\.number).map { $0 != 0 }))
        }
        return .value(gateways)
    }
}

extension JSON {
    /// A member that is a value, null for absent, or `{"error": "<hresult> <type>"}`.
    func item<Value: Sendable>(_ name: String, _ read: (JSON) -> Value?) -> Collected<Value> {
        guard let member = self[name] else {
            // Another way of asking than the probe says once what it cannot tell.
            return self["unsupported"]?.string.map { .unsupported($0) } ?? .failed("the host did not say")
        }
        return Self.collected(member, read)
    }

    func item<Value: Sendable>(_ index: Int, _ read: (JSON) -> Value?) -> Collected<Value> {
        Self.collected(self[index], read)
    }

    private static func collected<Value: Sendable>(_ json: JSON?, _ read: (JSON) -> Value?) -> Collected<Value> {
        guard let json else { return .failed("the host did not say") }
        if json.isNull { return .absent }
        if let problem = json["error"]?.string { return HostProblem(problem).collected() }
        return read(json).map { .value($0) } ?? .failed("the host gave an unreadable answer")
    }
}
