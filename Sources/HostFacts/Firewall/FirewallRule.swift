/// Why a registry text is not a firewall rule.
package struct FirewallRuleError: Error, Sendable, Hashable, CustomStringConvertible {
    package let problem: String
    package var description: String { "not a firewall rule: \(problem)" }
}

/// One Windows Firewall rule as it stands in the registry: `v2.30|Action=Allow|Active=TRUE|Dir=In|…|` ([MS-GPFAS] 2.2.2).
///
/// The text is kept and printed back unchanged. Field names are read without regard to case, a repeated field is an "or"
/// list, and what is not understood is kept and makes every verdict that would rest on the rule uncertain.
package struct FirewallRule: Sendable, Hashable {
    package enum Action: Sendable, Hashable {
        case allow, block
        /// Allows even against a block rule, for connections authenticated by IPsec only.
        case bypass
    }

    package enum Direction: Sendable, Hashable { case inbound, outbound }

    /// The registry value's name: the rule's identity, in no language.
    package let id: String
    /// The registry value, verbatim.
    package let text: String
    package let action: Action
    package let direction: Direction
    package private(set) var isActive: Bool
    /// IANA's number; `nil` is any protocol.
    package let protocolNumber: UInt8?
    private let profileBits: UInt8
    package let localPorts: PortCondition
    package let remotePorts: PortCondition
    private let platform: Platform?

    /// `Platform=2:6:2`, and `Platform2=GTEQ` for that Windows or later.
    package struct Platform: Sendable, Hashable {
        package let major: UInt32
        package let minor: UInt32
        package let orLater: Bool
    }

    /// What else must hold for a rule to match.
    package enum Limit: Sendable, Hashable {
        /// Only traffic of one app container, or marked by another component: such a rule opens no port for a service.
        case otherTraffic(String)
        /// Only connections secured by IPsec.
        case secured
        /// Only on some interfaces or kinds of interface, for some users or machines: not decidable from here.
        case undecidable(String)
        /// Only on that Windows (or later).
        case platform(Platform)
        /// A field nobody here knows.
        case unknownField(String)
    }

    /// Reads a rule.
    ///
    /// - Parameter isHardening: rules below `RestrictedServices` are in force without an `Active` field; elsewhere a
    ///   missing one means inactive.
    package init(id: String, text: String, isHardening: Bool = false) throws(FirewallRuleError) {
        var head = FirewallRuleHead()
        try head.read(text.utf8.span)
        guard let action = head.action else { throw FirewallRuleError(problem: "no Action") }
        guard let direction = head.direction else { throw FirewallRuleError(problem: "no Dir") }
        self.id = id
        self.text = text
        self.action = action
        self.direction = direction
        isActive = head.isActive ?? isHardening
        protocolNumber = head.protocolNumber
        profileBits = head.profileBits
        localPorts = head.localPorts
        remotePorts = head.remotePorts
        platform = head.platform
    }

    /// What else the rule asks of a connection. It is read from the text each time: ask once and keep it.
    package var conditions: FirewallRuleConditions { FirewallRuleConditions(text, platform: platform) }

    /// Display name, or an indirect string such as `@FirewallAPI.dll,-28775`, which no language changes.
    package var name: String? { text.firewallField(.name) }
    /// The group: `EmbedCtxt`, usually an indirect string.
    package var group: String? { text.firewallField(.group) }

    /// Empty: all profiles.
    package var profiles: Set<FirewallProfile> {
        Set(FirewallProfile.allCases.filter { Int64(profileBits) & $0.bit != 0 })
    }

    /// As if it were active; the text stays what it was.
    var switchedOn: FirewallRule {
        var rule = self
        rule.isActive = true
        return rule
    }

    package func applies(to profile: FirewallProfile) -> Bool {
        profileBits == 0 || Int64(profileBits) & profile.bit != 0
    }
}

/// A network profile of the firewall. The registry calls the private one `StandardProfile`.
package enum FirewallProfile: String, Sendable, Hashable, CaseIterable {
    case domain, `private`, `public`

    /// NET_FW_PROFILE_TYPE2: the bits of `INetFwPolicy2.CurrentProfileTypes`.
    package var bit: Int64 {
        switch self {
        case .domain: 1
        case .private: 2
        case .public: 4
        }
    }
}
