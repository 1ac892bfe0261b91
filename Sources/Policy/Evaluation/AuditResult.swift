package import FoundationEssentials

/// Everything that reports are made of: one run of a fleet, judged by one baseline at one moment.
package struct AuditResult: Sendable {
    /// `20261120-020000`
    package let run: String
    /// When the hosts were asked, UTC.
    package let started: Date
    /// The moment of judging: dates in verdicts are held against it.
    package let judgedAt: Date
    package let baseline: BaselineStatement
    /// One for each host of the selection, also those that gave no answer.
    package let hosts: [HostJudgement]
    package let programVersion: String
    /// SHA-256 of the probe that the hosts ran.
    package let probe: String
    /// Hosts that were not checked as they could be, with what was left out: `host key`, `certificate`.
    package let unchecked: [String: [String]]
    /// What was accepted; empty when no waivers were given.
    package let waivers: WaiverRegister

    package init(
        run: String, started: Date, judgedAt: Date, baseline: BaselineStatement, hosts: [HostJudgement],
        programVersion: String,
        probe: String, unchecked: [String: [String]], waivers: WaiverRegister = .empty
    ) {
        self.run = run
        self.started = started
        self.judgedAt = judgedAt
        self.baseline = baseline
        self.hosts = hosts
        self.programVersion = programVersion
        self.probe = probe
        self.unchecked = unchecked
        self.waivers = waivers
    }
}
