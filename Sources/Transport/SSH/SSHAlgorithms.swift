import CLibSSH2

/// Which algorithms are offered, and in which order.
enum SSHAlgorithms {
    /// No SHA-1 groups, CBC, SHA-1 or MD5 MACs. Names that the installed libssh2 does not know are passed over by it.
    static let keyExchange = [
        "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521", "diffie-hellman-group-exchange-sha256", "diffie-hellman-group16-sha512",
        "diffie-hellman-group18-sha512", "diffie-hellman-group14-sha256",
    ]
    static let ciphers = [
        "aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr",
    ]
    static let macs = [
        "hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512",
    ]

    /// `ssh-rsa` signs with SHA-1. It is the only RSA that libssh2 before 1.11 knows, and comes last unless the host is
    /// known by an RSA key alone.
    private static let hostKeys = [
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512",
        "rsa-sha2-256",
    ]
    private static let rsa = ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"]

    /// The host key algorithms, those of the types in known_hosts first: else a host that is known by its ed25519 key
    /// shows its ECDSA key and seems to have changed.
    static func hostKeys(known types: Set<String>) -> [String] {
        var names = hostKeys.filter { types.contains($0) }
        if types.contains("ssh-rsa") { names += rsa }
        return names + (hostKeys + ["ssh-rsa"]).filter { !names.contains($0) }
    }

    /// libssh2's own version, at run time.
    static var libraryVersion: String { libssh2_version(0).map { String(cString: $0) } ?? "of unknown version" }

    /// 1.11 brought rsa-sha2, the -etm MACs and AES-GCM.
    static var libraryIsAtLeast1_11: Bool { libssh2_version(0x010B00) != nil }
}
