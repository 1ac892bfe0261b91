/// The algorithms that a host offers in its KEXINIT (RFC 4253 section 7.1), read from the bytes that opened the
/// conversation. libssh2 only says that negotiation failed; this says why.
package struct SSHProposal: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case keyExchange = "key exchange"
        case hostKey = "host key"
        case cipher, mac = "MAC"
    }

    package var offered: [Kind: [String]]

    /// Nil when the bytes hold no SSH banner or no whole KEXINIT behind it.
    package init?(opening: [UInt8]) {
        guard let packet = Self.firstPacket(opening) else { return nil }
        var reader = SSHReader(packet)
        guard let length = reader.uint32(), (2...35_000).contains(length), let padding = reader.byte(),
            let payload = reader.bytes(Int(length) - 1 - Int(padding))
        else { return nil }
        var body = SSHReader(payload)
        guard body.byte() == 20, body.bytes(16) != nil, let keyExchange = body.nameList(),
            let hostKey = body.nameList(), body.nameList() != nil, let cipher = body.nameList(),
            body.nameList() != nil, let mac = body.nameList()
        else { return nil }
        offered = [.keyExchange: keyExchange, .hostKey: hostKey, .cipher: cipher, .mac: mac]
    }

    /// True when the bytes hold the line that names the host's SSH version (RFC 4253 section 4.2).
    package static func hasBanner(_ opening: [UInt8]) -> Bool { firstPacket(opening) != nil }

    /// What follows the line that starts with `SSH-`; other lines may come before it.
    private static func firstPacket(_ opening: [UInt8]) -> ArraySlice<UInt8>? {
        var rest = opening[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest[..<end]
            rest = rest[(end + 1)...]
            if line.starts(with: Array("SSH-".utf8)) { return rest }
        }
        return nil
    }

    /// One sentence per kind without a common algorithm; only names that are plain ASCII words are repeated.
    package func difference(from ours: [Kind: [String]], library: String) -> String {
        var sentences: [String] = []
        for kind in Kind.allCases {
            let theirs = offered[kind] ?? []
            guard Set(theirs).isDisjoint(with: ours[kind] ?? []) else { continue }
            let names = theirs.filter(Self.isPrintable).prefix(8).joined(separator: ", ")
            sentences.append("\(kind.rawValue): the host offers \(names), libssh2 \(library) has none of these")
        }
        return sentences.isEmpty ? "libssh2 \(library) does not say which" : sentences.joined(separator: "; ")
    }

    private static func isPrintable(_ name: String) -> Bool {
        name.utf8.count <= 64 && name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
