package import Formats

/// How a host is to be asked, worked out of its variables: what Ansible's connection plug-ins would use.
package struct ConnectionSettings: Sendable {
    package enum Transport: Sendable {
        case ssh(SSHSettings)
        case winrm(WinRMSettings)
        /// Nobody is asked: the reply stands in a file.
        case recorded(path: String)
    }

    /// Name or address to connect to.
    package let address: String
    package let transport: Transport
    package let probe: ProbeChoice
}

/// `fleetaudit_probe`: how a host is asked once the connection stands.
package enum ProbeChoice: String, Sendable, Hashable, CaseIterable {
    /// By PowerShell, and by cmd.exe where PowerShell is missing or restricted.
    case auto
    case powershell
    /// By cmd.exe and Windows' console programs only.
    case cmd
}

package struct SSHSettings: Sendable {
    package let port: UInt16
    package let user: String
    /// A private key file; a password is used when there is none.
    package let keyFile: String?
    package let keyPassphrase: CredentialReference?
    package let password: CredentialReference?
    /// Files of known host keys; empty: the user's own and the system's.
    package let knownHostsFiles: [String]
    /// `ansible_host_key_checking: false`: reported, never silent.
    package let checksHostKey: Bool
}

package struct WinRMSettings: Sendable {
    package enum Scheme: String, Sendable { case http, https }
    package enum Authentication: String, Sendable { case ntlm, basic }

    package let scheme: Scheme
    package let port: UInt16
    package let path: String
    package let user: String
    package let password: CredentialReference
    package let authentication: Authentication
    package let validatesCertificate: Bool
    /// PEM file of trusted authorities.
    package let caFile: String?
    /// The inventory insists on Basic without encryption.
    package let allowsUnencryptedBasic: Bool
}

/// Where a secret is, until the moment it is needed.
package enum CredentialReference: Sendable {
    /// It stood in the inventory, in clear or through `lookup('env', …)`.
    case inline(Secret)
    /// A file that only its owner may read.
    case file(String)
    /// `--ask-password`: asked once for the run.
    case prompt
}
