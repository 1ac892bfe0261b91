import EventLoop
import Foundation
import TestSupport
import Transport

/// The system's sshd, run as the current user on a free port of loopback with a folder of its own.
final class LocalSSHD {
    static let program = "/usr/sbin/sshd"

    let folder: TemporaryFolder
    let port: UInt16
    let user = NSUserName()
    private let process: PeerProcess

    /// `options`: further lines of sshd_config; the first mention of a keyword counts.
    init(hostKeyTypes: [String] = ["ed25519"], userKeys: [String] = [], options: [String] = []) async throws {
        folder = try TemporaryFolder()
        var config = options
        for type in hostKeyTypes {
            let path = folder.path("host_\(type)")
            try await Self.makeKey(path, type: type)
            config.append("HostKey \(path)")
        }
        try folder.write(userKeys.joined(separator: "\n") + "\n", to: "authorized_keys")
        port = try await freePort()
        config += [
            "ListenAddress 127.0.0.1:\(port)", "ListenAddress [::1]:\(port)",
            "AuthorizedKeysFile \(folder.path("authorized_keys"))", "PidFile none",
            "StrictModes no", "UsePAM no", "PasswordAuthentication no", "KbdInteractiveAuthentication no",
            "PrintMotd no", "LogLevel VERBOSE", "MaxStartups 500", "PermitRootLogin yes", "PermitUserEnvironment no",
        ]
        try folder.write(config.joined(separator: "\n") + "\n", to: "sshd_config")
        // What the system's own start script does: as root sshd wants this empty folder, which lies on a tmpfs.
        if geteuid() == 0 { mkdir("/run/sshd", 0o755) }
        process = try await PeerProcess(
            "/usr/bin/timeout", ["170", Self.program, "-D", "-e", "-f", folder.path("sshd_config")])
        _ = try await process.line(startingWith: "Server listening on 127.0.0.1")
    }

    var log: String { process.output }

    /// A known_hosts file that holds the given host keys for `127.0.0.1` and the port.
    func knownHosts(_ types: [String] = ["ed25519"], name: String = "127.0.0.1") throws -> KnownHosts {
        let lines = try types.map { type in
            let line = try String(contentsOfFile: folder.path("host_\(type).pub"), encoding: .utf8)
            return "[\(name)]:\(port) \(line)"
        }
        return KnownHosts(Array(lines.joined().utf8))
    }

    /// Makes a key file with ssh-keygen.
    static func makeKey(_ path: String, type: String, bits: Int? = nil, more: [String] = []) async throws {
        let size = bits.map { ["-b", "\($0)"] } ?? []
        let result = try await run(
            "/usr/bin/ssh-keygen", ["-q", "-t", type, "-f", path] + size + (more.isEmpty ? ["-N", ""] : more))
        guard result.exitCode == 0 else { throw PeerIsMissing("ssh-keygen: \(result.errorText)") }
    }
}

/// A port on which nothing listens; another program could take it in the next moment.
func freePort() async throws -> UInt16 {
    try await onLoop { try Listener(address: "127.0.0.1").port }
}

/// A user's key: the private part loaded, the public line for authorized_keys.
struct UserKey {
    let key: SSHPrivateKey
    let line: String

    init(type: String = "ed25519", bits: Int? = nil) async throws {
        let folder = try TemporaryFolder()
        try await LocalSSHD.makeKey(folder.path("id"), type: type, bits: bits)
        line = try String(contentsOfFile: folder.path("id.pub"), encoding: .utf8)
        let text = try Data(contentsOf: URL(fileURLWithPath: folder.path("id")))
        key = try await SSHPrivateKey.read([UInt8](text))
    }
}
