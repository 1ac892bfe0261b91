import Formats
import Foundation
import HostFacts
import HostFixtures
import Lab
import Policy
import TestSupport
import Testing

/// Baselines after a golden host: they load, the host meets them, and nothing that it says can become anything but text.
@Suite struct GoldenBaselineTests {
    private static let listener = Keys.winStations + #"\RDP-Tcp"#

    /// The server of the cases with another port.
    private static func server() throws -> RecordedHost { try ControlFixtures.server(port: 3390) }

    private static func golden(
        _ host: RecordedHost, _ name: String = "srv01", base: String = "rdp-hardened", role: String? = nil,
        lost: Set<SectionName> = []
    ) throws -> GoldenBaseline {
        let baseline = try PolicyFolder(ControlFixtures.policies).baseline(base)
        return GoldenBaseline(
            base: baseline, host: .fixture(name, role: role), facts: ControlCase.facts(host, lost: lost),
            at: ControlFixtures.now)
    }

    /// The new baseline, loaded from what was written.
    private static func load(
        _ golden: GoldenBaseline, excludesFailing: Bool = false, extends: String = "rdp-hardened",
        also files: [String: String] = [:]
    ) throws -> (baseline: Baseline, text: String) {
        let folder = try TemporaryFolder()
        for (name, text) in files { try folder.write(text, to: name) }
        let bytes = golden.yaml(name: "new", extends: extends, origin: "run 1", excludesFailing: excludesFailing)
        let text = String(decoding: bytes, as: UTF8.self)
        let baseline = try PolicyFolder(ControlFixtures.policies).baseline(folder.write(text, to: "new.yaml"))
        return (baseline, text)
    }

    private static func outcomes(
        _ baseline: Baseline, _ host: RecordedHost, role: String? = nil, lost: Set<SectionName> = []
    ) -> [String: Finding.Outcome] {
        let findings = Evaluator(baseline: baseline, now: ControlFixtures.now)
            .judge(.fixture(role: role), ControlCase.facts(host, lost: lost)).findings
        return Dictionary(findings.map { ($0.control.id, $0.outcome) }, uniquingKeysWith: { first, _ in first })
    }

    /// In some roles more is asked than Windows does by itself.
    @Test(
        arguments: [(nil, []), ("admin-server", []), ("rdsh", ["RDP-020"]), ("workgroup", [])]
            as [(String?, [String])])
    func `the golden host meets the baseline that was made after it`(_ role: String?, _ open: [String]) throws {
        let host = try Self.server()
        let golden = try Self.golden(host, role: role)
        #expect(golden.failing.map(\.control) == open && golden.unknown.isEmpty)
        let port = golden.settings.first { $0.control == "RDP-004" }
        #expect(port?.value == .integer(3390) && port?.isNeeded == true && port?.usual == .integer(3389))
        let (baseline, text) = try Self.load(golden, excludesFailing: true)
        #expect(text.contains("    port: 3390  # the base: 3389\n"))
        let outcomes = Self.outcomes(baseline, host, role: role)
        #expect(outcomes["RDP-004"] == .pass)
        #expect(outcomes.values.allSatisfy { $0 == .pass || $0 == .notApplicable })
        // A host with another port than the golden one fails.
        #expect(try Self.outcomes(baseline, ControlFixtures.template("server"), role: role)["RDP-004"] == .fail)
        // The same host gives the same file.
        let again = try Self.golden(host, role: role)
        #expect(try Self.load(again, excludesFailing: true).text == text)
        // Only what it has is pinned; a rule's argument and a bound that is met are the base's.
        let pinned = golden.settings.map { "\($0.control) \($0.parameter)" }
        #expect(Set(pinned).isSuperset(of: ["RDP-004 port", "RDP-018 known"]), "\(pinned)")
        #expect(pinned.allSatisfy { !$0.hasPrefix("CERT-005") && !$0.hasPrefix("FW-") && !$0.hasPrefix("KB-") })
        #expect(text.contains("#   FW-001 networks: no comparison with a fact decides it\n"))
        #expect(text.contains("#   KB-001 requirement: "))
    }

    @Test func `what the golden host fails stays asked, unless it is left out with its reason`() throws {
        var host = try Self.server()
        host.registry.set(RegistryLocation(Self.listener, "UserAuthentication"), .dword(0))
        let golden = try Self.golden(host)
        #expect(golden.failing.map(\.control) == ["RDP-006"])
        let asked = try Self.load(golden)
        #expect(Self.outcomes(asked.baseline, host)["RDP-006"] == .fail)
        #expect(asked.text.contains("#   RDP-006: rdp.listener.userAuthentication.effective is 0\n"))
        let without = try Self.load(golden, excludesFailing: true)
        #expect(Self.outcomes(without.baseline, host)["RDP-006"] == nil)
        #expect(
            without.baseline.exclusions.map(\.reason) == [
                "the golden host srv01 fails it: rdp.listener.userAuthentication.effective is 0"
            ])
    }

    @Test func `what could not be told stays asked and is told`() throws {
        let host = try Self.server()
        let golden = try Self.golden(host, lost: [.certificates, .rdp])
        #expect(golden.unknown.contains { $0.control == "CERT-001" })
        #expect(!golden.settings.contains { $0.control == "RDP-004" })
        for excludes in [true, false] {
            let (baseline, text) = try Self.load(golden, excludesFailing: excludes)
            #expect(baseline.controls.contains { $0.id == "CERT-001" })
            #expect(text.contains("# These could not be told on the golden host:"))
        }
    }

    @Test func `what the base set already is overridden with the reason, for the role where the role has it`() throws {
        let text = """
            name: base
            version: "1"
            title: A base with parameters of its own
            controls: [RDP-001, RDP-004, RDP-018]
            parameters:
              RDP-018: { known: [RDP-Tcp, Other] }
              RDP-004: { port: 1 }
            roles:
              rdsh: { parameters: { RDP-004: { port: 2 } } }

            """
        let folder = try TemporaryFolder()
        let base = try PolicyFolder(ControlFixtures.policies).baseline(folder.write(text, to: "base.yaml"))
        let host = try Self.server()
        for (role, place) in [(nil, GoldenBaseline.Setting.Place.override), ("rdsh", .roleOverride("rdsh"))] {
            let golden = GoldenBaseline(
                base: base, host: .fixture("srv01", role: role), facts: ControlCase.facts(host),
                at: ControlFixtures.now)
            #expect(golden.settings.first { $0.control == "RDP-004" }?.place == place)
            #expect(golden.settings.first { $0.control == "RDP-018" }?.place == .override)
            let (baseline, _) = try Self.load(golden, extends: "./base.yaml", also: ["base.yaml": text])
            #expect(Self.outcomes(baseline, host, role: role).values.allSatisfy { $0 == .pass })
            #expect(baseline.overrides.allSatisfy { $0.reason == "the golden host srv01 has it so" })
        }
    }

    @Test(arguments: [
        "'; Remove-Item", "\"", "\\", "a\nexclude: { RDP-001: gone }", "a\r\nname: other", "x: y", "# x", "\u{202e}gpj",
        "\u{85}name: z", "\u{2028}name: z", "\u{0}", "null", "1", "- a", "%", "é😀",
    ])
    func `text of a host cannot become anything but text`(_ hostile: String) throws {
        var host = try Self.server()
        host.registry.set(
            RegistryLocation(Keys.winStations + "\\" + "X" + hostile.filter { $0 != "\\" }, "fEnableWinStation"),
            .dword(1))
        host.registry.set(RegistryLocation(Self.listener, "UserAuthentication"), .dword(0))
        let golden = try Self.golden(host, hostile)
        for excludes in [true, false] {
            let (baseline, text) = try Self.load(golden, excludesFailing: excludes)
            #expect(baseline.name == "new" && baseline.version == "1.0")
            #expect(text.utf8.allSatisfy { $0 == 0x0a || (0x20...0x7e).contains($0) })
            #expect(baseline.title == "As the golden host \(hostile) is")
            #expect(baseline.controls.contains { $0.id == "RDP-001" })
            if excludes {
                #expect(
                    baseline.exclusions.allSatisfy { $0.reason.hasPrefix("the golden host \(hostile) fails it: ") })
                let outcomes = Self.outcomes(baseline, host)
                #expect(outcomes.values.allSatisfy { $0 == .pass || $0 == .notApplicable }, "\(outcomes)")
            }
        }
    }
}
