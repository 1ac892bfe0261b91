/// Reads SSH's data types (RFC 4251 section 5); everything is checked, nothing is trusted.
struct SSHReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: some Collection<UInt8>) { rest = Array(bytes)[...] }

    var isAtEnd: Bool { rest.isEmpty }
    var remaining: [UInt8] { Array(rest) }

    mutating func bytes(_ count: Int) -> [UInt8]? {
        guard count >= 0, rest.count >= count else { return nil }
        defer { rest.removeFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func byte() -> UInt8? { rest.popFirst() }

    mutating func uint32() -> UInt32? {
        bytes(4).map { $0.reduce(0) { $0 << 8 | UInt32($1) } }
    }

    mutating func string() -> [UInt8]? {
        uint32().flatMap { bytes(Int($0)) }
    }

    mutating func text() -> String? {
        string().flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// A positive number, without the zero byte in front that the sign may need.
    mutating func number() -> [UInt8]? {
        string().map { Array($0.drop { $0 == 0 }) }
    }

    mutating func nameList() -> [String]? {
        text().map { $0.split(separator: ",").map(String.init) }
    }
}

/// Writes SSH's data types.
enum SSHWriter {
    static func uint32(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    static func string(_ bytes: some Collection<UInt8>) -> [UInt8] { uint32(bytes.count) + bytes }

    static func string(_ text: String) -> [UInt8] { string(Array(text.utf8)) }

    /// A positive number from its big-endian bytes.
    static func number(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array(bytes.drop { $0 == 0 })
        return string((digits.first ?? 0) & 0x80 != 0 ? [0] + digits : digits)
    }
}
