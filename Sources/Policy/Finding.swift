package import HostFacts

/// What one control concluded about one host.
package struct Finding: Sendable {
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        case pass, fail
        case notApplicable = "not-applicable"
        /// Could not be told. Never counts as a pass.
        case unknown
    }

    package let control: Control
    package let outcome: Outcome
    /// Why, for every outcome but a pass: what was seen, or why it could not be told.
    package let because: String
    /// The wanted state, for a fail.
    package let wanted: String
    /// The facts that were looked at, for a fail or an unknown.
    package let evidence: [Evidence]
    /// What ends it, for a fail.
    package let remediation: [RemediationAction]

    /// One fact as it was seen.
    package struct Evidence: Sendable, Hashable {
        package let fact: String
        package let value: String
        package let source: SettingSource?
    }

    /// A policy owns what is wrong: the place to change it is not the host.
    package var isPolicyOwned: Bool { evidence.contains { $0.source == .policy } }
}
