import Foundation
import HostFacts
import HostFixtures
import Policy
import TestSupport
import Testing

@Suite struct ExplanationTests {
    private static let control = """
        id: TST-001
        title: A title
        severity: low
        why: Because.
        parameters: { age: 30d, names: [] }
        applies-to: { fact: rdp.enabled.effective, equals: true, absent: fail }
        check:
          any:
            - all:
              - { fact: certificates.bound.notAfter, older-than: { parameter: age }, absent: not-applicable }
              - not: { fact: firewall.activeProfiles, some: { matches: 'p*' }, absent: pass }
            - { fact: firewall.activeProfiles, count: { at-most: 1 } }
            - { rule: rdp-reachable, with: { networks: { parameter: names } } }
        remediation:
          - advise: Do it
            for: certificates.bound.notAfter
            risk: none that is known

        """

    private static func explain(_ baseline: String, role: String? = nil) throws -> ControlExplanation {
        let folder = try TemporaryFolder()
        try folder.write(control, to: "controls/rdp/TST-001.yaml")
        try folder.write(baseline, to: "baselines/b.yaml")
        let policies = try PolicyFolder(folder.path)
        let loaded = try policies.baseline("b")
        return ControlExplanation(
            try #require(policies.controls["TST-001"]), baseline: loaded, role: role, among: [loaded])
    }

    private static let baseline = """
        name: b
        version: '1'
        title: B
        controls: [TST-001]
        parameters: { TST-001: { age: 12h } }
        roles:
          rdsh: { parameters: { TST-001: { names: [10.0.0.0/8] } } }
          workstation: { exclude: { TST-001: nobody asks } }
          jump-host: {}

        """

    @Test func `a condition is told as a tree of sentences with the parameters in force`() throws {
        let explanation = try Self.explain(Self.baseline, role: "rdsh")
        let lines = explanation.check.map { String(repeating: "  ", count: $0.depth) + $0.text }
        #expect(
            lines == [
                "at least one of these holds:",
                "  all of these hold:",
                "    certificates.bound.notAfter: older than 12 hours (Valid until of the served certificate); when absent it is left out",
                "    this does not hold:",
                "      firewall.activeProfiles: at least one entry like p* (Profiles that a network is in now); when absent it counts as held",
                "  firewall.activeProfiles: at most 1 in number (Profiles that a network is in now)",
                "  reachable through the firewall (rule rdp-reachable: networks 10.0.0.0/8)",
            ])
        #expect(
            explanation.appliesTo.map(\.text) == [
                "rdp.enabled.effective: true (Remote connections are allowed (fDenyTSConnections is 0)); when absent it counts as not held"
            ])
        #expect(try Self.explain(Self.baseline).check.last?.text.contains("networks none") == true)
    }

    @Test func `where it stands is told for the roles that differ`() throws {
        let places = try Self.explain(Self.baseline).places
        #expect(places.map(\.role) == [nil, "rdsh", "workstation"])
        #expect(places.map { $0.exclusion == nil } == [true, true, false])
        #expect(places[0].parameters["age"]?.text == "12 hours" && places[1].parameters["names"]?.text == "10.0.0.0/8")
    }

    @Test func `it says when it is unknown or does not apply`() throws {
        let explanation = try Self.explain(Self.baseline)
        // What says what absent means is not among them.
        #expect(explanation.unknown.contains("absent where a value is needed: firewall.activeProfiles"))
        #expect(
            explanation.notApplicable.contains("absent, and nothing else decides: certificates.bound.notAfter"))
        #expect(explanation.changes.first?.onlyFor == "certificates.bound.notAfter")
        #expect(explanation.facts.map(\.path).contains("rdp.enabled.effective"))
    }

    @Test func `every shipped control is explained, and every one stands somewhere`() throws {
        let folder = try PolicyFolder(ControlFixtures.policies)
        var baselines: [Baseline] = []
        for name in folder.baselineNames { baselines.append(try folder.baseline(name)) }
        #expect(!baselines.isEmpty)
        for control in folder.controls.values {
            let explanation = ControlExplanation(control, baseline: nil, role: nil, among: baselines)
            #expect(
                !explanation.check.isEmpty && !explanation.places.isEmpty && !explanation.facts.isEmpty, "\(control.id)"
            )
            #expect(explanation.appliesTo.isEmpty == (control.appliesTo == nil))
        }
    }
}
