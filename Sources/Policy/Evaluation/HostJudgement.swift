package import HostFacts

/// A host with everything that was concluded about it.
package struct HostJudgement: Sendable {
    package let host: AuditedHost
    package let findings: [Finding]
    /// Every waiver whose pattern names the host, in force or not.
    package let waivers: [Waiver]
    /// What a script looks at before it changes anything; empty when the host named nothing.
    package let marks: [MachineMark]
    package let assets: HostAssets

    package init(
        host: AuditedHost, findings: [Finding], waivers: [Waiver] = [], marks: [MachineMark] = [],
        assets: HostAssets = .untold
    ) {
        self.host = host
        self.findings = findings
        self.waivers = waivers
        self.marks = marks
        self.assets = assets
    }

    package enum Verdict: String, Sendable, Hashable, CaseIterable {
        /// Every control that applies passed, and every one could be told.
        case met
        /// As `met`, but for failures that waivers in force cover.
        case metWithWaivers = "met-with-waivers"
        /// At least one control failed, and no waiver covers it.
        case failing
        /// None failed, and at least one could not be told.
        case undecided
        /// Nothing could be judged.
        case notJudged = "not-judged"
    }

    package var verdict: Verdict {
        if !host.state.isJudged || findings.allSatisfy({ $0.outcome == .notApplicable }) { return .notJudged }
        if findings.contains(where: { $0.outcome == .fail }) { return .failing }
        guard host.state == .audited, !findings.contains(where: { $0.outcome == .unknown }) else { return .undecided }
        return findings.contains { $0.outcome == .waived } ? .metWithWaivers : .met
    }

    /// Open ones: those that no waiver covers.
    package var failures: [Finding] { findings.filter { $0.outcome == .fail } }

    package var waived: [Finding] { findings.filter { $0.outcome == .waived } }

    /// - Parameter isWaivedToo: failures count also under a waiver.
    package func breaks(_ consequence: Consequence, isWaivedToo: Bool = false) -> Bool {
        findings.contains {
            ($0.outcome == .fail || isWaivedToo && $0.outcome == .waived) && $0.control.consequence == consequence
        }
    }

    package var worstSeverity: Severity? { failures.map(\.control.severity).max() }
}
