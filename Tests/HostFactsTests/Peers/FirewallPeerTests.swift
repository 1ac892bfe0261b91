import Formats
import HostFacts
import TestSupport
import Testing

/// Who gets in, held against a peer that asks every rule about every packet.
@Suite(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS")) struct FirewallPeerTests {
    @Test func `every packet gets in, or not, as trying rule by rule says`() async throws {
        var generator = SeededGenerator(seed: 3389)
        let cases = (0..<3_000).map { _ in Self.firewall(&generator) }
        let answers = try await Peer(script: "firewall_peer.py").answers(to: cases.map(\.json))
        var verdicts: [String: Int] = [:]
        for (firewall, answer) in zip(cases, answers) {
            let policy = firewall.policy
            let wanted = try #require(answer["answers"]?.array)
            try #require(wanted.count == firewall.packets.count)
            for (packet, wanted) in zip(firewall.packets, wanted) {
                let verdict = try #require(wanted[0]?.string)
                verdicts[verdict, default: 0] += 1
                let story = "\(packet)\n\(firewall)"
                let network = try #require(InboundConnection.Network(packet.address))
                // Asked about this address alone, and about all at once.
                let one = policy.decide(
                    packet.connection.from(network), on: firewall.profile, windows: .value(Firewall.windows))
                let all = policy.decide(packet.connection, on: firewall.profile, windows: .value(Firewall.windows))
                #expect(Self.word(one, network) == verdict, "\(story)")
                #expect(Self.word(all, network) == verdict, "\(story)")
                // The rules that are named are those that may concern the packet, each once.
                if case .value(let decision) = one {
                    #expect(
                        decision.decidedBy.sorted() == wanted[1]?.array?.compactMap(\.string).sorted(), "\(story)")
                    #expect(Self.names(decision), "\(decision.reason)\n\(story)")
                }
            }
        }
        // Each verdict was really tried.
        for verdict in ["in", "out", "unknown"] { #expect(verdicts[verdict, default: 0] > 1_000, "\(verdicts)") }
    }

    /// The reason names the first rule that decides, or a setting of the profile.
    private static func names(_ decision: FirewallDecision) -> Bool {
        guard let first = decision.decidedBy.first else { return decision.reason.contains("profile") }
        return decision.reason.contains("rule \(first)")
            || decision.reason.contains("allows inbound connections by default")
    }

    private static func word(_ decision: Collected<FirewallDecision>, _ network: InboundConnection.Network) -> String {
        switch decision.value?.verdict(for: network) {
        case .reachable: "in"
        case .unreachable: "out"
        case .unknown, nil: "unknown"
        case .partly: "partly, of one address"
        }
    }

    // MARK: - Firewalls at random

    struct Packet {
        let connection: InboundConnection
        let address: String

        var json: JSON {
            [
                "protocol": JSON(connection.protocolNumber), "port": JSON(connection.port),
                "program": .string(connection.program), "service": connection.service.map(JSON.string) ?? .null,
                "address": .string(address),
            ]
        }
    }

    struct Firewall: CustomStringConvertible {
        var rules: [(store: FirewallPolicy.Store, text: String)]
        let profile: FirewallProfile
        let isEnabled: Bool
        let ignoresAllowRules: Bool
        let allowsByDefault: Bool
        let mergesLocal: Bool
        let packets: [Packet]

        static let windows = WindowsVersion(
            version: BuildVersion(10, 0, 17763, 1), role: .value(.server), installationType: .value("Server"))

        var json: JSON {
            [
                "rules": .array(
                    rules.enumerated().map {
                        [.string($0.element.store.rawValue), .string("r\($0.offset)"), .string($0.element.text)]
                    }),
                "settings": [
                    "enabled": .bool(isEnabled), "noExceptions": .bool(ignoresAllowRules),
                    "defaultAllow": .bool(allowsByDefault), "localMerge": .bool(mergesLocal),
                    "profile": .string(profile.rawValue),
                ],
                "version": [10, 0], "packets": .array(packets.map(\.json)),
            ]
        }

        var policy: FirewallPolicy {
            var registry = RegistryReading()
            for (store, key) in [
                (FirewallPolicy.Store.local, Keys.firewall), (.policy, Keys.firewallPolicy),
                (.mdm, Keys.firewall + #"\Mdm"#),
            ] {
                let values = rules.enumerated().filter { $0.element.store == store }
                    .map { KeyAnswer.NamedValue("r\($0.offset)", .string($0.element.text)) }
                registry.record(key + #"\FirewallRules"#, .values(values, isComplete: true))
            }
            for profile in FirewallProfile.allCases {
                let (local, policy) =
                    switch profile {
                    case .domain: ("DomainProfile", "DomainProfile")
                    case .private: ("StandardProfile", "PrivateProfile")
                    case .public: ("PublicProfile", "PublicProfile")
                    }
                let isAsked = profile == self.profile
                // What another profile says must not matter: it says the contrary.
                func number(_ value: Bool) -> RegistryValue { .dword(value == isAsked ? 1 : 0) }
                registry.record(
                    Keys.firewall + "\\" + local,
                    .values(
                        [
                            .init("EnableFirewall", number(isEnabled)),
                            .init("DoNotAllowExceptions", number(ignoresAllowRules)),
                            .init("DefaultInboundAction", number(!allowsByDefault)),
                        ], isComplete: true))
                registry.record(
                    Keys.firewallPolicy + "\\" + policy,
                    .values([.init("AllowLocalPolicyMerge", number(mergesLocal))], isComplete: true))
            }
            return FirewallPolicy(
                registry: registry, windows: .value(Self.windows), activeProfiles: .value([profile]))
        }

        var description: String {
            "\(profile) on:\(isEnabled) shields:\(ignoresAllowRules) default:\(allowsByDefault) merge:\(mergesLocal)\n"
                + rules.enumerated().map { "r\($0.offset) \($0.element.store) \($0.element.text)" }
                .joined(separator: "\n")
        }
    }

    private static let listeners: [(program: String, service: String?)] = [
        (#"%SystemRoot%\system32\svchost.exe"#, "TermService"), ("System", nil),
        (#"C:\Windows\System32\OpenSSH\sshd.exe"#, "sshd"),
    ]
    private static let addresses = [
        "10.0.0.1", "10.0.0.200", "10.1.0.0", "8.8.8.8", "255.255.255.255", "0.0.0.0", "fe80::1", "2001:db8::1", "::",
    ]

    private static func firewall(_ generator: inout SeededGenerator) -> Firewall {
        let rules = (0..<Int.random(in: 0...7, using: &generator)).map { _ in
            (generator.one(of: [FirewallPolicy.Store.local, .local, .policy, .mdm]), rule(&generator))
        }
        let packets = (0..<6).map { _ in
            let listener = generator.one(of: listeners)
            return Packet(
                connection: InboundConnection(
                    protocolNumber: generator.one(of: [6, 6, 17]),
                    port: generator.one(of: [3389, 3389, 22, 443, 135, 5353, 50_000, 1900]),
                    program: listener.program, service: listener.service),
                address: generator.one(of: addresses))
        }
        return Firewall(
            rules: rules, profile: generator.one(of: FirewallProfile.allCases), isEnabled: generator.is(15, in: 16),
            ignoresAllowRules: generator.is(1, in: 10), allowsByDefault: generator.is(1, in: 10),
            mergesLocal: generator.is(7, in: 8), packets: packets)
    }

    /// Often nothing, so that rules hit.
    private static let fields: [[String]] = [
        ["", "Protocol=6|", "Protocol=6|", "Protocol=17|", "Protocol=256|", "Protocol=tcp|", "Protocol=1|"],
        [
            "", "", "LPort=3389|", "LPort=3389|", "LPort=22|", "LPort2_10=3000-4000|", "LPort=1|LPort=3389|LPort=22|",
            "LPort=22,3389,5000-60000|", "LPort=RPC|", "LPort=RPC-EPMap|", "LPort2_10=IPTLSIn|LPort2_10=IPHTTPSIn|",
            "LPort=Teredo|", "LPort2_24=mDNS|", "LPort2_20=Ply2Disc|", "LPort=Moon|", "LPort=Moon|LPort=3389|",
        ],
        ["", "", "", "Profile=Public|", "Profile=Domain|", "Profile=Domain|Profile=Private|"],
        [
            "", "", "", "RA4=10.0.0.0/24|", "RA4=8.8.8.8|RA4=10.1.0.0|", "RA4=LocalSubnet|",
            "RA4=LocalSubnet|RA6=LocalSubnet|", "RA6=fe80::/64|", "RA4=10.0.0.0-10.0.0.128|RA6=2001:db8::1|",
            "RA42=IntErnet|", "RA4=10.0.0.0/255.0.0.0|", "RA4=192.168.0.0/16|RA4=DNS|", "RA4=0.0.0.0/0|RA6=::/0|",
        ],
        ["", "", "", "", "LA4=10.0.0.9|", "LA6=fe80::9|", "LA4=10.0.0.9|LA6=fe80::9|"],
        [
            "", "", "", #"App=%SystemRoot%\System32\svchost.exe|Svc=termservice|"#, "App=System|",
            #"App=C:\other.exe|"#, "Svc=Spooler|", "Svc=*|", #"App=%windir%\system32\openssh\sshd.exe|"#,
            #"App=C:\Program Files\OpenSSH\sshd.exe|"#, #"App=D:\Windows\system32\svchost.exe|Svc=TERMSERVICE|"#,
        ],
        [
            "", "", "", "", "", "", "IFType=Wireless|", "Security=Authenticate|", "Security=None|",
            "AppPkgId=S-1-15-2-1|", "RPort=1024|", "Platform=2:6:2|Platform2=GTEQ|", "Platform=2:6:2|",
            "Platform=2:10:0|", "Platform=2:11:0|Platform2=GTEQ|", "Odd=1|", "TTK=ProxSharing|", "RMauth=O:SY|",
            "Edge=TRUE|Defer=App|", "LUAuth=O:LSD:(A;;CC;;;S-1-15-3-1)|",
        ],
    ]

    private static func rule(_ generator: inout SeededGenerator) -> String {
        // Now and then one that nobody can read: then nothing can be told.
        if generator.is(1, in: 150) { return generator.one(of: ["rubbish", "v2.30|Action=Allow|", "v2.30|Dir=In|x|"]) }
        let action = generator.one(of: ["Allow", "Allow", "Allow", "Allow", "Block", "Block", "block", "ByPass"])
        let isActive = generator.is(7, in: 8), isInbound = generator.is(9, in: 10)
        var parts = [
            "Action=\(action)|", "Active=\(isActive ? "TRUE" : "FALSE")|", "Dir=\(isInbound ? "In" : "Out")|",
            "Name=A = B|",
        ]
        parts += fields.map { generator.one(of: $0) }
        parts.shuffle(using: &generator)
        let text = "v2.30|" + parts.joined()
        // The case of letters in names says nothing.
        return generator.is(1, in: 8) ? text.replacing("LPort", with: "lPORT").replacing("RA4", with: "ra4") : text
    }
}

extension SeededGenerator {
    mutating func one<Choices: RandomAccessCollection<Value>, Value>(of choices: Choices) -> Value {
        choices[choices.index(choices.startIndex, offsetBy: Int.random(in: 0..<choices.count, using: &self))]
    }

    /// True so many times of so many.
    mutating func `is`(_ times: Int, in all: Int) -> Bool { Int.random(in: 0..<all, using: &self) < times }
}
