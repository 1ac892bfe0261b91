import Formats
import Testing

@Suite struct JSONTests {
    struct Document: Sendable, CustomStringConvertible {
        var text: String
        var value: JSON
        init(_ text: String, _ value: JSON) { (self.text, self.value) = (text, value) }
        var description: String { text }
    }

    @Test(arguments: [
        Document("null", .null), Document(" \t\r\n true ", true), Document("false", false),
        Document("0", 0), Document("-0", 0), Document("-1", -1), Document("10", 10),
        Document("9223372036854775807", .int(.max)), Document("-9223372036854775808", .int(.min)),
        Document("9223372036854775808", .uint(1 << 63)), Document("18446744073709551615", .uint(.max)),
        Document("18446744073709551616", .double(18446744073709551616)),
        Document("-9223372036854775809", .double(-9223372036854775808)),
        Document("1.5", 1.5), Document("-0.0", .double(-0.0)), Document("1e3", .double(1000)),
        Document("1E+2", .double(100)), Document("25e-2", .double(0.25)), Document("1e-999", .double(0)),
        Document(#""""#, ""), Document(#""a\"\\\/\b\f\n\r\tz""#, "a\"\\/\u{8}\u{c}\n\r\tz"),
        Document(#""\u0041\u00e4\u20AC\ud83d\uDE00""#, "Aä€😀"), Document("\"ä€😀\u{7f}\"", "ä€😀\u{7f}"),
        Document(#""\u0000""#, "\0"), Document(#""exactly 8 + \n""#, "exactly 8 + \n"),
        Document("[]", []), Document("[ ]", []), Document("[1, [2], {}]", [1, [2], .object([])]),
        Document("{}", .object([])), Document(#"{ "a" : 1 , "" : null }"#, ["a": 1, "": .null]),
    ]) func `a right document is read`(_ document: Document) throws {
        let value = try JSON.parse(Array(document.text.utf8))
        #expect(value == document.value)
        #expect(try JSON.parse(JSON.write(value)) == value)
        #expect(try JSON.parse(JSON.write(value, style: [.pretty, .asciiOnly])) == value)
    }

    struct Fault: Sendable, CustomStringConvertible {
        var bytes: [UInt8]
        var offset: Int
        init(_ text: String, _ offset: Int) { (bytes, self.offset) = (Array(text.utf8), offset) }
        init(bytes: [UInt8], _ offset: Int) { (self.bytes, self.offset) = (bytes, offset) }
        var description: String { String(decoding: bytes, as: UTF8.self) }
    }

    @Test(arguments: [
        Fault("", 0), Fault("  ", 2), Fault("nul", 3), Fault("nulL", 0), Fault("True", 0), Fault("'a'", 0),
        Fault("01", 0), Fault("-", 0), Fault("+1", 0), Fault("-01", 0), Fault(".5", 0), Fault("1.", 2),
        Fault("1.e2", 2), Fault("1e", 2), Fault("1e+", 3), Fault("0x10", 1), Fault("1e999", 0), Fault("-1e999", 0),
        Fault("NaN", 0), Fault("Infinity", 0), Fault("-Infinity", 0),
        Fault("[1,]", 3), Fault("[,1]", 1), Fault("[1 2]", 3), Fault("[1", 2), Fault("[", 1), Fault("]", 0),
        Fault(#"{"a":1,}"#, 7), Fault("{,}", 1), Fault(#"{"a" 1}"#, 5), Fault(#"{"a":}"#, 5), Fault("{1:2}", 1),
        Fault(#"{"a":1"#, 6), Fault("{", 1), Fault(#"{"a"}"#, 4),
        Fault(#"{"a":1,"b":2,"a":3}"#, 13), Fault(#"{"a":1,"\u0061":3}"#, 7),
        Fault("1 2", 2), Fault("{}{}", 2), Fault("null\0", 4), Fault("\0", 0), Fault("[1]/*c*/", 3),
        Fault("\u{feff}1", 0), Fault("\u{a0}1", 0),
        Fault(#""abc"#, 4), Fault(#""a\"#, 3), Fault(#""\x41""#, 2), Fault(#""\u12G4""#, 5), Fault(#""\u12"#, 5),
        Fault("\"a\nb\"", 2), Fault("\"a\tb\"", 2), Fault("\"\u{1f}\"", 1),
        Fault(#""\ud800""#, 1), Fault(#""\udc00""#, 1), Fault(#""\ud800\ud800""#, 1), Fault(#""\ud800x""#, 1),
        Fault(#""\ud800\n""#, 1), Fault(#""\ud800\u0041""#, 1),
        Fault(bytes: [0x22, 0xff, 0x22], 1), Fault(bytes: [0x22, 0xc0, 0xaf, 0x22], 1),
        Fault(bytes: [0x22, 0xed, 0xa0, 0x80, 0x22], 1), Fault(bytes: [0x22, 0xf5, 0x80, 0x80, 0x80, 0x22], 1),
        Fault(bytes: [0x22, 0xe2, 0x82, 0x22], 1), Fault(bytes: [0x22, 0x5c, 0x6e, 0xff, 0x22], 1),
        Fault(bytes: [0xff, 0xfe, 0x31, 0x00], 0),
    ]) func `a wrong document is refused at its place`(_ fault: Fault) {
        let error = #expect(throws: JSONError.self) { try JSON.parse(fault.bytes) }
        #expect(error?.offset == fault.offset, "\(error?.message ?? "")")
    }

    @Test func `every cut of a document is refused`() {
        let document = Array(#"{"a":[1,2.5,"x\u00e4\n",true,null,{"b":[]}],"c":-3e2}"#.utf8)
        for length in 0..<document.count {
            #expect(throws: JSONError.self) { try JSON.parse(Array(document[..<length])) }
        }
    }

    @Test func `the limits hold`() throws {
        let deep = { (depth: Int) in Array((String(repeating: "[", count: depth) + "1").utf8) }
        let closed = { (depth: Int) in deep(depth) + Array(String(repeating: "]", count: depth).utf8) }
        #expect(try JSON.parse(closed(64)) != .null)
        #expect(throws: JSONError(offset: 64, message: "the document is nested deeper than 64 levels")) {
            try JSON.parse(closed(65))
        }
        #expect(throws: JSONError.self) { try JSON.parse(deep(1_000_000)) }
        #expect(JSON.Limits(depth: 1_000_000).depth == 512)
        #expect(try JSON.parse(closed(512), limits: JSON.Limits(depth: 512)) != .null)
        #expect(try JSON.parse(Array("[1,2]".utf8), limits: JSON.Limits(bytes: 5, values: 3)) == [1, 2])
        #expect(throws: JSONError.self) { try JSON.parse(Array("[1,2]".utf8), limits: JSON.Limits(values: 2)) }
        #expect(throws: JSONError.self) { try JSON.parse(Array("[1,2]".utf8), limits: JSON.Limits(bytes: 4)) }
    }

    @Test func `a key twice is found in large objects too`() throws {
        let keys = (0..<1_000).map { #""key \#($0)":\#($0)"# }
        #expect(try JSON.parse(Array("{\(keys.joined(separator: ","))}".utf8)).object?.count == 1_000)
        for twice in [0, 11, 12, 500, 999] {
            let text = "{\((keys + [keys[twice]]).joined(separator: ","))}"
            #expect(throws: JSONError.self) { try JSON.parse(Array(text.utf8)) }
        }
    }

    @Test func `values are reached by kind, key and place`() {
        let value: JSON = ["a": [1, "x", true, 2.5, .null], "n": .uint(.max)]
        #expect(value["a"]?[0]?.int == 1)
        #expect(value["a"]?[0]?.uint == 1)
        #expect(value["a"]?[0]?.double == 1)
        #expect(value["a"]?[1]?.string == "x")
        #expect(value["a"]?[2]?.bool == true)
        #expect(value["a"]?[3]?.double == 2.5)
        #expect(value["a"]?[4]?.isNull == true)
        #expect(value["a"]?[5] == nil && value["a"]?[-1] == nil && value[0] == nil && value["b"] == nil)
        #expect(value["n"]?.uint == .max && value["n"]?.int == nil)
        #expect(value["n"]?.double == 18446744073709551615.0)
        #expect(JSON(-1).uint == nil && value["a"]?.array?.count == 5 && value.object?.map(\.key) == ["a", "n"])
        #expect(JSON(UInt64.max) == .uint(.max) && JSON(UInt64(5)) == 5 && JSON(Int8(-5)) == -5)
    }
}
