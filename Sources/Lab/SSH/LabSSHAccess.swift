package import EventLoop
import Glibc

/// What all SSH hosts of one lab share: the programs, the account, the client's key and the fleet's host keys.
package struct LabSSHAccess: Sendable {
    package enum HostKeyType: String, Sendable, Hashable { case ed25519, ecdsa, rsa }

    /// The account that clients sign in as: sshd can give sessions only to the user it runs as.
    package let user: String
    /// The client's private key (OpenSSH format, no passphrase); the public one is beside it with `.pub`.
    package let clientKeyFile: String
    let secrets: LabSecrets
    let sshd: String
    let attachCommand: [String]
    private let keygen: String
    private let fleetKeys: [HostKeyType: String]

    /// - Parameter attachCommand: program and arguments that call ``LabAttachment``; socket and host are appended.
    ///   nil: this program with `lab attach`.
    @Reactor package init(secrets: LabSecrets, attachCommand: [String]? = nil) async throws(LabError) {
        let failure = "setting up the lab's SSH"
        func program(_ paths: String...) throws(LabError) -> String {
            guard let path = paths.first(where: { access($0, X_OK) == 0 }) else {
                throw LabError(failure, "\(paths[0]) is not there; install openssh-server and openssh-client")
            }
            return path
        }
        sshd = try program("/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd")
        keygen = try program("/usr/bin/ssh-keygen", "/usr/local/bin/ssh-keygen")
        user = try Self.checkedUser()
        self.secrets = secrets
        self.attachCommand = attachCommand ?? [Self.ownProgram, "lab", "attach"]
        guard (self.attachCommand + [secrets.path]).allSatisfy(SSHDConfiguration.canName) else {
            throw LabError(
                failure,
                "\(self.attachCommand.joined(separator: " ")) or \(secrets.path) has characters besides letters, "
                    + "digits and /._+@-:")
        }
        clientKeyFile = secrets.folder.path("id_ed25519")
        var fleetKeys: [HostKeyType: String] = [:]
        for type in [HostKeyType.ed25519, .ecdsa] { fleetKeys[type] = secrets.folder.path("host_\(type.rawValue)") }
        self.fleetKeys = fleetKeys
        try await makeKey(.ed25519, clientKeyFile)
        for (type, path) in fleetKeys { try await makeKey(type, path) }
        try await checkServer()
    }

    /// Paths of a host's keys, made when the host wants its own or a type that the fleet has not.
    func hostKeys(_ types: [HostKeyType], own: Bool, host: String) async throws(LabError) -> [String] {
        var paths: [String] = []
        for type in types {
            if !own, let path = fleetKeys[type] {
                paths.append(path)
            } else {
                let path = secrets.folder.path("host_\(type.rawValue)_\(host)")
                try await makeKey(type, path)
                paths.append(path)
            }
        }
        return paths
    }

    private static var ownProgram: String {
        var buffer = [CChar](repeating: 0, count: 4_096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Our own account, when sshd would let it in.
    private static func checkedUser() throws(LabError) -> String {
        guard let entry = getpwuid(geteuid()), let name = entry.pointee.pw_name, let shell = entry.pointee.pw_shell
        else {
            throw LabError("setting up the lab's SSH", "user \(geteuid()) has no entry in the password file")
        }
        let user = String(cString: name), program = String(cString: shell)
        guard !program.hasSuffix("/nologin"), !program.hasSuffix("/false") else {
            throw LabError(
                "setting up the lab's SSH", "\(user)'s login shell is \(program); run the lab as another user")
        }
        // Only root can look; for others sshd cannot look either.
        let isLocked = PrivateFolder.text(of: "/etc/shadow").split(separator: "\n").contains {
            $0.hasPrefix("\(user):!")
        }
        guard !isLocked else {
            throw LabError(
                "setting up the lab's SSH",
                "\(user)'s password is locked, so sshd lets nobody in; run the lab as another user")
        }
        return user
    }

    private func makeKey(_ type: HostKeyType, _ path: String) async throws(LabError) {
        let (code, text) = try await run(keygen, ["-q", "-t", type.rawValue, "-N", "", "-C", "", "-f", path])
        guard code == 0 else { throw LabError("making an SSH key", text) }
    }

    /// Lets sshd check a configuration of ours, and gives it the empty folder that it wants as root.
    private func checkServer() async throws(LabError) {
        let configuration = SSHDConfiguration(
            hostKeys: fleetKeys.values.sorted(), authorizedKeys: clientKeyFile + ".pub",
            forcedCommand: attachCommand + ["socket", "host"])
        let file = try secrets.folder.write(Array(configuration.text.utf8), to: "sshd-check")
        var (code, text) = try await run(sshd, ["-t", "-f", file])
        let complaint = "Missing privilege separation directory: "
        if code != 0, let line = text.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix(complaint) }) {
            // What the system's own start script of sshd does; it lies on a tmpfs.
            mkdir(String(line.dropFirst(complaint.count)), 0o755)
            (code, text) = try await run(sshd, ["-t", "-f", file])
        }
        guard code == 0 else { throw LabError("checking sshd's configuration", text) }
    }

    /// Exit code and output of a program that ends by itself.
    @Reactor private func run(_ program: String, _ arguments: [String]) async throws(LabError) -> (Int32, String) {
        let output = secrets.folder.path("output-\(UInt32.random(in: 0 ... .max))")
        defer { unlink(output) }
        do throws(EventLoopError) {
            let child = try ChildProcess(
                executable: program, arguments: arguments, environment: [:], outputPath: output)
            let code = try await child.exit(until: .after(.seconds(60)))
            return (code, PrivateFolder.text(of: output))
        } catch {
            throw LabError("running \(program)", error.labReason)
        }
    }
}
