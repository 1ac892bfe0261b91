/// The fields of a rule text while it is read ([MS-GPFAS] 2.2.2.19).
struct FirewallRuleFields {
    var action: FirewallRule.Action?
    var direction: FirewallRule.Direction?
    var isActive: Bool?
    var protocolNumber: UInt8?
    var profiles: Set<FirewallProfile> = []
    var localPorts = PortCondition()
    var remotePorts = PortCondition()
    var localAddresses = AddressCondition()
    var remoteAddresses = AddressCondition()
    var program: String?
    var service: String?
    var name: String?
    var group: String?
    private var limits: Set<FirewallRule.Limit> = []
    private var platform: (major: UInt32, minor: UInt32)?
    private var isPlatformOrLater = false

    var allLimits: Set<FirewallRule.Limit> {
        guard let platform else { return limits }
        return limits.union([
            .platform(major: platform.major, minor: platform.minor, orLater: isPlatformOrLater)
        ])
    }

    mutating func read(_ text: String) throws(FirewallRuleError) {
        guard text.utf8.count <= 65_536 else { throw FirewallRuleError(problem: "longer than 64 KB") }
        var rest = text[...]
        guard let version = Self.nextField(&rest), Self.isVersion(version) else {
            throw FirewallRuleError(problem: "no version at its start")
        }
        while let field = Self.nextField(&rest) {
            guard let equals = field.utf8.firstIndex(of: 0x3d) else {
                throw FirewallRuleError(problem: "a field without '='")
            }
            try set(field[..<equals], field[field.utf8.index(after: equals)...])
        }
        guard rest.isEmpty else { throw FirewallRuleError(problem: "no closing bar") }
    }

    /// The text up to the next bar; `nil` when there is no further bar.
    private static func nextField(_ rest: inout Substring) -> Substring? {
        guard let bar = rest.utf8.firstIndex(of: 0x7c) else { return nil }
        defer { rest = rest[rest.utf8.index(after: bar)...] }
        return rest[..<bar]
    }

    /// `v2.30`
    private static func isVersion(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, first == 0x76 || first == 0x56 else { return false }
        let numbers = text.utf8.dropFirst().split(separator: 0x2e, omittingEmptySubsequences: false)
        return numbers.count == 2 && numbers.allSatisfy { UInt32(digits: $0) != nil }
    }

    private mutating func set(_ name: Substring, _ value: Substring) throws(FirewallRuleError) {
        switch name.lowercased() {
        case "action": action = try Self.action(value)
        case "active": isActive = Self.matches(value, "true")
        case "dir": direction = try Self.direction(value)
        case "protocol": try setProtocol(value)
        case "profile": try addProfile(value)
        case "lport", "lport2_10", "lport2_20", "lport2_24", "lport2_29": try localPorts.add(value)
        case "rport", "rport2_10", "rport2_25": try remotePorts.add(value)
        case "la4": localAddresses.add(ipv4: value)
        case "la6": localAddresses.add(ipv6: value)
        case "ra4", "ra42": remoteAddresses.add(ipv4: value)
        case "ra6", "ra62": remoteAddresses.add(ipv6: value)
        case "app": program = String(value)
        case "svc": service = String(value)
        case "name": self.name = String(value)
        case "embedctxt": group = String(value)
        case "desc", "edge", "defer", "lom", "lsm", "icmp4", "icmp6", "luown", "skipver": break
        case "apppkgid", "luauth", "luauth2_24", "ttk", "ttk2_22", "ttk2_27", "ttk2_28", "pfn":
            limits.insert(.otherTraffic(String(name)))
        case "security", "security2_9", "security2": if !Self.matches(value, "none") { limits.insert(.secured) }
        case "rmauth", "ruauth", "if", "iftype", "nnm", "authbypassout": limits.insert(.undecidable(String(name)))
        case "platform": try setPlatform(value)
        case "platform2": isPlatformOrLater = Self.matches(value, "gteq")
        default: limits.insert(.unknownField(String(name)))
        }
    }

    private static func action(_ value: Substring) throws(FirewallRuleError) -> FirewallRule.Action {
        switch value.lowercased() {
        case "allow": return .allow
        case "block": return .block
        case "bypass": return .bypass
        default: throw FirewallRuleError(problem: "unknown Action")
        }
    }

    private static func direction(_ value: Substring) throws(FirewallRuleError) -> FirewallRule.Direction {
        switch value.lowercased() {
        case "in": return .inbound
        case "out": return .outbound
        default: throw FirewallRuleError(problem: "unknown Dir")
        }
    }

    private mutating func setProtocol(_ value: Substring) throws(FirewallRuleError) {
        guard let number = UInt32(digits: value.utf8), number <= 256 else {
            throw FirewallRuleError(problem: "unknown Protocol")
        }
        protocolNumber = number == 256 ? nil : UInt8(number)
    }

    private mutating func addProfile(_ value: Substring) throws(FirewallRuleError) {
        switch value.lowercased() {
        case "domain": profiles.insert(.domain)
        case "private": profiles.insert(.private)
        case "public": profiles.insert(.public)
        default: throw FirewallRuleError(problem: "unknown Profile")
        }
    }

    /// `2:6:2`: platform 2 (NT), version 6.2.
    private mutating func setPlatform(_ value: Substring) throws(FirewallRuleError) {
        let numbers = value.utf8.split(separator: 0x3a, omittingEmptySubsequences: false).map { UInt32(digits: $0) }
        guard numbers.count == 3, let major = numbers[1], let minor = numbers[2] else {
            throw FirewallRuleError(problem: "unknown Platform")
        }
        platform = (major, minor)
    }

    private static func matches(_ value: Substring, _ word: String) -> Bool { value.lowercased() == word }
}
