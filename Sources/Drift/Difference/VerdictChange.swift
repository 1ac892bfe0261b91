package import FoundationEssentials
package import Policy

/// One change of verdicts with all hosts on which it is the same one: these controls, for this reason.
package struct VerdictChange: Sendable {
    package typealias Kind = JudgementDifference.ControlChange.Kind

    /// What must be known of the hosts to understand it.
    package enum Circumstance: String, Sendable, Hashable, CaseIterable {
        /// Judged both times.
        case compared
        /// The run before did not judge them: since when it is so cannot be told from the two runs.
        case notJudgedBefore = "not-judged-before"
        /// Another machine bears the name now.
        case anotherMachine = "another-machine"
    }

    package let kind: Kind
    package let circumstance: Circumstance
    /// The worst first.
    package let controls: [String]
    /// What changed behind it, that which the controls look at first. Empty when no fact did: time passed, or the
    /// policy or the other hosts changed.
    package let facts: [ChangedFact]
    /// Paths of those facts whose values are not the same on all hosts; `facts` has those of the first host.
    package let differing: Set<String>
    /// Why the first control is now as it is, on the first host; empty for a pass.
    package let because: String
    /// In alphabetical order.
    package let hosts: [String]

    /// How many verdicts changed.
    package var count: Int { hosts.count * controls.count }
}

/// One change of a fact that changed no verdict, with all hosts on which it is the same one.
package struct FactDrift: Sendable {
    /// As on the first host.
    package let change: ChangedFact
    /// The values are not the same on all hosts.
    package let isDiffering: Bool
    /// In alphabetical order.
    package let hosts: [String]
}

/// A control that fails now as it failed before.
package struct LastingFailure: Sendable {
    package let control: String
    /// In alphabetical order.
    package let hosts: [String]
    /// Since when it has failed on the host where that is longest, as far as is known: by the start of the first run
    /// that saw it.
    package let since: Date?
}
