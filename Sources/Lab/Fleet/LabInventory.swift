import EventLoop
import Formats

/// Writes the inventory that leads to a running lab: addresses, ports, accounts, keys. Secrets stand in files of their
/// own, as an administrator should keep them.
@Reactor struct LabInventory {
    private let secrets: LabSecrets
    private var passwordFiles: [String: String] = [:]
    private var hosts: [(name: String, variables: [(String, String)])] = []

    init(secrets: LabSecrets) { self.secrets = secrets }

    mutating func addAccount(_ account: LabAccount, password: Secret) throws(LabError) {
        let bytes = password.withBytes { Array($0) }
        passwordFiles[account.user] = try secrets.folder.write(bytes, to: "password-\(account.user)")
    }

    mutating func add(_ definition: LabHostDefinition, _ server: LabWinRMServer, account: LabAccount) {
        var variables = winRM(server.host.address, server.port, account)
        let isHTTPS = server.host.usesHTTPS
        variables.append(("ansible_winrm_scheme", isHTTPS ? "https" : "http"))
        if isHTTPS { variables.append(("ansible_winrm_ca_trust_path", secrets.certificateAuthorityFile)) }
        variables.append(("ansible_winrm_transport", definition.transport == .winrmHTTPSBasic ? "basic" : "ntlm"))
        hosts.append((definition.name, variables))
    }

    mutating func add(_ definition: LabHostDefinition, _ server: LabSSHServer, user: String, key: String) {
        hosts.append(
            (
                definition.name,
                [
                    ("ansible_connection", "ssh"), ("ansible_host", server.host.address),
                    ("ansible_port", "\(server.port)"), ("ansible_user", user), ("ansible_ssh_private_key_file", key),
                    ("fleetaudit_known_hosts", secrets.path + "/known_hosts"),
                ]
            ))
    }

    /// Nothing listens at port 9 of the host's address.
    mutating func addDead(_ definition: LabHostDefinition, address: String, account: LabAccount) {
        hosts.append(
            (
                definition.name,
                winRM(address, 9, account) + [("ansible_winrm_scheme", "http"), ("ansible_winrm_transport", "ntlm")]
            ))
    }

    private func winRM(_ address: String, _ port: UInt16, _ account: LabAccount) -> [(String, String)] {
        [
            ("ansible_connection", "winrm"), ("ansible_host", address), ("ansible_port", "\(port)"),
            ("ansible_user", account.user), ("fleetaudit_password_file", passwordFiles[account.user] ?? ""),
        ]
    }

    func write(knownHosts: [String]) throws(LabError) -> String {
        _ = try secrets.folder.write(Array(knownHosts.map { $0 + "\n" }.joined().utf8), to: "known_hosts")
        var lines = [
            "# Where the running lab listens. Made anew at every start; gone when it ends.", "all:", "  hosts:",
        ]
        for host in hosts {
            lines.append("    \(host.name):")
            // Our own texts: addresses, numbers, paths without quotes.
            lines += host.variables.map { "      \($0.0): '\($0.1)'" }
        }
        return try secrets.folder.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: "connections.yaml")
    }
}
