import CEventLoop
import EventLoop
import Glibc

extension Listener {
    /// True for an IPv4 address in 127.0.0.0/8.
    nonisolated static func isLoopback(_ address: String) -> Bool { loop_is_loopback(address) == 1 }
}

extension EventLoopError {
    /// For a ``LabError``.
    var labReason: String {
        switch self {
        case .timedOut: "it took too long"
        case .cancelled: "it was cancelled"
        case .system(let call, let code): "\(call): \(String(cString: strerror(code)))"
        }
    }
}
