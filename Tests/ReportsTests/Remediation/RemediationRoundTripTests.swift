import Foundation
import HostFacts
import HostFixtures
import Lab
import Policy
import Reports
import TestSupport
import Testing

/// Apply mends, rollback puts back everything, twice is once, and looking changes nothing: for every control that a
/// command can mend, whatever stood there before. Carried out by an engine that is not ours to please
/// (`Tests/Peers/powershell_peer.py`), on PowerShell 2.0, 5.1 and 7.
@Suite(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
struct RemediationRoundTripTests {
    private static let subjects = Result {
        // Of each control one case with everything that may stand there, and all others as they are.
        var counts: [String: Int] = [:]
        return try ControlFixtures.cases.get().filter { $0.outcome == .fail }.flatMap { like in
            let found = try RemediationSubject.variations(of: like, isPlain: counts[like.control, default: 0] >= 1)
            if found.contains(where: { !$0.registrySteps.isEmpty }) { counts[like.control, default: 0] += 1 }
            return found
        }
    }
    private static let versions = ["2.0", "5.1", "7"]

    private static func needsNewer(_ subject: RemediationSubject) -> Bool {
        // .NET has no REG_NONE before 4.0, so such a value is left alone there.
        subject.registrySteps.contains { if case RegistryValue.none? = $0.observed { true } else { false } }
    }

    @Test func `what is applied mends, and what is rolled back is as it was`() async throws {
        let subjects = try Self.subjects.get()
        var runs = PowerShellRuns()
        var expected: [(RemediationSubject, String)] = []
        for (index, subject) in subjects.enumerated() {
            let script = runs.add(script: subject.text)
            let version = Self.needsNewer(subject) ? "5.1" : Self.versions[index % 3]
            func run(_ phase: String, whatIf: Bool = false) -> PowerShellRuns.Run {
                .init(script, phase, whatIf: whatIf, version: version)
            }
            var applied = run("Verify")
            applied.shows = true
            runs.add(
                subject.host,
                runs: [
                    run("Verify"), run("Verify", whatIf: true), run("Apply", whatIf: true),
                    run("Rollback", whatIf: true), run("Rollback"), run("Apply"), run("Apply"), applied,
                    run("Rollback", whatIf: true), run("Rollback"), run("Rollback"), run("Verify"),
                ])
            expected.append((subject, version))
        }
        let outcomes = try await runs.outcomes()
        try #require(outcomes.count == subjects.count)
        for ((subject, version), told) in zip(expected, outcomes) { try Self.check(subject, version, told) }
    }

    private static func check(_ subject: RemediationSubject, _ version: String, _ told: [PowerShellRuns.Outcome]) throws
    {
        let comment: Comment = "\(subject.name) on \(version): \(told.map(\.text)) \(told.map(\.errors))"
        try #require(told.count == 12)
        for outcome in told.prefix(5) { #expect(!outcome.isChanged && outcome.events.isEmpty, comment) }
        #expect(told[0].exitCode == 1 && told[0].text.contains("DOES NOT HOLD"), comment)
        #expect(told[2].exitCode == 0 && told[2].text.contains("would change"), comment)
        #expect(told[4].exitCode == 0 && told[4].text.contains("nothing to do"), comment)
        #expect(told[5].exitCode == 0 && told[5].isChanged, comment)
        let done = told[5].said.count { $0.contains(": done, was ") && $0.contains(", is ") }
        let held = told[5].said.count { $0.contains(": nothing to do, is ") }
        #expect(done > 0 && done + held == subject.script.entries.count, comment)
        #expect(told[6].exitCode == 0 && !told[6].isChanged && told[6].events.isEmpty, comment)
        #expect(told[7].exitCode == 0 && !told[7].isChanged && told[7].text.contains("holds"), comment)
        #expect(!told[8].isChanged && told[8].exitCode == 0, comment)
        #expect(told[9].exitCode == 0 && told[9].isChanged, comment)
        #expect(told[9].isAsAtFirst || subject.mayLeaveEmptyKeys, comment)
        #expect(!told[10].isChanged && told[10].exitCode == 0 && told[10].events.isEmpty, comment)
        #expect(told[11].exitCode == 1, comment)
        #expect(told.allSatisfy { $0.errors.isEmpty }, comment)

        let machine = try #require(told[7].machine)
        // The engine's TermService makes something that is no certificate.
        let isCertificate = subject.script.entries.contains { if case .certificate = $0.step { true } else { false } }
        if isCertificate { return }
        let after = try PowerShellRuns.host(subject.host, after: machine)
        let finding = try #require(subject.judge(ControlCase.facts(after)).findings.first)
        // Where a part of it is left to people the rest of it is no longer what fails.
        let isMended = finding.outcome == .pass || (subject.isPartial && finding.outcome == .unknown)
        #expect(isMended, "\(finding.because): \(comment)")
    }

    /// The proof is hollow where a control or a kind of prior value never came up.
    @Test func `every control that sets a value is tried with absent, present and wrong values`() throws {
        let subjects = try Self.subjects.get()
        var seen: [String: Set<String>] = [:]
        for subject in subjects {
            for step in subject.registrySteps {
                let kind =
                    switch step.observed {
                    case nil: step.missingKeys.isEmpty ? "absent" : "key absent"
                    case let value?: value.kind == step.wanted?.kind ? "present" : "wrong type"
                    }
                seen[subject.control, default: []].insert(kind)
            }
        }
        let setting = try ControlFixtures.controlFiles.filter { file in
            let text = try String(contentsOfFile: ControlFixtures.policies + "/controls/" + file.value, encoding: .utf8)
            return text.contains("set-registry:") || text.contains("remove-registry:")
        }.map(\.key)
        // Of these the value stands in a policy, on every host on which they fail.
        let byPolicy: Set = ["CSP-001", "RDP-023", "TLS-006"]
        #expect(Set(setting).subtracting(seen.keys) == byPolicy)
        let all = seen.values.reduce(into: [String: Int]()) { counts, kinds in
            for kind in kinds { counts[kind, default: 0] += 1 }
        }
        #expect(all["absent", default: 0] >= 8 && all["key absent", default: 0] >= 4, "\(seen)")
        #expect(all["present", default: 0] >= 12 && all["wrong type", default: 0] >= 3, "\(seen)")
        #expect(subjects.count > 150, "\(subjects.count)")
    }
}
