import Testing
import Transport

@Suite struct SSHProposalTests {
    /// A banner and a KEXINIT with these name-lists.
    private static func opening(
        keyExchange: String = "kex", hostKey: String = "key", cipher: String = "cipher", mac: String = "mac",
        before: String = ""
    ) -> [UInt8] {
        func uint32(_ value: Int) -> [UInt8] { [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) } }
        func list(_ text: String) -> [UInt8] { uint32(text.utf8.count) + Array(text.utf8) }
        var payload: [UInt8] = [20] + [UInt8](repeating: 0xCC, count: 16)
        for text in [keyExchange, hostKey, cipher, cipher, mac, mac, "none", "none", "", ""] { payload += list(text) }
        payload += [0, 0, 0, 0, 0]
        let padding = [UInt8](repeating: 0, count: 7)
        return Array("\(before)SSH-2.0-Test\r\n".utf8) + uint32(payload.count + padding.count + 1) + [7] + payload
            + padding
    }

    @Test func `the offer is read from behind the banner and the lines before it`() throws {
        let proposal = try #require(SSHProposal(opening: Self.opening(mac: "a,b", before: "Welcome\r\nto us\n")))
        #expect(proposal.offered == [.keyExchange: ["kex"], .hostKey: ["key"], .cipher: ["cipher"], .mac: ["a", "b"]])
    }

    @Test func `only kinds without a common name are reported`() throws {
        let proposal = try #require(SSHProposal(opening: Self.opening(cipher: "x,y", mac: "a,b")))
        let ours: [SSHProposal.Kind: [String]] = [
            .keyExchange: ["kex"], .hostKey: ["key"], .cipher: ["y"], .mac: ["c"],
        ]
        #expect(
            proposal.difference(from: ours, library: "1.10.0")
                == "MAC: the host offers a, b, libssh2 1.10.0 has none of these")
    }

    @Test func `names that are no plain words are not repeated`() throws {
        let proposal = try #require(SSHProposal(opening: Self.opening(mac: "\u{1B}[31m,good")))
        #expect(proposal.difference(from: [:], library: "x").contains("MAC: the host offers good,"))
    }

    @Test func `no truncation and no flipped byte traps`() {
        let bytes = Self.opening()
        // The seven bytes of padding at the end are not looked at.
        for count in 0..<(bytes.count - 7) { #expect(SSHProposal(opening: Array(bytes[..<count])) == nil) }
        for index in bytes.indices {
            var copy = bytes
            copy[index] ^= 0x80
            _ = SSHProposal(opening: copy)?.offered.count
        }
    }

    @Test func `what is no SSH has no banner`() {
        #expect(SSHProposal.hasBanner(Array("SSH-2.0-x\n".utf8)))
        #expect(!SSHProposal.hasBanner(Array("HTTP/1.1 400\r\n\r\n".utf8)))
        #expect(!SSHProposal.hasBanner(Array("SSH-2.0-x".utf8)))
    }

    @Test(arguments: [
        (SSHFailure(code: -43), TransportError.Reason.connectionLost), (SSHFailure(code: -13), .connectionLost),
        (SSHFailure(code: -4), .protocolViolation), (SSHFailure(code: -11), .protocolViolation),
        (SSHFailure(code: -22), .notAuthorised), (SSHFailure(code: -13, disconnectReason: 12), .busy),
        (SSHFailure(code: -13, disconnectReason: 2), .connectionLost),
        (SSHFailure(code: -43, isFlooded: true), .protocolViolation), (SSHFailure(code: -9999), .protocolViolation),
    ])
    func `codes of libssh2 are told apart`(_ failure: SSHFailure, reason: TransportError.Reason) {
        #expect(failure.error(.receive).reason == reason)
        #expect(failure.error(.receive).stage == .receive)
    }
}
