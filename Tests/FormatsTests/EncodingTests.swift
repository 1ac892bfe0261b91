import Formats
import Foundation
import TestSupport
import Testing

@Suite struct EncodingTests {
    @Test func `Base64 of every length is what Foundation makes of it`() {
        var generator = SeededGenerator(seed: 64)
        for length in 0..<200 {
            let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let text = Base64.encode(bytes)
            #expect(text == Data(bytes).base64EncodedString())
            #expect(Base64.decode(text) == bytes)
            #expect(Base64.decode(Array(text.utf8)) == bytes)
            #expect(Base64.decode(Array("x\(text)".utf8).dropFirst()) == bytes)
            #expect(Base64.encode(([7] + bytes)[1...]) == text)
        }
    }

    @Test(arguments: [
        "A", "AA", "AAA", "AAAAA", "AA=A", "=AAA", "A===", "====", "AA==AAAA", "AAAA====", "AA==\n", "AAAA ", " AAAA",
        "AAAA\nAAAA", "AA-_", "AAA\0", "AAAä", "AB==", "AAB=", "A=A=", "*AAA", "AAAA=", "AAAA==",
    ]) func `Base64 that is not exact is refused`(_ text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func `every single wrong byte in Base64 is refused`() {
        let digits = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        for byte in UInt8.min...UInt8.max {
            for place in 0..<4 {
                var text = Array("AAAAAAAA".utf8)
                text[place] = byte
                #expect((Base64.decode(text) != nil) == digits.contains(byte))
            }
        }
    }

    @Test func `hexadecimal goes there and back`() {
        let bytes = Array(UInt8.min...UInt8.max)
        let text = bytes.map { String(format: "%02x", $0) }.joined()
        #expect(Hex.encode(bytes) == text)
        #expect(Hex.encode(bytes, uppercase: true) == text.uppercased())
        #expect(Hex.decode(text) == bytes)
        #expect(Hex.decode(text.uppercased()) == bytes)
        #expect(Hex.decode(Array(text.utf8)[2...]) == Array(bytes[1...]))
        #expect(Hex.decode("") == [] && Hex.encode([]) == "")
    }

    @Test(arguments: ["0", "000", "0g", "g0", " 00", "00 ", "0x00", "00:00", "０0", "-1", "\0\0"])
    func `text that is not hexadecimal is refused`(_ text: String) {
        #expect(Hex.decode(text) == nil)
    }
}
