import EventLoop

/// One run over SSH, from the connect to the command's end.
@Reactor struct SSHConversation {
    let endpoint: SSHEndpoint
    let gate: any SignInGate
    let clock: StageClock

    nonisolated init(endpoint: SSHEndpoint, gate: any SignInGate, clock: StageClock) {
        self.endpoint = endpoint
        self.gate = gate
        self.clock = clock
    }

    func run(_ request: RemoteRequest) async throws(TransportError) -> RemoteOutput {
        let known = await knownKeys()
        let descriptor = try await TCPConnection.open(endpoint.host, port: endpoint.port, clock: clock)
        let session = try SSHSession(
            descriptor: descriptor, clock: clock, receiveLimit: Self.receiveLimit(request.outputLimit))
        defer { session.end() }
        let key = try await session.exchangeKeys(hostKeys: SSHAlgorithms.hostKeys(known: known?.types ?? []))
        try known?.check(key)
        try await signIn(session)
        try await session.openShell()
        try await session.start(request.commandLine)
        return await finish(session, request)
    }

    /// What known_hosts says about this host; nil when nobody is to ask.
    private func knownKeys() async -> KnownHosts.Keys? {
        guard case .check(let file) = endpoint.hostKeys else { return nil }
        return await file.keys(host: endpoint.host, port: endpoint.port)
    }

    private func signIn(_ session: SSHSession) async throws(TransportError) {
        switch endpoint.authentication {
        case .key(let key): try await session.signIn(user: endpoint.user, key: key, gate: gate)
        case .password(let password):
            try await session.signIn(user: endpoint.user, password: password, gate: gate)
        }
    }

    private func finish(_ session: SSHSession, _ request: RemoteRequest) async -> RemoteOutput {
        var collector = OutputCollector(limit: request.outputLimit)
        var end: RemoteOutput.End
        do throws(TransportError) {
            try await session.exchange(request.standardInput, into: &collector)
            end = try await session.commandEnd()
            session.disconnect()
        } catch {
            end = .interrupted(error)
        }
        return RemoteOutput(
            standardOutput: collector.standardOutput, standardError: collector.standardError, end: end,
            roundTrips: session.wire.pointee.roundTrips + 1, connections: 1)
    }

    /// Standard error is not limited by the request, only kept short; packets add some percent.
    private static func receiveLimit(_ outputLimit: Int) -> Int {
        2 * min(outputLimit, 1 << 40) + (8 << 20)
    }
}
