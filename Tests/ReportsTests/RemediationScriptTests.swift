import Formats
import Foundation
import HostFacts
import HostFixtures
import Lab
import Policy
import Reports
import TestSupport
import Testing

@Suite struct RemediationScriptTests {
    private static func judgement(_ host: RecordedHost, _ baseline: String = "rdp-hardened") throws -> HostJudgement {
        let baseline = try PolicyFolder(ControlFixtures.policies).baseline(baseline)
        return Evaluator(baseline: baseline, now: ControlFixtures.now).judge(.fixture(), ControlCase.facts(host))
    }

    private static let listener = Keys.winStations + #"\RDP-Tcp"#

    @Test func `a healthy host has no script`() throws {
        #expect(RemediationScript(try Self.judgement(try ControlFixtures.template("server"))) == nil)
    }

    @Test func `everything that a command can mend is in one script, in an order that is safe`() throws {
        var host = try ControlFixtures.template("server")
        host.registry.set(RegistryLocation(Self.listener, "SecurityLayer"), .dword(0))
        host.registry.set(RegistryLocation(Self.listener, "UserAuthentication"), .dword(0))
        host.registry.set(RegistryLocation(Keys.services + #"\TermService"#, "Start"), .dword(4))
        host.registry.set(
            RegistryLocation(Keys.firewall + #"\FirewallRules"#, "Shield"),
            .string("v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=3389|Name=Shield|"))
        let script = try #require(RemediationScript(try Self.judgement(host)))
        let ranks = script.entries.map(\.step.rank)
        #expect(ranks == ranks.sorted() && Set(ranks).count == 3)
        #expect(script.contradictions.isEmpty && script.isBoundToMachine)
        let text = script.text(run: "20261120-020000")
        #expect(text.utf8.allSatisfy { $0 == 0x0a || (0x20...0x7e).contains($0) })
        #expect(text.contains("Type = 'Service'") && text.contains("Type = 'FirewallRule'"))
        // Only what is needed is in it.
        #expect(!text.contains("X509Store") && !text.contains("icacls"))
    }

    @Test func `what two controls want alike is done once, in both names`() throws {
        var host = try ControlFixtures.template("server")
        host.registry.set(RegistryLocation(Keys.services + #"\TermService"#, "Start"), .dword(4))
        let judgement = try Self.judgement(host)
        let wanting = judgement.failures.filter { finding in
            finding.remediation.flatMap(\.steps).contains { $0.target == "service TermService" }
        }.map(\.control.id)
        let script = try #require(RemediationScript(judgement))
        let entries = script.entries.filter { $0.step.target == "service TermService" }
        #expect(entries.count == 1)
        #expect(entries.first?.controls == wanting && !wanting.isEmpty)
    }

    @Test func `what two controls want differently is done for neither`() throws {
        var host = try ControlFixtures.template("server")
        host.registry.set(RegistryLocation(Self.listener, "UserAuthentication"), .dword(0))
        let folder = try TemporaryFolder()
        host.registry.set(RegistryLocation(Self.listener, "SecurityLayer"), .dword(0))
        func control(_ id: String, _ to: Int, _ value: String = "UserAuthentication") throws {
            _ = try folder.write(
                """
                id: \(id)
                title: one
                severity: high
                why: because
                check: { fact: rdp.listener.userAuthentication.effective, at-least: 1 }
                remediation:
                  - set-registry:
                      key: HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp
                      value: \(value)
                      type: dword
                      to: \(to)
                """, to: "controls/x/\(id).yaml")
        }
        try control("ONE-001", 1)
        try control("TWO-001", 2)
        try control("TWO-002", 2, "SecurityLayer")
        _ = try folder.write(
            "name: both\nversion: '1'\ntitle: both\ncontrols: [ONE-001, TWO-001, TWO-002]\n", to: "baselines/both.yaml")
        let baseline = try PolicyFolder(folder.path).baseline("both")
        let judgement = Evaluator(baseline: baseline, now: ControlFixtures.now)
            .judge(.fixture(), ControlCase.facts(host))
        let script = try #require(RemediationScript(judgement))
        #expect(script.entries.map(\.controls) == [["TWO-002"]] && script.contradictions == ["ONE-001, TWO-001"])
        #expect(script.text(run: "x").contains("'ONE-001, TWO-001'"))
    }

    @Test func `where Remote Desktop is to be off, it is switched off and nothing is opened`() throws {
        var host = try ControlFixtures.template("server")
        host.registry.set(RegistryLocation(Self.listener, "UserAuthentication"), .dword(0))
        host.registry.set(
            RegistryLocation(Keys.firewall + #"\FirewallRules"#, "Shield"),
            .string("v2.30|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=3389|Name=Shield|"))
        let baseline = try PolicyFolder(ControlFixtures.policies).baseline("rdp-hardened")
        let judgement = Evaluator(baseline: baseline, now: ControlFixtures.now)
            .judge(.fixture(role: "workstation"), ControlCase.facts(host))
        #expect(Set(judgement.failures.map(\.control.id)).isSuperset(of: ["RDP-006", "RDP-019", "FW-002"]))
        let script = try #require(RemediationScript(judgement))
        #expect(script.entries.map(\.controls) == [["RDP-019"]])
    }

    @Test func `a host without an identity gets no script that could run elsewhere`() throws {
        var host = try ControlFixtures.template("server")
        host.registry.set(RegistryLocation(Self.listener, "UserAuthentication"), .dword(0))
        for location in [
            RegistryLocation(Keys.cryptography, "MachineGuid"), RegistryLocation(Keys.computerName, "ComputerName"),
        ] { host.registry.remove(location) }
        let named = try #require(RemediationScript(try Self.judgement(host)))
        host.registry.remove(RegistryLocation(Keys.tcpip, "Hostname"))
        let nameless = try #require(RemediationScript(try Self.judgement(host)))
        #expect(!nameless.isBoundToMachine)
        #expect(named.isBoundToMachine == named.text(run: "x").contains("Name = 'Hostname'"))
    }
}
