import Formats
import Foundation
import Testing

@Suite struct DERTests {
    @Test func `values are read one after the other`() throws {
        let bytes = DER.sequence(DER.integer(5), DER.octets([1, 2])) + [0x05, 0x00]
        var reader = DERReader(bytes)
        var inside = try reader.nextSequence("outer")
        let five = try inside.next(DERTag.integer, "five")
        #expect(inside.bytes[five.content] == [5] && five.encoded == 2..<5 && five.hasShortestLength)
        #expect(try inside.nextIfPresent(DERTag.boolean) == nil)
        #expect(try inside.nextIfPresent(DERTag.octetString)?.content == 7..<9)
        #expect(inside.isAtEnd && inside.nextTag == nil && inside.offset == 9)
        #expect(!reader.isAtEnd && reader.nextTag == DERTag.null)
        #expect(try reader.next().content.isEmpty)
        #expect(throws: DERError.self) { try reader.next() }
    }

    @Test(
        arguments: [
            ([], "a value is missing"), ([0x30], "a value is missing"),
            ([0x1f, 0x81, 0x01, 0x00], "a tag number above 30"),
            ([0x30, 0x80, 0x00, 0x00], "an indefinite length"), ([0x30, 0x82, 0x01], "an impossible length"),
            ([0x30, 0x85, 0, 0, 0, 0, 0], "an impossible length"), ([0x30, 0xff], "an impossible length"),
            ([0x30, 0x01], "1 bytes are announced and 0 are there"),
            ([0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x00], "4294967295 bytes are announced and 1 are there"),
            ([0x02, 0x01, 0x05], "the outer value has the tag 0x02"),
        ] as [([UInt8], String)]) func `what is no value is refused`(_ bytes: [UInt8], _ message: String)
    {
        var reader = DERReader(bytes)
        #expect(throws: DERError(offset: 0, message: message)) { try reader.nextSequence("the outer value") }
    }

    @Test(
        arguments: [
            ([0x04, 0x81, 0x01, 0xaa], false), ([0x04, 0x82, 0x00, 0x01, 0xaa], false), ([0x04, 0x01, 0xaa], true),
            ([0x04, 0x81, 0x80] + [UInt8](repeating: 1, count: 128), true),
            ([0x04, 0x82, 0x00, 0x80] + [UInt8](repeating: 1, count: 128), false),
        ] as [([UInt8], Bool)]) func `a length that is longer than it need be is read and told`(
            _ bytes: [UInt8], _ isShortest: Bool
        ) throws
    {
        var reader = DERReader(bytes)
        #expect(try reader.next().hasShortestLength == isShortest)
        #expect(reader.isAtEnd)
    }

    @Test func `a reader never leaves its range`() throws {
        let bytes: [UInt8] = [0x04, 0x03, 1, 2, 3]
        var reader = DERReader(bytes, in: 0..<4)
        #expect(throws: DERError.self) { try reader.next() }
        #expect(DERReader(bytes, in: 7..<9).isAtEnd)
        var wide = DERReader(bytes, in: 0..<99)
        #expect(try wide.next().content == 2..<5)
    }

    @Test(arguments: [
        "0.0", "0.39", "1.0", "1.39", "2.0", "2.39", "2.40", "2.999", "1.2.840.113549.1.1.11", "1.3.6.1.5.5.7.3.1",
        "1.2.127.128.16383.16384", "2.25.329800735698586629295641978511506172918",
        "1.2.18446744073709551615.18446744073709551616",
        "1.2.340282366920938463463374607431768211455",
    ]) func `object identifiers are read`(_ dotted: String) throws {
        let bytes = DER.oid(dotted)
        #expect(OID(content: bytes[2...])?.dotted == dotted)
        var reader = DERReader(bytes)
        #expect(try reader.nextObjectIdentifier("it") == OID(stringLiteral: dotted))
    }

    @Test(
        arguments: [
            [], [0x80], [0x2a, 0x80], [0x2a, 0x80, 0x01], [0x80, 0x2a], [0x2a, 0x86],
            [0x2a, 0x84] + [UInt8](repeating: 0x80, count: 18), [0x2a] + [UInt8](repeating: 0xff, count: 30) + [0x7f],
        ] as [[UInt8]]) func `what is no object identifier is refused`(_ content: [UInt8])
    {
        #expect(OID(content: content[...]) == nil)
        var reader = DERReader(DER.value(DERTag.objectIdentifier, content))
        #expect(throws: DERError.self) { try reader.nextObjectIdentifier("it") }
    }
}
