import HostFacts
import Lab
import TestSupport
import Testing

/// Who reaches ports beside Remote Desktop's own on a real machine whose firewall runs.
@Suite struct FirewallPortTests {
    private static func fact(_ path: String, _ host: RecordedHost) throws -> Collected<FactValue> {
        try #require(FactDictionary["firewall.ports." + path], "\(path)").read(RealMachine.facts(host))
    }

    @Test(arguments: [
        ("ssh.reachable.public", Collected.value(FactValue.flag(true))),
        ("ssh.scope.public", .value(.text("any"))),
        ("winrmHTTP.reachable.domain", .value(.flag(false))), ("winrmHTTPS.reachable.domain", .value(.flag(false))),
        ("rdpUDP.reachable.private", .value(.flag(false))), ("gatewayUDP.reachable.public", .value(.flag(false))),
        (
            "winrmHTTP.decidedBy.domain",
            .value(.text("no active rule allows it on the domain profile"))
        ),
    ])
    func `a port's facts name what decides`(_ path: String, _ wanted: Collected<FactValue>) throws {
        #expect(try Self.fact(path, RealMachine.whole()) == wanted)
    }

    @Test func `the port of IP-HTTPS is 443 as long as nobody moved it`() throws {
        guard case .failed(let reason) = try Self.fact("gatewayHTTPS.reachable.public", RealMachine.whole()) else {
            Issue.record("decided what only the host can tell")
            return
        }
        #expect(reason.contains("cannot be decided from here"))
    }

    @Test(arguments: ["ssh", "winrmHTTP", "winrmHTTPS", "rdpUDP", "gatewayHTTPS", "gatewayUDP"])
    func `with the firewall's service stopped rules decide nothing`(_ port: String) throws {
        let host = try RealMachine.whole().with(service: "MpsSvc", state: 1)
        for fact in ["reachable", "scope", "decidedBy"] {
            #expect(
                try Self.fact("\(port).\(fact).public", host)
                    == .failed("the service MpsSvc is stopped, so rules do not decide"))
        }
    }

    @Test func `a rule that is switched on opens its port and no other`() throws {
        var host = try RealMachine.whole()
        host.registry.set(
            RegistryLocation(Keys.firewall + #"\FirewallRules"#, "WINRM-HTTPS"),
            .string("v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Profile=Domain|LPort=5986|App=System|"))
        #expect(try Self.fact("winrmHTTPS.reachable.domain", host) == .value(.flag(true)))
        #expect(try Self.fact("winrmHTTPS.decidedBy.domain", host) == .value(.text("allow rule WINRM-HTTPS")))
        #expect(try Self.fact("winrmHTTPS.reachable.public", host) == .value(.flag(false)))
        #expect(try Self.fact("winrmHTTP.reachable.domain", host) == .value(.flag(false)))
    }

    @Test func `before Windows 8 RDP has no UDP`() throws {
        let host = try RealMachine.whole(build: 7601)
        #expect(
            try Self.fact("rdpUDP.reachable.public", host)
                == .unsupported("RDP over UDP came with Windows 8 and Server 2012"))
    }
}
