import Formats
import Testing

@Suite struct JSONWriterTests {
    @Test func `members stand in the order in which they are given`() {
        var writer = JSONWriter()
        writer.object {
            $0.member("name", "web01")
            $0.key("ports")
            $0.array {
                $0.int(5985)
                $0.int(UInt64.max)
            }
            $0.member("on", true)
            $0.member("more", ["z": .null, "a": []])
            $0.member("count", 3)
        }
        let text = #"{"name":"web01","ports":[5985,18446744073709551615],"on":true,"more":{"z":null,"a":[]},"count":3}"#
        #expect(String(decoding: writer.bytes, as: UTF8.self) == text)
    }

    @Test func `pretty text has a line for every member and element`() {
        let value: JSON = ["a": [1, ["b": .null]], "empty": [], "none": .object([])]
        #expect(
            value.text(style: .pretty) == """
                {
                  "a": [
                    1,
                    {
                      "b": null
                    }
                  ],
                  "empty": [],
                  "none": {}
                }
                """)
    }

    @Test func `texts are escaped where they must be`() {
        let text = "\u{0}\u{1f}\"\\/\n\r\t\u{7f}ä€😀\u{2028}"
        #expect(JSON.string(text).text() == "\"\\u0000\\u001f\\\"\\\\/\\n\\r\\t\\u007fä€😀\u{2028}\"")
        #expect(
            JSON.string(text).text(style: .asciiOnly)
                == #""\u0000\u001f\"\\/\n\r\t\u007f\u00e4\u20ac\ud83d\ude00\u2028""#)
    }

    @Test(arguments: [0.1, -0.0, 1e300, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1.0 / 3, 100, 123456789.125])
    func `a double reads back as itself`(_ number: Double) throws {
        var writer = JSONWriter()
        writer.double(number)
        let read = try JSON.parse(writer.bytes).double
        #expect(read?.bitPattern == number.bitPattern)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity])
    func `what JSON can't say is null`(_ number: Double) {
        var writer = JSONWriter()
        writer.double(number)
        #expect(writer.bytes == Array("null".utf8))
    }

    @Test func `a document can be taken in pieces`() {
        var writer = JSONWriter(), pieces: [[UInt8]] = []
        writer.array {
            for number in 0..<3 {
                $0.int(number)
                pieces.append($0.takeBytes())
            }
        }
        pieces.append(writer.takeBytes())
        #expect(pieces.map { String(decoding: $0, as: UTF8.self) } == ["[0", ",1", ",2", "]"])
    }

    @Test func `several documents stand on lines of their own`() {
        var writer = JSONWriter()
        writer.int(1)
        writer.object { $0.member("a", 2) }
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "1\n{\"a\":2}")
    }
}
