import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import TestSupport
import Testing

@Suite struct ControlTests {
    @Test(arguments: try ControlFixtures.cases.get())
    func `a control judges a host as its case says`(_ subject: ControlCase) throws {
        let finding = try SoleControl(subject.control).judge(subject)
        #expect(finding.outcome == subject.outcome, "\(finding.because)")
        if let because = subject.because {
            #expect(finding.because.contains(because), "\(finding.because)")
        }
        // Only a pass needs no explanation.
        #expect(finding.outcome == .pass || !finding.because.isEmpty)
        #expect((finding.outcome == .fail) == !finding.wanted.isEmpty)
        #expect((finding.outcome == .fail) == !finding.evidence.isEmpty)
        if finding.outcome == .fail { #expect(!finding.remediation.isEmpty, "a failure without a way out") }
    }

    @Test func `every shipped control has a host on which it passes, fails and cannot be told`() throws {
        let cases = try ControlFixtures.cases.get()
        let folder = try PolicyFolder(ControlFixtures.policies)
        let controls = folder.controls
        #expect(Set(cases.map(\.control)) == Set(controls.keys))
        var harmless: [String] = []
        for control in controls.values {
            var wanted: Set<Finding.Outcome> = [.pass, .fail, .unknown]
            if control.appliesTo != nil { wanted.insert(.notApplicable) }
            let context = JudgingContext(
                now: ControlFixtures.now, parameters: control.parameters, catalogue: folder.catalogue)
            if !control.check.canFail(context) {
                wanted.remove(.fail)
                harmless.append(control.id)
            }
            let missing = wanted.subtracting(cases.filter { $0.control == control.id }.map(\.outcome))
            #expect(missing.isEmpty, "\(control.id) has no case for \(missing.map(\.rawValue).sorted())")
        }
        // Only a package that is installed shows the fix; that one is not found proves nothing.
        #expect(harmless == ["KB-004"])
    }

    @Test(arguments: ["rdp-connectivity", "rdp-hardened"])
    func `a healthy server meets a whole baseline`(_ name: String) throws {
        let baseline = try PolicyFolder(ControlFixtures.policies).baseline(name)
        let facts = ControlCase.facts(try ControlFixtures.template("admin-server"))
        let judgement = Evaluator(baseline: baseline, now: ControlFixtures.now).judge(
            .fixture(role: "admin-server"), facts)
        let other = judgement.findings.filter { $0.outcome != .pass }.map {
            "\($0.control.id) \($0.outcome) \($0.because)"
        }
        // Encryption of RDP's own layer and certificates of an authority are no matter on this host.
        #expect(other.allSatisfy { $0.contains("notApplicable") }, "\(other)")
        #expect(judgement.verdict == .met)
    }

    /// What did not come can make a verdict unknown, and nothing else.
    @Test(arguments: SectionName.allCases)
    func `a lost section makes no control fail`(_ section: SectionName) throws {
        let baseline = try PolicyFolder(ControlFixtures.policies).baseline("rdp-hardened")
        let whole = ControlCase.facts(try ControlFixtures.template("server"))
        let cut = ControlCase.facts(try ControlFixtures.template("server"), lost: [section])
        let evaluator = Evaluator(baseline: baseline, now: ControlFixtures.now)
        let pairs = zip(evaluator.judge(.fixture(), whole).findings, evaluator.judge(.fixture(), cut).findings)
        for (before, after) in pairs {
            #expect(
                after.outcome == before.outcome || after.outcome == .unknown, "\(after.control.id): \(after.because)")
        }
        // No control rests on these alone.
        let others: Set<SectionName> = [
            .os, .updates, .mdm, .firewallProducts, .quickFixes, .network, .listeners,
        ]
        #expect(pairs.contains { $1.outcome == .unknown } || others.contains(section))
    }

    @Test func `a host that answered nothing passes and fails nothing`() throws {
        let baseline = try PolicyFolder(ControlFixtures.policies).baseline("rdp-hardened")
        let facts = ControlCase.facts(try ControlFixtures.template("server"), lost: Set(SectionName.allCases))
        let judgement = Evaluator(baseline: baseline, now: ControlFixtures.now).judge(.fixture(state: .partial), facts)
        // Others are for hosts of single roles only.
        for finding in judgement.findings where baseline.exclusion(of: finding.control.id, role: nil) == nil {
            #expect(finding.outcome == .unknown, "\(finding.control.id)")
        }
        #expect(judgement.verdict == .undecided)
    }

    @Test func `access denied anywhere makes no control fail`() throws {
        let baseline = try PolicyFolder(ControlFixtures.policies).baseline("rdp-hardened")
        let evaluator = Evaluator(baseline: baseline, now: ControlFixtures.now)
        let host = try ControlFixtures.template("server")
        let keys = Set(SectionName.allCases.flatMap(\.registryQuestions).map(\.key))
        #expect(keys.count > 30)
        for key in keys {
            for finding in evaluator.judge(.fixture(), ControlCase.facts(host, denied: [key])).findings {
                #expect(finding.outcome != .fail, "\(finding.control.id) without \(key): \(finding.because)")
            }
        }
    }

    @Test(arguments: ["audited", "partial", "failed", "unreachable", "refused", "wrong-host", "skipped"])
    func `only hosts that gave facts are judged`(_ name: String) throws {
        let state = try #require(HostState(rawValue: name))
        let baseline = try PolicyFolder(ControlFixtures.policies).baseline("rdp-connectivity")
        let facts = ControlCase.facts(try ControlFixtures.template("server"))
        let judgement = Evaluator(baseline: baseline, now: ControlFixtures.now).judge(.fixture(state: state), facts)
        #expect((judgement.verdict == .notJudged) == !["audited", "partial"].contains(name))
        #expect(judgement.verdict != .met || name == "audited")
    }

    @Test func `a workstation with Remote Desktop on is exposed, not broken`() throws {
        let baseline = try PolicyFolder(ControlFixtures.policies).baseline("rdp-hardened")
        let evaluator = Evaluator(baseline: baseline, now: ControlFixtures.now)
        let on = evaluator.judge(
            .fixture(role: "workstation"), ControlCase.facts(try ControlFixtures.template("server")))
        #expect(on.failures.map(\.control.id) == ["RDP-019"])
        #expect(on.breaks(.exposes) && !on.breaks(.breaks))
        let off = evaluator.judge(
            .fixture(role: "workstation"), ControlCase.facts(try ControlFixtures.template("switched-off")))
        #expect(off.failures.isEmpty, "\(off.failures.map(\.control.id))")
    }

    /// Nothing about a stock machine is wrong that is not known and explained here.
    @Test(arguments: [
        ("win7-x86-lab.json", "2011-12-10T00:00:00Z", [String]()),
        // Fourteen years later, without an update since.
        ("win7-x86-lab.json", "2026-11-20T02:00:00Z", ["CERT-002: the certificate ended in June 2012"]),
        ("win7-x86-lab-snapshot2.json", "2011-12-10T00:00:00Z", []),
        // Without the hive SOFTWARE nobody knows whether a policy switches Remote Desktop on.
        ("win81-a.json", "2026-11-20T02:00:00Z", []),
        ("win10-1903-family.json", "2026-11-20T02:00:00Z", []),
        ("winxp-iecompat.json", "2026-11-20T02:00:00Z", []),
        ("winnt4-server.json", "2026-11-20T02:00:00Z", []),
    ])
    func `a stock machine fails nothing that is not explained`(_ file: String, _ moment: String, _ known: [String])
        throws
    {
        let baseline = try PolicyFolder(ControlFixtures.policies).baseline("rdp-connectivity")
        let host = try StockMachine.host(file)
        let judgement = Evaluator(baseline: baseline, now: try #require(ISO8601.date(moment)))
            .judge(.fixture(), ControlCase.facts(host))
        let failed = judgement.failures.map(\.control.id)
        #expect(
            failed.sorted() == known.map { String($0.prefix { $0 != ":" }) }.sorted(),
            "\(judgement.failures.map(\.because))")
    }

    /// What hardening asks beyond what Windows ships with, on machines that nobody hardened.
    private static let unhardened = [
        "LSA-001": "Windows' own value is 3: it still takes NTLM of the first version",
        "RDP-007": "Windows' own encryption level is client compatible",
        "RDP-016": "Windows takes saved passwords",
        "RDP-017": "Windows does not ask for encrypted RPC",
        "TLS-004": "Windows up to 10 serves TLS 1.0 and 1.1",
    ]
    /// Windows 7 beside that: it negotiates the security layer, does not ask for NLA, and serves SSL 3.0.
    private static let seven = ["RDP-005", "RDP-006", "TLS-003"]

    @Test(arguments: [
        ("win7-x86-lab.json", "2011-12-10T00:00:00Z", seven + ["LSA-001", "RDP-007", "RDP-016", "RDP-017"]),
        (
            "win7-x86-lab.json", "2026-11-20T02:00:00Z",
            seven + ["CERT-002", "LSA-001", "RDP-007", "RDP-016", "RDP-017"]
        ),
        ("win7-x86-lab-snapshot2.json", "2011-12-10T00:00:00Z", []),
        ("win81-a.json", "2026-11-20T02:00:00Z", []),
        ("win10-1903-family.json", "2026-11-20T02:00:00Z", []),
        ("winxp-iecompat.json", "2026-11-20T02:00:00Z", []),
        ("winnt4-server.json", "2026-11-20T02:00:00Z", []),
    ])
    func `a stock machine fails only what hardening asks beyond Windows' own`(
        _ file: String, _ moment: String, _ known: [String]
    ) throws {
        let baseline = try PolicyFolder(ControlFixtures.policies).baseline("rdp-hardened")
        let host = try StockMachine.host(file)
        let judgement = Evaluator(baseline: baseline, now: try #require(ISO8601.date(moment)))
            .judge(.fixture(), ControlCase.facts(host))
        let failed = judgement.failures.map(\.control.id)
        #expect(failed.sorted() == known.sorted(), "\(judgement.failures.map(\.because))")
        #expect(failed.allSatisfy { Self.unhardened[$0] != nil || Self.seven.contains($0) || $0 == "CERT-002" })
    }
}
