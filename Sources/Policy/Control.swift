package import HostFacts

/// One thing that must be right on a host, and what to do when it is not.
package final class Control: Sendable {
    /// What it says to people.
    package let statement: ControlStatement
    /// `nil`: it concerns every host.
    package let appliesTo: Condition?
    package let check: Condition
    package let remediation: [RemediationTemplate]
    /// Values that a baseline or a role may set, with their defaults.
    package let parameters: [String: PolicyValue]

    package var id: String { statement.id }
    package var title: String { statement.title }
    package var area: String { statement.area }
    package var severity: Severity { statement.severity }
    package var consequence: Consequence? { statement.consequence }
    package var why: String { statement.why }
    package var symptoms: [String] { statement.symptoms }
    package var references: [String] { statement.references }
    package var file: String { statement.file }

    init(
        _ statement: ControlStatement, appliesTo: Condition?, check: Condition, remediation: [RemediationTemplate],
        parameters: [String: PolicyValue]
    ) {
        self.statement = statement
        self.appliesTo = appliesTo
        self.check = check
        self.remediation = remediation
        self.parameters = parameters
    }

    /// It holds a host against others of its fleet.
    var isFleetWide: Bool {
        !peerQuestions.isEmpty
            || conditions.flatMap(\.facts).contains { $0.path.hasPrefix(FactDictionary.fleetPrefix) }
    }

    /// What its rules ask of the whole fleet.
    var peerQuestions: [PeerQuestion] {
        conditions.flatMap(\.leaves).flatMap { leaf in
            if case .rule(let rule) = leaf { rule.peerQuestions } else { [PeerQuestion]() }
        }
    }

    private var conditions: [Condition] { [check] + [appliesTo].compactMap(\.self) }

    /// The same control with a baseline's own opinion of how bad a failure is.
    func rated(_ severity: Severity) -> Control {
        Control(
            statement.rated(severity), appliesTo: appliesTo, check: check, remediation: remediation,
            parameters: parameters)
    }
}

package enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
    case info, low, medium, high, critical

    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .info: 0
        case .low: 1
        case .medium: 2
        case .high: 3
        case .critical: 4
        }
    }
}

/// What a manager needs to know of a failed control before all else.
package enum Consequence: String, Sendable, Hashable, CaseIterable {
    /// Remote Desktop does not work, or soon will not.
    case breaks = "breaks-rdp"
    /// Somebody who should not may reach or enter the host.
    case exposes = "exposes"
}

/// A constant of a policy, or a parameter's value.
package enum PolicyValue: Sendable, Hashable {
    case flag(Bool)
    case integer(Int64)
    case text(String)
    case version(BuildVersion)
    case list([String])
    case moment(Moment)
    case span(TimeSpan)

    package var text: String {
        switch self {
        case .flag(let flag): flag ? "true" : "false"
        case .integer(let number): String(number)
        case .text(let text): text
        case .version(let version): version.description
        case .list(let items): items.joined(separator: ", ")
        case .moment(let moment): moment.text
        case .span(let span): span.text
        }
    }

    /// As people read it: an empty list or text is `none`.
    package var shown: String { text.isEmpty ? "none" : text }
}
