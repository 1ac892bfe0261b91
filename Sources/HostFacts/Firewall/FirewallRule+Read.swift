import Formats

/// What decides at once whether a rule could matter: read for every rule of every host, so nothing here makes a text.
struct FirewallRuleHead {
    var action: FirewallRule.Action?
    var direction: FirewallRule.Direction?
    var isActive: Bool?
    var protocolNumber: UInt8?
    /// ``FirewallProfile/bit`` of each.
    var profileBits: UInt8 = 0
    var localPorts = PortCondition()
    var remotePorts = PortCondition()
    private var version: (major: UInt32, minor: UInt32)?
    private var isOrLater = false

    var platform: FirewallRule.Platform? {
        version.map { FirewallRule.Platform(major: $0.major, minor: $0.minor, orLater: isOrLater) }
    }

    /// Checks the whole text: a rule whose head was read can be asked for all the rest.
    mutating func read(_ bytes: Span<UInt8>) throws(FirewallRuleError) {
        guard bytes.count <= 65_536 else { throw FirewallRuleError(problem: "longer than 64 KB") }
        guard var fields = FirewallRuleFields(bytes) else {
            throw FirewallRuleError(problem: "no version at its start")
        }
        while let field = fields.next(bytes) {
            guard let value = field.value else { throw FirewallRuleError(problem: "a field without '='") }
            if let kind = FirewallRuleFields.kind(bytes, field.name) { try set(kind, bytes, value) }
        }
        guard fields.rest.isEmpty else { throw FirewallRuleError(problem: "no closing bar") }
    }

    private mutating func set(
        _ kind: FirewallRuleFields.Kind, _ bytes: Span<UInt8>, _ value: Range<Int>
    ) throws(FirewallRuleError) {
        switch kind {
        case .action: action = try Self.action(FoldedWord(bytes, in: value))
        case .isActive: isActive = FoldedWord(bytes, in: value) == Words.true
        case .direction: direction = try Self.direction(FoldedWord(bytes, in: value))
        case .protocolNumber: try setProtocol(bytes, value)
        case .profile: profileBits |= UInt8(try Self.profile(FoldedWord(bytes, in: value)).bit)
        case .localPorts: try localPorts.add(bytes, value)
        case .remotePorts: try remotePorts.add(bytes, value)
        case .platform: try setPlatform(bytes, value)
        case .isPlatformOrLater: isOrLater = FoldedWord(bytes, in: value) == Words.orLater
        case .localIPv4, .localIPv6, .remoteIPv4, .remoteIPv6, .program, .service, .name, .group, .description,
            .otherTraffic, .security, .undecidable:
            break
        }
    }

    private enum Words {
        static let allow = FoldedWord("Allow")
        static let block = FoldedWord("Block")
        static let bypass = FoldedWord("ByPass")
        static let `in` = FoldedWord("In")
        static let out = FoldedWord("Out")
        static let `true` = FoldedWord("TRUE")
        static let tcp = FoldedWord("tcp")
        static let udp = FoldedWord("udp")
        static let orLater = FoldedWord("GTEQ")
        static let domain = FoldedWord("Domain")
        static let `private` = FoldedWord("Private")
        static let `public` = FoldedWord("Public")
    }

    private static func action(_ word: FoldedWord?) throws(FirewallRuleError) -> FirewallRule.Action {
        switch word {
        case Words.allow: return .allow
        case Words.block: return .block
        case Words.bypass: return .bypass
        default: throw FirewallRuleError(problem: "unknown Action")
        }
    }

    private static func direction(_ word: FoldedWord?) throws(FirewallRuleError) -> FirewallRule.Direction {
        switch word {
        case Words.in: return .inbound
        case Words.out: return .outbound
        default: throw FirewallRuleError(problem: "unknown Dir")
        }
    }

    /// A number; Windows' own hardening rule `SearchProtocolHost-2` writes `tcp`.
    private mutating func setProtocol(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(FirewallRuleError) {
        switch FoldedWord(bytes, in: value) {
        case Words.tcp: protocolNumber = 6
        case Words.udp: protocolNumber = 17
        default:
            guard let number = bytes.decimal(in: value), number <= 256 else {
                throw FirewallRuleError(problem: "unknown Protocol")
            }
            protocolNumber = number == 256 ? nil : UInt8(number)
        }
    }

    private static func profile(_ word: FoldedWord?) throws(FirewallRuleError) -> FirewallProfile {
        switch word {
        case Words.domain: return .domain
        case Words.private: return .private
        case Words.public: return .public
        default: throw FirewallRuleError(problem: "unknown Profile")
        }
    }

    /// `2:6:2`: platform 2 (NT), version 6.2.
    private mutating func setPlatform(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(FirewallRuleError) {
        guard let first = bytes.firstIndex(of: 0x3a, in: value),
            let second = bytes.firstIndex(of: 0x3a, in: first + 1..<value.upperBound),
            let major = bytes.decimal(in: first + 1..<second),
            let minor = bytes.decimal(in: second + 1..<value.upperBound)
        else { throw FirewallRuleError(problem: "unknown Platform") }
        version = (major, minor)
    }
}

/// The rest of a rule's conditions, read when a question reaches it.
package struct FirewallRuleConditions: Sendable, Hashable {
    package private(set) var localAddresses = AddressCondition()
    package private(set) var remoteAddresses = AddressCondition()
    /// A path, or `System` for the kernel; `nil` is any program.
    package private(set) var program: String?
    /// A service's short name, or `*` for any service; `nil` when the rule is not about services.
    package private(set) var service: String?
    /// Conditions beside address, port and program that narrow the rule.
    package private(set) var limits: Set<FirewallRule.Limit> = []

    /// - Parameter text: one that ``FirewallRuleHead`` has read.
    init(_ text: String, platform: FirewallRule.Platform?) {
        if let platform { limits.insert(.platform(platform)) }
        let bytes = text.utf8.span
        guard var fields = FirewallRuleFields(bytes) else { return }
        while let field = fields.next(bytes) {
            guard let value = field.value else { continue }
            guard let kind = FirewallRuleFields.kind(bytes, field.name) else {
                limits.insert(.unknownField(text.part(field.name)))
                continue
            }
            switch kind {
            case .localIPv4: localAddresses.add(ipv4: text.part(value)[...])
            case .localIPv6: localAddresses.add(ipv6: text.part(value)[...])
            case .remoteIPv4: remoteAddresses.add(ipv4: text.part(value)[...])
            case .remoteIPv6: remoteAddresses.add(ipv6: text.part(value)[...])
            case .program: program = text.part(value)
            case .service: service = text.part(value)
            case .otherTraffic: limits.insert(.otherTraffic(text.part(field.name)))
            case .security: if FoldedWord(bytes, in: value) != Self.noSecurity { limits.insert(.secured) }
            case .undecidable: limits.insert(.undecidable(text.part(field.name)))
            case .action, .isActive, .direction, .protocolNumber, .profile, .localPorts, .remotePorts, .name, .group,
                .description, .platform, .isPlatformOrLater:
                break
            }
        }
    }

    private static let noSecurity = FoldedWord("None")
}

extension String {
    /// The text of a range of its UTF-8 bytes.
    fileprivate func part(_ range: Range<Int>) -> String {
        let start = utf8.index(utf8.startIndex, offsetBy: range.lowerBound)
        return String(self[start..<utf8.index(start, offsetBy: range.count)])
    }

    /// The last field of a kind in a rule text.
    func firewallField(_ wanted: FirewallRuleFields.Kind) -> String? {
        let bytes = utf8.span
        guard var fields = FirewallRuleFields(bytes) else { return nil }
        var found: Range<Int>?
        while let field = fields.next(bytes) {
            if let value = field.value, FirewallRuleFields.kind(bytes, field.name) == wanted { found = value }
        }
        return found.map(part)
    }
}
