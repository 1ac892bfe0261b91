import EventLoop
import Formats
import TestSupport
import Testing
import Transport

/// Hosts that hang, lie, flood or break off in the middle.
@Suite(.enabled(if: Peers.hasPython), .serialized, .timeLimit(.minutes(4))) struct WinRMHostileHostTests {
    private static func failing(
        _ fault: String, command: String = "echo x", deadlines: StageDeadlines = StageDeadlines()
    ) async throws -> (error: TransportError?, host: WinRMAcceptor) {
        let host = try await WinRMAcceptor(["--fault", fault])
        let error = await failure { _ = try await host.run(command, deadlines: deadlines).end }
        return (error, host)
    }

    private static func interrupted(
        _ fault: String, command: String = "echo x", input: [UInt8] = [], deadlines: StageDeadlines = StageDeadlines()
    ) async throws -> (error: TransportError, output: RemoteOutput, host: WinRMAcceptor) {
        let host = try await WinRMAcceptor(fault.isEmpty ? [] : ["--fault", fault])
        let output = try await host.run(command, input: input, deadlines: deadlines)
        guard case .interrupted(let error) = output.end else { throw RunDidNotFail() }
        return (error, output, host)
    }

    // MARK: Before the command

    @Test func `a silent host ends at its deadline`() async throws {
        let peer = try await HostilePeer(.silent)
        let endpoint = WinRMEndpoint(
            scheme: .http, host: "127.0.0.1", port: peer.port, authentication: .ntlm(WinRMAcceptor.credential))
        let connection = WinRMConnection(endpoint: endpoint, gate: OpenGate(), deadlines: .brief)
        let started = ContinuousClock.now
        let error = await failure { _ = try await connection.run("x").end }
        #expect(error == TransportError(.signIn, .timedOut(.milliseconds(1500))))
        #expect(ContinuousClock.now - started < .seconds(15))
        withExtendedLifetime(peer) {}
    }

    @Test(arguments: [
        ("status-503", TransportError.Reason.busy), ("status-404", .protocolViolation),
        ("endless-headers", .protocolViolation), ("chunked", .protocolViolation), ("garbage", .protocolViolation),
    ])
    func `what is no WinRM answer is an error, in bounded memory`(
        _ fault: String, reason: TransportError.Reason
    ) async throws {
        let (error, _) = try await Self.failing(fault)
        #expect(error?.reason == reason)
        #expect(error?.stage == .signIn)
    }

    @Test func `a quota fault can be tried again, and then works`() async throws {
        let host = try await WinRMAcceptor(["--fault", "quota-once"])
        let error = await failure { _ = try await host.run("echo x").end }
        #expect(error?.reason == .quota(code: 2_150_859_173))
        #expect(error?.isRetryable == true)
        #expect(try await host.run("echo x").end == .exited(code: 0))
    }

    @Test(arguments: ["drop:Create", "drop:Command", "close-after:Create", "hang:Command"])
    func `a connection lost before the command runs is an error, and nothing is sent again`(
        _ fault: String
    ) async throws {
        let (error, host) = try await Self.failing(fault, deadlines: .brief)
        #expect(error?.isRetryable == true)
        #expect(host.attempts.count == 1)
        #expect(host.count("CONNECTED") == 1)
        #expect(host.operations.count { $0 == "Command" } <= 1)
    }

    @Test(arguments: ["relates:Command", "not-xml:Command", "87:Command"])
    func `an answer that cannot be used ends it, and the shell is deleted`(_ fault: String) async throws {
        let (error, host) = try await Self.failing(fault)
        #expect(error?.stage == .command)
        #expect(error?.reason == (fault == "87:Command" ? .fault(code: 87) : .protocolViolation))
        #expect(host.count("SHELL deleted") == 1)
    }

    @Test func `a shell whose answer cannot be read is deleted by the id that was asked for`() async throws {
        let (error, host) = try await Self.failing("relates:Create")
        #expect(error?.reason == .protocolViolation)
        #expect(host.count("SHELL deleted") == 1)
    }

    // MARK: While the command runs

    @Test(arguments: [
        "drop:Receive", "wrong-mic:Receive", "wrong-length:Receive", "plain:Receive", "truncated:Receive",
    ])
    func `a connection that is lost or lies is not used again`(_ fault: String) async throws {
        let (error, output, host) = try await Self.interrupted(fault)
        #expect(error.stage == .receive)
        #expect(error.reason == (fault == "drop:Receive" ? .connectionLost : .protocolViolation))
        #expect(output.standardOutput == [])
        #expect(host.attempts.count == 1)
        #expect(host.operations.suffix(1) == ["Receive"])
    }

    @Test(arguments: ["broken-base64", "relates:Receive", "not-xml:Receive"])
    func `an answer that cannot be used ends command and shell`(_ fault: String) async throws {
        let (error, _, host) = try await Self.interrupted(fault)
        #expect(error.reason == .protocolViolation)
        #expect(host.operations.suffix(2) == ["Signal", "Delete"])
        #expect(host.count("SHELL deleted") == 1)
    }

    @Test func `output beyond the limit ends command and shell, and what fits is kept`() async throws {
        let host = try await WinRMAcceptor()
        let output = try await host.run("endless", limit: 200_000)
        #expect(output.standardOutput.count == 200_000)
        #expect(output.end == .interrupted(TransportError(.receive, .outputTooLarge(limit: 200_000))))
        #expect(host.operations.suffix(2) == ["Signal", "Delete"])
    }

    @Test func `output of exactly the limit is whole`() async throws {
        let host = try await WinRMAcceptor()
        let output = try await host.run("bytes 200000", limit: 200_000)
        #expect(output.standardOutput.count == 200_000)
        #expect(output.end == .exited(code: 0))
    }

    @Test func `a command that idles too long is ended in order, with the connection it has`() async throws {
        var deadlines = StageDeadlines.brief
        deadlines.command = .seconds(10)
        let (error, output, host) = try await Self.interrupted("", command: "part-then-sleep", deadlines: deadlines)
        #expect(error == TransportError(.receive, .timedOut(.milliseconds(1500)), "no output in that time"))
        #expect(output.text == "first part")
        #expect(host.operations.suffix(2) == ["Signal", "Delete"])
        #expect(host.count("CONNECTED") == 1)
    }

    @Test func `the end of all time leaves some to clean up`() async throws {
        var deadlines = StageDeadlines()
        deadlines.total = .seconds(6)
        let started = ContinuousClock.now
        let (error, _, host) = try await Self.interrupted("", command: "sleep 60", deadlines: deadlines)
        #expect(error.reason == .timedOut(.seconds(6)))
        #expect(host.count("SHELL deleted") == 1)
        #expect(ContinuousClock.now - started < .seconds(20))
    }

    @Test func `a host that is silent in the middle ends at the deadline, too`() async throws {
        var deadlines = StageDeadlines.brief
        deadlines.command = .seconds(10)
        let (error, _, _) = try await Self.interrupted("hang:Receive", deadlines: deadlines)
        #expect(error.stage == .receive)
        guard case .timedOut = error.reason else { throw error }
    }

    @Test func `a trickle ends at the deadline`() async throws {
        var deadlines = StageDeadlines.brief
        deadlines.command = .seconds(10)
        let (error, _, _) = try await Self.interrupted("trickle:Receive", deadlines: deadlines)
        guard case .timedOut = error.reason else { throw error }
    }

    @Test func `a request that is too large for the host is named`() async throws {
        let (error, _, _) = try await Self.interrupted(
            "status-413:Send", command: "cat", input: [UInt8](repeating: 1, count: 1000))
        #expect(error.stage == .send)
        #expect(error.detail.contains("MaxEnvelopeSizekb"))
    }

    @Test(arguments: [109, 232])
    func `a command that closed its input is asked for its output`(_ code: Int) async throws {
        let host = try await WinRMAcceptor(["--fault", "\(code):Send"])
        #expect(try await host.run("echo x", input: [1]).end == .exited(code: 0))
    }

    @Test func `a command that ends without an exit code is not taken for a good one`() async throws {
        let (error, output, _) = try await Self.interrupted("", command: "no-exit-code")
        #expect(output.text == "done")
        #expect(error.reason == .protocolViolation)
    }

    @Test(arguments: ["drop:Delete", "hang:Delete", "5:Delete", "not-xml:Delete", "wrong-mic:Delete"])
    func `a shell that cannot be deleted does not spoil the result`(_ fault: String) async throws {
        let host = try await WinRMAcceptor(["--fault", fault])
        let output = try await host.run("echo x")
        #expect(output.end == .exited(code: 0))
        #expect(output.text == "x\r\n")
    }

    // MARK: Cancelling

    @Test func `cancelling two hundred hanging connections takes less than a second`() async throws {
        let peer = try await HostilePeer(.silent)
        let endpoint = WinRMEndpoint(
            scheme: .http, host: "127.0.0.1", port: peer.port, authentication: .ntlm(WinRMAcceptor.credential))
        let connection = WinRMConnection(endpoint: endpoint, gate: OpenGate())
        let took = try await cancellingTwoHundred(connection, at: peer, ending: TransportError(.signIn, .cancelled))
        #expect(took < .seconds(1))
    }

    @Test func `cancelling a running command returns what came and why, at once`() async throws {
        let host = try await WinRMAcceptor()
        let connection = WinRMConnection(endpoint: host.endpoint(), gate: OpenGate())
        let request = RemoteRequest(executable: "part-then-sleep", outputLimit: 100)
        let output = try await onLoop { () async throws -> RemoteOutput in
            let running = Task { try await connection.run(request) }
            while host.operations.count(where: { $0 == "Receive" }) < 2 {
                try await Loop.shared.sleep(until: .after(.milliseconds(20)))
            }
            let cancelled = ContinuousClock.now
            running.cancel()
            let output = try await running.value
            #expect(ContinuousClock.now - cancelled < .seconds(1))
            return output
        }
        #expect(output.text == "first part")
        #expect(output.end == .interrupted(TransportError(.receive, .cancelled)))
    }

    @Test(arguments: ["a b", "host/wsman", "user@host", ""])
    func `what cannot be a host is never looked up`(_ name: String) async throws {
        let endpoint = WinRMEndpoint(
            scheme: .http, host: name, authentication: .ntlm(WinRMAcceptor.credential))
        let error = await failure {
            _ = try await WinRMConnection(endpoint: endpoint, gate: OpenGate()).run("x").end
        }
        #expect(error?.stage == .name)
        #expect(error?.reason == .settings)
    }
}
