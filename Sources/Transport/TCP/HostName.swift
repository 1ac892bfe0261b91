/// The host part of a URL.
package enum HostName {
    /// `name:port`, or `[address]:port` for IPv6 with the zone escaped (RFC 6874). Nil when the text cannot be a host:
    /// a slash or an @ in it would make curl go somewhere else.
    package static func authority(_ host: String, port: UInt16) -> String? {
        var bare = Substring(host)
        if bare.hasPrefix("["), bare.hasSuffix("]") { bare = bare.dropFirst().dropLast() }
        if bare.utf8.contains(UInt8(ascii: ":")) {
            let parts = bare.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts[0].utf8.allSatisfy({ isHexDigit($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }),
                parts[0].utf8.count(where: { $0 == UInt8(ascii: ":") }) >= 2
            else { return nil }
            guard parts.count == 2 else { return "[\(parts[0])]:\(port)" }
            guard !parts[1].isEmpty, parts[1].utf8.allSatisfy(isNameByte) else { return nil }
            return "[\(parts[0])%25\(parts[1])]:\(port)"
        }
        guard !bare.isEmpty, bare.utf8.count <= 253, bare.utf8.allSatisfy(isNameByte) else { return nil }
        return "\(bare):\(port)"
    }

    /// Letters, digits, `-`, `.`, and `_` (which Windows allows); every byte of a name in other scripts (IDNA is curl's).
    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
