import COpenSSL
import Formats

/// A host's public key, as it stands in known_hosts and in the key exchange.
package struct HostKey: Sendable, Hashable {
    /// The wire format of RFC 4253 section 6.6: starts with the type's name.
    package var blob: [UInt8]

    package init(blob: [UInt8]) { self.blob = blob }

    /// `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa` …; empty when the blob names none.
    package var type: String {
        var reader = SSHReader(blob)
        return reader.text() ?? ""
    }

    /// `SHA256:` and unpadded base64, as ssh-keygen prints it.
    package var fingerprint: String {
        var text = Base64.encode(Digest.sha256(blob))
        while text.hasSuffix("=") { text.removeLast() }
        return "SHA256:" + text
    }
}

/// Digests by OpenSSL.
enum Digest {
    static func sha256(_ bytes: [UInt8]) -> [UInt8] { digest(bytes, EVP_sha256()) }

    /// Empty when the algorithm is not available.
    static func digest(_ bytes: [UInt8], _ algorithm: OpaquePointer?) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Int(EVP_MAX_MD_SIZE)) { out, count in
            var length: UInt32 = 0
            let isDone = bytes.withUnsafeBytes {
                EVP_Digest($0.baseAddress, $0.count, out.baseAddress, &length, algorithm, nil)
            }
            count = isDone == 1 ? Int(length) : 0
        }
    }
}
