import EventLoop
import Formats
import Glibc
import TestSupport
import Testing
import Transport

/// Hosts that hang, lie, flood or break off.
@Suite(.serialized, .timeLimit(.minutes(2))) struct SSHHostileHostTests {
    private static func connection(
        port: UInt16, host: String = "127.0.0.1", deadlines: StageDeadlines = .brief
    ) -> SSHConnection {
        SSHConnection(
            endpoint: SSHEndpoint(
                host: host, port: port, user: "audit", authentication: .password(Secret("secret")), hostKeys: .ignore),
            gate: RecordingGate(refuses: true), deadlines: deadlines)
    }

    private static func error(from manner: HostilePeer.Manner) async throws -> TransportError? {
        let peer = try await HostilePeer(manner)
        let error = await failure { _ = try await connection(port: peer.port).run("true").end }
        withExtendedLifetime(peer) {}
        return error
    }

    @Test func `a port where nothing listens is refused`() async throws {
        let port = try await freePort()
        let error = await failure { _ = try await Self.connection(port: port).run("true").end }
        #expect(error?.stage == .connect)
        #expect(error?.reason == .refused)
        #expect(error?.isRetryable == true)
    }

    @Test(arguments: ["", "a b", "user@host", "host/path", "1.2.3.4:80/", "fe80::1%", "fe80::zz", "ho\nst"])
    func `what cannot be a host is never looked up`(_ host: String) async throws {
        let error = await failure { _ = try await Self.connection(port: 22, host: host).run("true").end }
        #expect(error?.stage == .name)
        #expect(error?.reason == .settings)
    }

    @Test func `a silent host ends at its deadline`() async throws {
        let started = ContinuousClock.now
        let error = try await Self.error(from: .silent)
        #expect(error == TransportError(.hostKey, .timedOut(.milliseconds(1500))))
        #expect(ContinuousClock.now - started < .seconds(15))
    }

    @Test func `a black hole ends at the deadline of connecting`() async throws {
        // A full backlog swallows further connects without an answer.
        let listener = try await onLoop { try Listener(address: "127.0.0.1", backlog: 0) }
        let fillers = connectWithoutWaiting(to: await listener.port, count: 4)
        defer { for filler in fillers { close(filler) } }
        try await Task.sleep(for: .milliseconds(100))
        let error = await failure { _ = try await Self.connection(port: await listener.port).run("true").end }
        #expect(error == TransportError(.connect, .timedOut(.milliseconds(1500))))
    }

    @Test(arguments: [
        ("220 mail.example ESMTP\r\n", true), ("HTTP/1.1 400 Bad Request\r\n\r\n", true),
        ("\u{0}\u{1}\u{2}\r\n\n", true),
    ])
    func `another service is told apart from SSH`(_ greeting: String, _: Bool) async throws {
        let error = try await Self.error(from: .saysAndHangsUp(Array(greeting.utf8)))
        #expect(error?.reason == .protocolViolation)
        #expect(error?.detail == "what listens there does not speak SSH")
    }

    @Test func `a host that hangs up at once is told apart from other services`() async throws {
        let error = try await Self.error(from: .saysAndHangsUp([]))
        #expect(error?.reason == .connectionLost)
        #expect(error?.stage == .hostKey)
        #expect(error?.advice.contains("MaxStartups") == true)
    }

    @Test(arguments: [
        HostilePeer.Manner.says(Array("SSH-2.0-x\r\n".utf8)),
        .says(Array("SSH-2.0-x\r\n".utf8) + [0, 0, 0x80, 0, 4, 20]),
        .says(Array("SSH-2.0-x\r\n".utf8) + [0xFF, 0xFF, 0xFF, 0xFF] + [UInt8](repeating: 20, count: 200)),
        .says(Array("SSH-2.0-x\r\n".utf8) + [UInt8](repeating: 0, count: 5000)),
        .says([UInt8](repeating: UInt8(ascii: "A"), count: 100_000)),
        .repeats([UInt8](repeating: UInt8(ascii: "A"), count: 10_000)),
        .repeats(Array("more words\r\n".utf8)),
        .repeats([UInt8](repeating: 0, count: 10_000)),
        .drips(Array("SSH-2.0-OpenSSH_9.9\r\n".utf8), every: .milliseconds(100)),
    ])
    func `a broken or endless opening ends in an error`(_ manner: HostilePeer.Manner) async throws {
        let started = ContinuousClock.now
        let error = try await Self.error(from: manner)
        #expect(error?.stage == .hostKey)
        #expect(ContinuousClock.now - started < .seconds(15))
    }

    @Test func `cancelling two hundred hanging connections takes less than a second`() async throws {
        let peer = try await HostilePeer(.silent)
        let connection = Self.connection(port: peer.port, deadlines: StageDeadlines())
        let took = try await cancellingTwoHundred(connection, at: peer, ending: TransportError(.hostKey, .cancelled))
        #expect(took < .seconds(1))
    }
}

/// Sockets whose connects are under way.
private func connectWithoutWaiting(to port: UInt16, count: Int) -> [Int32] {
    (0..<count).map { _ in
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_INET, type, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        _ = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return descriptor
    }
}

/// How a command can end, or not end, once it runs.
@Suite(.enabled(if: Peers.hasPython), .serialized, .timeLimit(.minutes(2))) struct SSHCommandEndTests {
    private static let lost = RemoteOutput.End.interrupted(TransportError(.receive, .connectionLost))

    @Test func `a signal is told apart from an exit code`() async throws {
        let output = try await AsyncSSHServer.shared.value.connection().run("signal KILL")
        #expect(output.text == "before")
        #expect(output.end == .interrupted(TransportError(.receive, .endedBySignal("KILL"))))
    }

    @Test(arguments: [UInt32(0), 1, 255, 3_221_225_477])
    func `exit codes have all their 32 bits`(_ code: UInt32) async throws {
        #expect(try await AsyncSSHServer.shared.value.connection().run("exit \(code)").end == .exited(code: code))
    }

    @Test(arguments: ["drop", "reset"])
    func `what came before the connection broke is kept`(_ command: String) async throws {
        let output = try await AsyncSSHServer.shared.value.connection().run(command)
        #expect(output.text == "before")
        guard case .interrupted(let error) = output.end else { throw RunDidNotFail() }
        #expect(error.reason == .connectionLost)
        #expect(error.stage == .receive)
    }

    @Test func `a command that ends without reading its input is no failure`() async throws {
        let input = [UInt8](repeating: 7, count: 8 << 20)
        let output = try await AsyncSSHServer.shared.value.connection(deadlines: .brief).run("ends-early", input: input)
        #expect(output.text == "enough")
        #expect(output.end == .exited(code: 0))
    }

    @Test func `a command that never reads ends at its deadline`() async throws {
        let input = [UInt8](repeating: 7, count: 16 << 20)
        let output = try await AsyncSSHServer.shared.value.connection(deadlines: .brief).run("deaf", input: input)
        #expect(output.end == .interrupted(TransportError(.send, .timedOut(.milliseconds(1500)))))
    }

    @Test func `silence ends at the deadline for idling`() async throws {
        let output = try await AsyncSSHServer.shared.value.connection(deadlines: .brief).run("silence")
        #expect(output.end == .interrupted(TransportError(.receive, .timedOut(.milliseconds(1500)))))
    }

    @Test func `every byte of output starts the deadline for idling anew, the one for all stays`() async throws {
        var deadlines = StageDeadlines.brief
        deadlines.total = .seconds(3)
        let output = try await AsyncSSHServer.shared.value.connection(deadlines: deadlines).run("drip")
        #expect(output.standardOutput.count > 10)
        #expect(
            output.end
                == .interrupted(
                    TransportError(.receive, .timedOut(.seconds(3)), "the limit for the whole conversation")))
    }

    @Test func `endless output ends at the limit`() async throws {
        let output = try await AsyncSSHServer.shared.value.connection().run("endless", limit: 300_000)
        #expect(output.standardOutput.count == 300_000)
        #expect(output.end == .interrupted(TransportError(.receive, .outputTooLarge(limit: 300_000))))
    }

    @Test(arguments: ["endless-errors", "flood"])
    func `a host that sends without end is cut off, and others are served meanwhile`(_ command: String) async throws {
        let server = try await AsyncSSHServer.shared.value
        let connection = server.connection()
        let request = RemoteRequest(executable: command, outputLimit: 1000)
        let longestGap = try await onLoop { () async throws -> Duration in
            let gap = LoopGap()
            guard case .interrupted(let error) = try await connection.run(request).end else { throw RunDidNotFail() }
            #expect(error.reason == .protocolViolation)
            return gap.longest
        }
        #expect(longestGap < .seconds(2))
    }

    @Test func `cancelling a running command returns what came and why`() async throws {
        let server = try await AsyncSSHServer()
        let connection = server.connection()
        let request = RemoteRequest(executable: "drip", outputLimit: 1000)
        let output = try await onLoop { () async throws -> RemoteOutput in
            let running = Task { try await connection.run(request) }
            while server.events.count(where: { $0 == "DRIPPED" }) < 3 {
                try await Loop.shared.sleep(until: .after(.milliseconds(20)))
            }
            let cancelled = ContinuousClock.now
            running.cancel()
            let output = try await running.value
            #expect(ContinuousClock.now - cancelled < .seconds(1))
            return output
        }
        #expect(!output.standardOutput.isEmpty)
        #expect(output.end == .interrupted(TransportError(.receive, .cancelled)))
    }
}

struct RunDidNotFail: Error {}
