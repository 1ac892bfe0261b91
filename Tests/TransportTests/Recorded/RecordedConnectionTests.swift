import Testing
import Transport

@Suite struct RecordedConnectionTests {
    private static let request = RemoteRequest(
        executable: "powershell", arguments: ["-File", "x"], standardInput: [1, 2, 3], outputLimit: 100)
    private static let output = RemoteOutput(
        standardOutput: [0, 10, 13, 255], standardError: Array("EXCHANGE 1\n".utf8), end: .exited(code: 3_221_225_477),
        roundTrips: 6, connections: 1)

    private static var recording: Recording {
        var recording = Recording()
        recording.append(request, output)
        var cut = output
        cut.end = .interrupted(TransportError(.receive, .connectionLost))
        recording.append(RemoteRequest(executable: "other", outputLimit: 1), cut)
        return recording
    }

    @Test func `what was recorded comes back byte by byte, through a file`() async throws {
        let recording = try Recording(Self.recording.bytes)
        #expect(recording == Self.recording)
        let output = try await RecordedConnection(recording).run(Self.request)
        #expect(output.standardOutput == Self.output.standardOutput)
        #expect(output.standardError == Self.output.standardError)
        #expect(output.end == Self.output.end)
        let other = try await RecordedConnection(recording)
            .run(RemoteRequest(executable: "other", outputLimit: 100))
        guard case .interrupted = other.end else { throw RunDidNotFail() }
    }

    @Test func `any other request is an error`() async throws {
        let connection = RecordedConnection(Self.recording)
        for change in [
            RemoteRequest(
                executable: "powershell", arguments: ["-File", "y"], standardInput: [1, 2, 3], outputLimit: 100),
            RemoteRequest(
                executable: "powershell", arguments: ["-File", "x"], standardInput: [1, 2], outputLimit: 100),
            RemoteRequest(executable: "", outputLimit: 100),
        ] {
            let error = await failure { _ = try await connection.run(change).end }
            #expect(error == TransportError(.command, .notRecorded))
        }
    }

    @Test func `the limit of the request holds`() async throws {
        var request = Self.request
        request.outputLimit = 2
        let output = try await RecordedConnection(Self.recording).run(request)
        #expect(output.standardOutput == [0, 10])
        #expect(output.end == .interrupted(TransportError(.receive, .outputTooLarge(limit: 2))))
    }

    @Test func `no truncation passes, and no flipped byte traps`() throws {
        let bytes = Self.recording.bytes
        var whole = 0
        for count in 1..<bytes.count where (try? Recording(Array(bytes[..<count]))) != nil { whole += 1 }
        // Only the end of the first exchange is an end.
        #expect(whole == 1)
        for index in bytes.indices {
            var copy = bytes
            copy[index] ^= 0x11
            _ = (try? Recording(copy)) == nil
        }
        for text in ["EXCHANGE 4294967295 0 0 \(String(repeating: "a", count: 64)) 0\nx\n", "EXCHANGE\n", "\n", "x"] {
            #expect(throws: TransportError.self) { try Recording(Array(text.utf8)) }
        }
    }
}
