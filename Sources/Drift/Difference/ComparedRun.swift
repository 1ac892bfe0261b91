import HostFacts
package import Policy

/// One of two runs that are compared.
package struct ComparedRun: Sendable {
    package let run: PastRun
    /// Of its baseline, in the baseline's order.
    package let controls: [ControlStatement]

    package init(_ run: PastRun, controls: [ControlStatement]) {
        self.run = run
        self.controls = controls
    }

    /// - Parameter figures: of those of its hosts that are looked at.
    package init(_ result: AuditResult, figures: RunFigures) {
        self.init(
            PastRun(
                run: result.run, started: result.started, judgedAt: result.judgedAt, baseline: result.baseline.name,
                baselineVersion: result.baseline.version, figures: figures),
            controls: result.baseline.controls)
    }
}

/// What one of two runs says of a host.
package struct ComparedHost: Sendable {
    package let outcomes: HostOutcomes
    /// Why it was not judged, or not wholly; empty otherwise.
    package let reason: String
    /// Paths of the facts behind what fails, waived or not, by control.
    package let evidence: [String: [String]]

    package init(outcomes: HostOutcomes, reason: String = "", evidence: [String: [String]] = [:]) {
        self.outcomes = outcomes
        self.reason = reason
        self.evidence = evidence
    }

    /// - Parameter controls: the ids of the baseline's controls, the same list for every host of a run.
    package init(_ judgement: HostJudgement, controls: [String]) {
        var evidence: [String: [String]] = [:]
        for finding in judgement.findings where !finding.evidence.isEmpty {
            evidence[finding.control.id] = finding.evidence.map(\.fact)
        }
        self.init(
            outcomes: HostOutcomes(judgement, controls: controls, keepsReasons: true), reason: judgement.host.reason,
            evidence: evidence)
    }

    /// ``Policy/HostOutcomes/doubting(_:after:)``
    package func doubting(_ blind: Set<String>, after before: ComparedHost?) -> ComparedHost {
        ComparedHost(outcomes: outcomes.doubting(blind, after: before?.outcomes), reason: reason, evidence: evidence)
    }

    /// The same without what the other run was not judged by.
    func limited(to controls: Set<String>?) -> ComparedHost {
        guard let controls else { return self }
        return ComparedHost(outcomes: outcomes.limited(to: controls), reason: reason, evidence: evidence)
    }
}

/// What two runs kept of a host's facts.
package enum FactPair: Sendable {
    /// Nothing, in at least one of them.
    case notKept
    /// The very same: nobody needs to look at a single one.
    case same
    case differing(before: FactSheet, after: FactSheet, FactLedger)
}
