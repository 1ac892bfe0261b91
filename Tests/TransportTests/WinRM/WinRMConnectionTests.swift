import EventLoop
import Formats
import TestSupport
import Testing
import Transport

@Suite(.enabled(if: Peers.hasPython)) struct WinRMConnectionTests {
    @Test func `a command runs over NTLM in six requests on one connection`() async throws {
        let host = try await WinRMAcceptor()
        let gate = RecordingGate()
        let input = (0..<20_000).map { UInt8(truncatingIfNeeded: $0) }
        let output = try await host.run("cat", input: input, gate: gate)
        #expect(output.standardOutput == input)
        #expect(output.end == .exited(code: 0))
        #expect(output.roundTrips == 7)
        #expect(output.connections == 1)
        #expect(host.attempts == ["ATTEMPT CORP\\audit accepted"])
        #expect(host.operations == ["Create", "Command", "Send", "Receive", "Receive", "Delete"])
        #expect(gate.entries == [.entered, .left(.accepted)])
        #expect(host.count("CONNECTED") == 1)
    }
}
