package import Formats

/// Where an SSH server listens, who signs in, and how the host proves itself.
package struct SSHEndpoint: Sendable {
    package enum Authentication: Sendable {
        case key(SSHPrivateKey)
        /// The method `password` where it is offered, else keyboard-interactive with one answer.
        case password(Secret)
    }

    package enum HostKeyPolicy: Sendable {
        case check(KnownHosts)
        /// Any key is accepted; whoever asks for this says so in its report.
        case ignore
    }

    package var host: String
    package var port: UInt16
    package var user: String
    package var authentication: Authentication
    package var hostKeys: HostKeyPolicy

    package init(
        host: String, port: UInt16 = 22, user: String, authentication: Authentication, hostKeys: HostKeyPolicy
    ) {
        self.host = host
        self.port = port
        self.user = user
        self.authentication = authentication
        self.hostKeys = hostKeys
    }
}

/// Asks a host over SSH: one connection, one channel, one command (RFC 4251 to 4254).
package struct SSHConnection: HostConnection {
    private let endpoint: SSHEndpoint
    private let gate: any SignInGate
    private let deadlines: StageDeadlines

    package init(endpoint: SSHEndpoint, gate: any SignInGate, deadlines: StageDeadlines = .init()) {
        self.endpoint = endpoint
        self.gate = gate
        self.deadlines = deadlines
    }

    package func run(_ request: RemoteRequest) async throws(TransportError) -> RemoteOutput {
        try await SSHConversation(endpoint: endpoint, gate: gate, clock: StageClock(deadlines)).run(request)
    }
}
