package import HostFacts

/// A host with everything that was concluded about it.
package struct HostJudgement: Sendable {
    package let host: AuditedHost
    package let findings: [Finding]

    package init(host: AuditedHost, findings: [Finding]) {
        self.host = host
        self.findings = findings
    }

    package enum Verdict: String, Sendable, Hashable, CaseIterable {
        /// Every control that applies passed, and every one could be told.
        case met
        /// At least one control failed.
        case failing
        /// None failed, and at least one could not be told.
        case undecided
        /// Nothing could be judged.
        case notJudged = "not-judged"
    }

    package var verdict: Verdict {
        if !host.state.isJudged || findings.allSatisfy({ $0.outcome == .notApplicable }) { return .notJudged }
        if findings.contains(where: { $0.outcome == .fail }) { return .failing }
        return host.state == .audited && !findings.contains { $0.outcome == .unknown } ? .met : .undecided
    }

    package var failures: [Finding] { findings.filter { $0.outcome == .fail } }

    package func breaks(_ consequence: Consequence) -> Bool {
        findings.contains { $0.outcome == .fail && $0.control.consequence == consequence }
    }

    package var worstSeverity: Severity? { failures.map(\.control.severity).max() }
}
