import COpenSSL

/// The kinds of user keys that can be used.
enum SSHKeyType: Sendable, Hashable {
    case ed25519
    case ecdsa(Curve)
    case rsa

    enum Curve: String, Sendable, CaseIterable {
        case nistp256, nistp384, nistp521

        /// OpenSSL's name of the curve.
        var groupName: String {
            switch self {
            case .nistp256: "prime256v1"
            case .nistp384: "secp384r1"
            case .nistp521: "secp521r1"
            }
        }

        /// RFC 5656 section 6.2.1.
        var digest: OpaquePointer? {
            switch self {
            case .nistp256: EVP_sha256()
            case .nistp384: EVP_sha384()
            case .nistp521: EVP_sha512()
            }
        }
    }

    struct Digest {
        /// Nil where the signature algorithm hashes by itself.
        var algorithm: OpaquePointer?
    }

    var isECDSA: Bool { if case .ecdsa = self { true } else { false } }

    /// The digest for a signature over `data`, the request of RFC 4252 section 7; nil when it names an algorithm that
    /// does not fit the key. For RSA libssh2 has put the algorithm it agreed on with the host into the request.
    func digest(for data: [UInt8]) -> Digest? {
        switch self {
        case .ed25519: return Digest(algorithm: nil)
        case .ecdsa(let curve): return Digest(algorithm: curve.digest)
        case .rsa:
            var reader = SSHReader(data)
            guard reader.string() != nil, reader.byte() == 50, reader.string() != nil, reader.string() != nil,
                reader.string() != nil, reader.byte() == 1
            else { return nil }
            switch reader.text() {
            case "ssh-rsa": return Digest(algorithm: EVP_sha1())
            case "rsa-sha2-256": return Digest(algorithm: EVP_sha256())
            case "rsa-sha2-512": return Digest(algorithm: EVP_sha512())
            default: return nil
            }
        }
    }

    /// Kind and public key (RFC 4253 section 6.6, 5656 section 3.1, 8709 section 4) of OpenSSL's key.
    static func publicBlob(of key: OpaquePointer) -> (SSHKeyType, [UInt8])? {
        if EVP_PKEY_is_a(key, "ED25519") == 1 {
            var length = 32
            let point = [UInt8](unsafeUninitializedCapacity: 32) { out, count in
                count = EVP_PKEY_get_raw_public_key(key, out.baseAddress, &length) == 1 ? length : 0
            }
            guard point.count == 32 else { return nil }
            return (.ed25519, SSHWriter.string("ssh-ed25519") + SSHWriter.string(point))
        }
        if EVP_PKEY_is_a(key, "EC") == 1 {
            guard let curve = curve(of: key), let point = point(of: key) else { return nil }
            return (.ecdsa(curve), ecdsaBlob(curve, point))
        }
        if EVP_PKEY_is_a(key, "RSA") == 1 {
            guard let modulus = number(OSSL_PKEY_PARAM_RSA_N, of: key), let e = number(OSSL_PKEY_PARAM_RSA_E, of: key)
            else { return nil }
            return (.rsa, SSHWriter.string("ssh-rsa") + SSHWriter.number(e) + SSHWriter.number(modulus))
        }
        return nil
    }

    static func ecdsaBlob(_ curve: Curve, _ point: [UInt8]) -> [UInt8] {
        SSHWriter.string("ecdsa-sha2-\(curve.rawValue)") + SSHWriter.string(curve.rawValue) + SSHWriter.string(point)
    }

    private static func curve(of key: OpaquePointer) -> Curve? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { name in
            guard let start = name.baseAddress, EVP_PKEY_get_group_name(key, start, name.count, nil) == 1
            else { return nil }
            let group = String(cString: start)
            return Curve.allCases.first { $0.groupName == group }
        }
    }

    /// The uncompressed point.
    private static func point(of key: OpaquePointer) -> [UInt8]? {
        var length = 0
        let point = [UInt8](unsafeUninitializedCapacity: 256) { out, count in
            let isRead = EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, out.baseAddress, 256, &length)
            count = isRead == 1 ? length : 0
        }
        return point.first == 4 ? point : nil
    }

    private static func number(_ name: String, of key: OpaquePointer) -> [UInt8]? {
        let bytes = [UInt8](unsafeUninitializedCapacity: 4096) { out, count in
            count = cssl_key_number(key, name, out.baseAddress, 4096)
        }
        return bytes.isEmpty ? nil : bytes
    }
}

/// The numbers of a private key out of OpenSSH's format.
struct SSHKeyParts: Sendable {
    enum Numbers: Sendable {
        case ed25519(seed: [UInt8])
        case ecdsa(SSHKeyType.Curve, point: [UInt8], scalar: [UInt8])
        case rsa(n: [UInt8], e: [UInt8], d: [UInt8])
    }

    var numbers: Numbers
    var publicBlob: [UInt8]

    var type: SSHKeyType {
        switch numbers {
        case .ed25519: .ed25519
        case .ecdsa(let curve, _, _): .ecdsa(curve)
        case .rsa: .rsa
        }
    }

    /// Nil when OpenSSL refuses the numbers.
    func makeKey() -> OpaquePointer? {
        switch numbers {
        case .ed25519(let seed):
            EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, seed.count)
        case .ecdsa(let curve, let point, let scalar):
            cssl_ec_key(curve.groupName, point, point.count, scalar, scalar.count)
        case .rsa(let n, let e, let d):
            cssl_rsa_key(n, n.count, e, e.count, d, d.count)
        }
    }
}

/// OpenSSL writes ECDSA signatures in DER, SSH as two numbers (RFC 5656 section 3.1.2). DER's INTEGER has the same
/// contents as SSH's mpint, so only the frames differ.
enum ECDSASignature {
    static func sshForm(_ der: [UInt8]) -> [UInt8]? {
        var rest = der[...]
        guard rest.popFirst() == 0x30, length(&rest) == rest.count, let r = integer(&rest), let s = integer(&rest),
            rest.isEmpty
        else { return nil }
        return SSHWriter.string(r) + SSHWriter.string(s)
    }

    private static func integer(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard rest.popFirst() == 0x02, let count = length(&rest), rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    private static func length(_ rest: inout ArraySlice<UInt8>) -> Int? {
        guard let first = rest.popFirst() else { return nil }
        if first < 0x80 { return Int(first) }
        return first == 0x81 ? rest.popFirst().map(Int.init) : nil
    }
}
