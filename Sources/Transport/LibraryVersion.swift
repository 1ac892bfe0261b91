import CCurl
import CGSSAPI
import CLibSSH2
import COpenSSL

/// A library of the system as it runs here, which may be newer than the one that we were built against.
package struct LibraryVersion: Sendable, Hashable {
    package let name: String
    package let version: String

    /// What asks hosts.
    package static var transports: [LibraryVersion] {
        func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "unknown" }
        return [
            LibraryVersion(name: "libssh2", version: text(libssh2_version(0))),
            LibraryVersion(name: "libcurl", version: "\(text(ccurl_version())) with \(text(ccurl_tls()))"),
            LibraryVersion(name: "OpenSSL", version: text(OpenSSL_version(OPENSSL_VERSION))),
        ]
    }

    /// Whether GSSAPI has NTLM, by the plug-in gss-ntlmssp.
    @GSSAPI package static func hasNTLM() async -> Bool { cgss_has_mechanism(cgss_ntlm()) != 0 }
}
