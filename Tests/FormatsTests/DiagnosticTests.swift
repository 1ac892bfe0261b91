import Formats
import Testing

@Suite struct DiagnosticTests {
    @Test func `a diagnostic shows its line, its place and the way out`() {
        let diagnostic = Diagnostic(
            file: "Policies/controls/rdp/RDP-006.yaml", position: SourcePosition(line: 7, column: 16), length: 33,
            code: "P104", message: "unknown fact `rdp.listener.userAuthentification`", label: "no such fact",
            help: "did you mean `rdp.listener.userAuthentication`?")
        let line = "check: { fact: rdp.listener.userAuthentification, equals: 1 }"
        #expect(
            diagnostic.rendered(sourceLine: line) == """
                error[P104]: unknown fact `rdp.listener.userAuthentification`
                  --> Policies/controls/rdp/RDP-006.yaml:7:16
                 7 | check: { fact: rdp.listener.userAuthentification, equals: 1 }
                   |                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no such fact
                   = help: did you mean `rdp.listener.userAuthentication`?
                """)
        #expect(
            diagnostic.description == """
                Policies/controls/rdp/RDP-006.yaml:7:16: error[P104]: unknown fact `rdp.listener.userAuthentification` \
                (did you mean `rdp.listener.userAuthentication`?)
                """)
    }

    @Test func `what is not known is left out`() {
        let bare = Diagnostic(.warning, file: "a.yaml", message: "empty", help: "write\nsomething")
        #expect(
            bare.rendered(sourceLine: nil)
                == "warning: empty\n  --> a.yaml\n   = help: write\n           something")
        #expect(bare.description == "a.yaml: warning: empty (write something)")
        var placed = Diagnostic(file: "a", position: SourcePosition(line: 1234, column: 1), message: "m")
        #expect(placed.rendered(sourceLine: nil) == "error: m\n    --> a:1234:1")
        placed.length = 0
        #expect(placed.rendered(sourceLine: "") == "error: m\n    --> a:1234:1\n1234 | \n     | ^")
    }

    struct Underline: Sendable {
        var line: String, column: Int, length: Int, shown: String, carets: String
        init(_ line: String, _ column: Int, _ length: Int, _ shown: String, _ carets: String) {
            (self.line, self.column, self.length) = (line, column, length)
            (self.shown, self.carets) = (shown, carets)
        }
    }

    @Test(arguments: [
        Underline("abc", 2, 1, "abc", " ^"), Underline("abc", 2, 99, "abc", " ^^"),
        Underline("abc", 9, 2, "abc", "   ^"),
        Underline("\tab", 2, 1, "    ab", "    ^"), Underline("a\tb", 2, 1, "a    b", " ^^^^"),
        Underline("日本x", 3, 1, "日本x", "    ^"), Underline("日本x", 1, 2, "日本x", "^^^^"),
        Underline("e\u{301}x", 3, 1, "e\u{301}x", " ^"), Underline("\u{1b}[31mx", 6, 1, "\u{241b}[31mx", "     ^"),
        Underline("a\u{202e}b", 3, 1, "a\u{fffd}b", "  ^"),
        Underline("a\u{9b}b\u{7f}", 3, 2, "a\u{fffd}b\u{2421}", "  ^^"),
    ]) func `the underline stands below its characters`(_ underline: Underline) {
        let position = SourcePosition(line: 1, column: underline.column)
        let diagnostic = Diagnostic(file: "f", position: position, length: underline.length, message: "m")
        let lines = diagnostic.rendered(sourceLine: underline.line).split(separator: "\n")
        #expect(lines[2] == " 1 | \(underline.shown)")
        #expect(lines[3] == "   | \(underline.carets)")
    }

    @Test func `a long line is cut around the place`() {
        let line = String(repeating: "x", count: 500_000) + "HERE" + String(repeating: "y", count: 500_000)
        let position = SourcePosition(line: 1, column: 500_001)
        let diagnostic = Diagnostic(file: "f", position: position, length: 4, message: "m")
        let lines = diagnostic.rendered(sourceLine: line).split(separator: "\n").map { $0.dropFirst(5) }
        #expect(lines[2].count <= 102 && lines[2].hasPrefix("…xxx") && lines[2].hasSuffix("yyy…"))
        let caret = lines[3].prefix { $0 == " " }.count
        #expect(lines[2].dropFirst(caret).hasPrefix("HEREy") && lines[3].hasSuffix(" ^^^^"))
    }

    @Test func `names and messages can't drive the terminal`() {
        let diagnostic = Diagnostic(
            file: "a\u{1b}]0;b.yaml", position: SourcePosition(line: 1, column: 1), message: "key '\u{1b}[2J\u{202e}'",
            label: "\u{7}", help: "\u{9b}")
        for text in [diagnostic.rendered(sourceLine: "\u{1b}"), diagnostic.description] {
            let allowed = text.unicodeScalars.allSatisfy {
                $0 == "\n" || ($0.value >= 0x20 && !(0x7f..<0xa0).contains($0.value))
            }
            #expect(allowed && !text.contains("\u{202e}"))
        }
    }

    @Test func `many are shown in the order of files and places, each once`() {
        var diagnostics = Diagnostics()
        #expect(diagnostics.isEmpty && diagnostics.summary == "nothing found")
        diagnostics.add(Diagnostic(file: "b", position: SourcePosition(line: 1, column: 1), message: "3"))
        diagnostics.add(Diagnostic(file: "a", position: SourcePosition(line: 2, column: 2), message: "2"))
        diagnostics.add(
            Diagnostics([Diagnostic(.warning, file: "a", position: SourcePosition(line: 2, column: 1), message: "1")]))
        diagnostics.add(Diagnostic(file: "a", position: SourcePosition(line: 2, column: 2), message: "2"))
        diagnostics.add(Diagnostic(file: "a", message: "0"))
        #expect(diagnostics.sorted.map(\.message) == ["0", "1", "2", "3"])
        #expect(diagnostics.hasErrors && diagnostics.summary == "3 errors, 1 warning")
        let text = diagnostics.rendered { file in file == "a" ? Array("\u{feff}one\r\ntwo\rthree".utf8) : nil }
        #expect(text.contains(" 2 | two\n   | ^\n") && text.contains("--> b:1:1") && !text.contains(" 1 | "))
        #expect(diagnostics.description.split(separator: "\n").first == "a: error: 0")
    }

    @Test(arguments: [
        (0, "1:1"), (2, "1:3"), (3, "1:3"), (4, "2:1"), (6, "2:3"), (7, "3:1"), (8, "4:1"), (9, "4:1"), (10, "5:1"),
        (11, "5:2"), (99, "5:2"), (-5, "1:1"),
    ]) func `an offset becomes a place`(_ offset: Int, _ place: String) {
        // a ä LF b c CR CR CR LF x
        let bytes: [UInt8] = [0x61, 0xc3, 0xa4, 0x0a, 0x62, 0x63, 0x0d, 0x0d, 0x0d, 0x0a, 0x78]
        #expect(SourcePosition(byteOffset: offset, in: bytes).description == place)
    }

    @Test(arguments: [
        ("titel", "title"), ("tile", "title"), ("ttitle", "title"), ("TITLE", "title"), ("title", "title"),
        ("servity", "severity"), ("xxxxx", nil), ("", nil), ("ax", nil), ("waht", "what"),
        ("secureLayer", "securityLayer"),
    ]) func `the candidate that was meant is found`(_ word: String, _ meant: String?) {
        let candidates = ["title", "severity", "what", "securityLayer", "id"]
        #expect(closest(to: word, among: candidates) == meant)
    }

    @Test func `among equally near candidates the first in the alphabet is taken`() {
        #expect(closest(to: "cat", among: ["hat", "bat", "car"]) == "bat")
        #expect(closest(to: "cat", among: []) == nil)
        #expect(closest(to: String(repeating: "x", count: 100_000), among: ["x"]) == nil)
    }
}
