/// Base64 with the standard alphabet and padding (RFC 4648 section 4).
package enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    private static let padding = UInt8(ascii: "=")
    private static let none: UInt8 = 0xff

    /// The value of each byte as a digit, `none` for all others.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: none, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()

    package static func encode(_ bytes: [UInt8]) -> String { encode(bytes[...]) }

    package static func encode(_ bytes: ArraySlice<UInt8>) -> String {
        let alphabet = alphabet
        return String(unsafeUninitializedCapacity: (bytes.count + 2) / 3 * 4) { out in
            var at = 0, index = bytes.startIndex
            func digit(_ bits: UInt32) -> UInt8 { alphabet[Int(bits & 63)] }
            while bytes.endIndex - index >= 3 {
                let bits = UInt32(bytes[index]) << 16 | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2])
                out[at] = digit(bits >> 18)
                out[at + 1] = digit(bits >> 12)
                out[at + 2] = digit(bits >> 6)
                out[at + 3] = digit(bits)
                at += 4
                index += 3
            }
            guard index < bytes.endIndex else { return at }
            let second = index + 1 < bytes.endIndex ? UInt32(bytes[index + 1]) : nil
            let bits = UInt32(bytes[index]) << 16 | (second ?? 0) << 8
            out[at] = digit(bits >> 18)
            out[at + 1] = digit(bits >> 12)
            out[at + 2] = second == nil ? padding : digit(bits >> 6)
            out[at + 3] = padding
            return at + 4
        }
    }

    /// Strict: whole groups with their padding, no white space, unused bits zero; nil otherwise.
    ///
    /// So every byte sequence has exactly one text, and a cut or mended text does not pass.
    package static func decode(_ utf8: some Collection<UInt8>) -> [UInt8]? {
        if let bytes = utf8.withContiguousStorageIfAvailable(decodeContiguous) { return bytes }
        return Array(utf8).withUnsafeBufferPointer(decodeContiguous)
    }

    package static func decode(_ text: String) -> [UInt8]? { decode(text.utf8) }

    private static func decodeContiguous(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard text.count.isMultiple(of: 4) else { return nil }
        guard !text.isEmpty else { return [] }
        let padded = text[text.count - 1] != padding ? 0 : text[text.count - 2] != padding ? 1 : 2
        let full = padded == 0 ? text.count : text.count - 4
        let values = values
        var isValid = true
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count / 4 * 3) { out, made in
            // A digit is below 64, so the high bits of all four values together tell whether one was none.
            var seen: UInt8 = 0
            for index in stride(from: 0, to: full, by: 4) {
                let a = values[Int(text[index])], b = values[Int(text[index + 1])]
                let c = values[Int(text[index + 2])], d = values[Int(text[index + 3])]
                seen |= a | b | c | d
                out[made] = a << 2 | b >> 4
                out[made + 1] = b << 4 | c >> 2
                out[made + 2] = c << 6 | d
                made += 3
            }
            if padded > 0 {
                let a = values[Int(text[full])], b = values[Int(text[full + 1])]
                let c = padded == 1 ? values[Int(text[full + 2])] : 0
                seen |= a | b | c
                if padded == 2, b & 0x0f != 0 { seen = none }
                if padded == 1, c & 0x03 != 0 { seen = none }
                out[made] = a << 2 | b >> 4
                if padded == 1 { out[made + 1] = b << 4 | c >> 2 }
                made += 3 - padded
            }
            isValid = seen & 0xc0 == 0
        }
        return isValid ? bytes : nil
    }
}
