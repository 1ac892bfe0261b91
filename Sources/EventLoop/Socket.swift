import CEventLoop
import Glibc

/// A connected, non-blocking stream socket that closes itself; for servers on loopback.
@Reactor package final class Socket {
    package private(set) var descriptor: Int32

    /// Takes over a non-blocking descriptor.
    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    isolated deinit { close() }

    /// Up to `limit` bytes as they come; empty when the peer has finished.
    package func read(upTo limit: Int = 65_536, until deadline: Deadline) async throws(EventLoopError) -> [UInt8] {
        while true {
            var error: Int32 = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, initialized in
                let count = Glibc.read(descriptor, buffer.baseAddress, limit)
                if count < 0 { error = loop_errno() }
                initialized = max(0, count)
            }
            if error == 0 { return bytes }
            try await wait(for: .read, after: "read", error, until: deadline)
        }
    }

    /// Writes all bytes.
    package func write(_ bytes: [UInt8], until deadline: Deadline) async throws(EventLoopError) {
        var sent = 0
        while sent < bytes.count {
            var error: Int32 = 0
            bytes.withUnsafeBytes { buffer in
                let count = loop_send(descriptor, buffer.baseAddress.map { $0 + sent }, buffer.count - sent)
                if count < 0 { error = loop_errno() } else { sent += count }
            }
            if error != 0 { try await wait(for: .write, after: "write", error, until: deadline) }
        }
    }

    package func close() {
        guard descriptor >= 0 else { return }
        Loop.shared.forget(descriptor)
        Glibc.close(descriptor)
        descriptor = -1
    }

    /// The next connection of a listening descriptor; throws `.cancelled` when the task is cancelled.
    static func accepted(from listener: Int32, by accept: (Int32) -> Int32) async throws(EventLoopError) -> Socket {
        while true {
            let connection = accept(listener)
            if connection >= 0 { return Socket(descriptor: connection) }
            let error = loop_errno()
            switch error {
            case EAGAIN: try await Loop.shared.ready(listener, .read, until: .never)
            case EINTR, ECONNABORTED: continue
            default: throw .system("accept", error)
            }
        }
    }

    /// `error` is the errno of the call, taken at once: a suspension lets other jobs change it.
    private func wait(
        for interest: Interest, after call: String, _ error: Int32, until deadline: Deadline
    ) async throws(EventLoopError) {
        if descriptor < 0 { throw .cancelled }
        if error == EINTR { return }
        guard error == EAGAIN else { throw .system(call, error) }
        try await Loop.shared.ready(descriptor, interest, until: deadline)
    }
}

/// A listening TCP socket on an IPv4 address.
@Reactor package final class Listener {
    private let descriptor: Int32
    /// The port, also when the system chose it.
    package let port: UInt16

    /// Port 0 lets the system choose a free one.
    package init(address: String, port: UInt16 = 0, backlog: Int32 = 1024) throws(EventLoopError) {
        let descriptor = loop_listen(address, port, backlog)
        guard descriptor >= 0 else { throw .system("listen on \(address):\(port)", loop_errno()) }
        self.descriptor = descriptor
        self.port = UInt16(clamping: loop_local_port(descriptor))
    }

    isolated deinit {
        Loop.shared.forget(descriptor)
        close(descriptor)
    }

    /// The next connection; throws `.cancelled` when the task is cancelled.
    package func accept() async throws(EventLoopError) -> Socket {
        try await Socket.accepted(from: descriptor, by: loop_accept)
    }
}
