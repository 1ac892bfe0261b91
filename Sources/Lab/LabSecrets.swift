import Formats
import Glibc

/// Everything secret of one lab, made anew at its start: a folder (0700) that holds the CA and the keys, and is deleted
/// with the value.
package final class LabSecrets: Sendable {
    let folder: PrivateFolder
    let authority: CertificateAuthority
    /// PEM of the CA that signed the HTTPS hosts' certificates.
    package let certificateAuthorityFile: String

    /// - Parameter parent: an existing folder; nil: the user's runtime folder, else the temporary one.
    package init(in parent: String? = nil) throws(LabError) {
        folder = try PrivateFolder(in: parent ?? Self.defaultParent, prefix: "fleetaudit-lab-")
        authority = try CertificateAuthority()
        certificateAuthorityFile = try folder.write(Array(authority.certificatePEM.utf8), to: "ca.pem")
    }

    /// The folder itself, for what else the lab's owner keeps secret there (an inventory with passwords).
    package var path: String { folder.path }

    private static var defaultParent: String {
        for name in ["XDG_RUNTIME_DIR", "TMPDIR"] {
            if let value = getenv(name).map({ String(cString: $0) }), value.hasPrefix("/"), access(value, W_OK) == 0 {
                return value
            }
        }
        return "/tmp"
    }

    /// 20 letters and digits that cannot be taken for each other: 117 bits.
    static func newPassword() -> Secret {
        let alphabet = Array("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)
        return Secret(bytes: (0..<20).map { _ in alphabet[Int.random(in: alphabet.indices)] })
    }

    /// The file from which gss-ntlmssp takes a host's accounts: one `DOMAIN:user:password` line for each accepted form.
    func writeUserFile(_ accounts: [LabAccount], host: String) throws(LabError) -> String {
        var lines: [UInt8] = []
        for account in accounts {
            for domain in account.acceptedDomains(on: host) {
                let names = [domain, account.user]
                guard names.allSatisfy({ $0.utf8.allSatisfy { $0 >= 32 && $0 != UInt8(ascii: ":") } }),
                    names.joined().utf8.count < 512, !account.user.hasPrefix("#"), !domain.hasPrefix("#")
                else { throw LabError("setting up the accounts of \(host)", "\"\(account.user)\" is no account name") }
                lines += Array("\(domain):\(account.user):".utf8)
                account.password.withBytes { lines.append(contentsOf: $0) }
                lines.append(UInt8(ascii: "\n"))
            }
        }
        return try folder.write(lines, to: "users-\(host)")
    }
}
