import EventLoop
import Testing

/// A TCP server in the test's own process that does one thing to every connection.
@Reactor final class HostilePeer {
    enum Manner: Sendable, CustomTestStringConvertible {
        /// Accepts and says nothing.
        case silent
        /// Says this, then nothing more.
        case says([UInt8])
        /// Says this and hangs up.
        case saysAndHangsUp([UInt8])
        /// Says this for ever.
        case repeats([UInt8])
        /// One byte at a time.
        case drips([UInt8], every: Duration)

        nonisolated var testDescription: String {
            switch self {
            case .silent: "silent"
            case .says(let bytes): "says \(bytes.count) bytes"
            case .saysAndHangsUp(let bytes): "says \(bytes.count) bytes and hangs up"
            case .repeats(let bytes): "repeats \(bytes.count) bytes"
            case .drips(let bytes, _): "drips \(bytes.count) bytes"
            }
        }
    }

    let port: UInt16
    private let accepting: Task<Void, any Error>

    init(_ manner: Manner) throws {
        let listener = try Listener(address: "127.0.0.1")
        port = listener.port
        let counter = Counter()
        self.counter = counter
        accepting = Task { @Reactor in
            while true {
                let socket = try await listener.accept()
                counter.value += 1
                Task { @Reactor in try await Self.serve(socket, manner) }
            }
        }
    }

    isolated deinit { accepting.cancel() }

    private let counter: Counter
    var accepted: Int { counter.value }

    private static func serve(_ socket: Socket, _ manner: Manner) async throws {
        let end = Deadline.after(.seconds(60))
        switch manner {
        case .silent: break
        case .says(let bytes): try await socket.write(bytes, until: end)
        case .saysAndHangsUp(let bytes):
            try await socket.write(bytes, until: end)
            socket.close()
            return
        case .repeats(let bytes): while true { try await socket.write(bytes, until: end) }
        case .drips(let bytes, let pause):
            for byte in bytes {
                try await socket.write([byte], until: end)
                try await Loop.shared.sleep(until: .after(pause))
            }
        }
        while true {
            let bytes = try await socket.read(until: end)
            if bytes.isEmpty { return }
        }
    }
}

@Reactor private final class Counter {
    var value = 0
}
