import EventLoop
import Formats
import TestSupport
import Testing
import Transport

@Suite(.enabled(if: Peers.hasPython), .serialized, .timeLimit(.minutes(2))) struct SSHPasswordTests {
    @Test func `a password signs in once and is accepted`() async throws {
        let server = try await AsyncSSHServer()
        let gate = RecordingGate()
        let output = try await server.connection(gate: gate).run("cat", input: Array("abc".utf8))
        #expect(output.text == "abc")
        #expect(gate.entries == [.entered, .left(.accepted)])
        #expect(server.attempts == ["ATTEMPT password accepted"])
    }

    @Test func `a wrong password is tried once, by one method, and the methods offered are named`() async throws {
        let server = try await AsyncSSHServer(["--methods", "password,kbdint"])
        let gate = RecordingGate()
        let error = await failure {
            _ = try await server.connection(password: "wrong", gate: gate).run("cat").end
        }
        guard case .authenticationRefused(let offered) = error?.reason else { throw try #require(error) }
        #expect(Set(offered).isSuperset(of: ["password", "keyboard-interactive"]))
        #expect(error?.stage == .signIn)
        #expect(error?.isRetryable == false)
        #expect(gate.entries == [.entered, .left(.refused)])
        #expect(server.attempts == ["ATTEMPT password refused"])
    }

    @Test func `a gate that refuses keeps the password on this machine`() async throws {
        let server = try await AsyncSSHServer()
        let gate = RecordingGate(refuses: true)
        let error = await failure { _ = try await server.connection(gate: gate).run("cat").end }
        #expect(error == TransportError(.signIn, .accountAtRisk))
        #expect(gate.entries == [.refused])
        _ = try await server.event("CLOSED")
        #expect(server.attempts == [])
    }

    @Test(arguments: ["password", "kbdint"])
    func `nothing is sent while the gate is closed`(_ method: String) async throws {
        let server = try await AsyncSSHServer(["--methods", method])
        let gate = RecordingGate(delay: .milliseconds(700))
        let connection = server.connection(gate: gate, deadlines: .brief)
        let running = Task { try await connection.run("exit 3") }
        try await Task.sleep(for: .milliseconds(450))
        #expect(server.attempts == [])
        // Waiting at the gate does not count against the deadlines, all of which are shorter.
        #expect(try await running.value.end == .exited(code: 3))
        #expect(gate.entries == [.entered, .left(.accepted)])
    }

    @Test func `one prompt is answered with the password`() async throws {
        let server = try await AsyncSSHServer(["--methods", "kbdint"])
        let gate = RecordingGate()
        let output = try await server.connection(gate: gate).run("exit 4")
        #expect(output.end == .exited(code: 4))
        #expect(server.attempts == ["ATTEMPT kbdint accepted 1"])
        #expect(gate.entries == [.entered, .left(.accepted)])
    }

    @Test func `a round without prompts is answered with nothing, and the next one with the password`() async throws {
        let server = try await AsyncSSHServer(["--methods", "kbdint", "--prompts", "0"])
        let gate = RecordingGate()
        #expect(try await server.connection(gate: gate).run("exit 4").end == .exited(code: 4))
        #expect(server.attempts == ["ATTEMPT kbdint accepted 1"])
        #expect(gate.entries == [.entered, .left(.accepted)])
    }

    @Test func `a wrong password at a prompt is tried once`() async throws {
        let server = try await AsyncSSHServer(["--methods", "kbdint"])
        let gate = RecordingGate()
        let error = await failure { _ = try await server.connection(password: "no", gate: gate).run("cat").end }
        guard case .authenticationRefused = error?.reason else { throw try #require(error) }
        #expect(server.attempts == ["ATTEMPT kbdint refused 1"])
        #expect(gate.entries == [.entered, .left(.refused)])
    }

    @Test(arguments: ["2", "echo"])
    func `prompts for more than one password are not answered`(_ prompts: String) async throws {
        let server = try await AsyncSSHServer(["--methods", "kbdint", "--prompts", prompts])
        let gate = RecordingGate()
        let error = await failure { _ = try await server.connection(gate: gate).run("cat").end }
        #expect(error?.reason == .signInStopped)
        #expect(error?.detail.contains(prompts == "2" ? "2 questions" : "show on the screen") == true)
        _ = try await server.event("CLOSED")
        #expect(server.attempts == [])
        #expect(gate.entries == [])
    }

    @Test func `a second question is not answered, and the outcome of the first is unknown`() async throws {
        let server = try await AsyncSSHServer(["--methods", "kbdint", "--prompts", "again"])
        let gate = RecordingGate()
        let error = await failure { _ = try await server.connection(gate: gate).run("cat").end }
        #expect(error?.reason == .signInStopped)
        _ = try await server.event("CLOSED")
        #expect(server.attempts == ["ATTEMPT kbdint asked-again"])
        #expect(gate.entries == [.entered, .left(.unknown)])
    }

    @Test func `a prompt that claims two gigabytes costs neither memory nor time`() async throws {
        let server = try await AsyncSSHServer(["--methods", "kbdint", "--prompts", "hostile"])
        let started = ContinuousClock.now
        let error = await failure { _ = try await server.connection().run("cat").end }
        #expect(error?.stage == .signIn)
        #expect(ContinuousClock.now - started < .seconds(15))
    }

    @Test func `a password that must be changed is refused with that reason`() async throws {
        let server = try await AsyncSSHServer(["--fault", "change-password"])
        let gate = RecordingGate()
        let error = await failure { _ = try await server.connection(gate: gate).run("cat").end }
        guard case .authenticationRefused = error?.reason else { throw try #require(error) }
        #expect(error?.detail.contains("expired") == true)
        #expect(gate.entries == [.entered, .left(.refused)])
        #expect(server.attempts == ["ATTEMPT password expired"])
    }

    @Test(arguments: [("drop-after-password", true), ("hang-after-password", false)])
    func `an attempt without an answer is unknown`(_ fault: String, isLost: Bool) async throws {
        let server = try await AsyncSSHServer(["--fault", fault])
        let gate = RecordingGate()
        let error = await failure { _ = try await server.connection(gate: gate, deadlines: .brief).run("cat").end }
        #expect(error?.stage == .signIn)
        #expect(error?.reason == (isLost ? .connectionLost : .timedOut(.milliseconds(1500))))
        #expect(gate.entries == [.entered, .left(.unknown)])
        #expect(server.attempts.count == 1)
    }

    @Test func `a host that offers neither method gets no password`() async throws {
        let user = try await UserKey()
        let server = try await AsyncSSHServer(["--methods", "", "--key", user.line])
        let gate = RecordingGate()
        let error = await failure { _ = try await server.connection(gate: gate).run("cat").end }
        guard case .methodNotOffered(let offered) = error?.reason else { throw try #require(error) }
        #expect(offered.contains("publickey"))
        #expect(gate.entries == [])
    }

    @Test func `a host that asks for nothing gets no password`() async throws {
        let server = try await AsyncSSHServer(["--methods", "none"])
        let gate = RecordingGate()
        #expect(try await server.connection(gate: gate).run("exit 5").end == .exited(code: 5))
        #expect(gate.entries == [])
    }
}
