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
        // Bytes: slices of texts look for the borders of characters at each cut.
        var rest = text[...].utf8
        guard let version = Self.nextField(&rest), Self.isVersion(version) else {
            throw FirewallRuleError(problem: "no version at its start")
        }
        while let field = Self.nextField(&rest) {
            guard let equals = field.firstIndex(of: 0x3d) else {
                throw FirewallRuleError(problem: "a field without '='")
            }
            try set(Substring(field[..<equals]), Substring(field[field.index(after: equals)...]))
        }
        guard rest.isEmpty else { throw FirewallRuleError(problem: "no closing bar") }
    }

    /// The text up to the next bar; `nil` when there is no further bar.
    private static func nextField(_ rest: inout Substring.UTF8View) -> Substring.UTF8View? {
        guard let bar = rest.firstIndex(of: 0x7c) else { return nil }
        defer { rest = rest[rest.index(after: bar)...] }
        return rest[..<bar]
    }

    /// `v2.30`
    private static func isVersion(_ text: Substring.UTF8View) -> Bool {
        guard let first = text.first, first == 0x76 || first == 0x56 else { return false }
        let numbers = text.dropFirst().split(separator: 0x2e, omittingEmptySubsequences: false)
        return numbers.count == 2 && numbers.allSatisfy { UInt32(digits: $0) != nil }
    }

    private enum Field {
        case action, isActive, direction, protocolNumber, profile, localPorts, remotePorts
        case localIPv4, localIPv6, remoteIPv4, remoteIPv6, program, service, name, group
        /// It changes nothing about which packets the rule is for.
        case description
        case otherTraffic, security, undecidable, platform, isPlatformOrLater
    }

    /// As Windows spells them, so that a field is found by one look-up; other cases of the letters take a second one.
    private static let fields: [Substring: Field] = [
        "Action": .action, "Active": .isActive, "Dir": .direction, "Protocol": .protocolNumber, "Profile": .profile,
        "LPort": .localPorts, "LPort2_10": .localPorts, "LPort2_20": .localPorts, "LPort2_24": .localPorts,
        "LPort2_29": .localPorts, "RPort": .remotePorts, "RPort2_10": .remotePorts, "RPort2_25": .remotePorts,
        "LA4": .localIPv4, "LA6": .localIPv6, "RA4": .remoteIPv4, "RA42": .remoteIPv4, "RA6": .remoteIPv6,
        "RA62": .remoteIPv6, "App": .program, "Svc": .service, "Name": .name, "EmbedCtxt": .group,
        "Desc": .description, "Edge": .description, "Defer": .description, "LOM": .description, "LSM": .description,
        "ICMP4": .description, "ICMP6": .description, "LUOwn": .description, "SkipVer": .description,
        "AppPkgId": .otherTraffic, "LUAuth": .otherTraffic, "LUAuth2_24": .otherTraffic, "TTK": .otherTraffic,
        "TTK2_22": .otherTraffic, "TTK2_27": .otherTraffic, "TTK2_28": .otherTraffic, "PFN": .otherTraffic,
        "Security": .security, "Security2_9": .security, "Security2": .security, "RMauth": .undecidable,
        "RUAuth": .undecidable, "IF": .undecidable, "IFType": .undecidable, "NNm": .undecidable,
        "AuthByPassOut": .undecidable, "Platform": .platform, "Platform2": .isPlatformOrLater,
    ]
    private static let foldedFields = Dictionary(
        fields.map { ($0.key.lowercased(), $0.value) }, uniquingKeysWith: { first, _ in first })

    private mutating func set(_ name: Substring, _ value: Substring) throws(FirewallRuleError) {
        guard let field = Self.fields[name] ?? Self.foldedFields[name.lowercased()] else {
            limits.insert(.unknownField(String(name)))
            return
        }
        switch field {
        case .action: action = try Self.action(value)
        case .isActive: isActive = Self.matches(value, "true")
        case .direction: direction = try Self.direction(value)
        case .protocolNumber: try setProtocol(value)
        case .profile: try addProfile(value)
        case .localPorts: try localPorts.add(value)
        case .remotePorts: try remotePorts.add(value)
        case .localIPv4: localAddresses.add(ipv4: value)
        case .localIPv6: localAddresses.add(ipv6: value)
        case .remoteIPv4: remoteAddresses.add(ipv4: value)
        case .remoteIPv6: remoteAddresses.add(ipv6: value)
        case .program: program = String(value)
        case .service: service = String(value)
        case .name: self.name = String(value)
        case .group: group = String(value)
        case .description: break
        case .otherTraffic: limits.insert(.otherTraffic(String(name)))
        case .security: if !Self.matches(value, "none") { limits.insert(.secured) }
        case .undecidable: limits.insert(.undecidable(String(name)))
        case .platform: try setPlatform(value)
        case .isPlatformOrLater: isPlatformOrLater = Self.matches(value, "gteq")
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

    /// A number; Windows' own hardening rule `SearchProtocolHost-2` writes `tcp`.
    private mutating func setProtocol(_ value: Substring) throws(FirewallRuleError) {
        if let number = ["tcp": 6, "udp": 17][value.lowercased()] {
            protocolNumber = UInt8(number)
            return
        }
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
