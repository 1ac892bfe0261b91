import FoundationEssentials
package import HostFacts
package import Policy

/// What became of a case.
package struct CaseVerdict: Sendable {
    package let findings: [Finding]
    /// What was expected, what came and why, in one sentence; `nil` when the case holds.
    package let failure: String?
}

extension PolicyCase {
    package func judge() -> CaseVerdict {
        let facts = facts
        let findings = Evaluator(baseline: baseline, now: now).judge(.made(role: role, at: now), facts).findings
        switch expectation {
        case .outcome(let outcome, let because):
            // Older than every supported Windows there is still one finding for each control.
            guard let finding = findings.first else { return CaseVerdict(findings: [], failure: "nothing was judged") }
            return CaseVerdict(
                findings: findings, failure: failure(finding, facts, expected: outcome, because))
        case .verdicts(let fails, let unknown):
            let parts =
                difference(findings, .fail, expected: fails, facts)
                + difference(findings, .unknown, expected: unknown, facts)
            return CaseVerdict(findings: findings, failure: parts.isEmpty ? nil : parts.joined(separator: "; "))
        }
    }

    private func failure(
        _ finding: Finding, _ facts: HostFacts, expected: Finding.Outcome, _ because: String?
    ) -> String? {
        guard finding.outcome == expected else {
            return "expected \(expected.rawValue), came \(finding.outcome.rawValue): \(reason(finding, facts))"
        }
        guard let because, !finding.because.contains(because) else { return nil }
        return "expected \(expected.rawValue) because of '\(because)', came \(expected.rawValue): "
            + reason(finding, facts)
    }

    private func difference(
        _ findings: [Finding], _ outcome: Finding.Outcome, expected: Set<String>, _ facts: HostFacts
    ) -> [String] {
        findings.compactMap { finding in
            let id = finding.control.id
            switch (expected.contains(id), finding.outcome == outcome) {
            case (true, false):
                return "expected \(id) \(outcome.rawValue), came \(finding.outcome.rawValue): "
                    + reason(finding, facts)
            case (false, true):
                return "expected \(id) not \(outcome.rawValue), came \(outcome.rawValue): " + reason(finding, facts)
            default: return nil
            }
        }
    }

    /// A pass has no reason of its own: what the control looked at is it.
    private func reason(_ finding: Finding, _ facts: HostFacts) -> String {
        guard finding.because.isEmpty else { return finding.because }
        let control = baseline.controls.first { $0.id == finding.control.id }
        let seen = control?.check.facts.prefix(4).map { "\($0.path) is \($0.read(facts).shown)" } ?? []
        return seen.joined(separator: "; ")
    }
}

extension AuditedHost {
    /// A host of a case.
    fileprivate static func made(role: String?, at moment: Date) -> AuditedHost {
        AuditedHost(
            name: "case", address: "", groups: [], role: role, site: nil, state: .audited, reason: "", advice: "",
            transport: nil, authentication: nil, seconds: 0, collected: moment, osName: nil, osVersion: nil)
    }
}

/// Outcomes of controls for which there is no case.
package struct CaseGap: Sendable, Hashable {
    package let control: String
    package let outcomes: [Finding.Outcome]

    /// What is missing among `files` for the controls, in the order of their ids. A control without `applies-to` need
    /// not show a host that it does not concern, and one that no host can fail need not show a failure.
    package static func gaps(
        in files: [CaseFile], of controls: [Control], catalogue: UpdateCatalogue
    ) -> [CaseGap] {
        var seen: [String: Set<Finding.Outcome>] = [:]
        for file in files {
            guard case .control(let id) = file.subject else { continue }
            for subject in file.cases {
                if case .outcome(let outcome, _) = subject.expectation { seen[id, default: []].insert(outcome) }
            }
        }
        return controls.sorted { $0.id < $1.id }.compactMap { control in
            let context = JudgingContext(
                now: PolicyCase.usualNow, parameters: control.parameters, catalogue: catalogue)
            let wanted: [Finding.Outcome] =
                (control.check.canFail(context) ? [.pass, .fail, .unknown] : [.pass, .unknown])
                + (control.appliesTo == nil ? [] : [.notApplicable])
            let missing = wanted.filter { !(seen[control.id] ?? []).contains($0) }
            return missing.isEmpty ? nil : CaseGap(control: control.id, outcomes: missing)
        }
    }
}
