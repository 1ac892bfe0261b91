/// Texts whose numbers are kept beside them: `12 days left` and `11 days left` are one text with another number, and a
/// night that only counts days down costs a byte.
///
/// Only a word of nothing but digits is a number; identifiers, hashes and times of day stay text.
enum NumberedText {
    /// In place of a number.
    private static let place: UInt8 = 1
    /// Before one of these two where it is part of the text.
    private static let escape: UInt8 = 2
    private static let escaped: UInt8 = 0x40
    /// So many digits always fit a number.
    private static let mostDigits = 18

    static func put(_ text: String, into writer: inout ByteWriter, _ numbers: inout [UInt64]) {
        var text = text
        text.withUTF8 { bytes in
            guard bytes.contains(where: { isDigit($0) || $0 == place || $0 == escape }) else {
                writer.put(bytes: bytes)
                return
            }
            writer.put(bytes: split(bytes, &numbers))
        }
    }

    private static func split(_ bytes: UnsafeBufferPointer<UInt8>, _ numbers: inout [UInt64]) -> [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count + 4)
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            if isDigit(byte), at == 0 || !isWord(bytes[at - 1]) {
                var end = at + 1
                while end < bytes.count, isDigit(bytes[end]) { end += 1 }
                if end - at <= mostDigits, end == bytes.count || !isWord(bytes[end]) {
                    out.append(place)
                    numbers.append(number(bytes[at..<end]))
                } else {
                    out.append(contentsOf: bytes[at..<end])
                }
                at = end
                continue
            }
            if byte == place || byte == escape {
                out.append(escape)
                out.append(byte | escaped)
            } else {
                out.append(byte)
            }
            at += 1
        }
        return out
    }

    static func read(
        _ reader: inout ByteReader, _ numbers: inout ArraySlice<UInt64>
    ) throws(CodecError) -> String {
        let slice = try reader.slice()
        guard slice.contains(where: { $0 == place || $0 == escape }) else {
            return String(decoding: slice, as: UTF8.self)
        }
        var out: [UInt8] = []
        var bytes = slice.makeIterator()
        while let byte = bytes.next() {
            switch byte {
            case place:
                guard let number = numbers.popFirst() else { throw CodecError("a number is missing") }
                out += digits(number)
            case escape:
                guard let next = bytes.next(), next & escaped != 0 else { throw CodecError("a text is cut off") }
                out.append(next & ~escaped)
            default: out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// How many numbers a text has.
    static func count(in slice: ArraySlice<UInt8>) -> Int { slice.count { $0 == place } }

    /// Leading zeros count: every run of digits has a number of its own, shorter runs before longer ones.
    private static func number(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64 {
        var value: UInt64 = 0
        var first: UInt64 = 0
        for (place, digit) in digits.enumerated() {
            value = value * 10 + UInt64(digit - UInt8(ascii: "0"))
            if place > 0 { first = first * 10 + 10 }
        }
        return first + value
    }

    private static func digits(_ number: UInt64) -> [UInt8] {
        var rest = number
        var length = 1
        var size: UInt64 = 10
        while rest >= size, length < mostDigits {
            rest -= size
            size *= 10
            length += 1
        }
        let text = Array(String(rest).utf8)
        return [UInt8](repeating: UInt8(ascii: "0"), count: max(0, length - text.count)) + text
    }

    private static func isDigit(_ byte: UInt8) -> Bool { UInt8(ascii: "0") <= byte && byte <= UInt8(ascii: "9") }

    private static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || UInt8(ascii: "a") <= byte | 0x20 && byte | 0x20 <= UInt8(ascii: "z")
            || byte == UInt8(ascii: "_")
            || byte >= 0x80
    }
}
