import EventLoop
import Formats
import Glibc
import Testing

@testable import Lab

/// Runs the test body as the program runs: on the loop, with it as the task's preferred executor.
func onLoop<T: Sendable>(_ body: @escaping @Reactor @Sendable () async throws -> T) async throws -> T {
    try await Task(executorPreference: Reactor.shared.executor) { try await body() }.value
}

/// A TCP connection that knows nothing of any protocol.
@Reactor func connect(_ address: String, _ port: UInt16) throws -> Socket {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = port.bigEndian
    inet_pton(AF_INET, address, &place.sin_addr)
    let result = withUnsafePointer(to: &place) { place in
        place.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    try #require(result == 0)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    return Socket(descriptor: descriptor)
}

struct RawReply: Sendable {
    var head: String
    var body: [UInt8]

    var status: Int { Int(head.split(separator: " ").dropFirst().first ?? "") ?? 0 }
    func fields(_ name: String) -> [String] {
        head.split(separator: "\r\n").filter { $0.lowercased().hasPrefix(name.lowercased() + ":") }
            .map { String($0.dropFirst(name.count + 1).drop { $0 == " " }) }
    }
    var root: XMLNode? { try? XMLNode.parse(body) }
    var soapBody: XMLNode? { root?.child("Body", in: WSMan.soap) }
    /// The code of the WSManFault.
    var fault: UInt32? {
        soapBody?.child("Fault", in: WSMan.soap)?.child("Detail", in: WSMan.soap)?
            .child("WSManFault", in: WSMan.fault)?.attribute("Code").flatMap { UInt32($0) }
    }
}

/// A WinRM client of few lines, over plain HTTP.
@Reactor final class RawClient {
    let socket: Socket
    private var buffer: [UInt8] = []
    private var authorization: String?

    init(_ server: LabWinRMServer, account: LabAccount? = nil) throws {
        socket = try connect(server.host.address, server.port)
        authorization = account.map { account in
            "Basic " + Base64.encode(Array("\(account.user):\(account.password.revealed())".utf8))
        }
    }

    func post(_ envelope: String, target: String = "/wsman", fields: [String] = []) async throws -> RawReply {
        try await send(request(envelope, target: target, fields: fields))
        return try await reply()
    }

    func request(_ envelope: String, target: String = "/wsman", fields: [String] = []) -> [UInt8] {
        var head = "POST \(target) HTTP/1.1\r\nHost: x\r\nContent-Type: application/soap+xml;charset=UTF-8\r\n"
        if let authorization { head += "Authorization: \(authorization)\r\n" }
        for field in fields { head += field + "\r\n" }
        return Array((head + "Content-Length: \(envelope.utf8.count)\r\n\r\n" + envelope).utf8)
    }

    func send(_ bytes: [UInt8]) async throws {
        try await socket.write(bytes, until: .after(.seconds(20)))
    }

    func reply() async throws -> RawReply {
        while true {
            if let reply = takeReply() { return reply }
            let bytes = try await socket.read(until: .after(.seconds(20)))
            if bytes.isEmpty { throw Ended(received: buffer) }
            buffer += bytes
        }
    }

    /// True when the server has closed the connection and nothing is left.
    func hasEnded() async throws -> Bool {
        let bytes = (try? await socket.read(until: .after(.seconds(5)))) ?? []
        return bytes.isEmpty && buffer.isEmpty
    }

    struct Ended: Error { var received: [UInt8] }

    private func takeReply() -> RawReply? {
        guard let end = buffer.indices.dropLast(3).first(where: { buffer[$0...].starts(with: [13, 10, 13, 10]) }) else {
            return nil
        }
        var reply = RawReply(head: String(decoding: buffer[..<end], as: UTF8.self), body: [])
        let length = Int(reply.fields("Content-Length").first ?? "") ?? 0
        guard buffer.count >= end + 4 + length else { return nil }
        reply.body = Array(buffer[(end + 4)..<(end + 4 + length)])
        buffer.removeFirst(end + 4 + length)
        return reply
    }
}

extension RawClient {
    /// A new shell's id.
    func openShell(id: String? = nil) async throws -> String {
        let created = try await post(Envelope.create(id: id)).soapBody?.child("ResourceCreated", in: WSMan.transfer)
        let parameters = created?.child("ReferenceParameters", in: WSMan.addressing)
        return try #require(
            parameters?.child("SelectorSet", in: WSMan.management)?.child("Selector", in: WSMan.management)?.text)
    }

    /// A new command's id.
    func start(_ line: String, _ arguments: [String] = [], in shell: String) async throws -> String {
        let reply = try await post(Envelope.command(line, arguments: arguments, shell: shell))
        return try #require(
            reply.soapBody?.child("CommandResponse", in: WSMan.shell)?.child("CommandId", in: WSMan.shell)?.text)
    }

    struct Output: Hashable {
        var streams: [String: [UInt8]] = [:]
        var exitCode: UInt32?
        var receives = 0
        var largest = 0
    }

    /// Receives until Done.
    func finish(_ command: String, in shell: String, size: Int = 153_600) async throws -> Output {
        var output = Output()
        while output.exitCode == nil {
            let reply = try await post(Envelope.receive(shell: shell, command: command, size: size))
            try #require(reply.status == 200)
            output.receives += 1
            output.largest = max(output.largest, reply.body.count)
            let response = try #require(reply.soapBody?.child("ReceiveResponse", in: WSMan.shell))
            for stream in response.children("Stream", in: WSMan.shell) {
                let name = try #require(stream.attribute("Name"))
                output.streams[name, default: []] += try #require(Base64.decode(stream.text))
            }
            output.exitCode = response.child("CommandState", in: WSMan.shell)?.child("ExitCode", in: WSMan.shell)
                .flatMap { UInt32($0.text) }
        }
        return output
    }
}

/// Answers everything with one reply.
struct FixedResponder: LabResponder {
    var steps: @Sendable (LabCommand) -> LabReply
    func reply(to command: LabCommand) async -> LabReply { steps(command) }
}

/// Starts a WinRM host for the time of the body. It takes Basic over HTTP unless told otherwise.
func withWinRM(
    _ configure: @escaping @Sendable (inout LabWinRMHost) -> Void = { _ in },
    responder: any LabResponder = FixedResponder { LabReply([.output(Array($0.commandLine.utf8))], exitCode: 0) },
    _ body: @escaping @Reactor @Sendable (LabWinRMServer, LabAccount) async throws -> Void
) async throws {
    try await onLoop {
        let secrets = try LabSecrets()
        let account = LabAccount(user: "Administrator")
        var host = LabWinRMHost(name: "web01", address: "127.0.0.1", accounts: [account])
        host.allowsUnencrypted = true
        configure(&host)
        let server = try await LabWinRMServer(host, secrets: secrets, signIns: SignInLedger(), responder: responder)
        let running = Task { await server.run() }
        defer { running.cancel() }
        try await body(server, account)
        running.cancel()
        await running.value
    }
}
