import EventLoop
import Formats
import TestSupport
import Testing
import Transport

@Suite(.enabled(if: Peers.has(LocalSSHD.program))) struct SSHConnectionTests {
    @Test func `a command runs over a key and its output, errors and exit code come back`() async throws {
        let user = try await UserKey()
        let server = try await LocalSSHD(userKeys: [user.line])
        let gate = RecordingGate()
        let endpoint = SSHEndpoint(
            host: "127.0.0.1", port: server.port, user: server.user, authentication: .key(user.key),
            hostKeys: .check(try server.knownHosts()))
        let output = try await onLoop {
            try await SSHConnection(endpoint: endpoint, gate: gate).run(
                RemoteRequest(
                    executable: "cat;", arguments: ["echo", "oops", ">&2;", "exit", "7"],
                    standardInput: Array("hello".utf8), outputLimit: 1000))
        }
        #expect(output.text == "hello")
        #expect(output.standardError == Array("oops\n".utf8))
        #expect(output.end == .exited(code: 7))
        #expect(output.connections == 1)
        #expect(gate.entries == [.entered, .left(.accepted)])
        #expect(output.roundTrips == 8)
    }
}
