/// A place in a document's bytes, and the steps that everything in XML is read with.
///
/// The whole document is known to be UTF-8 made of XML characters when the scanner stands, so nothing that is cut out of
/// it at ASCII characters can be broken text.
struct XMLScanner {
    let bytes: [UInt8]
    var at: Int

    init(_ bytes: [UInt8], limits: XML.Limits) throws(XMLError) {
        guard bytes.count <= limits.bytes else {
            throw XMLError(offset: limits.bytes, message: "the document is larger than \(limits.bytes) bytes")
        }
        if bytes.starts(with: [0xfe, 0xff]) || bytes.starts(with: [0xff, 0xfe]) {
            throw XMLError(offset: 0, message: "the document is UTF-16, not UTF-8")
        }
        if let error = Self.firstForbidden(bytes.span) { throw error }
        self.bytes = bytes
        at = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    }

    /// The first place that is not UTF-8 or not a character of XML 1.0.
    private static func firstForbidden(_ bytes: Span<UInt8>) -> XMLError? {
        do {
            _ = try UTF8Span(validating: bytes)
        } catch {
            return XMLError(offset: error.byteOffsets.lowerBound, message: "the document is not UTF-8")
        }
        var index = 0
        while index < bytes.count {
            if index + 8 <= bytes.count {
                let eight = EightBytes(bytes, at: index)
                if !eight.contains(below: 0x20), !eight.contains(0xef) {
                    index += 8
                    continue
                }
            }
            switch bytes[index] {
            case 0x09, 0x0a, 0x0d: break
            case 0x00..<0x20: return XMLError(offset: index, message: "a control character, which XML does not allow")
            case 0xef where bytes[index + 1] == 0xbf && bytes[index + 2] >= 0xbe:
                return XMLError(offset: index, message: "U+FFFE or U+FFFF, which XML does not allow")
            default: break
            }
            index += 1
        }
        return nil
    }

    var isAtEnd: Bool { at >= bytes.count }

    func error(_ message: String, at offset: Int? = nil) -> XMLError {
        XMLError(offset: offset ?? at, message: message)
    }

    /// `message` for what stands here, or that nothing does.
    func unexpected(_ message: String) -> XMLError {
        error(isAtEnd ? "the document ends too early" : message)
    }

    func sees(_ byte: UInt8) -> Bool { at < bytes.count && bytes[at] == byte }

    func sees(_ text: StaticString) -> Bool {
        guard bytes.count - at >= text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount where bytes[at + index] != text.utf8Start[index] { return false }
        return true
    }

    /// Goes past `text` when it stands here.
    mutating func skip(_ text: StaticString) -> Bool {
        guard sees(text) else { return false }
        at += text.utf8CodeUnitCount
        return true
    }

    /// True when there was any.
    @discardableResult mutating func skipSpace() -> Bool {
        let start = at
        while at < bytes.count, Self.isSpace(bytes[at]) { at += 1 }
        return at > start
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 }

    /// Goes past eight bytes at a time while none of them is one of those.
    mutating func skipPlain(until first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) {
        at = Self.plainEnd(bytes.span, at, first, second, third, fourth)
    }

    private static func plainEnd(
        _ bytes: Span<UInt8>, _ start: Int, _ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8
    ) -> Int {
        var place = start
        while place + 8 <= bytes.count {
            let eight = EightBytes(bytes, at: place)
            if eight.contains(first) || eight.contains(second) || eight.contains(third) || eight.contains(fourth) {
                break
            }
            place += 8
        }
        return place
    }

    /// Goes to the next such byte, or to the end.
    mutating func skip(to byte: UInt8) {
        skipPlain(until: byte, byte, byte, byte)
        while at < bytes.count, bytes[at] != byte { at += 1 }
    }

    /// What stands before `terminator`; goes past it.
    mutating func take(until terminator: StaticString, of what: String) throws(XMLError) -> Range<Int> {
        let start = at
        while true {
            skip(to: terminator.utf8Start[0])
            if isAtEnd { throw error("\(what) is not closed", at: start) }
            let end = at
            if skip(terminator) { return start..<end }
            at += 1
        }
    }

    /// A name with at most one colon (Namespaces in XML 1.0, production `QName`).
    mutating func qualifiedName(limit: Int) throws(XMLError) -> QualifiedName {
        let start = at
        var colon: Int?
        while at < bytes.count, !Self.endsName(bytes[at]) {
            if bytes[at] == UInt8(ascii: ":") {
                guard colon == nil else { throw error("a name with two colons", at: start) }
                colon = at
            }
            at += 1
            guard at - start <= limit else { throw error("a name is longer than \(limit) bytes", at: start) }
        }
        let prefix = colon.map { start..<$0 }, local = (colon.map { $0 + 1 } ?? start)..<at
        for part in [prefix, local].compactMap(\.self) {
            guard isName(part) else {
                throw part.isEmpty ? unexpected("a name is missing") : error("no name", at: start)
            }
        }
        return QualifiedName(all: start..<at, prefix: prefix, local: local)
    }

    struct QualifiedName {
        let all: Range<Int>
        let prefix: Range<Int>?
        let local: Range<Int>
    }

    private static func endsName(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x0a, 0x0d, 0x09, UInt8(ascii: ">"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "<"),
            UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "&"), UInt8(ascii: ";"), UInt8(ascii: "?"):
            true
        default: false
        }
    }

    private func isName(_ range: Range<Int>) -> Bool {
        if range.isEmpty { return false }
        // Nearly all names are ASCII letters and digits; only others need Unicode.
        let isPlain = bytes[range].allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
            default: false
            }
        }
        if isPlain { return bytes[range.lowerBound] > 0x39 }
        let scalars = text(range).unicodeScalars
        return scalars.first.map(XML.startsName) == true && scalars.allSatisfy(XML.continuesName)
    }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
