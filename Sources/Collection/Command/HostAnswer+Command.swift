import Formats
import HostFacts
package import Transport

extension HostAnswer {
    /// From what cmd.exe wrote, in one conversation or in several.
    ///
    /// - Parameter reason: why it was asked, as the end of a sentence; `nil`: the inventory wants it so.
    package init(command outputs: [RemoteOutput], because reason: String? = nil) {
        let reply = CommandReply(outputs.map(\.standardOutput))
        let end = outputs.last?.end ?? .exited(code: 0)
        var wasCutOff = false
        var problems = ["asked by cmd.exe" + (reason.map { ", because \($0)" } ?? "")]
        if !reply.isComplete {
            if case .interrupted(let error) = end {
                wasCutOff = error.reason == .cancelled
                problems.append("the answer broke off: \(error)")
            } else {
                problems.append("the answer has no end")
            }
        }
        let sections = reply.sections.map { JSON.Member($0.name.rawValue, $0.json) }
        let told = SectionName.allCases.filter { !reply.untold.contains($0) && !reply.unanswered.contains($0) }
        guard reply.hasStarted, !told.isEmpty else {
            self = Self.withoutCommand(reply, end, wasCutOff: wasCutOff)
            return
        }
        if !reply.untold.isEmpty {
            problems.append("without PowerShell nothing tells \(reply.untold.map(\.rawValue).joined(separator: ", "))")
        }
        if !reply.unanswered.isEmpty {
            problems.append(
                "no usable answer to \(reply.unanswered.map(\.rawValue).joined(separator: ", "))")
        }
        self.init(
            // What only PowerShell tells is missing: never the whole answer.
            state: .partial, reason: problems.joined(separator: "; "),
            advice: "What came is judged; the rest is unknown. It takes PowerShell in full language mode to tell all.",
            sections: sections, wasCutOff: wasCutOff)
    }

    private static func withoutCommand(
        _ reply: CommandReply, _ end: RemoteOutput.End, wasCutOff: Bool
    ) -> HostAnswer {
        let reason: String
        switch end {
        case .interrupted(let error): reason = "\(error)"
        case .exited(let code):
            reason =
                reply.hasStarted
                ? "cmd.exe runs, and none of its programs answered (exit code \(code))"
                : "cmd.exe did not run what it was sent (exit code \(code))"
        }
        return HostAnswer(
            state: .failed, reason: reason,
            advice: "Sign in with this account and run the command of fleetaudit probe show --way cmd by hand.",
            wasCutOff: wasCutOff)
    }

    /// The probe could not run, and cmd.exe did not answer either.
    static func neither(_ probe: HostAnswer, _ command: HostAnswer) -> HostAnswer {
        HostAnswer(
            state: .failed, reason: "script control: \(probe.reason); asked by cmd.exe: \(command.reason)",
            advice: probe.advice, wasCutOff: command.wasCutOff)
    }
}
