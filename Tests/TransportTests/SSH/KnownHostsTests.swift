import EventLoop
import Formats
import Foundation
import TestSupport
import Testing
import Transport

@Suite struct KnownHostsTests {
    static let ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExxnh9DSvJNEFBJa79gzFwbce6jfpkFk6mA6nhBrnCv"
    static let other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"

    static func key(_ line: String) throws -> HostKey {
        HostKey(blob: try #require(Base64.decode(String(line.split(separator: " ")[1]))))
    }

    /// Whether `line` alone makes the key trusted for a host.
    private static func trusts(_ hosts: String, _ host: String, _ port: UInt16 = 22) async throws -> Bool {
        let file = KnownHosts(Array("\(hosts) \(ed25519)\n".utf8))
        return try await file.keys(host: host, port: port).trusted.contains(key(ed25519))
    }

    @Test(
        arguments: [
            ("web01", "web01", 22, true), ("web01", "WEB01", 22, true), ("Web01", "web01", 22, true),
            ("web01,10.0.0.1", "10.0.0.1", 22, true), ("web01", "web02", 22, false), ("web01", "web01", 2222, false),
            ("[web01]:2222", "web01", 2222, true), ("[web01]:2222", "web01", 22, false),
            ("[web01]:2222", "[web01]", 2222, true), ("fe80::1", "fe80::1", 22, true),
            ("fe80::1", "[fe80::1]", 22, true),
            ("[fe80::1]:2222", "fe80::1", 2222, true),
        ] as [(String, String, UInt16, Bool)])
    func `names are compared without case, with the port, and nothing else`(
        _ hosts: String, host: String, port: UInt16, isTrusted: Bool
    ) async throws {
        #expect(try await Self.trusts(hosts, host, port) == isTrusted)
    }

    @Test(
        arguments: [
            ("*.example", "a.example", 22, true), ("*.example", "example", 22, false), ("*", "anything", 22, true),
            ("*", "anything", 2222, true), ("web0?", "web01", 22, true), ("web0?", "web010", 22, false),
            ("*.example,!bad.example", "bad.example", 22, false), ("*.example,!bad.example", "good.example", 22, true),
            ("!bad.example,*.example", "bad.example", 22, false), ("!bad.example", "good.example", 22, false),
            ("[*.example]:2222", "a.example", 2222, true), ("[*.example]:2222", "a.example", 22, false),
            ("10.1.*", "10.1.2.3", 22, true), ("a*b*c", "aXbYc", 22, true), ("a*b*c", "aXbY", 22, false),
            ("*.EXAMPLE", "a.example", 22, true), ("**", "x", 22, true), ("?*", "", 22, false),
        ] as [(String, String, UInt16, Bool)])
    func `wildcards and negations mean what ssh_config says`(
        _ hosts: String, host: String, port: UInt16, isTrusted: Bool
    ) async throws {
        #expect(try await Self.trusts(hosts, host, port) == isTrusted)
    }

    @Test func `a pattern of many stars takes no longer than the product of the lengths`() async throws {
        let pattern = String(repeating: "*a", count: 1000) + "*b"
        let started = ContinuousClock.now
        #expect(try await !Self.trusts(pattern, String(repeating: "a", count: 250)))
        #expect(ContinuousClock.now - started < .seconds(5))
    }

    @Test(.enabled(if: Peers.has("/usr/bin/ssh-keygen")), arguments: [("web01", 22), ("web01", 2222), ("fe80::1", 22)])
    func `names that ssh-keygen hashed are found`(_ host: String, port: UInt16) async throws {
        let folder = try TemporaryFolder()
        let name = port == 22 ? host : "[\(host)]:\(port)"
        let path = try folder.write("\(name) \(Self.ed25519)\nelse,\(name)x \(Self.other)\n", to: "known_hosts")
        let result = try await run("/usr/bin/ssh-keygen", ["-q", "-H", "-f", path])
        #expect(result.exitCode == 0)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        #expect(String(decoding: bytes, as: UTF8.self).contains("|1|"))
        let file = KnownHosts(bytes)
        let found = await file.keys(host: host.uppercased(), port: port)
        #expect(try found.trusted == [Self.key(Self.ed25519)])
        #expect(await file.keys(host: host, port: port + 1).trusted.isEmpty)
        #expect(await file.keys(host: "else", port: 22).trusted.count == 1)
    }

    @Test func `many hashed names are searched off the loop, and found`() async throws {
        // HMAC-SHA-1 of "web01" under a salt of twenty zero bytes; others differ in one digit.
        let salt = "AAAAAAAAAAAAAAAAAAAAAAAAAAA="
        var lines: [String] = []
        for index in 0..<2000 {
            let digest = [UInt8](repeating: UInt8(truncatingIfNeeded: index), count: 20)
            lines.append("|1|\(salt)|\(Base64.encode(digest)) \(Self.other)")
        }
        lines.append("|1|\(salt)|\(Self.hashOfWeb01) \(Self.ed25519)")
        let file = KnownHosts(Array(lines.joined(separator: "\n").utf8))
        #expect(file.unreadableLines == [])
        let keys = try await onLoop { await file.keys(host: "web01", port: 22) }
        #expect(try keys.trusted == [Self.key(Self.ed25519)])
    }

    /// printf web01 | openssl dgst -sha1 -mac HMAC -macopt hexkey:0000000000000000000000000000000000000000 -binary | base64
    private static let hashOfWeb01 = "0GKKjMGMjq4pBFPe67yOyLyxiwk="

    @Test func `revoked keys are refused wherever else they stand`() async throws {
        let text = "web01 \(Self.ed25519)\n@revoked * \(Self.ed25519)\n"
        let keys = await KnownHosts(Array(text.utf8)).keys(host: "web01", port: 22)
        let key = try Self.key(Self.ed25519)
        #expect(throws: TransportError(.hostKey, .hostKey(.revoked, fingerprint: "ssh-ed25519 \(key.fingerprint)"))) {
            try keys.check(key)
        }
    }

    @Test func `another key of the same type is a change, of another type only unknown`() async throws {
        let keys = await KnownHosts(Array("web01 \(Self.ed25519)\n".utf8)).keys(host: "web01", port: 22)
        let other = try Self.key(Self.other), known = try Self.key(Self.ed25519)
        let changed = TransportError(
            .hostKey, .hostKey(.changed, fingerprint: "ssh-ed25519 \(other.fingerprint)"),
            "known_hosts has \(known.fingerprint)")
        #expect(throws: changed) { try keys.check(other) }
        let ecdsa = HostKey(blob: [0, 0, 0, 19] + Array("ecdsa-sha2-nistp256".utf8) + [0, 0, 0, 1, 4])
        let unknown = TransportError(
            .hostKey, .hostKey(.unknown, fingerprint: "ecdsa-sha2-nistp256 \(ecdsa.fingerprint)"),
            "known_hosts has only its ssh-ed25519 key")
        #expect(throws: unknown) { try keys.check(ecdsa) }
    }

    @Test(arguments: [
        "web01", "web01 ssh-ed25519", "web01 ssh-ed25519 !!!!", "web01 ssh-rsa \(ed25519.split(separator: " ")[1])",
        "@unknown web01 \(ed25519)", "|1|AAAA|BBBB \(ed25519)", "|2|AAAAAAAAAAAAAAAAAAAAAAAAAAA=|AAAA \(ed25519)",
        "|1|AAAAAAAAAAAAAAAAAAAAAAAAAAA= \(ed25519)", "web01 ssh-ed25519 AAAA", "web01 ssh-ed25519 /////w==", "\u{0}",
        "@revoked", "@revoked web01", "|", "|||| \(ed25519)",
    ])
    func `a broken line is named and believed nothing of`(_ line: String) async throws {
        let file = KnownHosts(Array("# a comment\n\(line)\nweb02 \(Self.ed25519)\n".utf8))
        #expect(file.unreadableLines == [2])
        #expect(await file.keys(host: "web01", port: 22).trusted.isEmpty)
        #expect(await file.keys(host: "web02", port: 22).trusted.count == 1)
    }

    @Test func `comments, blank lines, line ends of Windows and authorities are what they are`() async throws {
        let text =
            "\r\n  \n# web01 x y\n@cert-authority *.example \(Self.ed25519)\r\nweb01\t\(Self.ed25519) a comment\r\n"
        let file = KnownHosts(Array(text.utf8))
        #expect(file.unreadableLines == [])
        #expect(file.certificateAuthorityLines == 1)
        #expect(await file.keys(host: "web01", port: 22).types == ["ssh-ed25519"])
        #expect(await file.keys(host: "a.example", port: 22).trusted.isEmpty)
    }

    @Test func `twenty thousand hosts are read and searched quickly`() async throws {
        let text = (0..<20_000).map {
            "host\($0).example,10.\($0 >> 16).\($0 >> 8 & 255).\($0 & 255) \(Self.ed25519)\n"
        }
        let bytes = Array(text.joined().utf8)
        let started = ContinuousClock.now
        let file = KnownHosts(bytes)
        for index in stride(from: 0, to: 20_000, by: 20) {
            #expect(await file.keys(host: "host\(index).example", port: 22).trusted.count == 1)
        }
        #expect(ContinuousClock.now - started < .seconds(60))
    }

    @Test func `a fingerprint is what ssh-keygen prints`() async throws {
        // ssh-keygen -lf on the line above.
        #expect(try Self.key(Self.ed25519).fingerprint == "SHA256:ogkFGDRROe3n46JDyZa75uZdkDg6c5jKeLaHF1ABuz8")
    }
}
