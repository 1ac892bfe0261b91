package import FoundationEssentials

/// An earlier run, as far as trends need it.
package struct PastRun: Sendable, Hashable {
    /// `20261120-020000`
    package let run: String
    /// When its hosts were asked, UTC.
    package let started: Date
    /// The moment of judging, UTC.
    package let judgedAt: Date
    package let baseline: String
    package let baselineVersion: String
    package let figures: RunFigures

    package init(
        run: String, started: Date, judgedAt: Date, baseline: String, baselineVersion: String, figures: RunFigures
    ) {
        self.run = run
        self.started = started
        self.judgedAt = judgedAt
        self.baseline = baseline
        self.baselineVersion = baselineVersion
        self.figures = figures
    }
}
