import EventLoop
import Formats
import Foundation
import TestSupport
import Testing
import Transport

@Suite(.enabled(if: Peers.has("/usr/bin/ssh-keygen")), .serialized, .timeLimit(.minutes(2)))
struct SSHPrivateKeyTests {
    private static let passphrase = "two words, Säule"

    /// A key file made by ssh-keygen.
    private static func file(_ arguments: [String]) async throws -> [UInt8] {
        let folder = try TemporaryFolder()
        let path = folder.path("id")
        let result = try await run("/usr/bin/ssh-keygen", ["-q", "-f", path] + arguments)
        guard result.exitCode == 0 else { throw PeerIsMissing("ssh-keygen: \(result.errorText)") }
        return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    }

    private static func why(_ text: [UInt8], _ passphrase: String? = nil) async -> String? {
        let error = await failure { _ = try await SSHPrivateKey.load(text, passphrase: passphrase.map { Secret($0) }) }
        guard let error, error.reason == .keyUnusable, error.stage == .signIn else { return nil }
        return error.detail
    }

    @Test(arguments: [
        ["-t", "ed25519"], ["-t", "ecdsa", "-b", "256"], ["-t", "ecdsa", "-b", "384"], ["-t", "ecdsa", "-b", "521"],
        ["-t", "ecdsa", "-m", "PEM"], ["-t", "ecdsa", "-m", "PKCS8"],
    ])
    func `plain keys are read in every format`(_ arguments: [String]) async throws {
        _ = try await SSHPrivateKey.load(try await Self.file(arguments + ["-N", ""]))
    }

    // One bcrypt round: this compiler's debug code is slow.
    @Test(arguments: [
        ["-t", "ed25519", "-a", "1"], ["-t", "ecdsa", "-a", "2"], ["-t", "ed25519", "-a", "1", "-Z", "aes256-cbc"],
        ["-t", "ed25519", "-a", "1", "-Z", "aes128-ctr"], ["-t", "ed25519", "-a", "1", "-Z", "aes256-gcm@openssh.com"],
        ["-t", "ecdsa", "-m", "PEM"], ["-t", "ecdsa", "-m", "PKCS8"],
    ])
    func `encrypted keys open with their passphrase and no other`(_ arguments: [String]) async throws {
        let text = try await Self.file(arguments + ["-N", Self.passphrase])
        _ = try await SSHPrivateKey.load(text, passphrase: Secret(Self.passphrase))
        #expect(await Self.why(text, "wrong") == "wrong passphrase")
        #expect(await Self.why(text) == "it is encrypted and there is no passphrase")
        #expect(await Self.why(text, "") != nil)
    }

    @Test func `an encrypted key signs in like a plain one`() async throws {
        let text = try await Self.file(["-t", "ed25519", "-a", "1", "-N", Self.passphrase])
        let key = try await SSHPrivateKey.load(text, passphrase: Secret(Self.passphrase))
        let folder = try TemporaryFolder()
        try folder.write(String(decoding: text, as: UTF8.self), to: "id")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.path("id"))
        let line = try await run("/usr/bin/ssh-keygen", ["-y", "-P", Self.passphrase, "-f", folder.path("id")]).text
        let server = try await LocalSSHD(userKeys: [line])
        let endpoint = SSHEndpoint(
            host: "127.0.0.1", port: server.port, user: server.user, authentication: .key(key),
            hostKeys: .check(try server.knownHosts()))
        #expect(try await SSHConnection(endpoint: endpoint, gate: OpenGate()).run("exit 6").end == .exited(code: 6))
    }

    @Test func `an RSA key is refused where libssh2 can only sign with SHA-1, with the way out`() async throws {
        let text = try await Self.file(["-t", "rsa", "-b", "2048", "-N", ""])
        if let why = await Self.why(text) {
            #expect(why.contains("SHA-1") && why.contains("ed25519") && why.contains("1.11"))
        }
        // It is readable all the same, for servers that still take it.
        _ = try await SSHPrivateKey.read(text)
        _ = try await SSHPrivateKey.read(try await Self.file(["-t", "rsa", "-b", "2048", "-m", "PEM", "-N", ""]))
    }

    @Test(arguments: [["-t", "ed25519", "-N", ""], ["-t", "ed25519", "-a", "1", "-N", passphrase]])
    func `no damage to a key file does more than an error`(_ arguments: [String]) async throws {
        let text = try await Self.file(arguments)
        var copies = stride(from: 0, to: text.count, by: 7).map { Array(text.prefix($0)) }
        for index in stride(from: 40, to: text.count - 40, by: 11) {
            var copy = text
            copy[index] = copy[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            copies.append(copy)
        }
        for copy in copies { _ = await Self.why(copy, arguments.contains("-a") ? Self.passphrase : nil) }
    }

    @Test(arguments: [
        "", "hello", "-----BEGIN OPENSSH PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\n-----END OPENSSH PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExxnh9DSvJNEFBJa79gzFwbce6jfpkFk6mA6nhBrnCv",
    ])
    func `what is no private key is refused with a reason`(_ text: String) async throws {
        #expect(await Self.why(Array(text.utf8)) != nil)
    }

    @Test func `an absurd number of bcrypt rounds is refused before it is computed`() async throws {
        func string(_ bytes: [UInt8]) -> [UInt8] {
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bytes.count >> $0) } + bytes
        }
        let options = string([UInt8](repeating: 1, count: 16)) + [0xFF, 0xFF, 0xFF, 0xFF]
        let bytes =
            Array("openssh-key-v1\0".utf8) + string(Array("aes256-ctr".utf8)) + string(Array("bcrypt".utf8))
            + string(options) + [0, 0, 0, 1] + string([1]) + string([UInt8](repeating: 0, count: 64))
        let text =
            "-----BEGIN OPENSSH PRIVATE KEY-----\n\(Base64.encode(bytes))\n-----END OPENSSH PRIVATE KEY-----\n"
        #expect(await Self.why(Array(text.utf8), "x") == "its bcrypt parameters are broken")
    }

    @Test func `keys of security tokens are told apart`() async throws {
        func string(_ bytes: [UInt8]) -> [UInt8] {
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bytes.count >> $0) } + bytes
        }
        let secret = [0, 0, 0, 7, 0, 0, 0, 7] + string(Array("sk-ssh-ed25519@openssh.com".utf8))
        let bytes =
            Array("openssh-key-v1\0".utf8) + string(Array("none".utf8)) + string(Array("none".utf8)) + string([])
            + [0, 0, 0, 1] + string([1]) + string(secret)
        let text =
            "-----BEGIN OPENSSH PRIVATE KEY-----\n\(Base64.encode(bytes))\n-----END OPENSSH PRIVATE KEY-----\n"
        #expect(await Self.why(Array(text.utf8))?.contains("sk-ssh-ed25519@openssh.com are not supported") == true)
    }
}
