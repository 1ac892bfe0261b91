package import Foundation

/// A Windows-like host for one test: a real sshd, Wine's `cmd.exe` and `reg.exe`, a real machine's registry.
///
/// `Tests/Peers/windows-like` makes and serves it; what it proves and what not stands in `Tests/Peers/README.md`. Each
/// host is a copy of its own, so tests may change it and run side by side. The copies come from `.build-peers`, which is
/// filled at the first use of an extract (20 s for the first, 4 s for each further one).
package final class WindowsLikeHost {
    /// On 127.0.0.1.
    package let port: UInt16
    /// The account to log in as: the one that runs the tests.
    package let user = NSUserName()

    private let state: String
    private let process: RunningProcess

    /// The path of the client's private key (OpenSSH format, ed25519, no passphrase).
    package var identity: String { state + "/id" }
    /// The path of a known_hosts file that holds this host's key.
    package var knownHosts: String { state + "/known_hosts" }

    private static let needed = [
        "wine": "/usr/bin/wine", "openssh-server": "/usr/sbin/sshd", "openssh-client": "/usr/bin/ssh",
    ]
    private static let missing = needed.filter { !FileManager.default.isExecutableFile(atPath: $0.value) }.keys.sorted()

    /// For `.enabled(if:)`, with ``whyNot`` as the comment: true also when the host must be there, to fail instead.
    package static let isAvailable = missing.isEmpty || Peers.areRequired
    package static let whyNot = "needs Debian's wine, wine64 and openssh-server"

    private static let cache =
        ProcessInfo.processInfo.environment["FLEETAUDIT_WINDOWS_LIKE"] ?? Fixture.repository
        + "/.build-peers/windows-like"
    private static let tools = Fixture.repository + "/Tests/Peers/windows-like"

    /// Runs a host with the registry of `Tests/Fixtures/windows-hosts/<extract>.json` while `body` runs; it is gone
    /// afterwards, also when the test process is killed.
    package static func with<Result>(
        _ extract: String, _ body: (WindowsLikeHost) async throws -> Result
    ) async throws -> Result {
        let host = try await WindowsLikeHost(extract)
        do {
            let result = try await body(host)
            try await host.end()
            return result
        } catch {
            try? await host.end()
            throw error
        }
    }

    private init(_ extract: String) async throws {
        guard Self.missing.isEmpty else { throw PeerIsMissing(Self.missing.joined(separator: ", ")) }
        let prefix = Self.cache + "/" + extract
        let source = Fixture.file("windows-hosts/\(extract).json").path
        let made = try await run(
            Self.tools + "/make-host", ["--base", Self.cache + "/base", prefix, source], timeLimit: 240)
        guard made.exitCode == 0 else { throw HostWasNotMade(extract: extract, reason: made.errorText) }
        state = Self.cache + "/run-" + UUID().uuidString
        // The time limit is for a test that hangs: nothing of it outlives the run for long.
        process = try RunningProcess(
            Self.tools + "/ssh-host", ["--with-parent", "--seconds", "600", prefix, "0", state])
        let ready = try await process.line(startingWith: "ready ", within: 90)
        guard let port = UInt16(ready) else { throw HostWasNotMade(extract: extract, reason: "no port: \(ready)") }
        self.port = port
    }

    private func end() async throws {
        process.interrupt(SIGTERM)
        _ = try await process.exitCode(within: 30)
    }

    /// Runs a command line with OpenSSH's client, as a yardstick for our own.
    package func ssh(
        _ commandLine: String, input: Data = Data(), timeLimit: TimeInterval = 60
    ) async throws -> ProcessOutcome {
        let options = [
            "-q", "-F", "none", "-p", "\(port)", "-i", identity, "-o", "UserKnownHostsFile=\(knownHosts)",
            "-o", "BatchMode=yes",
        ]
        return try await run(
            "/usr/bin/ssh", options + ["\(user)@127.0.0.1", commandLine], input: input, timeLimit: timeLimit)
    }
}

package struct HostWasNotMade: Error {
    package let extract: String
    package let reason: String
}
