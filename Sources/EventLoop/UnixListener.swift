import CEventLoop
import Glibc

/// A listening Unix socket; its file is removed with the value.
@Reactor package final class UnixListener {
    private let descriptor: Int32
    package nonisolated let path: String

    /// The path may be 107 bytes long, and the folder decides who can connect.
    package init(path: String, backlog: Int32 = 1024) throws(EventLoopError) {
        let descriptor = loop_listen_unix(path, backlog)
        guard descriptor >= 0 else { throw .system("listen on \(path)", loop_errno()) }
        self.descriptor = descriptor
        self.path = path
    }

    isolated deinit {
        Loop.shared.forget(descriptor)
        close(descriptor)
        unlink(path)
    }

    /// The next connection; throws `.cancelled` when the task is cancelled.
    package func accept() async throws(EventLoopError) -> Socket {
        try await Socket.accepted(from: descriptor, by: loop_accept_unix)
    }
}
