import CGSSAPI

/// One NTLM sign-in ([MS-NLMP]) to one host, and the sealing of messages that it leads to.
///
/// Messages are numbered per direction: after a lost one the context is worth nothing.
@GSSAPI final class NTLMContext {
    /// Bytes of a message's signature, which stand before the sealed text ([MS-NLMP] 2.2.2.9.1).
    nonisolated static let signatureLength = 16

    private let credential: NTLMCredential
    private var context: gss_ctx_id_t?
    private var target: gss_name_t?

    nonisolated init(_ credential: NTLMCredential) {
        self.credential = credential
    }

    isolated deinit {
        var minor: OM_uint32 = 0
        gss_delete_sec_context(&minor, &context, nil)
        gss_release_name(&minor, &target)
    }

    /// The NEGOTIATE message; it holds no secret.
    func begin(host: String) throws(TransportError) -> [UInt8] {
        target = try GSSAPIBuffer.name("HTTP@\(host)", cgss_host_based_service())
        let (token, isComplete) = try step([], channelBinding: [])
        guard !isComplete, !token.isEmpty else { throw Self.unexpectedLeg }
        return token
    }

    /// The AUTHENTICATE message, proof of the password, for the host's CHALLENGE; with it, if wanted, the first sealed
    /// message, since the context is complete on this side.
    func answer(
        _ challenge: [UInt8], channelBinding: [UInt8], sealing message: [UInt8]?
    ) throws(TransportError) -> (token: [UInt8], sealed: [UInt8]?) {
        let (token, isComplete) = try step(challenge, channelBinding: channelBinding)
        guard isComplete, !token.isEmpty else { throw Self.unexpectedLeg }
        guard let message else { return (token, nil) }
        return (token, try seal(message))
    }

    /// Signature and sealed text.
    func seal(_ message: [UInt8]) throws(TransportError) -> [UInt8] {
        var minor: OM_uint32 = 0
        var sealed = gss_buffer_desc()
        let major = GSSAPIBuffer.lend(message) { gss_wrap(&minor, context, 1, 0, &$0, nil, &sealed) }
        let bytes = GSSAPIBuffer.take(&sealed)
        guard cgss_has_failed(major) == 0, bytes.count == message.count + Self.signatureLength else {
            throw failure("gss_wrap", major, minor)
        }
        return bytes
    }

    /// The text of a message, whose signature and number are right.
    func open(_ sealed: [UInt8]) throws(TransportError) -> [UInt8] {
        var minor: OM_uint32 = 0
        var message = gss_buffer_desc()
        let major = GSSAPIBuffer.lend(sealed) { gss_unwrap(&minor, context, &$0, &message, nil, nil) }
        let bytes = GSSAPIBuffer.take(&message)
        guard cgss_has_failed(major) == 0 else {
            throw TransportError(
                .receive, .protocolViolation,
                "an answer failed its integrity check: it was changed on the way, or the host lost count")
        }
        return bytes
    }

    private func step(
        _ token: [UInt8], channelBinding: [UInt8]
    ) throws(TransportError) -> (token: [UInt8], isComplete: Bool) {
        let credential = try credential.acquired()
        var minor: OM_uint32 = 0
        var output = gss_buffer_desc()
        let major = GSSAPIBuffer.lend(token) { input in
            GSSAPIBuffer.lend(channelBinding) { binding in
                var bindings = gss_channel_bindings_struct()
                bindings.application_data = binding
                return withUnsafeMutablePointer(to: &bindings) { bindings in
                    gss_init_sec_context(
                        &minor, credential, &context, target, cgss_ntlm(), cgss_flags(), 0,
                        channelBinding.isEmpty ? nil : bindings, &input, nil, &output, nil, nil)
                }
            }
        }
        let reply = GSSAPIBuffer.take(&output)
        if cgss_has_failed(major) != 0 { throw failure("gss_init_sec_context", major, minor) }
        return (reply, cgss_continues(major) == 0)
    }

    private func failure(_ call: String, _ major: OM_uint32, _ minor: OM_uint32) -> TransportError {
        GSSAPIFailure(call: call, major: major, minor: minor).error(.signIn, package: NTLMCredential.package)
    }

    private nonisolated static let unexpectedLeg = TransportError(
        .signIn, .protocolViolation, "NTLM wants another number of messages than two")
}
