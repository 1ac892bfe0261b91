/// Writes JSON (RFC 8259) into a byte array, members in the order in which they are given.
///
/// ```swift
/// var writer = JSONWriter()
/// writer.object {
///     $0.member("name", "web01")
///     $0.key("ports")
///     $0.array { $0.int(5985); $0.int(5986) }
/// }
/// ```
package struct JSONWriter: Sendable {
    /// How the text looks; what it means is the same.
    package struct Style: OptionSet, Sendable {
        package let rawValue: Int
        package init(rawValue: Int) { self.rawValue = rawValue }

        /// One member or element a line, indented by two spaces.
        package static let pretty = Style(rawValue: 1)
        /// Everything outside of ASCII as `\uXXXX`, for channels that mangle other characters.
        package static let asciiOnly = Style(rawValue: 2)
    }

    package private(set) var bytes: [UInt8] = []
    private let style: Style
    private var depth = 0
    private var place = Place.start

    /// What was written last, which decides what separates it from the next.
    private enum Place { case start, key, value }

    package init(style: Style = []) {
        self.style = style
    }

    package mutating func reserveCapacity(_ bytes: Int) { self.bytes.reserveCapacity(bytes) }

    /// Hands over what was written so far and goes on behind it: for documents that shall not stand in memory whole.
    package mutating func takeBytes() -> [UInt8] {
        let taken = bytes
        bytes.removeAll(keepingCapacity: true)
        return taken
    }

    // MARK: - Containers

    package mutating func object<Failure: Error>(
        _ members: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(UInt8(ascii: "{"))
        try members(&self)
        close(UInt8(ascii: "}"))
    }

    package mutating func array<Failure: Error>(
        _ elements: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        open(UInt8(ascii: "["))
        try elements(&self)
        close(UInt8(ascii: "]"))
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        depth += 1
        place = .start
    }

    private mutating func close(_ bracket: UInt8) {
        assert(place != .key, "our own bug: a key has no value")
        depth -= 1
        if place == .value { newLine() }
        bytes.append(bracket)
        place = .value
    }

    /// What stands between the last thing and the next one.
    private mutating func separate() {
        switch place {
        case .start: if depth > 0 { newLine() }
        case .key: break
        case .value:
            bytes.append(depth > 0 ? UInt8(ascii: ",") : UInt8(ascii: "\n"))
            if depth > 0 { newLine() }
        }
    }

    private mutating func newLine() {
        guard style.contains(.pretty) else { return }
        bytes.append(UInt8(ascii: "\n"))
        for _ in 0..<depth * 2 { bytes.append(UInt8(ascii: " ")) }
    }

    // MARK: - Values

    /// The key of the next value.
    package mutating func key(_ key: String) {
        assert(depth > 0 && place != .key, "our own bug: no key can stand here")
        separate()
        quote(key)
        bytes.append(UInt8(ascii: ":"))
        if style.contains(.pretty) { bytes.append(UInt8(ascii: " ")) }
        place = .key
    }

    package mutating func string(_ value: String) {
        separate()
        quote(value)
        place = .value
    }

    package mutating func int(_ value: some BinaryInteger) { bare(String(value)) }

    /// The shortest text that reads back as the same number; `null` for infinities and NaN, which JSON can't say.
    package mutating func double(_ value: Double) { bare(value.isFinite ? "\(value)" : "null") }

    package mutating func bool(_ value: Bool) { bare(value ? "true" : "false") }

    package mutating func null() { bare("null") }

    package mutating func value(_ value: JSON) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .int(let value): int(value)
        case .uint(let value): int(value)
        case .double(let value): double(value)
        case .string(let value): string(value)
        case .array(let elements): array { for element in elements { $0.value(element) } }
        case .object(let members):
            object {
                for member in members {
                    $0.key(member.key)
                    $0.value(member.value)
                }
            }
        }
    }

    package mutating func member(_ key: String, _ value: String) {
        self.key(key)
        string(value)
    }

    package mutating func member(_ key: String, _ value: some BinaryInteger) {
        self.key(key)
        int(value)
    }

    package mutating func member(_ key: String, _ value: Bool) {
        self.key(key)
        bool(value)
    }

    package mutating func member(_ key: String, _ value: JSON) {
        self.key(key)
        self.value(value)
    }

    private mutating func bare(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        place = .value
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        let isASCIIOnly = style.contains(.asciiOnly)
        var text = text
        text.withUTF8 { utf8 in
            var from = 0
            for at in 0..<utf8.count {
                let byte = utf8[at]
                guard byte < 0x20 || byte == 0x22 || byte == 0x5c || byte >= 0x7f else { continue }
                guard byte <= 0x7f || isASCIIOnly else { continue }
                bytes.append(contentsOf: utf8[from..<at])
                from = at + 1
                escape(utf8, at: at)
            }
            bytes.append(contentsOf: utf8[from...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// The byte as an escape sequence; a character of several bytes at its first one.
    private mutating func escape(_ utf8: UnsafeBufferPointer<UInt8>, at index: Int) {
        switch utf8[index] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), utf8[index]])
        case 0x0a: bytes.append(contentsOf: "\\n".utf8)
        case 0x0d: bytes.append(contentsOf: "\\r".utf8)
        case 0x09: bytes.append(contentsOf: "\\t".utf8)
        case 0x00..<0x80: unicodeEscape(UInt16(utf8[index]))
        case 0x80..<0xc0: break  // belongs to the character that was escaped at its first byte
        default:
            var iterator = utf8[index...].makeIterator(), decoder = UTF8()
            guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return }
            for unit in UTF16.encode(scalar) ?? .init() { unicodeEscape(unit) }
        }
    }

    private mutating func unicodeEscape(_ unit: UInt16) {
        bytes.append(contentsOf: "\\u".utf8)
        for shift in [12, 8, 4, 0] as [UInt16] {
            let digit = UInt8(unit >> shift & 15)
            bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
        }
    }
}

extension JSON {
    /// The value as a document, without a line feed at the end.
    package static func write(_ value: JSON, style: JSONWriter.Style = []) -> [UInt8] {
        var writer = JSONWriter(style: style)
        writer.value(value)
        return writer.takeBytes()
    }

    /// The value as text.
    package func text(style: JSONWriter.Style = []) -> String {
        String(decoding: JSON.write(self, style: style), as: UTF8.self)
    }
}
