import CLibSSH2

/// What a failed call of libssh2 means.
package struct SSHFailure: Sendable, Hashable {
    /// One of LIBSSH2_ERROR_*.
    package var code: Int32
    /// The host's SSH_MSG_DISCONNECT, if one came (RFC 4253 section 11.1).
    package var disconnectReason: Int32?
    /// The host sent more than a conversation can need.
    package var isFlooded: Bool

    package init(code: Int32, disconnectReason: Int32? = nil, isFlooded: Bool = false) {
        self.code = code
        self.disconnectReason = disconnectReason
        self.isFlooded = isFlooded
    }

    package func error(_ stage: TransportError.Stage) -> TransportError {
        if isFlooded { return TransportError(stage, .protocolViolation, "the host sends without end") }
        if let disconnectReason { return disconnected(stage, disconnectReason) }
        switch code {
        case LIBSSH2_ERROR_SOCKET_NONE, LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_SOCKET_DISCONNECT,
            LIBSSH2_ERROR_SOCKET_RECV, LIBSSH2_ERROR_BANNER_SEND, LIBSSH2_ERROR_SOCKET_TIMEOUT,
            LIBSSH2_ERROR_CHANNEL_CLOSED:
            return TransportError(stage, .connectionLost)
        case LIBSSH2_ERROR_BANNER_RECV:
            return TransportError(stage, .connectionLost, "the host hung up before it named its SSH version")
        case LIBSSH2_ERROR_INVALID_MAC, LIBSSH2_ERROR_DECRYPT:
            return TransportError(stage, .protocolViolation, "a packet failed its integrity check (libssh2 \(code))")
        case LIBSSH2_ERROR_HOSTKEY_INIT, LIBSSH2_ERROR_HOSTKEY_SIGN:
            return TransportError(stage, .protocolViolation, "the host key's signature is wrong (libssh2 \(code))")
        case LIBSSH2_ERROR_CHANNEL_FAILURE, LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED, LIBSSH2_ERROR_REQUEST_DENIED:
            return TransportError(stage, .notAuthorised, "the host denied the request")
        default:
            return TransportError(stage, .protocolViolation, "libssh2 \(code)")
        }
    }

    private func disconnected(_ stage: TransportError.Stage, _ reason: Int32) -> TransportError {
        let text = "the host disconnected with reason \(reason)"
        switch reason {
        case 12: return TransportError(stage, .busy, text + " (too many connections)")
        case 14: return TransportError(stage, .authenticationRefused(offered: []), text)
        default: return TransportError(stage, .connectionLost, text)
        }
    }
}
