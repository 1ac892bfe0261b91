import Formats

/// Goes through the fields of a rule text, `v2.30|Name=Value|…|` ([MS-GPFAS] 2.2.2.19).
///
/// On bytes, and nothing is cut out: a host has a thousand rules, and few of them concern a question.
struct FirewallRuleFields {
    /// A field: where its name and its value stand. Without a `=` it has no value.
    struct Place {
        let name: Range<Int>
        let value: Range<Int>?
    }

    /// What a field's name says.
    enum Kind {
        case action, isActive, direction, protocolNumber, profile, localPorts, remotePorts
        case localIPv4, localIPv6, remoteIPv4, remoteIPv6, program, service, name, group
        /// It changes nothing about which packets the rule is for.
        case description
        case otherTraffic, security, undecidable, platform, isPlatformOrLater
    }

    /// What follows the last whole field: empty in a whole rule.
    private(set) var rest: Range<Int>

    /// Stands behind the version; `nil` when there is none.
    init?(_ bytes: Span<UInt8>) {
        guard let bar = bytes.firstIndex(of: 0x7c, in: 0..<bytes.count), Self.isVersion(bytes, 0..<bar) else {
            return nil
        }
        rest = bar + 1..<bytes.count
    }

    /// The next field; `nil` when no further bar closes one.
    mutating func next(_ bytes: Span<UInt8>) -> Place? {
        guard let bar = bytes.firstIndex(of: 0x7c, in: rest) else { return nil }
        let start = rest.lowerBound
        rest = bar + 1..<bytes.count
        guard let equals = bytes.firstIndex(of: 0x3d, in: start..<bar) else {
            return Place(name: start..<bar, value: nil)
        }
        return Place(name: start..<equals, value: equals + 1..<bar)
    }

    /// `nil`: a name that nobody here knows.
    static func kind(_ bytes: Span<UInt8>, _ name: Range<Int>) -> Kind? {
        guard let word = FoldedWord(bytes, in: name) else { return nil }
        for known in kinds where known.name == word { return known.kind }
        return nil
    }

    /// `v2.30`
    private static func isVersion(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard let first = range.first, bytes[first].foldedASCII == 0x76,
            let dot = bytes.firstIndex(of: 0x2e, in: range)
        else { return false }
        return bytes.decimal(in: first + 1..<dot) != nil && bytes.decimal(in: dot + 1..<range.upperBound) != nil
    }

    /// Those that most rules have come first: it is looked through from the start.
    private static let names: KeyValuePairs<StaticString, Kind> = [
        "Action": .action, "Active": .isActive, "Dir": .direction, "Protocol": .protocolNumber,
        "Profile": .profile, "App": .program, "Name": .name, "Desc": .description, "EmbedCtxt": .group,
        "LPort": .localPorts, "Svc": .service, "AppPkgId": .otherTraffic, "LUOwn": .description,
        "Platform": .platform, "Platform2": .isPlatformOrLater, "RA4": .remoteIPv4, "RA6": .remoteIPv6,
        "LPort2_10": .localPorts, "RA42": .remoteIPv4, "RA62": .remoteIPv6, "Edge": .description,
        "Defer": .description, "RPort": .remotePorts, "LA4": .localIPv4, "LA6": .localIPv6,
        "ICMP4": .description, "ICMP6": .description, "TTK": .otherTraffic, "TTK2_22": .otherTraffic,
        "TTK2_27": .otherTraffic, "TTK2_28": .otherTraffic, "LUAuth": .otherTraffic,
        "LUAuth2_24": .otherTraffic, "PFN": .otherTraffic, "LPort2_20": .localPorts,
        "LPort2_24": .localPorts, "LPort2_29": .localPorts, "RPort2_10": .remotePorts,
        "RPort2_25": .remotePorts, "LOM": .description, "LSM": .description, "SkipVer": .description,
        "Security": .security, "Security2_9": .security, "Security2": .security, "RMauth": .undecidable,
        "RUAuth": .undecidable, "IF": .undecidable, "IFType": .undecidable, "NNm": .undecidable,
        "AuthByPassOut": .undecidable,
    ]
    private static let kinds = names.map { (name: FoldedWord($0.key), kind: $0.value) }
}
