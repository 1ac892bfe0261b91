import CGSSAPI
import EventLoop

/// The thread of GSSAPI's acceptor calls: they read files and must not hold up the loop.
@globalActor actor AcceptorThread {
    static let shared = AcceptorThread()
    private nonisolated let executor = DedicatedThread()
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }
}

/// A GSSAPI call failed: its name, both codes and their text.
struct GSSError: Error, Sendable, Hashable {
    var call: String
    var major: UInt32
    var text: String
}

/// What a host needs to accept NTLM, raw and inside SPNEGO.
@AcceptorThread final class AcceptorCredential {
    fileprivate var raw: gss_cred_id_t?
    fileprivate var negotiated: gss_cred_id_t?

    /// - Parameters:
    ///   - host: the name that stands in the challenge of raw NTLM.
    ///   - userFile: `DOMAIN:user:password` lines.
    init(host: String, userFile: String) throws(GSSError) {
        var minor: OM_uint32 = 0
        let major = gss_acceptor_acquire_ntlm(&minor, "@\(host)", userFile, &raw)
        if gss_acceptor_failed(major) != 0 { throw gssError("gss_acquire_cred_from (NTLM)", major, minor) }
        let spnego = gss_acceptor_acquire_spnego(&minor, userFile, &negotiated)
        if gss_acceptor_failed(spnego) != 0 { throw gssError("gss_acquire_cred_from (SPNEGO)", spnego, minor) }
    }

    isolated deinit {
        var minor: OM_uint32 = 0
        gss_release_cred(&minor, &raw)
        gss_release_cred(&minor, &negotiated)
    }
}

/// One sign-in and the message protection that follows from it.
@AcceptorThread final class AcceptorContext {
    /// What an accepted token leads to; the token is the answer's.
    enum Step: Sendable, Hashable { case challenge([UInt8]), complete([UInt8]) }

    /// Bytes of signature before the sealed data ([MS-NLMP] 2.2.2.9.1).
    static nonisolated let signatureLength = 16

    private let credential: AcceptorCredential
    private var context: gss_ctx_id_t?

    init(_ credential: AcceptorCredential) {
        self.credential = credential
    }

    isolated deinit {
        var minor: OM_uint32 = 0
        if context != nil { gss_delete_sec_context(&minor, &context, nil) }
    }

    func accept(_ token: [UInt8]) throws(GSSError) -> Step {
        let isRaw = token.starts(with: NTLMAuthenticate.signature)
        var minor: OM_uint32 = 0, answer = gss_buffer_desc(), input = token
        let major = input.withUnsafeMutableBytes { bytes in
            var buffer = gss_buffer_desc(length: bytes.count, value: bytes.baseAddress)
            return gss_accept_sec_context(
                &minor, &context, isRaw ? credential.raw : credential.negotiated, &buffer, nil, nil, nil, &answer, nil,
                nil, nil)
        }
        let bytes = take(&answer)
        if gss_acceptor_failed(major) != 0 { throw gssError("gss_accept_sec_context", major, minor) }
        return gss_acceptor_continues(major) != 0 ? .challenge(bytes) : .complete(bytes)
    }

    /// Signature and sealed data of one answer.
    func seal(_ plain: [UInt8]) throws(GSSError) -> [UInt8] {
        try protect("gss_wrap", plain) { minor, input, output in
            gss_wrap(minor, context, 1, 0, input, nil, output)
        }
    }

    /// The plain bytes of one request's signature and data.
    func unseal(_ sealed: [UInt8]) throws(GSSError) -> [UInt8] {
        try protect("gss_unwrap", sealed) { minor, input, output in
            gss_unwrap(minor, context, input, output, nil, nil)
        }
    }

    private func protect(
        _ name: String, _ bytes: [UInt8],
        _ call: (UnsafeMutablePointer<OM_uint32>, gss_buffer_t, gss_buffer_t) -> OM_uint32
    ) throws(GSSError) -> [UInt8] {
        var minor: OM_uint32 = 0, output = gss_buffer_desc(), input = bytes
        let major = input.withUnsafeMutableBytes { bytes in
            var buffer = gss_buffer_desc(length: bytes.count, value: bytes.baseAddress)
            return call(&minor, &buffer, &output)
        }
        let result = take(&output)
        if gss_acceptor_failed(major) != 0 { throw gssError(name, major, minor) }
        return result
    }
}

/// The bytes of a buffer that the library made; frees it.
private func take(_ buffer: inout gss_buffer_desc) -> [UInt8] {
    var minor: OM_uint32 = 0, bytes: [UInt8] = []
    bytes.append(
        contentsOf: UnsafeRawBufferPointer(start: buffer.value, count: buffer.value == nil ? 0 : buffer.length))
    gss_release_buffer(&minor, &buffer)
    return bytes
}

private func gssError(_ call: String, _ major: OM_uint32, _ minor: OM_uint32) -> GSSError {
    var ignored: OM_uint32 = 0, more: OM_uint32 = 0, text = gss_buffer_desc()
    _ = gss_display_status(&ignored, major, GSS_C_GSS_CODE, nil, &more, &text)
    return GSSError(
        call: call, major: major, text: String(decoding: take(&text), as: UTF8.self) + " (minor code \(minor))")
}
