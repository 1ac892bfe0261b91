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
    /// Lets a password answer keyboard-interactive where `password` is not offered. libssh2 before 1.11 believes the
    /// lengths that a host puts into its prompts, so that a hostile host could crash the program: off by default there.
    package var allowsPrompts: Bool

    package init(
        host: String, port: UInt16 = 22, user: String, authentication: Authentication, hostKeys: HostKeyPolicy,
        allowsPrompts: Bool? = nil
    ) {
        self.host = host
        self.port = port
        self.user = user
        self.authentication = authentication
        self.hostKeys = hostKeys
        self.allowsPrompts = allowsPrompts ?? SSHAlgorithms.libraryIsAtLeast1_11
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
