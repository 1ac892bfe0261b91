import Formats
import HostFacts
import TestSupport
import Testing

/// The decision held against a second evaluator that knows no sets of addresses: it asks each rule about one address,
/// and tries every way in which what cannot be known might turn out.
@Suite struct FirewallDecisionTests {
    private static let addresses: [UInt32] = [
        0x0a00_0001, 0x0a00_00ff, 0x0a00_0100, 0x0a01_0000, 0xc0a8_0001, 0x0808_0808, 0, .max,
    ]
    private static let connection = InboundConnection(
        port: 3389, program: #"%SystemRoot%\system32\svchost.exe"#, service: "TermService")
    private static let windows = WindowsVersion(
        version: BuildVersion(10, 0, 17763, 1), role: .value(.server), installationType: .value("Server"))

    private struct Part {
        let field: String
        /// `nil`: cannot be known; it may turn out either way.
        let matches: @Sendable (UInt32) -> Bool?
        init(_ field: String, _ matches: @escaping @Sendable (UInt32) -> Bool?) {
            self.field = field
            self.matches = matches
        }
    }

    /// One choice of each is a rule.
    private static let choices: [[Part]] = [
        [Part("Protocol=6|") { _ in true }, Part("") { _ in true }, Part("Protocol=17|") { _ in false }],
        [
            Part("LPort=3389|") { _ in true }, Part("") { _ in true }, Part("LPort=3390|") { _ in false },
            Part("LPort2_10=3000-4000|") { _ in true }, Part("LPort=1|LPort=3389|") { _ in true },
            Part("LPort=RPC|") { _ in false },
        ],
        [
            Part("") { _ in true }, Part("RA4=10.0.0.0/24|") { $0 >> 8 == 0x0a_0000 },
            Part("RA4=8.8.8.8|RA4=10.1.0.0|") { $0 == 0x0808_0808 || $0 == 0x0a01_0000 },
            Part("RA4=LocalSubnet|") { _ in nil }, Part("RA6=fe80::/64|") { _ in false },
            Part("RA4=192.168.0.0/16|RA4=DNS|") { $0 >> 16 == 0xc0a8 ? true : nil },
        ],
        [
            Part("") { _ in true }, Part("App=%SystemRoot%\\System32\\svchost.exe|Svc=termservice|") { _ in true },
            Part("App=C:\\other.exe|") { _ in false }, Part("Svc=Spooler|") { _ in false },
            Part("Svc=*|") { _ in true }, Part("App=System|") { _ in false },
        ],
        [
            Part("") { _ in true }, Part("IFType=Wireless|") { _ in nil }, Part("Security=Authenticate|") { _ in nil },
            Part("AppPkgId=S-1-15-2-1|") { _ in false }, Part("RPort=1024|") { _ in nil },
            Part("LA4=10.0.0.9|") { _ in nil },
            Part("Platform=2:6:2|Platform2=GTEQ|") { _ in true }, Part("Platform=2:6:2|") { _ in false },
            Part("Odd=1|") { _ in nil },
        ],
    ]

    private struct Rule {
        let text: String
        let isBlock: Bool
        let matches: (UInt32) -> Bool?
    }

    private static func rule(_ generator: inout SeededGenerator) -> Rule {
        let parts = choices.map { $0[generator.below($0.count)] }
        let isActive = generator.below(6) != 0
        let isInbound = generator.below(8) != 0
        let profile = ["", "Profile=Public|", "Profile=Domain|", "Profile=Domain|Profile=Public|"][generator.below(4)]
        let isBlock = generator.below(3) == 0
        let concerns = isActive && isInbound && (profile.isEmpty || profile.contains("Public"))
        let text =
            "v2.30|Action=\(isBlock ? "Block" : "Allow")|Active=\(isActive ? "TRUE" : "FALSE")|Dir=\(isInbound ? "In" : "Out")|"
            + profile + parts.map(\.field).joined()
        return Rule(text: text, isBlock: isBlock) { address in
            if !concerns { return false }
            let truths = parts.map { $0.matches(address) }
            if truths.contains(false) { return false }
            return truths.contains(nil) ? nil : true
        }
    }

    /// Whether an address gets in, in the best and in the worst case.
    private static func reaches(_ address: UInt32, _ rules: [Rule], byDefault: Bool, ignoresAllow: Bool) -> (
        least: Bool, most: Bool
    ) {
        func decide(_ pessimist: Bool) -> Bool {
            // What is unknown turns out against (for) whoever asks: blocks hit (miss), allows miss (hit).
            let blocked = rules.contains { $0.isBlock && ($0.matches(address) ?? pessimist) }
            let allowed = rules.contains { !$0.isBlock && ($0.matches(address) ?? !pessimist) }
            return !blocked && (byDefault || !ignoresAllow && allowed)
        }
        return (decide(true), decide(false))
    }

    @Test(arguments: 0..<40)
    func `a decision agrees with trying every address and every doubt`(_ seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<25 {
            let rules = (0..<generator.below(6)).map { _ in Self.rule(&generator) }
            let byDefault = generator.below(8) == 0
            let ignoresAllow = generator.below(8) == 0
            let decision = try Self.decide(rules, byDefault: byDefault, ignoresAllow: ignoresAllow)
            let story = rules.map(\.text).joined(separator: "\n")
            for address in Self.addresses {
                let (least, most) = Self.reaches(address, rules, byDefault: byDefault, ignoresAllow: ignoresAllow)
                let isAdmitted = decision.admittedIPv4.ranges.contains { $0.contains(address) }
                let isPossible = decision.possibleIPv4.ranges.contains { $0.contains(address) }
                #expect(isAdmitted == least, "\(IPAddress.text(address)) certainly\n\(story)")
                #expect(isPossible == most, "\(IPAddress.text(address)) possibly\n\(story)")
            }
            // The summary follows from the addresses.
            let extremes = Self.addresses.map {
                Self.reaches($0, rules, byDefault: byDefault, ignoresAllow: ignoresAllow)
            }
            if decision.verdict == .unreachable { #expect(!extremes.contains { $0.most }, "\(story)") }
            if decision.admitsEveryone {
                #expect(extremes.allSatisfy { $0.least } || decision.admittedIPv6.isAll, "\(story)")
            }
            if !decision.mayAdmitEveryone {
                #expect(!decision.admitsEveryone, "\(story)")
            }
            #expect(Set(decision.blockedBy).isDisjoint(with: decision.mayBeBlockedBy))
            for (index, rule) in rules.enumerated() where rule.isBlock {
                let truths = Self.addresses.map(rule.matches)
                if decision.blockedBy.contains("r\(index)") {
                    #expect(truths != truths.map { _ in false } || rule.text.contains("RA6"))
                }
            }
        }
    }

    private static func decide(_ rules: [Rule], byDefault: Bool, ignoresAllow: Bool) throws -> FirewallDecision {
        var registry = RegistryReading()
        let values = rules.enumerated().map { KeyAnswer.NamedValue("r\($0.offset)", .string($0.element.text)) }
        registry.record(Keys.firewall + #"\FirewallRules"#, .values(values, isComplete: true))
        registry.record(
            Keys.firewall + #"\PublicProfile"#,
            .values(
                [
                    .init("EnableFirewall", .dword(1)), .init("DefaultInboundAction", .dword(byDefault ? 0 : 1)),
                    .init("DoNotAllowExceptions", .dword(ignoresAllow ? 1 : 0)),
                ], isComplete: true))
        registry.record(Keys.firewallPolicy, .absent)
        registry.record(Keys.firewall + #"\Mdm\FirewallRules"#, .absent)
        let policy = FirewallPolicy(registry: registry, windows: .value(windows), activeProfiles: .value([.public]))
        #expect(policy.unreadableRules.isEmpty)
        return try #require(policy.decide(connection, on: .public, windows: .value(windows)).value)
    }

    @Test func `local rules count only while policy merges them`() throws {
        for (merge, isReachable) in [(UInt32(0), false), (1, true)] {
            var registry = RegistryReading()
            let text = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=3389|"
            registry.record(
                Keys.firewall + #"\FirewallRules"#, .values([.init("local", .string(text))], isComplete: true))
            registry.record(Keys.firewall + #"\Mdm\FirewallRules"#, .absent)
            registry.record(Keys.firewallPolicy + #"\FirewallRules"#, .absent)
            registry.record(
                Keys.firewall + #"\PublicProfile"#, .values([.init("EnableFirewall", .dword(1))], isComplete: true))
            registry.record(
                Keys.firewallPolicy + #"\PublicProfile"#,
                .values([.init("AllowLocalPolicyMerge", .dword(merge))], isComplete: true))
            let policy = FirewallPolicy(registry: registry, windows: .value(Self.windows), activeProfiles: .absent)
            let decision = try #require(
                policy.decide(Self.connection, on: .public, windows: .value(Self.windows)).value)
            #expect((decision.verdict == .reachable) == isReachable)
        }
    }

    @Test func `a firewall that is off lets everybody in, whatever its rules say`() throws {
        var registry = RegistryReading()
        registry.record(
            Keys.firewall + #"\PublicProfile"#, .values([.init("EnableFirewall", .dword(0))], isComplete: true))
        registry.record(Keys.firewallPolicy, .absent)
        let policy = FirewallPolicy(registry: registry, windows: .value(Self.windows), activeProfiles: .absent)
        #expect(
            policy.decide(Self.connection, on: .public, windows: .value(Self.windows)).value?.admitsEveryone == true)
    }

    @Test func `a rule that cannot be read makes no decision`() {
        var registry = RegistryReading()
        registry.record(Keys.firewall + #"\FirewallRules"#, .values([.init("x", .string("rubbish"))], isComplete: true))
        registry.record(Keys.firewall + #"\Mdm\FirewallRules"#, .absent)
        registry.record(
            Keys.firewall + #"\PublicProfile"#, .values([.init("EnableFirewall", .dword(1))], isComplete: true))
        registry.record(Keys.firewallPolicy, .absent)
        let policy = FirewallPolicy(registry: registry, windows: .value(Self.windows), activeProfiles: .absent)
        #expect(policy.unreadableRules == ["x"])
        guard case .failed = policy.decide(Self.connection, on: .public, windows: .value(Self.windows)) else {
            Issue.record("decided over a rule that nobody read")
            return
        }
    }
}

extension SeededGenerator {
    fileprivate mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<max(bound, 1), using: &self) }
}
