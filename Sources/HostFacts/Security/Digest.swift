import COpenSSL
package import Formats

/// Message digests by OpenSSL, for names and fingerprints (never for protection).
package struct Digest: Sendable, Hashable {
    package let bytes: [UInt8]

    package static func md5(_ bytes: [UInt8]) -> Digest { Digest(bytes, "MD5", count: 16) }
    package static func sha1(_ bytes: [UInt8]) -> Digest { Digest(bytes, "SHA1", count: 20) }

    package static func sha256(_ bytes: [UInt8]) -> Digest {
        Digest(
            bytes: [UInt8](unsafeUninitializedCapacity: 32) { output, initialized in
                if let start = output.baseAddress { cssl_sha256(bytes, bytes.count, start) }
                initialized = 32
            })
    }

    /// Upper-case hexadecimal, as Windows writes thumbprints.
    package var hexadecimal: String {
        let digits = Array("0123456789ABCDEF".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private init(_ input: [UInt8], _ name: String, count: Int) {
        bytes = [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
            var written = 0
            let isDone = EVP_Q_digest(nil, name, nil, input, input.count, output.baseAddress, &written) == 1
            precondition(isDone && written == count, "OpenSSL has no \(name)")
            initialized = count
        }
    }
}

/// A salted, deliberately slow fingerprint of a secret: tells whether it is still the same one, and gives nothing away.
package struct SecretFingerprint: Sendable, Hashable {
    package let salt: [UInt8]
    package let bytes: [UInt8]

    /// PBKDF2 with HMAC-SHA-256 (RFC 8018 5.2); takes some tens of milliseconds.
    package init(_ secret: Secret, salt: [UInt8]) {
        self.salt = salt
        bytes = secret.withBytes { secret in
            [UInt8](unsafeUninitializedCapacity: 32) { output, initialized in
                let isDone = PKCS5_PBKDF2_HMAC(
                    secret.bindMemory(to: CChar.self).baseAddress, Int32(clamping: secret.count), salt,
                    Int32(salt.count),
                    210_000, EVP_sha256(), 32, output.baseAddress)
                precondition(isDone == 1, "OpenSSL has no PBKDF2")
                initialized = 32
            }
        }
    }
}
