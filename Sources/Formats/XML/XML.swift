/// XML 1.0 with namespaces, as far as SOAP allows it: no document type, no processing instructions, no entities but the
/// five predefined ones (SOAP 1.2 part 1, section 5).
package enum XML {
    /// What a document may be at most, so that no sender can use up memory or time.
    package struct Limits: Sendable, Hashable {
        /// Bytes of the document.
        package var bytes: Int
        /// Elements inside each other.
        package var depth: Int
        /// Elements in all.
        package var elements: Int
        /// Attributes and namespace declarations of one element.
        package var attributes: Int
        /// Namespace declarations in force at one place.
        package var namespaces: Int
        /// Bytes of one name with its prefix.
        package var name: Int

        package init(
            bytes: Int = 16 << 20, depth: Int = 64, elements: Int = 200_000, attributes: Int = 64, namespaces: Int = 64,
            name: Int = 256
        ) {
            self.bytes = bytes
            self.depth = depth
            self.elements = elements
            self.attributes = attributes
            self.namespaces = namespaces
            self.name = name
        }
    }

    /// Where a text will stand.
    package enum Place: Sendable, Hashable {
        /// Between tags.
        case content
        /// Between the quotes of an attribute, double or single.
        case attribute
    }

    /// The text with everything escaped that has a meaning in XML. The result for an attribute is right between tags as
    /// well. Characters that XML 1.0 can't carry in any form become U+FFFD: see ``canCarry(_:)``.
    package static func escape(_ text: String, for place: Place = .attribute) -> String {
        guard text.utf8.contains(where: needsLook) else { return text }
        var text = text
        var escaped: [UInt8] = []
        text.withUTF8 { utf8 in
            escaped.reserveCapacity(utf8.count + utf8.count / 8)
            var from = 0
            for (index, byte) in utf8.enumerated() where needsLook(byte) {
                guard let replacement = replacement(utf8, at: index, for: place) else { continue }
                escaped.append(contentsOf: utf8[from..<index])
                escaped.append(contentsOf: replacement.text.utf8)
                from = index + replacement.length
            }
            escaped.append(contentsOf: utf8[from...])
        }
        return String(decoding: escaped, as: UTF8.self)
    }

    /// What stands for the character that starts at `index`, and how many bytes it has; nil when it stands for itself.
    private static func replacement(
        _ utf8: UnsafeBufferPointer<UInt8>, at index: Int, for place: Place
    ) -> (text: String, length: Int)? {
        switch utf8[index] {
        case UInt8(ascii: "&"): ("&amp;", 1)
        case UInt8(ascii: "<"): ("&lt;", 1)
        case UInt8(ascii: ">"): ("&gt;", 1)
        case UInt8(ascii: "\""): ("&quot;", 1)
        case UInt8(ascii: "'"): ("&#39;", 1)
        case 0x0d: ("&#13;", 1)  // would be read as a line feed
        case 0x0a: place == .attribute ? ("&#10;", 1) : nil  // would be read as a space
        case 0x09: place == .attribute ? ("&#9;", 1) : nil
        case 0xef: utf8[index + 1] == 0xbf && utf8[index + 2] >= 0xbe ? ("\u{fffd}", 3) : nil  // U+FFFE, U+FFFF
        default: ("\u{fffd}", 1)  // another control character
        }
    }

    /// Whether ``escape(_:for:)`` keeps the whole text: no control characters except tab and line ends, no U+FFFE, U+FFFF.
    package static func canCarry(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy(isCharacter)
    }

    private static func needsLook(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x00..<0x20, UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
            UInt8(ascii: "'"), 0xef:
            true
        default: false
        }
    }

    /// XML 1.0 section 2.2, production `Char`.
    static func isCharacter(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0a, 0x0d, 0x20...0xd7ff, 0xe000...0xfffd, 0x10000...0x10ffff: true
        default: false
        }
    }

    /// XML 1.0 section 2.3, production `NameStartChar`, without the colon.
    static func startsName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x41...0x5a, 0x5f, 0x61...0x7a, 0xc0...0xd6, 0xd8...0xf6, 0xf8...0x2ff, 0x370...0x37d, 0x37f...0x1fff,
            0x200c...0x200d, 0x2070...0x218f, 0x2c00...0x2fef, 0x3001...0xd7ff, 0xf900...0xfdcf, 0xfdf0...0xfffd,
            0x10000...0xeffff:
            true
        default: false
        }
    }

    /// XML 1.0 section 2.3, production `NameChar`, without the colon.
    static func continuesName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x2d, 0x2e, 0x30...0x39, 0xb7, 0x300...0x36f, 0x203f...0x2040: true
        default: startsName(scalar)
        }
    }
}
