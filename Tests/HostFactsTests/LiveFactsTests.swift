import Collection
import Formats
import Foundation
import HostFacts
import Lab
import TestSupport
import Testing

/// Facts that join what the running system says with the machine's settings.
@Suite struct LiveFactsTests {
    private func host(_ machine: String = "win7-x86-lab") throws -> RecordedHost {
        RecordedHost(registry: try RealMachine.image(Fixture.file("windows-hosts/\(machine).json")))
    }

    private func read(_ path: String, _ host: RecordedHost) throws -> Collected<FactValue> {
        try #require(FactDictionary[path]).read(RealMachine.facts(host))
    }

    @Test(arguments: [
        ("[[3389, 1000], [445, 4]]", "[]", 1000, Collected<FactValue>.value(.flag(true))),
        ("[[3389, 1000], [3389, 77]]", "[3389]", 1000, .value(.flag(true))),
        ("[[3389, 77]]", "[3389]", 1000, .value(.flag(false))),
        ("[[3389, 77]]", "[3389]", 0, .value(.flag(false))),
        ("[[3390, 1000]]", "[445]", 1000, .absent), ("[]", "[3389]", 1000, .failed("who listens was not shown")),
        ("[[3389, 4]]", "[3389]", 1000, .failed("the kernel listens, for whom it does not say")),
        ("null", "[3389]", 1000, .failed("who listens could not be asked")),
        (#"{"error": "80041003 X"}"#, "[3389]", 1000, .accessDenied),
    ])
    func `the RDP port is TermService's when its process has it`(
        _ owners: String, _ ports: String, _ process: Int64, _ answer: Collected<FactValue>
    ) throws {
        var host = try host()
        host.setItem(.listeners, "owners", try JSON.parse(Array(owners.utf8)))
        host.setItem(.listeners, "termService", ["process": .int(process), "started": .null])
        host.setItem(.network, "listeners", try JSON.parse(Array(ports.utf8)))
        #expect(try read("rdp.listenedByTermService", host) == answer)
    }

    @Test func `UDP is looked for on the RDP port`() throws {
        var host = try host()
        #expect(try read("rdp.listeningUDP", host) == .failed("it was not recorded"))
        host.setItem(.network, "udpListeners", [53, 3389])
        #expect(try read("rdp.listeningUDP", host) == .value(.flag(true)))
        host.registry.set(RegistryLocation(Keys.winStations + #"\RDP-Tcp"#, "PortNumber"), .dword(50_000))
        #expect(try read("rdp.listeningUDP", host).value == nil)
    }

    @Test func `what WMI says is the listener's own, and held against the settings`() throws {
        var host = try host()
        func settings(_ listener: String, _ thumbprint: JSON) -> JSON {
            [["listener": .string(listener), "thumbprint": thumbprint, "SSLCertificateSHA1HashType": 1]]
        }
        let bound = try #require(try read("certificates.bound.thumbprint", host).value)
        host.setItem(.served, "settings", settings("rdp-tcp", .string(bound.text.lowercased())))
        #expect(try read("certificates.reported.agrees", host) == .value(.flag(true)))
        #expect(try read("certificates.reported.kind", host) == .value(.text("self-signed")))
        host.setItem(.served, "settings", settings("RDP-Tcp", "00"))
        #expect(try read("certificates.reported.agrees", host) == .value(.flag(false)))
        host.setItem(.served, "settings", settings("RDP-Tcp", .null))
        #expect(try read("certificates.reported.agrees", host) == .absent)
        host.setItem(.served, "settings", settings("Citrix", .string(bound.text)))
        #expect(try read("certificates.reported.agrees", host) == .absent)
    }

    @Test func `another firewall makes reachability unknown, whatever the rules say`() throws {
        var host = try host()
        host.setItem(.services, "states", ["MpsSvc": 4, "BFE": 4])
        let before = RealMachine.facts(host).remoteDesktopFirewall.decisions
        #expect(before.values.allSatisfy { $0.value != nil })
        host.setItem(.firewallProducts, "registered", [["Shield", [2]]])
        let after = RealMachine.facts(host).remoteDesktopFirewall.decisions
        #expect(after.count == before.count)
        #expect(after.values.allSatisfy { $0.whyMissing == "another firewall, Shield, filters on this host" })
    }

    @Test func `categories of known networks are words, and a strange one makes them unknown`() throws {
        var host = try host()
        let key = Keys.networkProfiles
        host.registry.make(key)
        host.registry.set(RegistryLocation(key + #"\{1}"#, "Category"), .dword(2))
        host.registry.set(RegistryLocation(key + #"\{2}"#, "Category"), .dword(0))
        #expect(try read("network.knownNetworks", host) == .value(.list(["domain", "public"])))
        host.registry.set(RegistryLocation(key + #"\{2}"#, "Category"), .dword(.max))
        #expect(try read("network.knownNetworks", host) == .failed("category 4294967295"))
        host.registry.set(RegistryLocation(key + #"\{2}"#, "Category"), .string("0"))
        #expect(try read("network.knownNetworks", host).value == nil)
    }

    @Test func `policies of device management are those with a provider`() throws {
        var host = try host()
        let key = Keys.mdmPolicies
        host.registry.make(key + #"\RemoteDesktopServices"#)
        host.registry.make(key + #"\CredentialsDelegation"#)
        #expect(try read("policy.managed", host) == .value(.list([])))
        host.registry.set(
            RegistryLocation(key + #"\RemoteDesktopServices"#, "AllowUsersToConnectRemotely_WinningProvider"),
            .string("{A}"))
        #expect(
            try read("policy.managed", host) == .value(.list(["RemoteDesktopServices/AllowUsersToConnectRemotely"])))
    }
}
