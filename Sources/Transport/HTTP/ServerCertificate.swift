import COpenSSL
import Formats

/// The certificate that a TLS server showed.
struct ServerCertificate: Sendable, Hashable {
    /// SHA-256 of its DER.
    let sha256: [UInt8]
    /// `tls-server-end-point` (RFC 5929 section 4): what a sign-in is bound to, so that it cannot be passed on to
    /// another server.
    let channelBinding: [UInt8]

    /// Of the connection that `session`, an `SSL *`, belongs to.
    init?(session: UnsafeMutableRawPointer) {
        guard let certificate = SSL_get1_peer_certificate(OpaquePointer(session)) else { return nil }
        defer { X509_free(certificate) }
        let length = Int(i2d_X509(certificate, nil))
        guard length > 0 else { return nil }
        let der = [UInt8](unsafeUninitializedCapacity: length) { out, count in
            var next = out.baseAddress
            count = max(0, Int(i2d_X509(certificate, &next)))
        }
        sha256 = Digest.sha256(der)
        channelBinding = Array("tls-server-end-point:".utf8) + Digest.digest(der, Self.bindingDigest(certificate))
    }

    /// The digest of the certificate's signature; SHA-256 in place of MD5 and SHA-1, and where there is none.
    private static func bindingDigest(_ certificate: OpaquePointer) -> OpaquePointer? {
        var digest: Int32 = 0
        guard X509_get_signature_info(certificate, &digest, nil, nil, nil) == 1 else { return EVP_sha256() }
        switch digest {
        case NID_sha384: return EVP_sha384()
        case NID_sha512: return EVP_sha512()
        default: return EVP_sha256()
        }
    }
}
