package import EventLoop
import Formats

/// One Windows host's WinRM service on loopback.
///
/// Listens from its init on; ``run()`` serves until its task is cancelled and leaves nothing behind.
@Reactor package final class LabWinRMServer {
    package nonisolated let host: LabWinRMHost
    /// The port, also when the system chose it.
    package nonisolated let port: UInt16
    /// TCP connections accepted so far.
    package private(set) var connectionCount = 0
    /// HTTP requests read so far.
    package internal(set) var requestCount = 0

    let secretsOfAccounts: PasswordBook
    let credential: AcceptorCredential?
    let service: WSManService
    let faultPlan: WinRMFaultPlan
    let signIns: SignInLedger
    /// What a sign-in on this host's TLS channel is bound to; nil without TLS.
    let expectedBinding: [UInt8]?
    private let tls: TLSServerContext?
    private let listener: Listener
    private var openConnections = 0

    package init(
        _ host: LabWinRMHost, secrets: LabSecrets, signIns: SignInLedger, responder: any LabResponder
    ) async throws(LabError) {
        self.host = host
        self.signIns = signIns
        faultPlan = WinRMFaultPlan(host.faults)
        service = WSManService(host: host, faults: faultPlan, responder: responder)
        secretsOfAccounts = PasswordBook(accounts: host.accounts, host: host.name)
        let identity =
            host.usesHTTPS ? try secrets.authority.issue(name: host.name, address: host.address) : nil
        tls = try identity.map { identity throws(LabError) in try TLSServerContext(identity) }
        expectedBinding = identity.map { ChannelBinding.ntlm(certificate: $0.certificate) }
        if host.offersNegotiate {
            let userFile = try secrets.writeUserFile(host.accounts, host: host.name)
            do {
                credential = try await AcceptorCredential(host: host.name, userFile: userFile)
            } catch {
                throw LabError(
                    "setting up NTLM for \(host.name)",
                    "\(error.call): \(error.text). Is the package gss-ntlmssp installed?")
            }
        } else {
            credential = nil
        }
        listener = try Listener(loopback: host.address, port: host.port)
        port = listener.port
    }

    /// `http://127.0.0.5:5985/wsman`
    package nonisolated var url: String {
        "\(host.usesHTTPS ? "https" : "http")://\(host.address):\(port)/wsman"
    }

    /// What the host does wrong from now on; counters start anew.
    package func setFaults(_ faults: Set<LabWinRMFault>) { faultPlan.replace(faults) }

    /// Shells that clients have left open.
    package var shellCount: Int { service.shellCount }

    /// Serves until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            while let socket = await listener.nextConnection() {
                connectionCount += 1
                // HTTP.sys would answer 503; for a client a connection that ends at once is the harder case.
                guard openConnections < host.dialect.maxConnections else {
                    socket.close()
                    continue
                }
                openConnections += 1
                group.addTask { await self.serve(socket) }
            }
            group.cancelAll()
        }
        service.close()
    }

    private func serve(_ socket: Socket) async {
        defer { openConnections -= 1 }
        if faultPlan.contains(.silent) {
            while let bytes = try? await socket.read(until: .never), !bytes.isEmpty {}
            socket.close()
            return
        }
        let stream: any ByteStream
        if let tls {
            guard let secured = try? TLSStream(socket, tls) else { return socket.close() }
            stream = secured
        } else {
            stream = PlainStream(socket)
        }
        await WinRMConnection(self, stream).serve()
    }
}

extension Listener {
    /// Refuses every address outside of 127.0.0.0/8.
    convenience init(loopback address: String, port: UInt16) throws(LabError) {
        guard Self.isLoopback(address) else {
            throw LabError("listening on \(address)", "a lab listens on 127.0.0.0/8 only")
        }
        do throws(EventLoopError) {
            try self.init(address: address, port: port)
        } catch {
            throw LabError("listening on \(address):\(port)", error.labReason)
        }
    }

    /// The next connection; nil when the task is cancelled. Out of descriptors, it waits for better times.
    func nextConnection() async -> Socket? {
        while true {
            do throws(EventLoopError) { return try await accept() } catch {
                if case .system = error, !Task.isCancelled {
                    try? await Loop.shared.sleep(until: .after(.milliseconds(50)))
                    continue
                }
                return nil
            }
        }
    }
}
