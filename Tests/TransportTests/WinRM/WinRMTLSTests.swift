import EventLoop
import Formats
import TestSupport
import Testing
import Transport

@Suite(.enabled(if: Peers.hasPython), .serialized, .timeLimit(.minutes(3))) struct WinRMTLSTests {
    private static func error(
        _ certificate: String, options: [String] = [], trust: (WinRMAcceptor) -> TLSTrust = { .caFile($0.caFile) }
    ) async throws -> TransportError? {
        let host = try await WinRMAcceptor(options, certificate: certificate)
        let gate = RecordingGate()
        let endpoint = host.endpoint(scheme: .https(trust(host)))
        let error = await failure { _ = try await host.run("echo x", gate: gate, endpoint: endpoint).end }
        #expect(error?.stage == .tls)
        #expect(gate.entries == [])
        #expect(host.attempts == [])
        return error
    }

    @Test(arguments: ["sha256", "sha384", "sha512"])
    func `NTLM over HTTPS is bound to the channel, whatever digest signed the certificate`(
        _ digest: String
    ) async throws {
        let host = try await WinRMAcceptor(["--signature", digest], certificate: "good")
        let gate = RecordingGate()
        let input = [UInt8](repeating: 65, count: 5000)
        let output = try await host.run(
            "cat", input: input, gate: gate, endpoint: host.endpoint(scheme: .https(.caFile(host.caFile))))
        #expect(output.standardOutput == input)
        #expect(output.connections == 1)
        #expect(gate.entries == [.entered, .left(.accepted)])
    }

    @Test func `a sign-in that was passed on by somebody in between is refused like a wrong password`() async throws {
        let host = try await WinRMAcceptor(["--binding", "wrong"], certificate: "good")
        let gate = RecordingGate()
        let endpoint = host.endpoint(scheme: .https(.caFile(host.caFile)))
        let error = await failure { _ = try await host.run("echo x", gate: gate, endpoint: endpoint).end }
        guard case .authenticationRefused = error?.reason else { throw try #require(error) }
        #expect(gate.entries == [.entered, .left(.refused)])
    }

    @Test func `a pinned certificate is trusted whatever else is wrong with it, and so is any on demand`() async throws
    {
        for certificate in ["expired", "other-name", "self-signed"] {
            let host = try await WinRMAcceptor(certificate: certificate)
            for trust in [TLSTrust.pinned(host.pin), .none] {
                let output = try await host.run("echo x", endpoint: host.endpoint(scheme: .https(trust)))
                #expect(output.end == .exited(code: 0))
            }
        }
    }

    @Test(arguments: [
        ("expired", TransportError.TLSProblem.expired), ("future", .notYetValid), ("other-name", .wrongName),
        ("self-signed", .selfSigned),
    ])
    func `what is wrong with a certificate is said exactly`(
        _ certificate: String, problem: TransportError.TLSProblem
    ) async throws {
        #expect(try await Self.error(certificate)?.reason == .tls(problem))
    }

    @Test func `a certificate of an authority that is not trusted here is refused`() async throws {
        #expect(try await Self.error("good") { _ in .system }?.reason == .tls(.unknownAuthority))
    }

    @Test func `a certificate other than the pinned one is refused, and named`() async throws {
        var presented = ""
        let error = try await Self.error("good") { host in
            presented = Hex.encode(host.pin)
            return .pinned([UInt8](repeating: 7, count: 32))
        }
        #expect(error?.reason == .tls(.pinDiffers(presented: presented)))
    }

    @Test func `a CA file that cannot be read is the inventory's mistake`() async throws {
        let error = try await Self.error("good") { _ in .caFile("/nowhere/ca.pem") }
        #expect(error?.reason == .settings)
        #expect(error?.detail.contains("/nowhere/ca.pem") == true)
    }

    @Test(arguments: [
        // A fatal alert, protocol_version (RFC 8446 section 6).
        ([0x15, 3, 1, 0, 2, 2, 70], TransportError.Reason.tls(.version)),
        // A ServerHello of TLS 1.0.
        ([0x16, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1] + [UInt8](repeating: 9, count: 32) + [0, 0, 0x2F, 0], .tls(.version)),
        (Array("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".utf8), .tls(.notTLS)),
        (Array("SSH-2.0-OpenSSH_9.9\r\n".utf8), .tls(.notTLS)), ([], .connectionLost),
        ([0x15, 3, 3, 0, 2, 2, 40], .tls(.other)),
    ])
    func `what stands in the way of a handshake is told apart`(
        _ words: [UInt8], reason: TransportError.Reason
    ) async throws {
        let peer = try await HostilePeer(.saysAndHangsUp(words))
        let endpoint = WinRMEndpoint(
            scheme: .https(.none), host: "127.0.0.1", port: peer.port,
            authentication: .ntlm(WinRMAcceptor.credential))
        let error = await failure {
            _ = try await WinRMConnection(endpoint: endpoint, gate: OpenGate()).run("echo x").end
        }
        #expect(error?.stage == .tls)
        #expect(error?.reason == reason, "\(error?.description ?? "no error")")
        withExtendedLifetime(peer) {}
    }

    @Test func `HTTPS behind an HTTP port ends in an error`() async throws {
        let host = try await WinRMAcceptor(certificate: "good")
        let error = await failure { _ = try await host.run("echo x", endpoint: host.endpoint()).end }
        #expect(error?.stage == .signIn)
    }

    @Test func `Basic over HTTPS works`() async throws {
        let host = try await WinRMAcceptor(["--schemes", "Basic"], certificate: "good")
        var endpoint = host.endpoint(scheme: .https(.caFile(host.caFile)))
        endpoint.authentication = .basic(user: WinRMAcceptor.user, password: Secret(WinRMAcceptor.password))
        let output = try await host.run("cat", input: [1, 2, 3], endpoint: endpoint)
        #expect(output.standardOutput == [1, 2, 3])
    }

    @Test(arguments: [HostilePeer.Manner.silent, .drips([0x16, 3, 3, 0, 50, 2], every: .milliseconds(100))])
    func `a TLS handshake that stands still ends at its own deadline`(_ manner: HostilePeer.Manner) async throws {
        let peer = try await HostilePeer(manner)
        let endpoint = WinRMEndpoint(
            scheme: .https(.none), host: "127.0.0.1", port: peer.port,
            authentication: .ntlm(WinRMAcceptor.credential))
        var deadlines = StageDeadlines.brief
        deadlines.connect = .seconds(60)
        let connection = WinRMConnection(endpoint: endpoint, gate: OpenGate(), deadlines: deadlines)
        let error = await failure { _ = try await connection.run("echo x").end }
        #expect(error == TransportError(.tls, .timedOut(.milliseconds(1500))))
        withExtendedLifetime(peer) {}
    }
}
