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
    /// Empty: all profiles.
    package let profiles: Set<FirewallProfile>
    package let localPorts: PortCondition
    package let remotePorts: PortCondition
    package let localAddresses: AddressCondition
    package let remoteAddresses: AddressCondition
    /// A path, or `System` for the kernel; `nil` is any program.
    package let program: String?
    /// A service's short name, or `*` for any service; `nil` when the rule is not about services.
    package let service: String?
    /// Display name, or an indirect string such as `@FirewallAPI.dll,-28775`, which no language changes.
    package let name: String?
    /// The group: `EmbedCtxt`, usually an indirect string.
    package let group: String?
    /// Conditions beside address, port and program that narrow the rule.
    package let limits: Set<Limit>

    /// What else must hold for a rule to match.
    package enum Limit: Sendable, Hashable {
        /// Only traffic of one app container, or marked by another component: such a rule opens no port for a service.
        case otherTraffic(String)
        /// Only connections secured by IPsec.
        case secured
        /// Only on some interfaces or kinds of interface, for some users or machines: not decidable from here.
        case undecidable(String)
        /// `Platform=2:6:2` and `GTEQ`: only on that Windows (or later).
        case platform(major: UInt32, minor: UInt32, orLater: Bool)
        /// A field nobody here knows.
        case unknownField(String)
    }

    /// Reads a rule.
    ///
    /// - Parameter isHardening: rules below `RestrictedServices` are in force without an `Active` field; elsewhere a
    ///   missing one means inactive.
    package init(id: String, text: String, isHardening: Bool = false) throws(FirewallRuleError) {
        var fields = FirewallRuleFields()
        try fields.read(text)
        guard let action = fields.action else { throw FirewallRuleError(problem: "no Action") }
        guard let direction = fields.direction else { throw FirewallRuleError(problem: "no Dir") }
        self.id = id
        self.text = text
        self.action = action
        self.direction = direction
        isActive = fields.isActive ?? isHardening
        protocolNumber = fields.protocolNumber
        profiles = fields.profiles
        localPorts = fields.localPorts
        remotePorts = fields.remotePorts
        localAddresses = fields.localAddresses
        remoteAddresses = fields.remoteAddresses
        program = fields.program
        service = fields.service
        name = fields.name
        group = fields.group
        limits = fields.allLimits
    }

    /// As if it were active; the text stays what it was.
    var switchedOn: FirewallRule {
        var rule = self
        rule.isActive = true
        return rule
    }

    package func applies(to profile: FirewallProfile) -> Bool { profiles.isEmpty || profiles.contains(profile) }
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

/// Which ports a rule speaks of.
package struct PortCondition: Sendable, Hashable {
    /// No port field at all: any port.
    package var isAny = true
    package var ranges: [ClosedRange<UInt16>] = []
    /// `RPC`, `RPC-EPMap`, `Teredo`, `IPHTTPSIn`, …: ports that the system assigns.
    package var keywords: [String] = []

    package func contains(_ port: UInt16) -> Bool { isAny || ranges.contains { $0.contains(port) } }

    mutating func add(_ value: Substring) throws(FirewallRuleError) {
        isAny = false
        for item in value.utf8.split(separator: 0x2c) {
            let ends = item.split(separator: 0x2d, maxSplits: 1, omittingEmptySubsequences: false)
            let numbers = ends.map { UInt32(digits: $0) }
            switch numbers.count {
            case 1:
                if let port = numbers[0] {
                    guard port <= 65_535 else { throw FirewallRuleError(problem: "port \(port)") }
                    ranges.append(UInt16(port)...UInt16(port))
                } else {
                    keywords.append(String(Substring(item)))
                }
            default:
                guard let low = numbers[0], let high = numbers[1] else {
                    keywords.append(String(Substring(item)))
                    continue
                }
                guard low <= high, high <= 65_535 else { throw FirewallRuleError(problem: "ports \(low)-\(high)") }
                ranges.append(UInt16(low)...UInt16(high))
            }
        }
    }
}
