import Collection
import Formats
import HostFacts
import Testing
import Transport

@Suite struct HostAnswerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let output: RemoteOutput
        let state: HostState
        /// Words of the reason.
        let words: String

        init(_ name: String, _ output: RemoteOutput, _ state: HostState, _ words: String) {
            testDescription = name
            self.output = output
            self.state = state
            self.words = words
        }
    }

    private static let os = ProbeLines.line(1, "os", #"{"ms":1,"data":{}}"#)
    private static let lost = TransportError(.receive, .connectionLost)

    @Test(arguments: [
        Case("whole", RemoteOutput(ProbeLines.whole()), .audited, ""),
        Case("whole, then lost", RemoteOutput(ProbeLines.whole(), end: .interrupted(lost)), .audited, ""),
        Case("whole, exit code 1", RemoteOutput(ProbeLines.whole(), end: .exited(code: 1)), .audited, ""),
        Case(
            "without the closing line", RemoteOutput(ProbeLines.whole().dropLast(20) + []), .partial, "no closing line"),
        Case("one section", RemoteOutput(os), .partial, "no usable answer to rdp"),
        Case(
            "one section, and it says that this is all", RemoteOutput(os + ProbeLines.end(1)), .partial,
            "no usable answer to rdp"),
        Case("one section, then lost", RemoteOutput(os, end: .interrupted(lost)), .partial, "broke off"),
        Case("counted wrong", RemoteOutput(os + ProbeLines.end(12)), .partial, "names 12 sections, 1 came"),
        Case(
            "a section failed",
            RemoteOutput(os + ProbeLines.line(2, "rdp", #"{"ms":1,"failed":{"error":"timeout"}}"#) + ProbeLines.end(2)),
            .partial,
            "no usable answer to rdp"),
        Case(
            "a section of no data",
            RemoteOutput(os + ProbeLines.line(2, "rdp", #"{"ms":1,"data":null}"#) + ProbeLines.end(2)), .partial, "rdp"),
        Case(
            "only failures", RemoteOutput(ProbeLines.line(1, "os", #"{"failed":{"error":"x"}}"#) + ProbeLines.end(1)),
            .failed, "without one usable"),
        Case("nothing", RemoteOutput([]), .failed, "said nothing (exit code 0)"),
        Case("only errors", RemoteOutput([], error: "x"), .failed, "wrote only errors"),
        Case("rubbish", RemoteOutput(Array("rubbish".utf8)), .failed, "7 bytes without one usable section"),
        Case("END 0", RemoteOutput(ProbeLines.end(0)), .failed, "without one usable section"),
        Case("lost at once", RemoteOutput([], end: .interrupted(lost)), .failed, ""),
        Case(
            "too much", RemoteOutput([], end: .interrupted(TransportError(.receive, .outputTooLarge(limit: 5)))),
            .failed, "5"),
        Case(
            "restricted", RemoteOutput(Array("FLEETAUDIT1 BLOCKED ConstrainedLanguage\r\n".utf8)), .failed,
            "ConstrainedLanguage"),
        Case(
            "AMSI", RemoteOutput([], error: "… ScriptContainedMaliciousContent,…", end: .exited(code: 1)), .failed,
            "AMSI"),
    ])
    func `an answer becomes a state and a sentence`(_ answer: Case) {
        let read = HostAnswer(answer.output)
        #expect(read.state == answer.state)
        #expect(read.reason.contains(answer.words), "\(read.reason)")
        #expect(read.reason.isEmpty == (answer.state == .audited))
        #expect(read.advice.isEmpty == (answer.state == .audited))
    }

    @Test(arguments: [
        (TransportError.Reason.authenticationRefused(offered: []), HostState.refused), (.notAuthorised, .refused),
        (.accountAtRisk, .skipped), (.cancelled, .skipped), (.timedOut(.seconds(1)), .unreachable),
        (.refused, .unreachable),
        (.hostKey(.changed, fingerprint: ""), .wrongHost), (.hostKey(.unknown, fingerprint: ""), .unreachable),
        (.tls(.expired), .unreachable), (.protocolViolation, .failed), (.nameNotFound, .unreachable),
    ])
    func `a failure becomes a state and a sentence`(_ reason: TransportError.Reason, _ state: HostState) {
        let answer = HostAnswer(TransportError(.signIn, reason))
        #expect(answer.state == state)
        #expect(!answer.reason.isEmpty)
        #expect(answer.sections.isEmpty)
    }

    @Test func `sections are kept as they came, the damaged ones with the reason`() {
        let cut = Array(ProbeLines.line(2, "rdp", "{}").dropLast(9)) + [0x0a]
        let answer = HostAnswer(
            RemoteOutput(ProbeLines.line(1, "os", #"{"ms":1,"data":{"new":7}}"#) + cut + ProbeLines.end(2)))
        #expect(answer.sections.map(\.key) == ["os", "rdp"])
        #expect(answer.sections[0].value == ["ms": 1, "data": ["new": 7]])
        #expect(answer.sections[1].value["damaged"]?.string == "its line is cut")
    }
}
