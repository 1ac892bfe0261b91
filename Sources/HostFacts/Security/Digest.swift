import COpenSSL

/// Message digests by OpenSSL, for names and fingerprints (never for protection).
package struct Digest: Sendable, Hashable {
    package let bytes: [UInt8]

    package static func md5(_ bytes: [UInt8]) -> Digest { Digest(bytes, "MD5", count: 16) }
    package static func sha1(_ bytes: [UInt8]) -> Digest { Digest(bytes, "SHA1", count: 20) }
    package static func sha256(_ bytes: [UInt8]) -> Digest { Digest(bytes, "SHA256", count: 32) }

    /// Upper-case hexadecimal, as Windows writes thumbprints.
    package var hexadecimal: String {
        let digits = Array("0123456789ABCDEF".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private init(_ input: [UInt8], _ name: String, count: Int) {
        bytes = [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
            var written = 0
            let isDone = EVP_Q_digest(nil, name, nil, input, input.count, output.baseAddress, &written) == 1
            precondition(isDone && written == count, "OpenSSL has no \(name)")
            initialized = count
        }
    }
}
