import Formats
import Foundation
import TestSupport
import Testing
import Transport

/// `Tests/Peers/winrm_acceptor.py`, running.
final class WinRMAcceptor {
    static let user = "CORP\\audit"
    static let password = "correct horse, Säule"

    let port: UInt16
    /// Over TLS: the authority's certificate and the SHA-256 of the leaf's.
    private(set) var caFile = ""
    private(set) var pin: [UInt8] = []
    private let process: PeerProcess

    init(_ options: [String] = [], certificate: String? = nil) async throws {
        guard let python = Peers.python else { throw PeerIsMissing("FLEETAUDIT_PEERS") }
        let script = Fixture.repository + "/Tests/Peers/winrm_acceptor.py"
        let users = "CORP:audit:\(Self.password)\n:local:\(Self.password)"
        let tls = certificate.map { ["--certificate", $0] } ?? []
        process = try await PeerProcess(python, [script, "--users", users] + tls + options)
        port = try #require(UInt16(try await process.line(startingWith: "PORT ")))
        if certificate != nil {
            caFile = try await process.line(startingWith: "CA ")
            pin = Hex.decode(try await process.line(startingWith: "PIN ")) ?? []
        }
    }

    /// What it has seen so far.
    var events: [String] { process.lines }
    func count(_ prefix: String) -> Int { events.count { $0.hasPrefix(prefix) } }
    var attempts: [String] { events.filter { $0.hasPrefix("ATTEMPT ") } }
    var operations: [String] {
        events.filter { $0.hasPrefix("REQUEST ") }.map { String($0.dropFirst("REQUEST ".count)) }
    }

    /// Waits for an event that may come after the client is done.
    func event(_ prefix: String) async throws -> String {
        try await process.line(startingWith: prefix, within: .seconds(10))
    }

    static let credential = NTLMCredential(user: user, password: Secret(password))

    func endpoint(
        host: String = "127.0.0.1", scheme: WinRMEndpoint.Scheme = .http, credential: NTLMCredential = credential,
        combinesSignIn: Bool = true
    ) -> WinRMEndpoint {
        WinRMEndpoint(
            scheme: scheme, host: host, port: port, authentication: .ntlm(credential), combinesSignIn: combinesSignIn)
    }

    func run(
        _ commandLine: String, input: [UInt8] = [], limit: Int = 1 << 20, gate: any SignInGate = OpenGate(),
        endpoint: WinRMEndpoint? = nil, deadlines: StageDeadlines = StageDeadlines()
    ) async throws -> RemoteOutput {
        let connection = WinRMConnection(endpoint: endpoint ?? self.endpoint(), gate: gate, deadlines: deadlines)
        return try await onLoop {
            try await connection.run(
                RemoteRequest(executable: commandLine, standardInput: input, outputLimit: limit))
        }
    }
}
