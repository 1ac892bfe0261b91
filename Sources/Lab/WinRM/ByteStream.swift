import EventLoop

/// Bytes of one connection, plain or through TLS.
@Reactor protocol ByteStream: AnyObject {
    /// Some bytes as they come; empty when the peer has finished.
    func read(until deadline: Deadline) async throws(EventLoopError) -> [UInt8]
    func write(_ bytes: [UInt8], until deadline: Deadline) async throws(EventLoopError)
    /// Ends the connection as the protocol wants it, within a second.
    func finish() async
    /// Ends the connection at once.
    func close()
}

/// A socket without TLS.
@Reactor final class PlainStream: ByteStream {
    private let socket: Socket

    init(_ socket: Socket) { self.socket = socket }

    func read(until deadline: Deadline) async throws(EventLoopError) -> [UInt8] {
        try await socket.read(until: deadline)
    }

    func write(_ bytes: [UInt8], until deadline: Deadline) async throws(EventLoopError) {
        try await socket.write(bytes, until: deadline)
    }

    func finish() async { socket.close() }
    func close() { socket.close() }
}

/// A socket with TLS on it; the handshake happens with the first read.
@Reactor final class TLSStream: ByteStream {
    private let socket: Socket
    private var session: TLSServerSession

    init(_ socket: Socket, _ context: TLSServerContext) throws(LabError) {
        session = try TLSServerSession(context)
        self.socket = socket
    }

    func read(until deadline: Deadline) async throws(EventLoopError) -> [UInt8] {
        while true {
            let outcome = session.read()
            try await flush(until: deadline)
            switch outcome {
            case .plain(let bytes): return bytes
            case .closed, .failed: return []
            case .wantsInput:
                let bytes = try await socket.read(until: deadline)
                if bytes.isEmpty { return [] }
                session.receive(bytes)
            }
        }
    }

    func write(_ bytes: [UInt8], until deadline: Deadline) async throws(EventLoopError) {
        guard session.write(bytes) else { throw .cancelled }
        try await flush(until: deadline)
    }

    func finish() async {
        session.close()
        try? await flush(until: .after(.seconds(1)))
        socket.close()
    }

    func close() { socket.close() }

    private func flush(until deadline: Deadline) async throws(EventLoopError) {
        let output = session.takeOutput()
        if !output.isEmpty { try await socket.write(output, until: deadline) }
    }
}
