import COpenSSL

/// How strictly a host wants a sign-in to be bound to the TLS channel (WinRM's Service\CbtHardeningLevel).
package enum CbtHardeningLevel: Sendable, Hashable {
    case none
    /// Windows' default: a missing binding passes, a wrong one does not.
    case relaxed
    case strict

    /// True when a sign-in with this binding may pass on a channel that expects `expected`.
    func admits(_ binding: [UInt8]?, expected: [UInt8]) -> Bool {
        switch self {
        case .none: true
        case .relaxed: binding == nil || binding == expected
        case .strict: binding == expected
        }
    }
}

enum ChannelBinding {
    /// MsvAvChannelBindings for a server certificate: MD5 over the GSSAPI structure (addresses zero) around
    /// `tls-server-end-point` (RFC 5929 section 4) with SHA-256, the hash of our certificates' signatures.
    static func ntlm(certificate der: [UInt8]) -> [UInt8] {
        let data = Array("tls-server-end-point:".utf8) + digest("SHA256", der)
        let length = (0..<4).map { UInt8(truncatingIfNeeded: data.count >> (8 * $0)) }
        return digest("MD5", [UInt8](repeating: 0, count: 16) + length + data)
    }

    private static func digest(_ name: String, _ bytes: [UInt8]) -> [UInt8] {
        ERR_clear_error()
        defer { ERR_clear_error() }
        return [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { out, count in
            _ = EVP_Q_digest(nil, name, nil, bytes, bytes.count, out.baseAddress, &count)
        }
    }
}
