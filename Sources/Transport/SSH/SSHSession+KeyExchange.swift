import CLibSSH2

extension SSHSession {
    /// Exchanges banners and keys, and returns the host's key; it is not checked here.
    func exchangeKeys(hostKeys: [String]) async throws(TransportError) -> HostKey {
        prefer(LIBSSH2_METHOD_KEX, SSHAlgorithms.keyExchange)
        prefer(LIBSSH2_METHOD_HOSTKEY, hostKeys)
        for method in [LIBSSH2_METHOD_CRYPT_CS, LIBSSH2_METHOD_CRYPT_SC] { prefer(method, SSHAlgorithms.ciphers) }
        for method in [LIBSSH2_METHOD_MAC_CS, LIBSSH2_METHOD_MAC_SC] { prefer(method, SSHAlgorithms.macs) }
        let result = try await drive(.hostKey, clock.limits.tls) {
            Int(libssh2_session_handshake(raw, wire.pointee.descriptor))
        }
        guard result == 0 else { throw keyExchangeFailure(result, hostKeys) }
        wire.pointee.finishOpening()
        var length = 0
        var type: Int32 = 0
        guard let blob = libssh2_session_hostkey(raw, &length, &type), length > 0 else {
            throw TransportError(.hostKey, .protocolViolation, "the host showed no key")
        }
        let bytes = blob.withMemoryRebound(to: UInt8.self, capacity: length) {
            Array(UnsafeBufferPointer(start: $0, count: length))
        }
        return HostKey(blob: bytes)
    }

    /// Names that libssh2 does not know are left out here: it would cut them out itself, by copying a string over itself.
    private func prefer(_ method: Int32, _ names: [String]) {
        libssh2_session_method_pref(raw, method, known(method, of: names).joined(separator: ","))
    }

    private func keyExchangeFailure(_ result: Int, _ hostKeys: [String]) -> TransportError {
        let opening = wire.pointee.opening
        if !opening.isEmpty, !SSHProposal.hasBanner(opening), wire.pointee.disconnectReason == nil, !Task.isCancelled {
            return TransportError(.hostKey, .protocolViolation, "what listens there does not speak SSH")
        }
        // One code for every failed negotiation, and for some failed exchanges.
        guard result == Int(LIBSSH2_ERROR_KEX_FAILURE) || result == Int(LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE),
            let proposal = SSHProposal(opening: opening)
        else { return failure(.hostKey, result) }
        let ours: [SSHProposal.Kind: [String]] = [
            .keyExchange: known(LIBSSH2_METHOD_KEX, of: SSHAlgorithms.keyExchange),
            .hostKey: known(LIBSSH2_METHOD_HOSTKEY, of: hostKeys),
            .cipher: known(LIBSSH2_METHOD_CRYPT_CS, of: SSHAlgorithms.ciphers),
            .mac: known(LIBSSH2_METHOD_MAC_CS, of: SSHAlgorithms.macs),
        ]
        return TransportError(
            .hostKey, .noCommonAlgorithm, proposal.difference(from: ours, library: SSHAlgorithms.libraryVersion))
    }

    /// Those of the names that the installed libssh2 knows.
    private func known(_ method: Int32, of names: [String]) -> [String] {
        let supported = Self.supported[method] ?? supportedNames(method)
        Self.supported[method] = supported
        return names.filter(supported.contains)
    }

    private static var supported: [Int32: Set<String>] = [:]

    private func supportedNames(_ method: Int32) -> Set<String> {
        var list: UnsafeMutablePointer<UnsafePointer<CChar>?>?
        let count = Int(libssh2_session_supported_algs(raw, method, &list))
        guard count > 0, let list else { return [] }
        defer { libssh2_free(raw, list) }
        return Set(UnsafeBufferPointer(start: list, count: count).compactMap { $0.map { String(cString: $0) } })
    }
}
