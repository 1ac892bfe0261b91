import EventLoop
import Formats
import Foundation
import TestSupport
import Testing
import Transport

@Suite(.enabled(if: Peers.has(LocalSSHD.program)), .serialized, .timeLimit(.minutes(2))) struct SSHConnectionTests {
    private static func connection(
        _ server: LocalSSHD, _ key: SSHPrivateKey, host: String = "127.0.0.1",
        policy: SSHEndpoint.HostKeyPolicy? = nil, gate: any SignInGate = OpenGate(),
        deadlines: StageDeadlines = StageDeadlines()
    ) throws -> SSHConnection {
        SSHConnection(
            endpoint: SSHEndpoint(
                host: host, port: server.port, user: server.user, authentication: .key(key),
                hostKeys: try policy ?? .check(server.knownHosts())),
            gate: gate, deadlines: deadlines)
    }

    @Test func `a command runs over a key and its output, errors and exit code come back`() async throws {
        let user = try await UserKey()
        let server = try await LocalSSHD(userKeys: [user.line])
        let gate = RecordingGate()
        let output = try await Self.connection(server, user.key, gate: gate)
            .run("cat; echo oops >&2; exit 7", input: Array("hello".utf8))
        #expect(output.text == "hello")
        #expect(output.standardError == Array("oops\n".utf8))
        #expect(output.end == .exited(code: 7))
        #expect(output.connections == 1)
        #expect((8...11).contains(output.roundTrips))
        #expect(gate.entries == [.entered, .left(.accepted)])
    }

    @Test(arguments: [("ed25519", 256), ("ecdsa", 256), ("ecdsa", 384), ("ecdsa", 521)])
    func `every supported kind of user key signs in`(_ type: String, bits: Int) async throws {
        let user = try await UserKey(type: type, bits: type == "ecdsa" ? bits : nil)
        let server = try await LocalSSHD(userKeys: [user.line])
        // Signatures are random, and a number in them can start with a zero byte: more than one of them is tried.
        for code in 1...3 {
            #expect(try await Self.connection(server, user.key).run("exit \(code)").end == .exited(code: UInt32(code)))
        }
    }

    @Test func `an RSA key signs as the host and libssh2 agree`() async throws {
        let user = try await UserKey(type: "rsa", bits: 2048)
        let server = try await LocalSSHD(userKeys: [user.line], options: ["PubkeyAcceptedAlgorithms +ssh-rsa"])
        #expect(try await Self.connection(server, user.key).run("exit 9").end == .exited(code: 9))
    }

    @Test func `a key that the host does not know is refused without a signature`() async throws {
        let user = try await UserKey(), stranger = try await UserKey()
        let server = try await LocalSSHD(userKeys: [user.line])
        let gate = RecordingGate()
        let error = await failure { _ = try await Self.connection(server, stranger.key, gate: gate).run("true").end }
        #expect(error?.reason == .authenticationRefused(offered: ["publickey"]))
        #expect(gate.entries == [])
    }

    @Test(arguments: [["ed25519"], ["ecdsa"], ["ed25519", "ecdsa"]])
    func `a host is known by whichever key known_hosts has`(_ known: [String]) async throws {
        let user = try await UserKey()
        let server = try await LocalSSHD(hostKeyTypes: ["ed25519", "ecdsa"], userKeys: [user.line])
        let policy = SSHEndpoint.HostKeyPolicy.check(try server.knownHosts(known))
        #expect(try await Self.connection(server, user.key, policy: policy).run("true").end == .exited(code: 0))
    }

    @Test func `an unknown, changed or revoked host key ends it before the key is offered`() async throws {
        let user = try await UserKey()
        let server = try await LocalSSHD(userKeys: [user.line])
        let other = try await LocalSSHD()
        let line = try String(contentsOfFile: server.folder.path("host_ed25519.pub"), encoding: .utf8)
        let otherLine = try String(contentsOfFile: other.folder.path("host_ed25519.pub"), encoding: .utf8)
        let name = "[127.0.0.1]:\(server.port)"
        let cases: [(String, TransportError.HostKeyProblem)] = [
            ("127.0.0.1 \(line)", .unknown), ("\(name) \(otherLine)", .changed),
            ("\(name) \(line)@revoked * \(line)", .revoked),
        ]
        let shown = try await run("/usr/bin/ssh-keygen", ["-lf", server.folder.path("host_ed25519.pub")])
        let fingerprint = try #require(shown.text.split(separator: " ").dropFirst().first)
        for (file, problem) in cases {
            let gate = RecordingGate()
            let error = await failure {
                let policy = SSHEndpoint.HostKeyPolicy.check(KnownHosts(Array(file.utf8)))
                _ = try await Self.connection(server, user.key, policy: policy, gate: gate).run("true").end
            }
            #expect(error?.reason == .hostKey(problem, fingerprint: "ssh-ed25519 \(fingerprint)"))
            #expect(gate.entries == [])
        }
        #expect(!server.log.contains("publickey"))
    }

    @Test(arguments: ["localhost", "::1", "[::1]", "LOCALHOST"])
    func `names and IPv6 addresses are reached`(_ host: String) async throws {
        let user = try await UserKey()
        let server = try await LocalSSHD(userKeys: [user.line])
        let bare = host.lowercased().filter { $0 != "[" && $0 != "]" }
        let policy = SSHEndpoint.HostKeyPolicy.check(try server.knownHosts(name: bare))
        let output = try await Self.connection(server, user.key, host: host, policy: policy).run("echo $SSH_CONNECTION")
        #expect(output.text.contains(host.contains(":") ? "::1" : "1"))
        #expect(output.end == .exited(code: 0))
    }

    @Test func `two megabytes go there and back unchanged`() async throws {
        let user = try await UserKey()
        let server = try await LocalSSHD(userKeys: [user.line])
        let input = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        let output = try await Self.connection(server, user.key).run("cat", input: input, limit: 4 << 20)
        #expect(output.standardOutput == input)
    }

    @Test func `output beyond the limit ends the command and keeps what fits`() async throws {
        let user = try await UserKey()
        let server = try await LocalSSHD(userKeys: [user.line])
        let output = try await Self.connection(server, user.key).run("yes", limit: 10_000)
        #expect(output.standardOutput.count == 10_000)
        #expect(output.end == .interrupted(TransportError(.receive, .outputTooLarge(limit: 10_000))))
    }

    @Test func `output of exactly the limit is whole`() async throws {
        let user = try await UserKey()
        let server = try await LocalSSHD(userKeys: [user.line])
        let output = try await Self.connection(server, user.key).run("head -c 10000 /dev/zero", limit: 10_000)
        #expect(output.standardOutput.count == 10_000)
        #expect(output.end == .exited(code: 0))
    }

    @Test func `standard error is read to its end and kept up to its limit`() async throws {
        let user = try await UserKey()
        let server = try await LocalSSHD(userKeys: [user.line])
        let output = try await Self.connection(server, user.key)
            .run("head -c 3000000 /dev/zero >&2; echo done", limit: 100)
        #expect(output.standardError.count == 4096)
        #expect(output.text == "done\n")
        #expect(output.end == .exited(code: 0))
    }

    @Test(arguments: [
        ("MACs hmac-sha2-256-etm@openssh.com", "MAC: the host offers hmac-sha2-256-etm@openssh.com"),
        ("Ciphers chacha20-poly1305@openssh.com", "cipher: the host offers chacha20-poly1305@openssh.com"),
        ("HostKeyAlgorithms rsa-sha2-512", "host key: the host offers rsa-sha2-512"),
        ("KexAlgorithms sntrup761x25519-sha512@openssh.com", "key exchange: the host offers sntrup761x25519"),
    ])
    func `algorithms that this libssh2 lacks are named`(_ option: String, text: String) async throws {
        let user = try await UserKey()
        let server = try await LocalSSHD(
            hostKeyTypes: ["ed25519", "rsa"], userKeys: [user.line], options: [option])
        let error = await failure { _ = try await Self.connection(server, user.key).run("true").end }
        // A newer libssh2 knows them, and connects.
        if let error {
            #expect(error.reason == .noCommonAlgorithm)
            #expect(error.detail.contains(text), "\(error.detail)")
            #expect(error.stage == .hostKey)
        }
    }

    @Test func `forty sessions side by side all end well`() async throws {
        let user = try await UserKey()
        let server = try await LocalSSHD(userKeys: [user.line])
        let connection = try Self.connection(server, user.key)
        let request = RemoteRequest(executable: "cat", standardInput: Array("x".utf8), outputLimit: 10)
        let good = try await onLoop {
            let tasks = (0..<40).map { _ in Task { try await connection.run(request).end } }
            var good = 0
            for task in tasks where try await task.value == .exited(code: 0) { good += 1 }
            return good
        }
        #expect(good == 40)
    }
}
