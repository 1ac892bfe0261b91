import COpenSSL
import EventLoop

/// Whose word is taken for an HTTPS host being who it says.
package enum TLSTrust: Sendable, Hashable {
    /// The certificates that this machine trusts.
    case system
    /// Only the authorities in this PEM file.
    case caFile(String)
    /// Only the certificate with this SHA-256 (32 bytes), whatever else is wrong with it.
    case pinned([UInt8])
    /// Anybody's; whoever asks for this says so in its report.
    case none

    /// The chain and the name are checked.
    var verifiesChain: Bool {
        switch self {
        case .system, .caFile: true
        case .pinned, .none: false
        }
    }
}

/// Trusted roots, read once for all connections: reading a hundred of them for every host would cost more than the rest
/// of its conversation.
@Reactor final class TrustedRoots {
    private static var loaded: [TLSTrust: TrustedRoots] = [:]

    let store: OpaquePointer

    private init(_ store: OpaquePointer) { self.store = store }
    isolated deinit { X509_STORE_free(store) }

    /// Nil for a trust that needs none.
    static func roots(for trust: TLSTrust) throws(TransportError) -> TrustedRoots? {
        guard trust.verifiesChain else { return nil }
        if let roots = loaded[trust] { return roots }
        guard let store = X509_STORE_new() else { throw TransportError(.tls, .connectionLost, "out of memory") }
        let roots = TrustedRoots(store)
        switch trust {
        case .caFile(let path):
            guard X509_STORE_load_file(store, path) == 1 else {
                ERR_clear_error()
                throw TransportError(.tls, .settings, "the CA file \(path) cannot be read as PEM certificates")
            }
        case .system, .pinned, .none:
            X509_STORE_set_default_paths(store)
        }
        loaded[trust] = roots
        return roots
    }
}

/// What OpenSSL found wrong with a chain, and what that means.
package enum TLSVerdict {
    /// `code`: one of X509_V_ERR_*; 0 when the chain is good and so the name was wrong.
    package static func problem(_ code: Int32) -> TransportError.TLSProblem {
        switch code {
        case X509_V_OK, X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .wrongName
        case X509_V_ERR_CERT_HAS_EXPIRED: .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: .notYetValid
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: .selfSigned
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            .unknownAuthority
        default: .other
        }
    }

    /// What OpenSSL's error text of a failed handshake means; the text is the library's own.
    package static func problem(handshakeError text: String) -> TransportError.TLSProblem {
        if text.contains("wrong version number") || text.contains("packet length too long")
            || text.contains("http request")
        {
            return .notTLS
        }
        if text.contains("unsupported protocol") || text.contains("protocol version") { return .version }
        return .other
    }
}
