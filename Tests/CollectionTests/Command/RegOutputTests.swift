import HostFacts
import Testing

@testable import Collection

@Suite struct RegOutputTests {
    private static let utf8 = ConsoleText(codePage: Array("Active code page: 65001".utf8)[...])
    private static let oem = ConsoleText(codePage: Array("Active code page: 850".utf8)[...])

    private static func values(_ text: String) -> [RegOutput.Value] {
        RegOutput(Array(text.utf8)[...]).keys.flatMap(\.values)
    }

    private static func read(_ line: String, _ text: ConsoleText = utf8) -> RegistryValue? {
        let values = values("\r\nHKEY_LOCAL_MACHINE\\K\r\n    \(line)\r\n\r\n")
        guard values.count == 1, case .success(let value) = values[0].read(text) else { return nil }
        return value
    }

    @Test(
        arguments: [
            ("a    REG_SZ    text", RegistryValue.string("text")),
            ("a    REG_SZ    ", .string("")),
            ("a    REG_SZ", .string("")),
            ("a    REG_SZ      two blanks before", .string("  two blanks before")),
            ("a    REG_SZ    blanks behind  ", .string("blanks behind  ")),
            ("a    REG_SZ    0x1", .string("0x1")),
            ("a    REG_SZ    Grüße 中文 🙂 \u{202e}", .string("Grüße 中文 🙂 \u{202e}")),
            ("a b c    REG_SZ    blanks in the name", .string("blanks in the name")),
            ("a  b    REG_SZ    x", .string("x")),
            ("a    REG_EXPAND_SZ    %SystemRoot%\\x", .expandString("%SystemRoot%\\x")),
            ("a    REG_DWORD    0x0", .dword(0)),
            ("a    REG_DWORD    0xffffffff", .dword(.max)),
            ("a    REG_DWORD    0xFF", .dword(255)),
            ("a    REG_QWORD    0xffffffffffffffff", .qword(.max)),
            ("a    REG_BINARY    01FFab", .binary([1, 255, 171])),
            ("a    REG_BINARY    ", .binary([])),
            ("a    REG_NONE    0102", .none([1, 2])),
            ("a    REG_NONE", .none([])),
            ("a    REG_MULTI_SZ    one\\0two words\\0three", .multiString(["one", "two words", "three"])),
            ("a    REG_MULTI_SZ    one\\0\\0", .multiString(["one"])),
            ("a    REG_MULTI_SZ    ", .multiString([])),
        ] as [(String, RegistryValue)])
    func `a value is read as Windows prints it`(_ line: String, _ value: RegistryValue) {
        #expect(Self.read(line) == value)
    }

    @Test(arguments: [
        "a    REG_DWORD    (null)", "a    REG_DWORD    0x", "a    REG_DWORD    1", "a    REG_DWORD    -1",
        "a    REG_DWORD    0x1ffffffff", "a    REG_QWORD    0x1ffffffffffffffff", "a    REG_QWORD    (null)",
        "a    REG_BINARY    0", "a    REG_BINARY    0g", "a    REG_DWORD_BIG_ENDIAN    0x1", "a    REG_LINK    x",
        "a    REG_RESOURCE_LIST    00", "a    REG_SZ    half a pair \u{fffd}",
        "a    REG_SZ    b    REG_SZ    c", "a    REG_SZ    b    REG_DWORD    0x1",
    ])
    func `what reg exe's text does not tell is no value`(_ line: String) {
        #expect(Self.read(line) == nil)
    }

    @Test func `in another code page only plain ASCII is read`() {
        #expect(Self.read("a    REG_SZ    plain", Self.oem) == .string("plain"))
        #expect(Self.read("a    REG_SZ    why?", Self.oem) == nil)
        #expect(Self.read("a    REG_SZ    Grüße", Self.oem) == nil)
        #expect(Self.read("a    REG_MULTI_SZ    a\\0?", Self.oem) == nil)
        #expect(Self.read("a    REG_DWORD    0x1", Self.oem) == .dword(1))
    }

    @Test(arguments: [
        "    a    REG_SZ    one\r\ntwo\r\n", "    a    REG_SZ    one\n\n    b    REG_SZ    two\r\n",
        "    a    REG_SZ    one\ntwo\r\n    b    REG_SZ    x\r\n",
        "    a    REG_SZ    one\r\n\r\n    b    REG_SZ    x\r\n",
    ])
    func `a text with line ends is not told, rather than half told`(_ lines: String) throws {
        let first = try #require(Self.values("\r\nHKEY_LOCAL_MACHINE\\K\r\n\(lines)").first)
        guard case .failure(let unreadable) = first.read(Self.utf8) else {
            Issue.record("it was read")
            return
        }
        #expect(unreadable.reason.contains("line ends"))
    }

    @Test func `keys, values and remarks are told apart`() {
        let output = RegOutput(
            Array(
                """
                \r\nHKEY_LOCAL_MACHINE\\A\\B\r\n    x    REG_DWORD    0x1\r\n\r\nHKEY_LOCAL_MACHINE\\A\\B\\C\r
                HKEY_LOCAL_MACHINE\\A\\B\\D&E "F"\r\n\r\nSuche abgeschlossen: 1 Übereinstimmung(en) gefunden.\r\n
                """.utf8)[...])
        #expect(output.keys.map { String(decoding: $0.path, as: UTF8.self) } == ["A\\B", "A\\B\\C", "A\\B\\D&E \"F\""])
        #expect(output.keys.map(\.values.count) == [1, 0, 0])
        #expect(output.remarks.count == 1)
    }

    @Test func `arbitrary bytes end as something, in linear time`() {
        var generator = SystemRandomNumberGenerator()
        let words = [
            "HKEY_LOCAL_MACHINE\\", "    ", "REG_SZ", "REG_DWORD", "0x1", "\r\n", "\n", "\r", "\0", "a", "    REG_",
            "\\0",
        ].map { Array($0.utf8) }
        for _ in 0..<2_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...40, using: &generator) {
                if Bool.random() {
                    bytes += words.randomElement(using: &generator) ?? []
                } else {
                    bytes.append(.random(in: 0...255, using: &generator))
                }
            }
            for value in RegOutput(bytes[...]).keys.flatMap(\.values) { _ = value.read(Self.utf8) }
        }
        let long = Array(repeating: Array("    REG_SZ".utf8), count: 200_000).joined()
        #expect(RegOutput(Array("HKEY_LOCAL_MACHINE\\K\n".utf8 + Array(long))[...]).keys.count == 1)
        let many = Array(repeating: Array("HKEY_LOCAL_MACHINE\\K\\x\n    a    REG_SZ    b\n".utf8), count: 100_000)
            .joined()
        #expect(RegOutput(Array(many)[...]).keys.count == 100_000)
    }
}
