/// A host that answers from a recording. A request that is not in it is an error, so that every new question to a host
/// is noticed.
package struct RecordedConnection: HostConnection {
    private let recording: Recording

    package init(_ recording: Recording) { self.recording = recording }

    package func run(_ request: RemoteRequest) async throws(TransportError) -> RemoteOutput {
        let digest = Digest.sha256(request.standardInput)
        let found = recording.exchanges.first {
            $0.commandLine == request.commandLine && $0.inputDigest == digest
        }
        guard let found else { throw TransportError(.command, .notRecorded) }
        var collector = OutputCollector(limit: request.outputLimit)
        let isWhole = collector.appendOutput(found.standardOutput)
        collector.appendError(found.standardError)
        let end: RemoteOutput.End =
            if !isWhole {
                .interrupted(TransportError(.receive, .outputTooLarge(limit: request.outputLimit)))
            } else if let code = found.exitCode {
                .exited(code: code)
            } else {
                .interrupted(TransportError(.receive, .connectionLost, "so it was recorded"))
            }
        return RemoteOutput(
            standardOutput: collector.standardOutput, standardError: collector.standardError, end: end, roundTrips: 0,
            connections: 0)
    }
}
