/// The sshd_config of one lab host: public keys only, one forced command, nothing forwarded. Pure.
struct SSHDConfiguration: Sendable, Hashable {
    var hostKeys: [String]
    var authorizedKeys: String
    /// Program and arguments that every session runs, whatever it asked for.
    var forcedCommand: [String]
    /// Lines of the lab's owner; they stand first, and the first value counts.
    var ownLines: [String] = []

    /// Paths of other characters would have to be quoted, for two parsers at once.
    static func canName(_ path: String) -> Bool {
        path.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "/._+@-:".utf8.contains(byte)
            }
        }
    }

    var text: String {
        let lines =
            ownLines + hostKeys.map { "HostKey \($0)" } + [
                "AuthorizedKeysFile \(authorizedKeys)",
                "ForceCommand \(forcedCommand.joined(separator: " "))",
                // bash run by sshd reads ~/.bashrc unless it is not the first shell; a heavy one costs more than sshd.
                "SetEnv SHLVL=1",
            ] + Self.fixed
        return lines.joined(separator: "\n") + "\n"
    }

    private static let fixed = [
        "AuthenticationMethods publickey", "PubkeyAuthentication yes", "PasswordAuthentication no",
        "KbdInteractiveAuthentication no", "HostbasedAuthentication no", "GSSAPIAuthentication no",
        "PermitRootLogin prohibit-password", "UsePAM no", "StrictModes no", "PidFile none", "UseDNS no",
        "DisableForwarding yes", "AllowTcpForwarding no", "AllowStreamLocalForwarding no", "AllowAgentForwarding no",
        "X11Forwarding no", "PermitTunnel no", "GatewayPorts no", "PermitTTY no", "PermitUserRC no",
        "PermitUserEnvironment no", "PrintMotd no", "PrintLastLog no", "LogLevel VERBOSE",
    ]
}
