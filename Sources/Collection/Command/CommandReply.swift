package import Formats
package import HostFacts

/// What came back from a host that was asked by cmd.exe: the same sections in the same JSON as the probe's, so that all
/// behind them (decoding, snapshots, judging) knows of one form only.
package struct CommandReply: Sendable {
    package struct Section: Sendable {
        package let name: SectionName
        package let json: JSON
    }

    /// cmd.exe runs there.
    package let hasStarted: Bool
    /// Every command was run to its end.
    package let isComplete: Bool
    package let sections: [Section]
    /// Sections of which cmd.exe's programs can tell nothing.
    package let untold: [SectionName]
    /// Sections of which they should have told something, and did not.
    package let unanswered: [SectionName]

    package static let whyUnsupported = "the host was asked without PowerShell, and cmd.exe's programs do not tell this"

    /// - Parameter outputs: of one conversation, or of several when the host was asked line by line.
    package init(_ outputs: [[UInt8]]) {
        let transcript = CommandTranscript(outputs)
        hasStarted = transcript.hasStarted
        isComplete = transcript.isComplete
        let registry = CommandRegistry(transcript)
        let items = CommandItems(transcript: transcript, registry: registry)
        var sections: [Section] = []
        var untold: [SectionName] = []
        var unanswered: [SectionName] = []
        for name in SectionName.allCases where transcript.hasStarted {
            let steps = name.commandSteps
            let own = items.members(name)
            if steps.isEmpty {
                untold.append(name)
            } else if !steps.contains(where: { transcript[$0] != nil }) {
                unanswered.append(name)
                continue
            } else if let reason = registry.whyUseless, own.isEmpty {
                unanswered.append(name)
                sections.append(
                    Section(name: name, json: ["failed": ["error": "reg.exe", "message": .string(reason)]]))
                continue
            }
            let members = registry.parts(name) + own + [.init("unsupported", .string(Self.whyUnsupported))]
            sections.append(Section(name: name, json: ["data": .object(members)]))
        }
        self.sections = sections
        self.untold = untold
        self.unanswered = unanswered
    }
}
