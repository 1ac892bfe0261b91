import EventLoop
import Formats
import TestSupport
import Testing
import Transport

@Suite(.enabled(if: Peers.hasPython), .serialized, .timeLimit(.minutes(3))) struct WinRMConnectionTests {
    @Test func `a command runs over NTLM with the fewest requests on one connection`() async throws {
        let host = try await WinRMAcceptor()
        let gate = RecordingGate()
        let output = try await host.run("both", input: Array("unread".utf8), gate: gate)
        #expect(output.text == "out 1 out 2")
        #expect(output.standardError.count == 4096)
        #expect(output.standardError.starts(with: Array("err 1 EEE".utf8)))
        #expect(output.end == .exited(code: 3))
        #expect(output.connections == 1)
        #expect(host.attempts == ["ATTEMPT CORP\\audit accepted"])
        #expect(host.operations == ["Create", "Command", "Send", "Receive", "Receive", "Receive", "Delete"])
        #expect(output.roundTrips == host.operations.count + 1)
        #expect(gate.entries == [.entered, .left(.accepted)])
        #expect(host.count("CONNECTED") == 1)
        #expect(host.count("SHELL deleted") == 1)
    }

    @Test func `one answer with output and end makes six requests`() async throws {
        let host = try await WinRMAcceptor()
        let output = try await host.run("echo hello  world")
        #expect(output.text == "hello  world\r\n")
        #expect(output.roundTrips == 6)
    }

    @Test func `input and output larger than one message go in pieces`() async throws {
        let host = try await WinRMAcceptor()
        let input = (0..<250_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) }
        let output = try await host.run("cat", input: input)
        #expect(output.standardOutput == input)
        #expect(host.operations.count { $0 == "Send" } == 3)
        #expect(host.operations.count { $0 == "Receive" } == 6)
    }

    @Test(arguments: [UInt32(0), 1, 3_221_225_477])
    func `exit codes have all their 32 bits`(_ code: UInt32) async throws {
        let host = try await WinRMAcceptor()
        let command = code == 0 ? "echo x" : code == 1 ? "unknown-program" : "both all"
        #expect(try await host.run(command).end == .exited(code: code))
    }

    @Test func `accounts are named with and without a domain`() async throws {
        let host = try await WinRMAcceptor()
        for user in ["local", "audit@CORP", "corp\\AUDIT"] {
            let credential = NTLMCredential(user: user, password: Secret(WinRMAcceptor.password))
            let error = await failure {
                _ = try await host.run("echo x", endpoint: host.endpoint(credential: credential)).end
            }
            #expect(error == nil, "\(user): \(host.attempts)")
        }
    }

    @Test func `a command that says nothing for a while is asked again until it ends`() async throws {
        let host = try await WinRMAcceptor(["--poll", "0.2"])
        let output = try await host.run("sleep 1")
        #expect(output.text == "awake")
        #expect(host.operations.count { $0 == "Receive" } >= 4)
    }

    @Test func `a timeout fault without a code is one too`() async throws {
        let host = try await WinRMAcceptor(["--poll", "0.2", "--fault", "bare-timeout"])
        #expect(try await host.run("sleep 0.5").text == "awake")
    }

    @Test(arguments: ["omi", "exchange"])
    func `other ways to frame an encrypted answer are read`(_ framing: String) async throws {
        let host = try await WinRMAcceptor(["--framing", framing])
        #expect(try await host.run("echo x").end == .exited(code: 0))
    }

    @Test(arguments: [["--own-shell-id"], ["--fault", "twice"], ["--fault", "joined-schemes"]])
    func `harmless differences between hosts do not matter`(_ options: [String]) async throws {
        let host = try await WinRMAcceptor(options)
        #expect(try await host.run("echo x").end == .exited(code: 0))
        #expect(host.count("SHELL deleted") == 1)
    }

    @Test func `forty hosts with one credential are asked side by side`() async throws {
        let host = try await WinRMAcceptor()
        let connection = WinRMConnection(endpoint: host.endpoint(), gate: OpenGate())
        let request = RemoteRequest(executable: "cat", standardInput: Array("x".utf8), outputLimit: 10)
        let good = try await onLoop {
            let tasks = (0..<40).map { _ in Task { try await connection.run(request).end } }
            var good = 0
            for task in tasks where try await task.value == .exited(code: 0) { good += 1 }
            return good
        }
        #expect(good == 40)
        #expect(host.attempts.count == 40)
    }

    @Test func `the host is reached by its name`() async throws {
        let host = try await WinRMAcceptor()
        #expect(try await host.run("echo x", endpoint: host.endpoint(host: "localhost")).end == .exited(code: 0))
    }
}

@Suite(.enabled(if: Peers.hasPython), .serialized, .timeLimit(.minutes(3))) struct WinRMSignInTests {
    private static let wrong = NTLMCredential(user: WinRMAcceptor.user, password: Secret("wrong"))

    @Test(arguments: [true, false])
    func `a wrong password is tried exactly once`(_ combines: Bool) async throws {
        let host = try await WinRMAcceptor()
        let gate = RecordingGate()
        let endpoint = host.endpoint(credential: Self.wrong, combinesSignIn: combines)
        let error = await failure { _ = try await host.run("echo x", gate: gate, endpoint: endpoint).end }
        #expect(error?.stage == .signIn)
        #expect(error?.reason == .authenticationRefused(offered: ["Negotiate", "Kerberos", "CredSSP"]))
        #expect(error?.isRetryable == false)
        #expect(gate.entries == [.entered, .left(.refused)])
        #expect(host.attempts == ["ATTEMPT CORP\\audit refused"])
        #expect(host.count("CONNECTED") == 1)
    }

    @Test func `a gate that refuses keeps the proof on this machine`() async throws {
        let host = try await WinRMAcceptor()
        let gate = RecordingGate(refuses: true)
        let error = await failure { _ = try await host.run("echo x", gate: gate).end }
        #expect(error == TransportError(.signIn, .accountAtRisk))
        _ = try await host.event("CLOSED")
        #expect(host.attempts == [])
        #expect(gate.entries == [.refused])
    }

    @Test func `nothing is sent while the gate is closed, and the wait does not count`() async throws {
        let host = try await WinRMAcceptor()
        let gate = RecordingGate(delay: .milliseconds(1500))
        var deadlines = StageDeadlines.brief
        deadlines.total = .milliseconds(1400)
        deadlines.signIn = .milliseconds(900)
        let connection = WinRMConnection(endpoint: host.endpoint(), gate: gate, deadlines: deadlines)
        let running = Task { try await connection.run("echo x") }
        try await Task.sleep(for: .milliseconds(700))
        #expect(host.attempts == [])
        #expect(try await running.value.end == .exited(code: 0))
        #expect(gate.entries == [.entered, .left(.accepted)])
    }

    @Test func `a host that wants the proof alone gets the slower form`() async throws {
        let host = try await WinRMAcceptor(["--fault", "no-combined"])
        let gate = RecordingGate()
        let output = try await host.run("echo x", gate: gate)
        #expect(output.end == .exited(code: 0))
        #expect(output.connections == 2)
        #expect(output.roundTrips == 9)
        // The first outcome is unknown: an empty 500 proves nothing. The second is told apart from it.
        #expect(gate.entries == [.entered, .left(.unknown), .entered, .left(.accepted)])
    }

    @Test func `who knows such a host asks in the slower form at once`() async throws {
        let host = try await WinRMAcceptor(["--fault", "no-combined"])
        let gate = RecordingGate()
        let output = try await host.run("echo x", gate: gate, endpoint: host.endpoint(combinesSignIn: false))
        #expect(output.end == .exited(code: 0))
        #expect(output.connections == 1)
        #expect(gate.entries == [.entered, .left(.accepted)])
    }

    @Test(arguments: [("drop:authenticate", true), ("hang:authenticate", false)])
    func `an attempt without an answer is unknown and not repeated`(_ fault: String, isLost: Bool) async throws {
        let host = try await WinRMAcceptor(["--fault", fault])
        let gate = RecordingGate()
        var deadlines = StageDeadlines.brief
        deadlines.command = .milliseconds(300)
        let error = await failure { _ = try await host.run("echo x", gate: gate, deadlines: deadlines).end }
        #expect(error?.stage == .signIn)
        #expect(error?.reason == (isLost ? .connectionLost : .timedOut(.milliseconds(2300))))
        #expect(gate.entries == [.entered, .left(.unknown)])
        #expect(host.attempts.count == 1)
        #expect(host.count("CONNECTED") == 1)
    }

    @Test(arguments: [
        "wrong-mic:Create", "wrong-length:Create", "truncated:Create", "plain:Create", "empty-200:Create",
    ])
    func `an answer that proves nothing is no proof of a sign-in`(_ fault: String) async throws {
        let host = try await WinRMAcceptor(["--fault", fault])
        let gate = RecordingGate()
        let error = await failure { _ = try await host.run("echo x", gate: gate).end }
        #expect(error?.stage == .shell || error?.stage == .receive)
        #expect(error?.reason == .protocolViolation)
        #expect(gate.entries == [.entered, .left(.unknown)])
        #expect(host.attempts.count == 1)
    }

    @Test(arguments: [("Kerberos,CredSSP", ["Kerberos", "CredSSP"]), ("", [])])
    func `a host that does not offer Negotiate gets no proof`(_ schemes: String, offered: [String]) async throws {
        let host = try await WinRMAcceptor(["--schemes", schemes])
        let gate = RecordingGate()
        let error = await failure { _ = try await host.run("echo x", gate: gate).end }
        #expect(error?.reason == .methodNotOffered(offered: offered))
        #expect(gate.entries == [])
        #expect(host.attempts == [])
    }

    @Test(arguments: ["no-token", "bad-challenge", "drop:negotiate"])
    func `a first leg that fails sends no proof`(_ fault: String) async throws {
        let host = try await WinRMAcceptor(["--fault", fault])
        let gate = RecordingGate()
        let error = await failure { _ = try await host.run("echo x", gate: gate).end }
        #expect(error?.stage == .signIn)
        #expect(gate.entries == [])
        #expect(host.attempts == [])
    }

    @Test func `an account without rights has signed in, and is told so`() async throws {
        let host = try await WinRMAcceptor(["--fault", "access-denied"])
        let gate = RecordingGate()
        let error = await failure { _ = try await host.run("echo x", gate: gate).end }
        #expect(error == TransportError(.shell, .notAuthorised))
        #expect(gate.entries == [.entered, .left(.accepted)])
    }

    @Test func `Basic over plain HTTP is refused before anything is sent`() async throws {
        let host = try await WinRMAcceptor(["--schemes", "Basic"])
        var endpoint = host.endpoint()
        endpoint.authentication = .basic(user: "audit", password: Secret(WinRMAcceptor.password))
        let error = await failure { _ = try await host.run("echo x", endpoint: endpoint).end }
        #expect(error?.stage == .signIn)
        #expect(error?.reason == .settings)
        #expect(host.count("CONNECTED") == 0)
    }

    @Test(arguments: [true, false])
    func `Basic over plain HTTP works where it is allowed`(_ isRight: Bool) async throws {
        let host = try await WinRMAcceptor(["--schemes", "Basic,Negotiate"])
        let gate = RecordingGate()
        var endpoint = host.endpoint()
        endpoint.authentication = .basic(
            user: "audit", password: Secret(isRight ? WinRMAcceptor.password : "wrong"))
        endpoint.allowsUnencryptedBasic = true
        if isRight {
            let output = try await host.run("echo x", gate: gate, endpoint: endpoint)
            #expect(output.end == .exited(code: 0))
            #expect(output.roundTrips == 5)
            #expect(gate.entries == [.entered, .left(.accepted)])
        } else {
            let error = await failure { _ = try await host.run("echo x", gate: gate, endpoint: endpoint).end }
            #expect(error?.reason == .authenticationRefused(offered: ["Basic", "Negotiate"]))
            #expect(gate.entries == [.entered, .left(.refused)])
        }
        #expect(host.attempts.count == 1)
    }
}
