/// One value: where its tag, its length and its content stand in the bytes.
package struct DERElement: Sendable, Hashable {
    /// The identifier octet: class, constructed bit and number together (X.690 8.1.2).
    package var tag: UInt8
    package var start: Int
    package var content: Range<Int>
    /// False when the length takes more bytes than it needs, which BER allows and DER does not (X.690 10.1).
    package var hasShortestLength: Bool

    /// Tag, length and content.
    package var encoded: Range<Int> { start..<content.upperBound }
}

/// Identifier octets of the universal types (X.680 8.4).
package enum DERTag {
    package static let boolean: UInt8 = 0x01
    package static let integer: UInt8 = 0x02
    package static let bitString: UInt8 = 0x03
    package static let octetString: UInt8 = 0x04
    package static let null: UInt8 = 0x05
    package static let objectIdentifier: UInt8 = 0x06
    package static let utf8String: UInt8 = 0x0c
    package static let numericString: UInt8 = 0x12
    package static let printableString: UInt8 = 0x13
    package static let teletexString: UInt8 = 0x14
    package static let ia5String: UInt8 = 0x16
    package static let utcTime: UInt8 = 0x17
    package static let generalizedTime: UInt8 = 0x18
    package static let visibleString: UInt8 = 0x1a
    package static let universalString: UInt8 = 0x1c
    package static let bmpString: UInt8 = 0x1e
    package static let sequence: UInt8 = 0x30
    package static let set: UInt8 = 0x31

    /// `[number]` of the context, with other values inside (explicit tagging).
    package static func constructed(_ number: UInt8) -> UInt8 { 0xa0 | number }
    /// `[number]` of the context in place of a simple type's own tag (implicit tagging).
    package static func primitive(_ number: UInt8) -> UInt8 { 0x80 | number }
}

/// Goes through the values of a byte range, one after the other, without recursion and without copying.
///
/// Lengths may be longer than they need be, as other readers accept it too. Indefinite lengths and tag numbers above 30
/// are refused: no certificate has them.
package struct DERReader: Sendable {
    package let bytes: [UInt8]
    private var at: Int
    private let end: Int

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        at = 0
        end = bytes.count
    }

    /// The values inside of an element that was read from these bytes.
    package init(_ bytes: [UInt8], inside element: DERElement) {
        self.init(bytes, in: element.content)
    }

    /// A range of the bytes; what is outside of the bytes is left out.
    package init(_ bytes: [UInt8], in range: Range<Int>) {
        self.bytes = bytes
        let range = range.clamped(to: 0..<bytes.count)
        at = range.lowerBound
        end = range.upperBound
    }

    package var isAtEnd: Bool { at >= end }
    /// Bytes from the start of the outermost value to the next one.
    package var offset: Int { at }
    package var nextTag: UInt8? { at < end ? bytes[at] : nil }

    package func inside(_ element: DERElement) -> DERReader { DERReader(bytes, inside: element) }

    package mutating func next() throws(DERError) -> DERElement {
        let start = at
        guard end - at >= 2 else { throw DERError(offset: at, message: "a value is missing") }
        let tag = bytes[at]
        guard tag & 0x1f != 0x1f else { throw DERError(offset: at, message: "a tag number above 30") }
        var length = Int(bytes[at + 1])
        var content = at + 2
        var isShortest = true
        if length >= 0x80 {
            let count = length & 0x7f
            guard count > 0 else { throw DERError(offset: start, message: "an indefinite length") }
            guard count <= 4, count <= end - content else {
                throw DERError(offset: start, message: "an impossible length")
            }
            length = bytes[content..<content + count].reduce(0) { $0 << 8 | Int($1) }
            isShortest = length >= 0x80 && bytes[content] != 0
            content += count
        }
        guard length <= end - content else {
            throw DERError(offset: start, message: "\(length) bytes are announced and \(end - content) are there")
        }
        at = content + length
        return DERElement(tag: tag, start: start, content: content..<at, hasShortestLength: isShortest)
    }

    /// The next value, which must have that tag; `what` names it in the error.
    package mutating func next(_ tag: UInt8, _ what: String) throws(DERError) -> DERElement {
        let start = at
        let element = try next()
        guard element.tag == tag else {
            throw DERError(offset: start, message: "\(what) has the tag 0x\(Hex.encode([element.tag]))")
        }
        return element
    }

    /// The next value when it has that tag; the reader stays where it is when not.
    package mutating func nextIfPresent(_ tag: UInt8) throws(DERError) -> DERElement? {
        nextTag == tag ? try next() : nil
    }

    /// A reader inside of the next value, which must be a sequence.
    package mutating func nextSequence(_ what: String) throws(DERError) -> DERReader {
        inside(try next(DERTag.sequence, what))
    }

    package mutating func nextObjectIdentifier(_ what: String) throws(DERError) -> OID {
        let element = try next(DERTag.objectIdentifier, what)
        guard let oid = OID(content: bytes[element.content]) else {
            throw DERError(offset: element.start, message: "\(what) is no object identifier")
        }
        return oid
    }
}
