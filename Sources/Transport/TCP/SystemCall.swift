import Glibc

/// What an errno of a socket call means for a conversation.
enum SystemCall {
    static func reason(_ code: Int32) -> TransportError.Reason {
        switch code {
        case ECONNREFUSED: .refused
        case EHOSTUNREACH, ENETUNREACH, ENETDOWN, EHOSTDOWN, EADDRNOTAVAIL, EACCES, EPERM: .unreachable
        case ETIMEDOUT: .unreachable
        default: .connectionLost
        }
    }

    /// What the reason does not say by itself; empty for a refused connection.
    static func detail(_ code: Int32) -> String {
        reason(code) == .refused ? "" : "\(String(cString: strerror(code))) (errno \(code))"
    }
}
