import COpenSSL
package import EventLoop
package import Formats
import Glibc

/// A user's private key, parsed once for the whole run; libssh2 asks it for signatures.
@Reactor package final class SSHPrivateKey {
    private let key: OpaquePointer
    private let type: SSHKeyType
    nonisolated let publicBlob: [UInt8]

    /// Reads a key file: OpenSSH's own format or PEM, plain or encrypted.
    ///
    /// Fails for what cannot work with the installed libraries, so that one fleet's worth of refused sign-ins is saved:
    /// wrong passphrase, RSA with libssh2 before 1.11, security keys, DSA.
    package static func load(_ text: [UInt8], passphrase: Secret? = nil) async throws(TransportError) -> SSHPrivateKey {
        let key = try await read(text, passphrase: passphrase)
        if key.type == .rsa, !SSHAlgorithms.libraryIsAtLeast1_11 {
            throw unusable(
                "it is an RSA key, and libssh2 \(SSHAlgorithms.libraryVersion) can only sign with SHA-1, which servers "
                    + "refuse; make an ed25519 key, or install libssh2 1.11")
        }
        return key
    }

    /// As ``load(_:passphrase:)``, but takes an RSA key also where only old servers will accept its signatures.
    package static func read(_ text: [UInt8], passphrase: Secret? = nil) async throws(TransportError) -> SSHPrivateKey {
        if let file = try OpenSSHKeyFile(text) {
            // bcrypt takes a tenth of a second and more.
            let parts = try await offLoop { () throws(TransportError) in try file.open(passphrase) }
            return try SSHPrivateKey(parts)
        }
        return try SSHPrivateKey(pem: text, passphrase)
    }

    private init(_ parts: SSHKeyParts) throws(TransportError) {
        guard let key = parts.makeKey() else { throw Self.unusable("its numbers do not form a key") }
        self.key = key
        type = parts.type
        publicBlob = parts.publicBlob
    }

    private init(pem text: [UInt8], _ passphrase: Secret?) throws(TransportError) {
        let isEncrypted = PassphraseRequest(passphrase)
        let key = withExtendedLifetime(isEncrypted) {
            cssl_private_key_from_pem(
                text, text.count,
                { buffer, capacity, _, user in PassphraseRequest.answer(user, buffer, capacity) },
                Unmanaged.passUnretained(isEncrypted).toOpaque())
        }
        ERR_clear_error()
        guard let key else {
            if isEncrypted.wasAsked {
                throw Self.unusable(
                    passphrase == nil ? "it is encrypted and there is no passphrase" : "wrong passphrase")
            }
            throw Self.unusable("it is neither an OpenSSH nor a PEM private key")
        }
        guard let (type, blob) = SSHKeyType.publicBlob(of: key) else {
            EVP_PKEY_free(key)
            throw Self.unusable("keys of this kind are not supported; ed25519 and ECDSA (nistp256, 384, 521) are")
        }
        self.key = key
        self.type = type
        publicBlob = blob
    }

    isolated deinit { EVP_PKEY_free(key) }

    /// The signature's inner part, as RFC 8709, 5656 and 8332 want it; nil when OpenSSL cannot make it.
    func signature(over data: [UInt8]) -> [UInt8]? {
        guard let context = EVP_MD_CTX_new() else { return nil }
        defer { EVP_MD_CTX_free(context) }
        guard let digest = type.digest(for: data),
            EVP_DigestSignInit(context, nil, digest.algorithm, nil, key) == 1
        else { return nil }
        var length = 0
        guard EVP_DigestSign(context, nil, &length, data, data.count) == 1 else { return nil }
        let signature = [UInt8](unsafeUninitializedCapacity: length) { out, count in
            var made = length
            count = EVP_DigestSign(context, out.baseAddress, &made, data, data.count) == 1 ? made : 0
        }
        if signature.isEmpty { return nil }
        return type.isECDSA ? ECDSASignature.sshForm(signature) : signature
    }

    nonisolated static func unusable(_ why: String) -> TransportError {
        TransportError(.signIn, .keyUnusable, why)
    }
}

/// What OpenSSL's PEM reader asks when a key is encrypted.
private final class PassphraseRequest {
    private let passphrase: Secret?
    private(set) var wasAsked = false

    init(_ passphrase: Secret?) { self.passphrase = passphrase }

    static func answer(_ user: UnsafeMutableRawPointer?, _ buffer: UnsafeMutablePointer<CChar>?, _ capacity: Int32)
        -> Int32
    {
        guard let user, let buffer else { return -1 }
        let request = Unmanaged<PassphraseRequest>.fromOpaque(user).takeUnretainedValue()
        request.wasAsked = true
        guard let passphrase = request.passphrase else { return -1 }
        return passphrase.withBytes { bytes in
            guard bytes.count <= Int(capacity), let start = bytes.baseAddress else { return -1 }
            memcpy(buffer, start, bytes.count)
            return Int32(bytes.count)
        }
    }
}
