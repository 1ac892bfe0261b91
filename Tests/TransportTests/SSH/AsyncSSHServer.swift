import Formats
import Foundation
import TestSupport
import Testing
import Transport

/// `Tests/Peers/ssh_server.py`, running.
final class AsyncSSHServer: Sendable {
    static let password = "correct horse, Säule"

    /// One without options, for tests that only run commands.
    static let shared = Task { try await AsyncSSHServer() }

    let port: UInt16
    let knownHosts: KnownHosts
    private let process: PeerProcess

    init(_ options: [String] = []) async throws {
        guard let python = Peers.python else { throw PeerIsMissing("FLEETAUDIT_PEERS") }
        let script = Fixture.repository + "/Tests/Peers/ssh_server.py"
        process = try await PeerProcess(python, [script, "--password", Self.password] + options)
        port = try #require(UInt16(try await process.line(startingWith: "PORT ")))
        knownHosts = KnownHosts(Array(try await process.line(startingWith: "HOSTKEY ").utf8))
    }

    var events: [String] { process.lines }
    var attempts: [String] { events.filter { $0.hasPrefix("ATTEMPT ") } }
    func event(_ prefix: String) async throws -> String {
        try await process.line(startingWith: prefix, within: .seconds(10))
    }

    func connection(
        password: String = password, key: SSHPrivateKey? = nil, gate: any SignInGate = OpenGate(),
        deadlines: StageDeadlines = StageDeadlines()
    ) -> SSHConnection {
        let authentication: SSHEndpoint.Authentication = key.map { .key($0) } ?? .password(Secret(password))
        return SSHConnection(
            endpoint: SSHEndpoint(
                host: "127.0.0.1", port: port, user: "audit", authentication: authentication,
                hostKeys: .check(knownHosts)),
            gate: gate, deadlines: deadlines)
    }
}

extension HostConnection {
    /// Runs a command as the program does: on the loop.
    func run(_ commandLine: String, input: [UInt8] = [], limit: Int = 1 << 20) async throws -> RemoteOutput {
        let request = RemoteRequest(executable: commandLine, standardInput: input, outputLimit: limit)
        return try await onLoop { try await self.run(request) }
    }
}
