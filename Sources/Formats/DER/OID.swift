/// An object identifier in its dotted form, `1.3.6.1.5.5.7.3.1` (X.660).
package struct OID: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
    package let dotted: String

    package init(stringLiteral dotted: String) {
        self.dotted = dotted
    }

    /// The content octets of an OBJECT IDENTIFIER (X.690 8.19); nil when they are none. Arcs of up to 128 bits are read,
    /// as identifiers made of a UUID have them.
    package init?(content: ArraySlice<UInt8>) {
        guard let last = content.last, last & 0x80 == 0 else { return nil }
        // Two digits and a half a byte at most, and a point; nearly all identifiers fit without growing.
        var text: [UInt8] = []
        text.reserveCapacity(content.count * 4)
        var arc: UInt128 = 0
        var isStart = true, isFirst = true
        for byte in content {
            if isStart, byte == 0x80 { return nil }
            guard arc >> 121 == 0 else { return nil }
            arc = arc << 7 | UInt128(byte & 0x7f)
            isStart = byte & 0x80 == 0
            guard isStart else { continue }
            if isFirst {
                let root = min(arc / 40, 2)
                text.append(UInt8(ascii: "0") + UInt8(root))
                arc -= root * 40
                isFirst = false
            }
            text.append(UInt8(ascii: "."))
            Self.append(arc, to: &text)
            arc = 0
        }
        dotted = String(decoding: text, as: UTF8.self)
    }

    private static func append(_ arc: UInt128, to text: inout [UInt8]) {
        if arc < 10 {
            text.append(UInt8(ascii: "0") + UInt8(arc))
        } else if let small = UInt64(exactly: arc) {
            text.append(contentsOf: String(small).utf8)
        } else {
            text.append(contentsOf: String(arc).utf8)
        }
    }

    package var description: String { dotted }
}
