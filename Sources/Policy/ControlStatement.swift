/// What a control says to people: everything but how it is checked and mended. A class, because every finding of every
/// host points to it, and of its own, because a judgement of last year must be told without the policy of last year.
package final class ControlStatement: Sendable {
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
    /// The file it was read from.
    package let file: String

    package init(
        id: String, title: String, area: String, severity: Severity, consequence: Consequence?, why: String,
        symptoms: [String], references: [String], file: String
    ) {
        self.id = id
        self.title = title
        self.area = area
        self.severity = severity
        self.consequence = consequence
        self.why = why
        self.symptoms = symptoms
        self.references = references
        self.file = file
    }

    func rated(_ severity: Severity) -> ControlStatement {
        ControlStatement(
            id: id, title: title, area: area, severity: severity, consequence: consequence, why: why,
            symptoms: symptoms, references: references, file: file)
    }
}
