extension JSON {
    /// What a document may be at most, so that no sender can use up memory or stack.
    package struct Limits: Sendable, Hashable {
        /// Bytes of the document.
        package var bytes: Int
        /// Arrays and objects inside each other; at most 512.
        package var depth: Int
        /// Values of all kinds together. A value takes at least 16 bytes of memory, an empty array needs two bytes of
        /// text.
        package var values: Int

        package init(bytes: Int = 64 << 20, depth: Int = 64, values: Int = 2_000_000) {
            self.bytes = bytes
            self.depth = min(depth, 512)
            self.values = values
        }
    }

    /// Reads one JSON document, strictly (RFC 8259): UTF-8 without a byte order mark, nothing behind the value, no
    /// trailing comma, no key twice, no lone surrogate, no number beyond a double's range. A whole number beyond 64 bits
    /// becomes the nearest double.
    package static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws(JSONError) -> JSON {
        guard bytes.count <= limits.bytes else {
            throw JSONError(offset: limits.bytes, message: "the document is larger than \(limits.bytes) bytes")
        }
        var parser = JSONParser(limits: limits)
        return try parser.document(bytes.span)
    }
}

/// Recursive descent over a span of bytes. Every read is checked against the span's end.
private struct JSONParser {
    private let limits: JSON.Limits
    private var at = 0
    private var values = 0
    /// A text that is put together from pieces: one room for all of them.
    private var unescaped: [UInt8] = []

    init(limits: JSON.Limits) {
        self.limits = limits
    }

    mutating func document(_ bytes: Span<UInt8>) throws(JSONError) -> JSON {
        let value = try value(bytes, depth: 0)
        skipSpace(bytes)
        guard at == bytes.count else { throw error("something stands behind the end of the document") }
        return value
    }

    private func error(_ message: String, at offset: Int? = nil) -> JSONError {
        JSONError(offset: offset ?? at, message: message)
    }

    /// `message` for what stands here, or that nothing does.
    private func unexpected(_ bytes: Span<UInt8>, _ message: String) -> JSONError {
        error(at < bytes.count ? message : "the document ends too early")
    }

    /// The byte here, 0 behind the end: no NUL is legal anywhere, so it never matches.
    @inline(__always) private func here(_ bytes: Span<UInt8>) -> UInt8 { at < bytes.count ? bytes[at] : 0 }

    @inline(__always) private mutating func skipSpace(_ bytes: Span<UInt8>) {
        while at < bytes.count {
            switch bytes[at] {
            case 0x20, 0x0a, 0x0d, 0x09: at += 1
            default: return
            }
        }
    }

    /// `depth` is the number of arrays and objects around the value.
    private mutating func value(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSON {
        values += 1
        guard values <= limits.values else { throw error("the document has more than \(limits.values) values") }
        skipSpace(bytes)
        switch here(bytes) {
        case UInt8(ascii: "\""): return .string(try string(bytes))
        case UInt8(ascii: "{"): return try object(bytes, depth: depth + 1)
        case UInt8(ascii: "["): return try array(bytes, depth: depth + 1)
        case UInt8(ascii: "t"): return try word("true", .bool(true), bytes)
        case UInt8(ascii: "f"): return try word("false", .bool(false), bytes)
        case UInt8(ascii: "n"): return try word("null", .null, bytes)
        default: return try number(bytes)
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSON, _ bytes: Span<UInt8>) throws(JSONError) -> JSON {
        for index in 0..<word.utf8CodeUnitCount {
            guard at + index < bytes.count else { throw error("the document ends too early", at: bytes.count) }
            guard bytes[at + index] == word.utf8Start[index] else { throw error("no JSON value starts like this") }
        }
        at += word.utf8CodeUnitCount
        return value
    }

    // MARK: - Arrays and objects

    private func check(depth: Int) throws(JSONError) {
        guard depth <= limits.depth else { throw error("the document is nested deeper than \(limits.depth) levels") }
    }

    private mutating func array(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSON {
        try check(depth: depth)
        at += 1
        skipSpace(bytes)
        if here(bytes) == UInt8(ascii: "]") {
            at += 1
            return .array([])
        }
        // Most arrays of a probe are pairs: of a type and a value.
        var elements: [JSON] = []
        elements.reserveCapacity(2)
        while true {
            elements.append(try value(bytes, depth: depth))
            skipSpace(bytes)
            switch here(bytes) {
            case UInt8(ascii: ","): at += 1
            case UInt8(ascii: "]"):
                at += 1
                return .array(elements)
            default: throw unexpected(bytes, "',' or ']' is missing")
            }
        }
    }

    private mutating func object(_ bytes: Span<UInt8>, depth: Int) throws(JSONError) -> JSON {
        try check(depth: depth)
        at += 1
        skipSpace(bytes)
        var members: [JSON.Member] = []
        if here(bytes) == UInt8(ascii: "}") {
            at += 1
            return .object(members)
        }
        var seen = SeenKeys()
        while true {
            skipSpace(bytes)
            guard here(bytes) == UInt8(ascii: "\"") else {
                throw unexpected(bytes, "a key in double quotes is missing")
            }
            let start = at
            let key = try string(bytes)
            guard seen.insert(key, after: members) else { throw error("the key \"\(key)\" stands twice", at: start) }
            skipSpace(bytes)
            guard here(bytes) == UInt8(ascii: ":") else { throw unexpected(bytes, "':' is missing after the key") }
            at += 1
            members.append(JSON.Member(key, try value(bytes, depth: depth)))
            skipSpace(bytes)
            switch here(bytes) {
            case UInt8(ascii: ","): at += 1
            case UInt8(ascii: "}"):
                at += 1
                return .object(members)
            default: throw unexpected(bytes, "',' or '}' is missing")
            }
        }
    }

    /// The keys of an object so far: compared one by one while they are few, hashed when they are many.
    private struct SeenKeys {
        private var keys: Set<String> = []

        mutating func insert(_ key: String, after members: [JSON.Member]) -> Bool {
            if members.count < 12 {
                for member in members where member.key == key { return false }
                return true
            }
            if keys.isEmpty { keys.formUnion(members.lazy.map(\.key)) }
            return keys.insert(key).inserted
        }
    }

    // MARK: - Numbers

    private func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }

    private mutating func skipDigits(_ bytes: Span<UInt8>) throws(JSONError) {
        guard isDigit(here(bytes)) else { throw unexpected(bytes, "a digit is missing in the number") }
        while isDigit(here(bytes)) { at += 1 }
    }

    private mutating func number(_ bytes: Span<UInt8>) throws(JSONError) -> JSON {
        let start = at
        let isNegative = here(bytes) == UInt8(ascii: "-")
        if isNegative { at += 1 }
        guard isDigit(here(bytes)) else {
            at = start
            throw unexpected(bytes, "no JSON value starts like this")
        }
        var magnitude: UInt64? = 0
        if here(bytes) == UInt8(ascii: "0") {
            at += 1
            guard !isDigit(here(bytes)) else { throw error("a number starts with 0", at: start) }
        } else {
            while isDigit(here(bytes)) {
                magnitude = magnitude.flatMap { Self.appending(here(bytes) - UInt8(ascii: "0"), to: $0) }
                at += 1
            }
        }
        var isWhole = true
        if here(bytes) == UInt8(ascii: ".") {
            isWhole = false
            at += 1
            try skipDigits(bytes)
        }
        if here(bytes) | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            at += 1
            if here(bytes) == UInt8(ascii: "+") || here(bytes) == UInt8(ascii: "-") { at += 1 }
            try skipDigits(bytes)
        }
        if isWhole, let magnitude {
            if !isNegative { return Int64(exactly: magnitude).map(JSON.int) ?? .uint(magnitude) }
            if magnitude <= UInt64(Int64.max) { return .int(-Int64(magnitude)) }
            if magnitude == Int64.min.magnitude { return .int(.min) }
        }
        let text = bytes.extracting(start..<at).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        guard let double = Double(text), double.isFinite else {
            throw error("the number is beyond the range of a double", at: start)
        }
        return .double(double)
    }

    private static func appending(_ digit: UInt8, to number: UInt64) -> UInt64? {
        let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tens.addingReportingOverflow(UInt64(digit))
        return overflow || carry ? nil : sum
    }

    // MARK: - Strings

    /// Goes to the next byte that needs a look: a quote, a backslash, a control character, the end.
    @inline(__always) private mutating func skipPlain(_ bytes: Span<UInt8>) {
        while at + 8 <= bytes.count {
            let eight = EightBytes(bytes, at: at)
            if eight.contains(0x22) || eight.contains(0x5c) || eight.contains(below: 0x20) { break }
            at += 8
        }
        while at < bytes.count, bytes[at] != 0x22, bytes[at] != 0x5c, bytes[at] >= 0x20 { at += 1 }
    }

    /// `bytes` must be UTF-8; `offset` is where they start in the document.
    private func text(_ bytes: Span<UInt8>, at offset: Int) throws(JSONError) -> String {
        do throws(UTF8.ValidationError) {
            return String(copying: try UTF8Span(validating: bytes))
        } catch {
            throw self.error("the text is not UTF-8", at: offset)
        }
    }

    private mutating func string(_ bytes: Span<UInt8>) throws(JSONError) -> String {
        at += 1
        let start = at
        skipPlain(bytes)
        if here(bytes) == UInt8(ascii: "\"") {
            let text = try text(bytes.extracting(start..<at), at: start)
            at += 1
            return text
        }
        unescaped.removeAll(keepingCapacity: true)
        var from = start
        while true {
            unescaped.append(contentsOf: bytes, from..<at)
            guard at < bytes.count else { throw error("the document ends inside a text") }
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at += 1
                return try text(unescaped.span, at: start)
            case UInt8(ascii: "\\"):
                at += 1
                try escape(bytes)
            default: throw error("a control character stands unescaped in a text")
            }
            from = at
            skipPlain(bytes)
        }
    }

    /// What stands behind a backslash.
    private mutating func escape(_ bytes: Span<UInt8>) throws(JSONError) {
        let letter = here(bytes)
        at += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): unescaped.append(letter)
        case UInt8(ascii: "n"): unescaped.append(0x0a)
        case UInt8(ascii: "t"): unescaped.append(0x09)
        case UInt8(ascii: "r"): unescaped.append(0x0d)
        case UInt8(ascii: "b"): unescaped.append(0x08)
        case UInt8(ascii: "f"): unescaped.append(0x0c)
        case UInt8(ascii: "u"):
            let scalar = try unicodeEscape(bytes)
            unescaped.append(contentsOf: UTF8.encode(scalar) ?? .init())
        default:
            at -= 1
            throw unexpected(bytes, "no escape sequence starts like this")
        }
    }

    /// The scalar of `\uXXXX`, or of two of them that make a surrogate pair; stands behind the first `\u`.
    private mutating func unicodeEscape(_ bytes: Span<UInt8>) throws(JSONError) -> Unicode.Scalar {
        let start = at - 2
        let high = try fourDigits(bytes)
        if let scalar = Unicode.Scalar(high) { return scalar }
        guard high < 0xdc00, here(bytes) == UInt8(ascii: "\\"), at + 1 < bytes.count, bytes[at + 1] == UInt8(ascii: "u")
        else { throw error("half of a surrogate pair stands alone", at: start) }
        at += 2
        let low = try fourDigits(bytes)
        guard low & 0xfc00 == 0xdc00, let scalar = Unicode.Scalar(0x10000 + (high & 0x3ff) << 10 + low & 0x3ff) else {
            throw error("half of a surrogate pair stands alone", at: start)
        }
        return scalar
    }

    private mutating func fourDigits(_ bytes: Span<UInt8>) throws(JSONError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Hex.value(here(bytes)) else {
                throw unexpected(bytes, "\\u needs four hexadecimal digits")
            }
            value = value << 4 | UInt32(digit)
            at += 1
        }
        return value
    }
}

extension [UInt8] {
    fileprivate mutating func append(contentsOf bytes: Span<UInt8>, _ range: Range<Int>) {
        bytes.extracting(range).withUnsafeBufferPointer { append(contentsOf: $0) }
    }
}
