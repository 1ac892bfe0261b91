import Formats
import HostFacts
import Lab
import TestSupport
import Testing

/// Values that no healthy host has: each is told for what it is, and costs only its own facts.
@Suite struct OddValueTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let location: RegistryLocation
        /// `nil`: the value is not there.
        let value: RegistryValue?
        let path: String
        let wanted: Collected<FactValue>

        init(
            _ name: String, _ key: String, _ value: String, _ odd: RegistryValue?, _ path: String,
            _ wanted: Collected<FactValue>
        ) {
            testDescription = name
            location = RegistryLocation(key, value)
            self.value = odd
            self.path = path
            self.wanted = wanted
        }
    }

    private static let listener = Keys.winStations + #"\RDP-Tcp"#
    private static let firewallRules = Keys.firewall + #"\FirewallRules"#
    private static let publicProfile = Keys.firewall + #"\PublicProfile"#

    static let cases: [Case] = [
        Case(
            "text where a number belongs", listener, "PortNumber", .string("3389"), "rdp.listener.port.effective",
            .failed("PortNumber is REG_SZ, not REG_DWORD")),
        Case(
            "64 bits where 32 belong", listener, "PortNumber", .qword(3389), "rdp.listener.port.effective",
            .failed("PortNumber is REG_QWORD, not REG_DWORD")),
        Case(
            "a number of three bytes", listener, "PortNumber", .other(kind: 4, [1, 2, 3]),
            "rdp.listener.port.effective", .failed("PortNumber is type 4, not REG_DWORD")),
        Case(
            "a missing value is Windows' default", listener, "PortNumber", nil, "rdp.listener.port.effective",
            .value(.integer(3389))),
        Case(
            "a missing value has no local value", listener, "PortNumber", nil, "rdp.listener.port.local", .absent),
        Case(
            "-1 is the greatest number, not below zero", listener, "MaxInstanceCount", .dword(0xffff_ffff),
            "rdp.listener.maxInstanceCount.effective", .value(.integer(4_294_967_295))),
        Case(
            "a port beyond 16 bits", listener, "PortNumber", .dword(70_000), "firewall.rdp.reachable.public",
            .failed("the port of the listener is not known")),
        Case(
            "port 0", listener, "PortNumber", .dword(0), "firewall.rdp.reachable.public",
            .failed("the port of the listener is not known")),
        Case(
            "a negative port", listener, "PortNumber", .dword(0x8000_0d3d), "firewall.rdp.reachable.public",
            .failed("the port of the listener is not known")),
        Case(
            "a switch that is a text", Keys.terminalServer, "fDenyTSConnections", .string("0"), "rdp.enabled.effective",
            .failed("fDenyTSConnections is REG_SZ, not REG_DWORD")),
        Case(
            "a number where a text belongs", Keys.cryptography, "MachineGuid", .dword(5), "os.machineGuid",
            .failed("MachineGuid is REG_DWORD, not text")),
        Case(
            "a thumbprint that is too short", listener, "SSLCertificateSHA1Hash", .binary([1, 2, 3]),
            "certificates.bound.thumbprint", .failed("SSLCertificateSHA1Hash is not a thumbprint of 20 bytes")),
        Case(
            "a thumbprint that is a number", listener, "SSLCertificateSHA1Hash", .dword(1),
            "certificates.bound.thumbprint", .failed("SSLCertificateSHA1Hash is not a thumbprint of 20 bytes")),
        Case(
            "a thumbprint of a certificate that is gone", listener, "SSLCertificateSHA1Hash",
            .binary(Array(repeating: 0, count: 20)), "certificates.bound.present", .value(.flag(false))),
        Case(
            "a damaged certificate", Keys.personalStore + #"\AA"#, "Blob", .binary([32, 0, 0, 0, 1, 0, 0, 0, 9]),
            "certificates.damaged",
            .value(.list([#"My\AA: damaged certificate store entry: a cut property at byte 0"#]))),
        Case(
            "a certificate that is a text", Keys.personalStore + #"\AA"#, "Blob", .string("x"), "certificates.damaged",
            .value(.list([#"My\AA: the entry is REG_SZ, not binary"#]))),
        Case(
            "a build that is a number", Keys.currentVersion, "CurrentBuildNumber", .dword(17763), "os.version",
            .failed("CurrentBuildNumber is not text")),
        Case(
            "a firewall switch that is a text", publicProfile, "EnableFirewall", .string("1"),
            "firewall.rdp.reachable.public", .failed("EnableFirewall is REG_SZ, not REG_DWORD")),
        Case(
            "a rule that is a number", firewallRules, "odd", .dword(1), "firewall.rdp.reachable.public",
            .failed("1 rules could not be read, odd among them")),
        Case(
            "a rule that is none is named", firewallRules, "\u{202e}\u{1f600}", .string("v2.30|x"),
            "firewall.unreadableRules", .value(.list(["\u{202e}\u{1f600}"]))),
    ]

    @Test(arguments: cases) func `an odd value is told, and costs only what rests on it`(_ odd: Case) throws {
        var host = try RealMachine.whole()
        let before = RealMachine.facts(host)
        if let value = odd.value {
            host.registry.set(odd.location, value)
        } else {
            host.registry.remove(odd.location)
        }
        let after = RealMachine.facts(host)
        let fact = try #require(FactDictionary[odd.path], "\(odd.path)")
        #expect(fact.read(after) == odd.wanted)
        // The audit goes on: areas that do not rest on the value say what they said.
        for path in ["os.name", "services.TermService.start", "schannel.cipherOrderPolicy"] {
            guard !odd.testDescription.contains("build") else { continue }
            let other = try #require(FactDictionary[path], "\(path)")
            #expect(other.read(after) == other.read(before), "\(path)")
        }
    }

    @Test(arguments: ["Moon=full|", "LPort9_99=3389|", "RA4=Mars|", "LPort=Moon|"])
    func `a rule that says something new is counted as a doubt, and nothing else`(_ field: String) throws {
        var host = try RealMachine.whole()
        let reachable = try #require(FactDictionary["firewall.rdp.reachable.public"])
        #expect(reachable.read(RealMachine.facts(host)) == .value(.flag(false)))
        let text = "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|\(field)Name=\u{202e}\u{1f600}|"
        host.registry.set(RegistryLocation(Self.firewallRules, "new"), .string(text))
        let read = reachable.read(RealMachine.facts(host))
        guard case .failed(let reason) = read else {
            Issue.record("\(read)")
            return
        }
        #expect(reason.contains("rule new"), "\(reason)")
    }

    @Test func `RTL and emoji in names stay what they are`() throws {
        let name = "\u{202e}gnp.exe\u{1f600}"
        var host = try RealMachine.whole()
        host.registry.set(
            RegistryLocation(Self.firewallRules, name),
            .string("v2.30|Action=Block|Active=TRUE|Dir=In|LPort=3389|Protocol=6|Name=\(name)|"))
        host.registry.set(RegistryLocation(Keys.computerName, "ComputerName"), .string(name))
        let facts = RealMachine.facts(host)
        let blocked = try #require(FactDictionary["firewall.rdp.blockedBy.public"])
        #expect(blocked.read(facts) == .value(.list([name])))
    }

    /// 20,000 is what the probe lists at most of a key; a snapshot could hold more.
    @Test func `a hundred thousand rules are read`() throws {
        var registry = RegistryReading()
        let rules = (0..<100_000).map { number in
            KeyAnswer.NamedValue(
                "r\(number)",
                .string(
                    "v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=\(number % 65_536)|Name=rule \(number)|"))
        }
        registry.record(Self.firewallRules, .values(rules, isComplete: true))
        registry.record(Keys.firewall + #"\Mdm\FirewallRules"#, .absent)
        registry.record(Keys.firewallPolicy, .absent)
        registry.record(Self.publicProfile, .values([.init("EnableFirewall", .dword(1))], isComplete: true))
        let windows = WindowsVersion(
            version: BuildVersion(10, 0, 17763, 1), role: .value(.server), installationType: .absent)
        let policy = FirewallPolicy(registry: registry, windows: .value(windows), activeProfiles: .absent)
        #expect(policy.rules.value?.count == 100_000 && policy.unreadableRules.isEmpty)
        let connection = InboundConnection(port: 3389, program: "System", service: nil)
        let decision = try #require(policy.decide(connection, on: .public, windows: .value(windows)).value)
        #expect(decision.decidedBy == ["r3389", "r68925"] && decision.admitsEveryone)
    }

    @Test func `the probe's cap on rules is a reason, not an absence`() throws {
        var reading = HostReading()
        reading.registry.record(Self.firewallRules, .failed("the key holds more values than the probe reads"))
        let facts = HostFacts(reading)
        let count = try #require(FactDictionary["firewall.ruleCount"])
        #expect(count.read(facts) == .failed("the key holds more values than the probe reads"))
    }

    @Test func `fifty thousand key files are counted`() throws {
        let files = (0..<50_000).map { number in
            KeyFolderReading.File(name: "f686aace6942fb7f7ceb231212eef4a4_\(number)", descriptor: nil)
        }
        var reading = HostReading()
        reading.machineKeys = .value(
            MachineKeysReading(
                rsa: .value(KeyFolderReading(path: "C:\\x", descriptor: .absent, count: 50_000, files: files)),
                cng: .absent, siblings: .absent))
        let facts = HostFacts(reading)
        #expect(facts.machineKeys.remoteDesktopFileCount == .value(50_000))
        #expect(FactDictionary["machineKeys.count"]?.read(facts) == .value(.integer(50_000)))
    }
}
