package import Policy

/// The figures of one run that are worth keeping for years: what trends and charts are made of.
package struct RunFigures: Sendable, Hashable {
    /// Hosts of the selection, also those that gave no answer.
    package var hosts: Int
    /// Hosts that were judged, wholly or in part.
    package var judged: Int
    /// Hosts on which Remote Desktop does not work, or soon will not.
    package var broken: Int
    /// Hosts that somebody who should not may reach or enter.
    package var exposed: Int
    /// Hosts that meet the baseline without a waiver.
    package var met: Int
    /// Hosts that meet it, with or without waivers.
    package var metWithWaivers: Int
    package var openFailures: [Severity: Int]
    package var waived: [Severity: Int]
    /// Answers that could not be told, on judged hosts.
    package var unknowns: Int

    package var failureCount: Int { openFailures.values.reduce(0, +) }
    package var waivedCount: Int { waived.values.reduce(0, +) }

    package init(
        hosts: Int, judged: Int, broken: Int, exposed: Int, met: Int, metWithWaivers: Int,
        openFailures: [Severity: Int], waived: [Severity: Int], unknowns: Int
    ) {
        self.hosts = hosts
        self.judged = judged
        self.broken = broken
        self.exposed = exposed
        self.met = met
        self.metWithWaivers = metWithWaivers
        self.openFailures = openFailures
        self.waived = waived
        self.unknowns = unknowns
    }

    /// Counts: everything that says how many counts here, so that page, terminal, files and history cannot disagree.
    package init(_ judgements: some Sequence<HostJudgement>) {
        self = .none
        for judgement in judgements { add(judgement) }
    }

    /// Of no host.
    package static let none = RunFigures(
        hosts: 0, judged: 0, broken: 0, exposed: 0, met: 0, metWithWaivers: 0, openFailures: [:], waived: [:],
        unknowns: 0)

    package mutating func add(_ judgement: HostJudgement) {
        hosts += 1
        let verdict = judgement.verdict
        guard verdict != .notJudged else { return }
        judged += 1
        if verdict == .met { met += 1 }
        if verdict == .met || verdict == .metWithWaivers { metWithWaivers += 1 }
        var isBroken = false
        var isExposed = false
        for finding in judgement.findings {
            switch finding.outcome {
            case .fail:
                openFailures[finding.control.severity, default: 0] += 1
                isBroken = isBroken || finding.control.consequence == .breaks
                isExposed = isExposed || finding.control.consequence == .exposes
            case .waived: waived[finding.control.severity, default: 0] += 1
            case .unknown: unknowns += 1
            case .pass, .notApplicable: break
            }
        }
        if isBroken { broken += 1 }
        if isExposed { exposed += 1 }
    }
}
