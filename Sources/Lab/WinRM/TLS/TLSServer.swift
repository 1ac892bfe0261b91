import COpenSSL
import EventLoop
import Formats

/// What all TLS connections of one host share.
@Reactor final class TLSServerContext {
    fileprivate let raw: OpaquePointer

    init(_ identity: ServerIdentity) throws(LabError) {
        ERR_clear_error()
        defer { ERR_clear_error() }
        let failure = LabError("setting up TLS", "OpenSSL refused the lab's own certificate")
        guard let raw = SSL_CTX_new(TLS_server_method()) else { throw failure }
        let isSet =
            tls_server_set_lowest_version(raw) == 1
            && SSL_CTX_use_certificate_ASN1(raw, Int32(identity.certificate.count), identity.certificate) == 1
            && identity.key.withBytes { key in
                SSL_CTX_use_PrivateKey_ASN1(EVP_PKEY_EC, raw, key.baseAddress, key.count) == 1
            }
        guard isSet else {
            SSL_CTX_free(raw)
            throw failure
        }
        tls_server_forbid_renegotiation(raw)
        self.raw = raw
    }

    isolated deinit { SSL_CTX_free(raw) }
}

/// The server's side of one TLS connection, without a socket: bytes in, bytes out.
struct TLSServerSession: ~Copyable {
    enum Outcome: Sendable, Hashable { case plain([UInt8]), wantsInput, closed, failed(String) }

    private let ssl: OpaquePointer
    private let input: OpaquePointer
    private let output: OpaquePointer

    @Reactor init(_ context: TLSServerContext) throws(LabError) {
        ERR_clear_error()
        defer { ERR_clear_error() }
        guard let ssl = SSL_new(context.raw), let input = BIO_new(BIO_s_mem()), let output = BIO_new(BIO_s_mem()) else {
            throw LabError("accepting a TLS connection", "out of memory")
        }
        // An empty buffer means "later", not the end.
        tls_server_bio_is_never_at_end(input)
        SSL_set_bio(ssl, input, output)
        SSL_set_accept_state(ssl)
        (self.ssl, self.input, self.output) = (ssl, input, output)
    }

    deinit {
        SSL_free(ssl)
        ERR_clear_error()
    }

    mutating func receive(_ bytes: [UInt8]) {
        _ = BIO_write(input, bytes, Int32(bytes.count))
    }

    /// Goes on with the handshake, or decrypts what there is.
    mutating func read() -> Outcome {
        ERR_clear_error()
        defer { ERR_clear_error() }
        var result: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 16_384) { buffer, count in
            result = SSL_read(ssl, buffer.baseAddress, Int32(buffer.count))
            count = max(0, Int(result))
        }
        if result > 0 { return .plain(bytes) }
        switch SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .wantsInput
        case SSL_ERROR_ZERO_RETURN: return .closed
        default:
            let reason = ERR_reason_error_string(ERR_get_error()).map { String(cString: $0) }
            return .failed(reason ?? "TLS failed")
        }
    }

    /// False when the connection cannot take it any more.
    mutating func write(_ bytes: [UInt8]) -> Bool {
        guard !bytes.isEmpty else { return true }
        ERR_clear_error()
        defer { ERR_clear_error() }
        return SSL_write(ssl, bytes, Int32(bytes.count)) == Int32(bytes.count)
    }

    /// Puts the closing alert into the output.
    mutating func close() {
        ERR_clear_error()
        defer { ERR_clear_error() }
        _ = SSL_shutdown(ssl)
    }

    mutating func takeOutput() -> [UInt8] {
        let pending = tls_server_bio_pending(output)
        guard pending > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: pending) { buffer, count in
            count = max(0, Int(BIO_read(output, buffer.baseAddress, Int32(buffer.count))))
        }
    }
}
