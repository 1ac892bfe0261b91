package import FoundationEssentials
package import Policy

/// What earlier runs say about the one at hand: what changed, since when it fails, and who has been silent.
package struct RunTrend: Sendable {
    /// Earlier runs of the same series, the oldest first, without the one at hand. A series is what one baseline says of
    /// mostly the same hosts, so that a look at a single host does not stand in the fleet's way.
    package var series: [PastRun]
    /// What became of every host since ``previous``, by its name; those without a change and without an open failure are
    /// missing, those that are gone are there.
    package var differences: [String: JudgementDifference]
    /// Since when what fails now has failed without a known pass between: by host, then by control. The moment is the
    /// start of the run that saw it first.
    package var failingSince: [String: [String: Date]]
    /// How many runs in a row, this one included, could not judge a host; hosts that were judged are missing.
    package var silentRuns: [String: Int]
    /// Failures of ``previous`` that this run could not look at (the host gave no answer, or the answer is unknown):
    /// neither failing nor fixed.
    package var noLongerVisible: Int
    /// `nil` when nothing is known of other runs.
    package var coverage: Coverage?
    /// How the baseline differs from that of ``previous``; `nil` when it does not.
    package var baselineChange: BaselineChange?

    /// How many hosts of the selection were judged lately, by this run or another.
    package struct Coverage: Sendable, Hashable {
        package let day: Int
        package let week: Int
        package let month: Int

        package init(day: Int, week: Int, month: Int) {
            self.day = day
            self.week = week
            self.month = month
        }
    }

    /// Controls that only one of two runs was judged by: what they say is no change of the fleet.
    package struct BaselineChange: Sendable, Hashable {
        package let before: String
        package let after: String
        /// Ids, in alphabetical order.
        package let added: [String]
        package let removed: [String]

        package init(before: String, after: String, added: [String], removed: [String]) {
            self.before = before
            self.after = after
            self.added = added
            self.removed = removed
        }
    }

    /// Of a run without a history, or the first of one.
    package static let none = RunTrend()

    package init(
        series: [PastRun] = [], differences: [String: JudgementDifference] = [:],
        failingSince: [String: [String: Date]] = [:], silentRuns: [String: Int] = [:], noLongerVisible: Int = 0,
        coverage: Coverage? = nil, baselineChange: BaselineChange? = nil
    ) {
        self.series = series
        self.differences = differences
        self.failingSince = failingSince
        self.silentRuns = silentRuns
        self.noLongerVisible = noLongerVisible
        self.coverage = coverage
        self.baselineChange = baselineChange
    }

    /// The run before, which differences are told against.
    package var previous: PastRun? { series.last }

    /// The newest run that is at least `days` older than `moment`; `nil` when the series is shorter.
    package func run(atLeast days: Int, before moment: Date) -> PastRun? {
        let limit = moment.addingTimeInterval(-Double(days) * 86_400)
        return series.last { $0.started <= limit }
    }

    package func change(_ control: String, on host: String) -> JudgementDifference.ControlChange.Kind? {
        differences[host]?.changes.first { $0.control == control }?.kind
    }
}
