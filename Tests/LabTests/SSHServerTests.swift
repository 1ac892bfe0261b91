import EventLoop
import Foundation
import TestSupport
import Testing

@testable import Lab
@testable import LabPeer

private let ssh = "/usr/bin/ssh", sshd = "/usr/sbin/sshd"

/// OpenSSH's client against lab hosts whose forced command is the `LabPeer` program.
@Suite(
    .serialized, .enabled(if: Peers.has(ssh) && Peers.has(sshd), "openssh-client and openssh-server are not installed"),
    .timeLimit(.minutes(5)))
struct SSHServerTests {
    /// A running host and what a client needs for it.
    @Reactor final class Host {
        let server: LabSSHServer
        let signIns: SignInLedger
        let access: LabSSHAccess
        nonisolated let folder: TemporaryFolder
        private let running: Task<Void, Never>

        init(faults: Set<LabSSHFault>, options: [String]) async throws {
            folder = try TemporaryFolder()
            access = try await LabSSHAccess(
                secrets: try LabSecrets(), attachCommand: [LabPeerProgram.path, "lab", "attach"])
            signIns = SignInLedger()
            var host = LabSSHHost(name: "ssh0", address: "127.0.0.2")
            host.faults = faults
            host.serverOptions = options
            let server = try await LabSSHServer(
                host, access: access, signIns: signIns, responder: ScriptedResponder(name: "ssh0", signIns: signIns))
            self.server = server
            try folder.write(server.knownHostsLines.joined(separator: "\n") + "\n", to: "known_hosts")
            running = Task { await server.run() }
        }

        func stop() async {
            running.cancel()
            await running.value
        }

        /// `ssh` with this command, not waited for.
        nonisolated func start(_ command: String) throws -> RunningProcess {
            try RunningProcess(ssh, arguments() + ["\(access.user)@\(server.host.address)", command])
        }

        private nonisolated func arguments(key: String? = nil) -> [String] {
            [
                "-F", "/dev/null", "-p", "\(server.port)", "-i", key ?? access.clientKeyFile, "-o",
                "UserKnownHostsFile=\(folder.path("known_hosts"))", "-o", "StrictHostKeyChecking=yes", "-o",
                "IdentitiesOnly=yes", "-o", "BatchMode=yes", "-o", "LogLevel=ERROR",
            ]
        }

        /// `ssh` with this command; `options` stand before the host.
        nonisolated func run(
            _ command: String..., input: Data = Data(), options: [String] = [], key: String? = nil
        ) async throws -> ProcessOutcome {
            let arguments = arguments(key: key) + options + ["\(access.user)@\(server.host.address)"] + command
            return try await TestSupport.run(ssh, arguments, input: input, timeLimit: 60)
        }
    }

    private func withHost(
        faults: Set<LabSSHFault> = [], options: [String] = [],
        _ body: @escaping @Reactor @Sendable (Host) async throws -> Void
    ) async throws {
        try await onLoop {
            let host = try await Host(faults: faults, options: options)
            do {
                try await body(host)
                await host.stop()
            } catch {
                await host.stop()
                throw error
            }
        }
    }

    @Test func `output, errors and exit codes come back`() async throws {
        try await withHost { host in
            let both = try await host.run("both")
            #expect(both.text == "out 1\r\nout 2 é€\r\n" && both.exitCode == 3)
            #expect([UInt8](both.standardError) == Array("err 1\r\n".utf8) + [255, 254])
            for (code, expected) in [("0", 0), ("7", 7), ("256", 1), ("259", 3), ("4294967295", 255)]
                as [(String, Int32)]
            {
                let outcome = try await host.run("exit", code)
                #expect(outcome.exitCode == expected)
            }
            let unknown = try await host.run("nosuch \"a b\" & x")
            #expect(unknown.errorText.hasPrefix("'nosuch' is not recognized") && unknown.exitCode == 1)
            #expect(host.signIns.attempts(user: host.access.user).accepted == 7)
        }
    }

    @Test func `standard input is read to its end, and large output comes whole`() async throws {
        try await withHost { host in
            let input = ScriptedResponder.pattern(300_000)
            let count = try await host.run("count", input: Data(input))
            #expect(count.text == "300000 \(ScriptedResponder.sum(input))\r\n", "\(count.errorText)")
            let big = try await host.run("big 2000000")
            #expect(big.standardOutput == Data(ScriptedResponder.pattern(2_000_000)) && big.exitCode == 0)
        }
    }

    @Test func `a command line that cmd does not take is answered as cmd does`() async throws {
        try await withHost { host in
            let outcome = try await host.run("echo " + String(repeating: "x", count: 8_187))
            #expect(outcome.errorText == "The command line is too long.\r\n" && outcome.exitCode == 1)
            let fits = try await host.run("echo " + String(repeating: "x", count: 8_186))
            #expect(fits.exitCode == 0)
        }
    }

    @Test func `another key is refused and counted`() async throws {
        try await withHost { host in
            let key = host.folder.path("other")
            _ = try await TestSupport.run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key])
            let outcome = try await host.run("hostname", key: key)
            #expect(outcome.exitCode == 255 && outcome.errorText.contains("Permission denied (publickey)"))
            #expect(host.signIns.attempts(user: host.access.user) == .init(refused: 1))
            host.server.setFaults([.refusesEveryKey])
            let right = try await host.run("hostname")
            #expect(right.exitCode == 255)
            #expect(host.signIns.attempts(user: host.access.user) == .init(refused: 2))
        }
    }

    @Test func `nothing is forwarded, and there is no terminal`() async throws {
        try await withHost { host in
            let through = try await host.run(options: ["-W", "127.0.0.1:\(host.server.port)"])
            #expect(through.exitCode != 0 && through.errorText.contains("stdio forwarding failed"))
            let back = try await host.run(
                "hostname", options: ["-R", "127.0.0.1:0:127.0.0.1:22", "-o", "ExitOnForwardFailure=yes"])
            #expect(back.exitCode == 255 && back.errorText.contains("remote port forwarding failed"))
            let terminal = try await host.run("hostname", options: ["-tt"])
            #expect(terminal.exitCode == 255 && terminal.errorText.contains("PTY allocation request failed"))
            let shell = try await host.run(input: Data("id\n".utf8))
            #expect(shell.exitCode == 1 && shell.text.isEmpty)
            let files = try await host.run("sftp", options: ["-s"])
            #expect(files.exitCode != 0)
        }
    }

    @Test func `a reply without an exit code, and a host that drops, cut the connection`() async throws {
        try await withHost { host in
            let cut = try await host.run("drop")
            #expect(cut.text == "half\r\n" && cut.exitCode == 255)
            host.server.setFaults([.dropsMidOutput])
            let half = try await host.run("big 1000")
            #expect(half.standardOutput == Data(ScriptedResponder.pattern(1_000).prefix(500)) && half.exitCode == 255)
        }
    }

    @Test func `a silent host says nothing, a garbled one nothing useful`() async throws {
        try await withHost(faults: [.silent]) { host in
            let silent = try connect(host.server.host.address, host.server.port)
            await #expect(throws: EventLoopError.timedOut) { try await silent.read(until: .after(.milliseconds(300))) }
            host.server.setFaults([.garbage])
            let garbled = try connect(host.server.host.address, host.server.port)
            let bytes = try await garbled.read(until: .after(.seconds(5)))
            #expect(!bytes.isEmpty && !bytes.starts(with: Array("SSH-".utf8)))
            host.server.setFaults([])
            let fine = try connect(host.server.host.address, host.server.port)
            #expect(try await fine.read(until: .after(.seconds(5))).starts(with: Array("SSH-2.0-OpenSSH".utf8)))
        }
    }

    @Test func `a slow host takes its time`() async throws {
        try await withHost(faults: [.slow(.milliseconds(400))]) { host in
            let started = ContinuousClock.now
            let outcome = try await host.run("hostname")
            #expect(outcome.text == "ssh0\r\n" && ContinuousClock.now - started >= .milliseconds(800))
        }
    }

    @Test func `endless output ends when the client does`() async throws {
        try await withHost(faults: [.endlessOutput]) { host in
            let client = try host.start("hostname")
            while client.size < 5_000_000 { try await Task.sleep(for: .milliseconds(20)) }
            client.interrupt(SIGKILL)
            try await expectNoServers(of: getpid())
        }
    }

    @Test func `a session that is left ends its command, and a lab that ends its sessions`() async throws {
        try await withHost { host in
            let clients = try (0..<2).map { _ in try host.start("late 600000") }
            for client in clients {
                while !client.output.contains("before") { try await Task.sleep(for: .milliseconds(20)) }
            }
            clients[0].interrupt(SIGKILL)
            await host.stop()
            #expect(try await clients[1].exitCode() == 255)
            try await expectNoServers(of: getpid())
        }
    }

    @Test func `ciphers and MACs can be set per host`() async throws {
        try await withHost(options: ["MACs hmac-sha2-256-etm@openssh.com", "Ciphers aes128-ctr"]) { host in
            #expect(try await host.run("hostname").exitCode == 0)
            let other = try await host.run("hostname", options: ["-o", "MACs=hmac-sha2-256"])
            #expect(other.exitCode == 255)
        }
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: LabPeerProgram.path)))
    func `kill -9 of a lab leaves no process behind, and the next lab removes its folder`() async throws {
        try await LabPeerProgram.run(#"{"ssh": 1}"#) { lab, listing in
            let folder = try TemporaryFolder()
            try folder.write(listing.knownHosts.joined(separator: "\n") + "\n", to: "known_hosts")
            let parts = try listing.url("ssh0").dropFirst("ssh://".count).split(separator: ":").map(String.init)
            let client = try RunningProcess(
                ssh,
                [
                    "-F", "/dev/null", "-p", parts[1], "-i", try #require(listing.sshKey), "-o",
                    "UserKnownHostsFile=\(folder.path("known_hosts"))", "-o", "BatchMode=yes",
                    "\(try #require(listing.sshUser))@\(parts[0])", "late 600000",
                ])
            while !client.output.contains("before") { try await Task.sleep(for: .milliseconds(20)) }
            let servers = children(of: lab.processID)
            #expect(!servers.isEmpty)
            lab.interrupt(SIGKILL)
            #expect(try await client.exitCode() == 255)
            for _ in 0..<100 where servers.contains(where: isAlive) { try await Task.sleep(for: .milliseconds(50)) }
            #expect(!servers.contains(where: isAlive))
            #expect(FileManager.default.fileExists(atPath: listing.secrets))
            _ = try LabSecrets()
            #expect(!FileManager.default.fileExists(atPath: listing.secrets))
        }
    }
}

extension RunningProcess {
    /// Bytes printed so far.
    fileprivate var size: Int {
        (try? FileManager.default.attributesOfItem(atPath: outputPath)[.size] as? Int) ?? 0
    }
}

/// Processes whose parent this is.
private func children(of parent: Int32) -> [Int32] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc"))?.compactMap { Int32($0) } ?? []
    return all.filter { status($0)?.parent == parent }
}

private func isAlive(_ process: Int32) -> Bool {
    guard let status = status(process) else { return false }
    return status.state != "Z"
}

private func status(_ process: Int32) -> (name: String, state: Substring, parent: Int32)? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
        let open = text.firstIndex(of: "("), let close = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: close)...].split(separator: " ")
    guard fields.count > 1, let parent = Int32(fields[1]) else { return nil }
    return (String(text[text.index(after: open)..<close]), fields[0], parent)
}

/// They need a moment to notice.
private func expectNoServers(of parent: Int32) async throws {
    for _ in 0..<400 {
        if !children(of: parent).contains(where: { status($0)?.name == "sshd" && isAlive($0) }) { return }
        try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("an sshd is left")
}
