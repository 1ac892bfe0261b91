package import HostFacts

/// What one control concluded about one host.
package struct Finding: Sendable {
    package enum Outcome: String, Sendable, Hashable, CaseIterable {
        case pass, fail
        /// A fail that a waiver in force covers: it is still wrong, and somebody has accepted it.
        case waived
        case notApplicable = "not-applicable"
        /// Could not be told. Never counts as a pass.
        case unknown
    }

    package let control: ControlStatement
    package internal(set) var outcome: Outcome
    /// Why, for every outcome but a pass: what was seen, or why it could not be told.
    package internal(set) var because: String
    /// The wanted state, for a fail, waived or not.
    package let wanted: String
    /// The facts that were looked at, for a fail, waived or not, or an unknown.
    package let evidence: [Evidence]
    /// What ends it, for a fail, waived or not.
    package let remediation: [RemediationAction]
    /// Those in force that cover it, the one that ends last first; only when it is waived.
    package internal(set) var waivers: [Waiver]
    /// Those that would cover it and are not in force.
    package internal(set) var lapsedWaivers: [Waiver]

    package init(
        control: ControlStatement, outcome: Outcome, because: String, wanted: String, evidence: [Evidence],
        remediation: [RemediationAction], waivers: [Waiver] = [], lapsedWaivers: [Waiver] = []
    ) {
        self.control = control
        self.outcome = outcome
        self.because = because
        self.wanted = wanted
        self.evidence = evidence
        self.remediation = remediation
        self.waivers = waivers
        self.lapsedWaivers = lapsedWaivers
    }

    /// One fact as it was seen.
    package struct Evidence: Sendable, Hashable {
        package let fact: String
        package let value: String
        package let source: SettingSource?

        package init(fact: String, value: String, source: SettingSource?) {
            self.fact = fact
            self.value = value
            self.source = source
        }
    }

    /// The waiver that is named where there is room for one: the one that ends last.
    package var waiver: Waiver? { waivers.first }

    /// It is not as it is wanted, whether or not that was accepted.
    package var isFailure: Bool { outcome == .fail || outcome == .waived }

    /// A policy owns what is wrong: the place to change it is not the host.
    package var isPolicyOwned: Bool { evidence.contains { $0.source == .policy } }
}
