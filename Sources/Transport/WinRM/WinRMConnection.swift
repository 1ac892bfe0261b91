package import Formats

/// Where a WinRM listener is, who signs in, and how the host proves itself.
package struct WinRMEndpoint: Sendable {
    package enum Authentication: Sendable {
        /// Over HTTP every message is sealed; over HTTPS the sign-in is bound to the TLS channel.
        case ntlm(NTLMCredential)
        /// User and password as they are, with every request: over HTTPS only, unless ``allowsUnencryptedBasic``.
        case basic(user: String, password: Secret)
    }

    package enum Scheme: Sendable, Hashable {
        case http
        case https(TLSTrust)
    }

    package var scheme: Scheme
    package var host: String
    package var port: UInt16
    package var path: String
    package var authentication: Authentication
    /// Lets a password go over the network for everyone to read; whoever sets this says so in its report.
    package var allowsUnencryptedBasic: Bool
    /// Sends the first request together with the proof of the password. Hosts that cannot take it get the slower form in
    /// a second sign-in; who knows such a host saves that by `false`.
    package var combinesSignIn: Bool

    package init(
        scheme: Scheme, host: String, port: UInt16? = nil, path: String = "/wsman", authentication: Authentication,
        allowsUnencryptedBasic: Bool = false, combinesSignIn: Bool = true
    ) {
        self.scheme = scheme
        self.host = host
        self.port = port ?? (scheme == .http ? 5985 : 5986)
        self.path = path
        self.authentication = authentication
        self.allowsUnencryptedBasic = allowsUnencryptedBasic
        self.combinesSignIn = combinesSignIn
    }

    var trust: TLSTrust? {
        switch scheme {
        case .http: nil
        case .https(let trust): trust
        }
    }
}

/// Asks a host over WinRM: one connection, one shell, one command ([MS-WSMV]).
package struct WinRMConnection: HostConnection {
    private let endpoint: WinRMEndpoint
    private let gate: any SignInGate
    private let deadlines: StageDeadlines

    package init(endpoint: WinRMEndpoint, gate: any SignInGate, deadlines: StageDeadlines = .init()) {
        self.endpoint = endpoint
        self.gate = gate
        self.deadlines = deadlines
    }

    package func run(_ request: RemoteRequest) async throws(TransportError) -> RemoteOutput {
        guard XML.canCarry(request.commandLine) else {
            throw TransportError(.command, .settings, "the command line holds characters that XML cannot carry")
        }
        let exchange = try await WinRMExchange(endpoint: endpoint, gate: gate, clock: StageClock(deadlines))
        return try await WinRMConversation(exchange: exchange, request: request).run()
    }
}
