import COpenSSL
import Formats

/// OpenSSH's format for private keys (PROTOCOL.key in its sources), encrypted or not.
struct OpenSSHKeyFile: Sendable {
    private static let begin = "-----BEGIN OPENSSH PRIVATE KEY-----"
    private static let end = "-----END OPENSSH PRIVATE KEY-----"

    private let cipher: String
    private let salt: [UInt8]
    private let rounds: Int
    private let publicBlob: [UInt8]
    private let sealed: [UInt8]
    /// Of an authenticating cipher: what stands behind the sealed part.
    private let tag: [UInt8]

    /// Nil when the text is not in this format; throws when it is, and broken.
    init?(_ text: [UInt8]) throws(TransportError) {
        let lines = String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { String($0).trimmedOfSpaces }
        guard let first = lines.firstIndex(of: Self.begin) else { return nil }
        guard let last = lines[first...].firstIndex(of: Self.end),
            let bytes = Base64.decode(Array(lines[(first + 1)..<last].joined().utf8))
        else { throw SSHPrivateKey.unusable("its base64 is broken") }
        var reader = SSHReader(bytes)
        let magic = Array("openssh-key-v1\0".utf8)
        guard reader.bytes(magic.count) == magic, let cipher = reader.text(), let kdf = reader.text(),
            let options = reader.string(), let count = reader.uint32(), let publicBlob = reader.string(),
            let sealed = reader.string()
        else { throw SSHPrivateKey.unusable("the file is truncated") }
        guard count == 1 else { throw SSHPrivateKey.unusable("the file holds \(count) keys, not one") }
        var salt: [UInt8] = []
        var rounds = 0
        switch (cipher, kdf) {
        case ("none", "none"): break
        case (_, "bcrypt"):
            var parameters = SSHReader(options)
            guard let bytes = parameters.string(), let number = parameters.uint32(), (1...10_000).contains(number),
                !bytes.isEmpty
            else { throw SSHPrivateKey.unusable("its bcrypt parameters are broken") }
            salt = bytes
            rounds = Int(number)
        default: throw SSHPrivateKey.unusable("its passphrase is hashed in a way that is not supported")
        }
        self.cipher = cipher
        self.salt = salt
        self.rounds = rounds
        self.publicBlob = publicBlob
        self.sealed = sealed
        tag = reader.remaining
    }

    /// Decrypts and reads the key; takes as long as its bcrypt rounds want.
    func open(_ passphrase: Secret?) throws(TransportError) -> SSHKeyParts {
        var reader = SSHReader(try decrypted(passphrase))
        guard let first = reader.uint32(), first == reader.uint32() else {
            throw SSHPrivateKey.unusable(cipher == "none" ? "the file is broken" : "wrong passphrase")
        }
        return try Self.parts(&reader, publicBlob)
    }

    private func decrypted(_ passphrase: Secret?) throws(TransportError) -> [UInt8] {
        if cipher == "none" { return sealed }
        guard let kind = OpenSSHCipher(cipher) else {
            throw SSHPrivateKey.unusable("it is encrypted with \(cipher.asciiWord), which is not supported")
        }
        guard let passphrase, !passphrase.isEmpty else {
            throw SSHPrivateKey.unusable("it is encrypted and there is no passphrase")
        }
        let derived = passphrase.withBytes { bytes in
            BcryptPBKDF.derive(
                kind.keyLength + kind.vectorLength, passphrase: bytes, salt: salt, rounds: rounds)
        }
        guard let derived, let plain = kind.decrypt(sealed, derived, tag) else {
            throw SSHPrivateKey.unusable(kind.isAuthenticated ? "wrong passphrase" : "the file is broken")
        }
        return plain
    }

    private static func parts(
        _ reader: inout SSHReader, _ publicBlob: [UInt8]
    ) throws(TransportError) -> SSHKeyParts {
        let type = reader.text() ?? ""
        switch type {
        case "ssh-ed25519":
            guard reader.string() != nil, let secret = reader.string(), secret.count == 64 else { break }
            return SSHKeyParts(numbers: .ed25519(seed: Array(secret.prefix(32))), publicBlob: publicBlob)
        case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521":
            guard let curve = reader.text().flatMap(SSHKeyType.Curve.init), let point = reader.string(),
                let scalar = reader.number()
            else { break }
            return SSHKeyParts(numbers: .ecdsa(curve, point: point, scalar: scalar), publicBlob: publicBlob)
        case "ssh-rsa":
            guard let n = reader.number(), let e = reader.number(), let d = reader.number() else { break }
            return SSHKeyParts(numbers: .rsa(n: n, e: e, d: d), publicBlob: publicBlob)
        default:
            throw SSHPrivateKey.unusable(
                "keys of type \(type.asciiWord) are not supported; ed25519 and ECDSA (nistp256, 384, 521) are")
        }
        throw SSHPrivateKey.unusable("the file is truncated")
    }
}

/// Ciphers that ssh-keygen can encrypt a key with (all but ChaCha20, 3DES).
private struct OpenSSHCipher {
    let algorithm: OpaquePointer
    let keyLength: Int
    let vectorLength: Int
    let isAuthenticated: Bool

    init?(_ name: String) {
        let found: (OpaquePointer?, Int, Int, Bool)? =
            switch name {
            case "aes128-ctr": (EVP_aes_128_ctr(), 16, 16, false)
            case "aes192-ctr": (EVP_aes_192_ctr(), 24, 16, false)
            case "aes256-ctr": (EVP_aes_256_ctr(), 32, 16, false)
            case "aes128-cbc": (EVP_aes_128_cbc(), 16, 16, false)
            case "aes192-cbc": (EVP_aes_192_cbc(), 24, 16, false)
            case "aes256-cbc": (EVP_aes_256_cbc(), 32, 16, false)
            case "aes128-gcm@openssh.com": (EVP_aes_128_gcm(), 16, 12, true)
            case "aes256-gcm@openssh.com": (EVP_aes_256_gcm(), 32, 12, true)
            default: nil
            }
        guard let found, let algorithm = found.0 else { return nil }
        self.algorithm = algorithm
        keyLength = found.1
        vectorLength = found.2
        isAuthenticated = found.3
    }

    /// `derived`: key and vector. Nil when the lengths or the tag are wrong.
    func decrypt(_ sealed: [UInt8], _ derived: [UInt8], _ tag: [UInt8]) -> [UInt8]? {
        guard let context = EVP_CIPHER_CTX_new(), sealed.count % 16 == 0, !isAuthenticated || tag.count == 16
        else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        let key = Array(derived.prefix(keyLength)), vector = Array(derived.dropFirst(keyLength))
        guard EVP_DecryptInit_ex(context, algorithm, nil, key, vector) == 1,
            EVP_CIPHER_CTX_set_padding(context, 0) == 1
        else { return nil }
        if isAuthenticated {
            var tag = tag
            guard EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, 16, &tag) == 1 else { return nil }
        }
        var isGood = true
        let plain = [UInt8](unsafeUninitializedCapacity: sealed.count + 16) { out, count in
            var first: Int32 = 0, last: Int32 = 0
            isGood = EVP_DecryptUpdate(context, out.baseAddress, &first, sealed, Int32(sealed.count)) == 1
            isGood = isGood && EVP_DecryptFinal_ex(context, out.baseAddress.map { $0 + Int(first) }, &last) == 1
            count = Int(first + last)
        }
        return isGood ? plain : nil
    }
}

extension String {
    fileprivate var trimmedOfSpaces: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }

    /// Fit for a message: at most 64 printable ASCII characters.
    fileprivate var asciiWord: String {
        String(unicodeScalars.filter { (0x21...0x7E).contains($0.value) }.prefix(64).map(Character.init))
    }
}
