package import HostFacts

/// One thing that must be right on a host, and what to do when it is not. A class, because every finding of every host
/// points to it.
package final class Control: Sendable {
    /// `RDP-006`
    package let id: String
    /// The wanted state as a sentence without a full stop.
    package let title: String
    /// The folder it stands in: `rdp`, `certificates`, `firewall`, …
    package let area: String
    /// As its file says, or as a baseline rates it.
    package let severity: Severity
    package let consequence: Consequence?
    /// Why it matters, for somebody who never heard of it.
    package let why: String
    /// What people see when it is wrong.
    package let symptoms: [String]
    package let references: [String]
    /// `nil`: it concerns every host.
    package let appliesTo: Condition?
    package let check: Condition
    package let remediation: [RemediationTemplate]
    /// Values that a baseline or a role may set, with their defaults.
    package let parameters: [String: PolicyValue]
    /// The file it was read from.
    package let file: String

    init(
        id: String, title: String, area: String, severity: Severity, consequence: Consequence?, why: String,
        symptoms: [String], references: [String], appliesTo: Condition?, check: Condition,
        remediation: [RemediationTemplate], parameters: [String: PolicyValue], file: String
    ) {
        self.id = id
        self.title = title
        self.area = area
        self.severity = severity
        self.consequence = consequence
        self.why = why
        self.symptoms = symptoms
        self.references = references
        self.appliesTo = appliesTo
        self.check = check
        self.remediation = remediation
        self.parameters = parameters
        self.file = file
    }

    /// The same control with a baseline's own opinion of how bad a failure is.
    func rated(_ severity: Severity) -> Control {
        Control(
            id: id, title: title, area: area, severity: severity, consequence: consequence, why: why,
            symptoms: symptoms, references: references, appliesTo: appliesTo, check: check, remediation: remediation,
            parameters: parameters, file: file)
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
