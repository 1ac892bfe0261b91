import Formats
import Testing

@Suite struct YAMLScalarTests {
    private func node(_ text: String) throws -> YAMLNode {
        try #require(try YAML.parse(Array("v: \(text)".utf8)).root?["v"])
    }

    @Test(arguments: ["", "~", "null", "Null", "NULL", "!!null x"]) func `null is null and no text`(_ text: String)
        throws
    {
        let node = try node(text)
        #expect(node.isNull && node.string == nil && node.kind == "nothing")
    }

    @Test(arguments: ["'~'", "\"\"", "nULL", "x", "|\n x", "!!str null"]) func `text is not null`(_ text: String) throws
    {
        let node = try node(text)
        #expect(!node.isNull && node.string != nil && node.kind == "a value")
    }

    @Test(arguments: [
        ("true", true), ("True", true), ("FALSE", false), ("!!bool 'true'", true), ("yes", nil), ("no", nil),
        ("on", nil),
        ("'true'", nil), ("tRUE", nil), ("1", nil), ("!x true", nil),
    ]) func `booleans are true and false`(_ text: String, _ bool: Bool?) throws {
        #expect(try node(text).bool == bool)
    }

    @Test(arguments: [
        ("0", 0), ("10", 10), ("010", 10), ("-5", -5), ("+5", 5), ("0x1F", 31), ("0o17", 15),
        ("9223372036854775807", .max),
        ("-9223372036854775808", .min), ("9223372036854775808", nil), ("-0x1", nil), ("0x", nil), ("0x-1", nil),
        ("0o8", nil), ("1_000", nil), ("12:30", nil), ("1.0", nil), ("'5'", nil), ("+", nil), ("٣", nil),
        ("1e3", nil), ("!!int '7'", 7),
    ]) func `whole numbers`(_ text: String, _ int: Int?) throws {
        #expect(try node(text).int == int)
    }

    @Test(arguments: [
        ("1.5", 1.5), ("-.5", -0.5), ("5.", 5), ("1e3", 1000), ("1.5E-2", 0.015), ("7", 7), ("0x10", 16),
        (".inf", .infinity),
        ("-.INF", -.infinity), ("inf", nil), ("nan", nil), (".", nil), ("e5", nil), ("0x1p3", nil), ("1e", nil),
        ("1.2.3", nil), ("'1.5'", nil),
    ]) func `numbers`(_ text: String, _ double: Double?) throws {
        #expect(try node(text).double == double)
    }

    @Test func `NaN is a number`() throws {
        #expect(try node(".nan").double?.isNaN == true)
    }

    @Test(
        arguments: [
            ("", .null), ("~", .null), ("no", .bool(false)), ("On", .bool(true)), ("y", .string("y")),
            ("'no'", .string("no")),
            ("010", .int(8)), ("0", .int(0)), ("00", .int(0)), ("0_", .int(0)), ("08", .string("08")),
            ("1_000", .int(1000)),
            ("0b101", .int(5)), ("0x_Ff", .int(255)), ("0xg", .string("0xg")), ("-0x10", .int(-16)), ("+1", .int(1)),
            ("12:30", .int(750)), ("1:60", .string("1:60")), ("0:30", .string("0:30")), ("-1:30", .int(-90)),
            ("1:2:3", .int(3723)), ("1:30.5", .float(90.5)), ("9223372036854775808", .string("9223372036854775808")),
            ("-9223372036854775808", .int(.min)), ("1.5", .float(1.5)), ("1e3", .string("1e3")),
            ("1.e+3", .float(1000)),
            ("1.0e3", .string("1.0e3")), (".5", .float(0.5)), ("-.5", .string("-.5")), (".", .string(".")),
            ("1_0.5_0", .float(10.5)), (".inf", .float(.infinity)), ("-.Inf", .float(-.infinity)),
            ("+.nan", .string("+.nan")),
            ("2026-11-20", .timestamp("2026-11-20")), ("2026-1-2", .string("2026-1-2")),
            ("2026-1-2 3:04:05", .timestamp("2026-1-2 3:04:05")),
            ("2026-11-20T02:00:00Z", .timestamp("2026-11-20T02:00:00Z")),
            ("2026-11-20t02:00:00.123 +1", .timestamp("2026-11-20t02:00:00.123 +1")),
            ("2026-11-20 02:00:00 -01:30", .timestamp("2026-11-20 02:00:00 -01:30")),
            ("2026-11-20 02:00", .string("2026-11-20 02:00")), ("2026-11-20T2:0:0", .string("2026-11-20T2:0:0")),
            ("!!str 5", .string("5")), ("!!int '0x10'", .int(16)), ("!!float 5", .float(5)),
            ("!!bool 'yes'", .bool(true)),
            ("+", .string("+")), ("_1", .string("_1")),
        ] as [(String, YAML11Scalar)]) func `YAML 1.1 has its own mind`(_ text: String, _ value: YAML11Scalar) throws
    {
        #expect(try node(text).yaml11 == value)
    }

    @Test func `other tags have no YAML 1.1 value`() throws {
        #expect(try node("!vault x").yaml11 == nil)
        #expect(try node("!!int x").yaml11 == nil)
        #expect(try node("!!bool maybe").yaml11 == nil)
        #expect(try node("[1]").yaml11 == nil)
    }
}
