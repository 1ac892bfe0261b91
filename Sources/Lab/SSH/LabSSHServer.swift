import CEventLoop
package import EventLoop
import Glibc

/// Misbehaviour of an SSH host.
package enum LabSSHFault: Sendable, Hashable {
    /// TCP is accepted, then nothing: no banner.
    case silent
    /// What comes is no SSH banner.
    case garbage
    /// The banner and every command's answer come so late.
    case slow(Duration)
    /// No key is authorised.
    case refusesEveryKey
    /// The connection ends in the middle of the first output.
    case dropsMidOutput
    /// The first output comes again and again.
    case endlessOutput
}

/// How one SSH host of the lab is set up.
package struct LabSSHHost: Sendable {
    package var name: String
    /// In 127.0.0.0/8.
    package var address: String
    /// 0: the system chooses.
    package var port: UInt16 = 0
    /// Its own keys instead of the fleet's.
    package var hasOwnHostKeys = false
    package var hostKeyTypes: [LabSSHAccess.HostKeyType] = [.ed25519, .ecdsa]
    /// Further lines for sshd_config (ciphers, MACs); they win over the lab's.
    package var serverOptions: [String] = []
    package var faults: Set<LabSSHFault> = []

    package init(name: String, address: String) {
        self.name = name
        self.address = address
    }
}

/// One Windows host's SSH service on loopback: the system's sshd for each connection, our answers behind it.
///
/// Listens from its init on; ``run()`` serves until its task is cancelled and leaves no process behind.
@Reactor package final class LabSSHServer {
    package nonisolated let host: LabSSHHost
    /// The port, also when the system chose it.
    package nonisolated let port: UInt16
    /// Lines for a known_hosts file.
    package nonisolated let knownHostsLines: [String]
    /// TCP connections accepted so far.
    package private(set) var connectionCount = 0
    package private(set) var faults: Set<LabSSHFault>

    private let access: LabSSHAccess
    private let signIns: SignInLedger
    private let prompt: CommandPrompt
    private let listener: Listener
    private let attachments: UnixListener
    private let configurationFile: String
    /// By the client's port.
    private var sessions: [Int: Socket] = [:]
    private var openConnections = 0

    /// sshd's own MaxStartups is not in force when it serves one connection.
    private static let maxConnections = 200

    package init(
        _ host: LabSSHHost, access: LabSSHAccess, signIns: SignInLedger, responder: any LabResponder
    ) async throws(LabError) {
        self.host = host
        self.access = access
        self.signIns = signIns
        faults = host.faults
        prompt = CommandPrompt(responder: responder)
        guard SSHDConfiguration.canName(host.name), !host.name.isEmpty, !host.name.contains("/") else {
            throw LabError("starting an SSH host", "\"\(host.name)\" is no host name")
        }
        listener = try Listener(loopback: host.address, port: host.port)
        port = listener.port
        let id = "\(host.address)-\(listener.port)"
        do throws(EventLoopError) {
            attachments = try UnixListener(path: access.secrets.folder.path(id))
        } catch {
            throw LabError("starting the SSH host \(host.name)", error.labReason)
        }
        let keys = try await access.hostKeys(host.hostKeyTypes, own: host.hasOwnHostKeys, host: id)
        let configuration = SSHDConfiguration(
            hostKeys: keys, authorizedKeys: access.clientKeyFile + ".pub",
            forcedCommand: access.attachCommand + [attachments.path, host.name], ownLines: host.serverOptions)
        configurationFile = try access.secrets.folder.write(Array(configuration.text.utf8), to: "sshd-\(id)")
        let place = listener.port == 22 ? host.address : "[\(host.address)]:\(listener.port)"
        knownHostsLines = keys.map { "\(place) \(PrivateFolder.text(of: $0 + ".pub").prefix { $0 != "\n" })" }
    }

    package func setFaults(_ faults: Set<LabSSHFault>) { self.faults = faults }

    /// Serves until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.serveAttachments() }
            while let socket = await listener.nextConnection() {
                connectionCount += 1
                guard openConnections < Self.maxConnections else {
                    socket.close()
                    continue
                }
                openConnections += 1
                group.addTask { await self.serve(socket) }
            }
            group.cancelAll()
        }
    }

    private var delay: Duration? {
        for case .slow(let delay) in faults { return delay }
        return nil
    }

    // MARK: Connections

    private func serve(_ socket: Socket) async {
        defer {
            openConnections -= 1
            // sshd's processes hold copies of the descriptor: only this ends the connection for all of them.
            if socket.descriptor >= 0 { shutdown(socket.descriptor, Int32(SHUT_RDWR)) }
            socket.close()
        }
        do throws(EventLoopError) {
            if faults.contains(.silent) {
                while !(try await socket.read(until: .never)).isEmpty {}
                return
            }
            if faults.contains(.garbage) {
                return try await socket.write(
                    (0..<512).map { UInt8(truncatingIfNeeded: $0 &* 31) }, until: .after(.seconds(10)))
            }
            if let delay { try await Loop.shared.sleep(until: .after(delay)) }
            try await runServer(on: socket)
        } catch {
            // The client is gone, or the lab ends.
        }
    }

    private func runServer(on socket: Socket) async throws(EventLoopError) {
        var pair: [Int32] = [-1, -1]
        guard loop_socket_pair(&pair) == 0 else { throw .system("socketpair", loop_errno()) }
        let log = Socket(descriptor: pair[0])
        defer { log.close() }
        let child = try startServer(on: socket, errors: pair[1])
        let port = Int(loop_peer_port(socket.descriptor))
        sessions[port] = socket
        defer {
            sessions[port] = nil
            child.kill(SIGTERM)
        }
        try await readLog(log)
        _ = try await child.exit(until: .never)
    }

    /// Takes over `errors`.
    private func startServer(on socket: Socket, errors: Int32) throws(EventLoopError) -> ChildProcess {
        defer { close(errors) }
        let refusal = faults.contains(.refusesEveryKey) ? ["-o", "AuthorizedKeysFile=none"] : []
        // SIGTERM: sshd passes it on to the process that has the session.
        return try ChildProcess(
            executable: access.sshd, arguments: ["-i", "-e", "-f", configurationFile] + refusal,
            environment: ["PATH": "/usr/bin:/bin"], input: socket.descriptor, output: socket.descriptor,
            error: errors, deathSignal: SIGTERM)
    }

    /// Counts sign-ins until all of sshd's processes are gone.
    private func readLog(_ log: Socket) async throws(EventLoopError) {
        var line: [UInt8] = []
        while true {
            let bytes = try await log.read(upTo: 8_192, until: .never)
            if bytes.isEmpty { return }
            for byte in bytes {
                if byte != 10 {
                    if line.count < 2_048 { line.append(byte) }
                    continue
                }
                if let entry = SSHDLogLine(String(decoding: line, as: UTF8.self).filter { $0 != "\r" }) {
                    let key = SignInLedger.Key(account: entry.user, host: host.name)
                    signIns.present(key)
                    signIns.conclude(key, accepted: entry.accepted)
                }
                line = []
            }
        }
    }

    // MARK: Sessions

    private func serveAttachments() async {
        await withDiscardingTaskGroup { group in
            while let socket = try? await attachments.accept() {
                group.addTask { await self.serveAttachment(socket) }
            }
            group.cancelAll()
        }
    }

    private func serveAttachment(_ socket: Socket) async {
        defer { socket.close() }
        let attachment = Attachment(socket)
        guard let (hello, command) = try? await attachment.readCommand(), hello.host == host.name else { return }
        // Whichever ends first ends the other: the answer, or the session because its client is gone.
        let isCut = await withTaskGroup(of: Bool?.self) { group in
            group.addTask { await self.answer(command, attachment) }
            group.addTask { await attachment.waitForEnd() }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        guard isCut == true else { return }
        // What was written is on its way through sshd.
        try? await Loop.shared.sleep(until: .after(.milliseconds(100)))
        let port = hello.connection.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? -1
        if let session = sessions[port], session.descriptor >= 0 { shutdown(session.descriptor, Int32(SHUT_RDWR)) }
    }

    /// True when the connection is to be cut; nil when it has gone by itself.
    private func answer(_ command: LabCommand, _ attachment: Attachment) async -> Bool? {
        do throws(EventLoopError) {
            if let delay { try await Loop.shared.sleep(until: .after(delay)) }
            let reply = await prompt.reply(to: command)
            for step in reply.steps {
                if case .output(let bytes) = step, faults.contains(.dropsMidOutput) {
                    try await attachment.send(.output(Array(bytes.prefix((bytes.count + 1) / 2))))
                    return true
                }
                if case .output(let bytes) = step, faults.contains(.endlessOutput) {
                    try await attachment.perform(.endlessly(bytes))
                }
                try await attachment.perform(step)
            }
            guard let code = reply.exitCode else { return true }
            try await attachment.send(.exit(code))
            return false
        } catch {
            return nil
        }
    }
}
