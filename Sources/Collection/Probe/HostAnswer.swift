package import Formats
package import HostFacts
package import Transport

/// What a host's output, or the failure to get any, means for its audit: the state, the sentence, and the sections.
package struct HostAnswer: Sendable {
    package let state: HostState
    package let reason: String
    package let advice: String
    package let sections: [JSON.Member]
    /// The run was interrupted before the host had answered: nothing is known of it.
    let wasCutOff: Bool
    /// PowerShell is not there, or may not run the probe: cmd.exe may still answer.
    let isWithoutPowerShell: Bool

    /// From a conversation that never reached the command.
    package init(_ error: TransportError) {
        state = Self.state(error)
        reason = "\(error)"
        advice = error.advice
        sections = []
        wasCutOff = error.reason == .cancelled
        isWithoutPowerShell = false
    }

    init(
        state: HostState, reason: String, advice: String, sections: [JSON.Member] = [], wasCutOff: Bool = false
    ) {
        self.state = state
        self.reason = reason
        self.advice = advice
        self.sections = sections
        self.wasCutOff = wasCutOff
        isWithoutPowerShell = false
    }

    /// From what the command wrote.
    package init(_ output: RemoteOutput) {
        let reply = ProbeReply(output.standardOutput)
        if case .interrupted(let error) = output.end, error.reason == .cancelled, reply.ending != .complete {
            wasCutOff = true
        } else {
            wasCutOff = false
        }
        sections = reply.sections.map { .init($0.name.rawValue, $0.content.recorded) }
        let usable = reply.sections.filter { if case .data = SectionAnswer($0.content) { true } else { false } }
        // Also those of which nothing came, whatever the closing line says: audited means that every section came.
        let failed = SectionName.allCases.filter { name in !usable.contains { $0.name == name } }
        isWithoutPowerShell = usable.isEmpty && Self.isWithoutPowerShell(reply, output)
        guard !usable.isEmpty else {
            state = .failed
            (reason, advice) = Self.whyNothing(reply, output)
            return
        }
        var problems: [String] = []
        if let problem = Self.incompleteness(reply, output) { problems.append(problem) }
        if !failed.isEmpty {
            problems.append("no usable answer to \(failed.map(\.rawValue).joined(separator: ", "))")
        }
        state = problems.isEmpty ? .audited : .partial
        reason = problems.joined(separator: "; ")
        advice = problems.isEmpty ? "" : "What came is judged; the rest is unknown. Run again for this host."
    }

    private static func state(_ error: TransportError) -> HostState {
        switch error.reason {
        case .authenticationRefused, .methodNotOffered, .notAuthorised, .quota: .refused
        case .accountAtRisk, .signInStopped, .cancelled, .settings, .keyUnusable, .missingMechanism, .notRecorded:
            .skipped
        case .hostKey(.changed, _), .hostKey(.revoked, _), .tls(.pinDiffers): .wrongHost
        case .protocolViolation, .fault, .outputTooLarge, .endedBySignal: .failed
        case .nameNotFound, .refused, .unreachable, .timedOut, .connectionLost, .tls, .hostKey, .noCommonAlgorithm,
            .busy:
            .unreachable
        }
    }

    private static func incompleteness(_ reply: ProbeReply, _ output: RemoteOutput) -> String? {
        if case .interrupted(let error) = output.end, reply.ending != .complete {
            return "the answer broke off: \(error)"
        }
        switch reply.ending {
        case .complete: return nil
        case .missing: return "the answer has no closing line, \(reply.sections.count) sections came"
        case .miscounted(let stated, let received): return "the answer names \(stated) sections, \(received) came"
        case .blocked(let mode): return "PowerShell is restricted (\(mode))"
        }
    }

    /// The host ran the command to its end, and PowerShell said that it is restricted, or nothing at all.
    private static func isWithoutPowerShell(_ reply: ProbeReply, _ output: RemoteOutput) -> Bool {
        guard case .exited = output.end else { return false }
        if case .blocked = reply.ending { return true }
        return output.standardOutput.isEmpty
    }

    private static func whyNothing(_ reply: ProbeReply, _ output: RemoteOutput) -> (reason: String, advice: String) {
        if case .blocked(let mode) = reply.ending {
            return (
                "PowerShell is restricted on this host (language mode \(mode)), so the probe cannot run",
                "Application control (AppLocker, WDAC) restricts scripts of this account; ask the host with an account that its policy lets run them."
            )
        }
        if case .interrupted(let error) = output.end { return ("\(error)", error.advice) }
        guard case .exited(let code) = output.end else { return ("no answer", "") }
        let hasScriptControl = String(decoding: output.standardError, as: UTF8.self).contains(
            "ScriptContainedMaliciousContent")
        if hasScriptControl {
            return (
                "the host's script control refused the probe (AMSI)",
                "Let those who run the host's endpoint protection review the probe (fleetaudit probe show) and allow it for this account."
            )
        }
        if output.standardOutput.isEmpty {
            let quiet = output.standardError.isEmpty ? "and said nothing" : "and wrote only errors"
            return (
                "the host ran the command \(quiet) (exit code \(code))",
                "Check that powershell.exe is Windows PowerShell and may run there: sign in and run it by hand."
            )
        }
        return (
            "the host answered \(output.standardOutput.count) bytes without one usable section (exit code \(code))",
            "Check what the account's shell on the host prints, and that nothing stands in between."
        )
    }
}
