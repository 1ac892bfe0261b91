import Console
import Foundation
import TestSupport
import Testing

@Suite struct `Printable text` {
    @Test(arguments: [
        ("", ""), ("plain", "plain"), ("C:\\Windows\\x", "C:\\Windows\\x"), ("Grüße, 漢字 😀 Ω", "Grüße, 漢字 😀 Ω"),
        ("a\nb\r\nc\td", "a\\nb\\r\\nc\\td"), ("\u{0}", "\\u{0}"), ("\u{7F}", "\\u{7f}"),
        ("\u{1B}[31mred\u{1B}[0m", "\\u{1b}[31mred\\u{1b}[0m"), ("\u{1B}]0;title\u{7}", "\\u{1b}]0;title\\u{7}"),
        ("\u{9B}2J", "\\u{9b}2J"), ("\u{85}\u{90}", "\\u{85}\\u{90}"), ("\u{8}\u{8}x", "\\u{8}\\u{8}x"),
        ("abc\u{202E}fdp.exe", "abc\\u{202e}fdp.exe"), ("\u{2066}x\u{2069}", "\\u{2066}x\\u{2069}"),
        ("\u{200E}\u{200F}\u{61C}", "\\u{200e}\\u{200f}\\u{61c}"),
        ("one\u{2028}two\u{2029}three", "one\\u{2028}two\\u{2029}three"),
        (
            "a\u{200B}b\u{200C}c\u{200D}d\u{FEFF}e\u{2060}f\u{AD}g",
            "a\\u{200b}b\\u{200c}c\\u{200d}d\\u{feff}e\\u{2060}f\\u{ad}g"
        ),
        ("\u{115F}\u{3164}\u{FFA0}\u{180E}\u{34F}", "\\u{115f}\\u{3164}\\u{ffa0}\\u{180e}\\u{34f}"),
        ("x\u{FE0F}\u{E0100}", "x\\u{fe0f}\\u{e0100}"), ("\u{E0041}\u{E007F}", "\\u{e0041}\\u{e007f}"),
        ("\u{E000}\u{10FFFD}", "\\u{e000}\\u{10fffd}"), ("\u{378}", "\\u{378}"),
        ("\u{FFF9}x\u{FFFB}", "\\u{fff9}x\\u{fffb}"), ("\u{FFFD}", "\u{FFFD}"),
        // Marks need something to combine with, and only so much of it.
        ("e\u{301}", "e\u{301}"), ("\u{301}x", "\\u{301}x"), (" \u{301}", " \\u{301}"), ("\n\u{301}", "\\n\\u{301}"),
        ("x\u{200B}\u{301}", "x\\u{200b}\\u{301}"), ("ก็\u{E49}", "ก็\u{E49}"),
        ("a\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}", "a\u{300}\u{301}\u{302}\u{303}\\u{304}\\u{305}"),
    ])
    func `shows what a terminal would obey or hide`(_ text: String, _ shown: String) {
        #expect(Text.printable(text).unicodeScalars.elementsEqual(shown.unicodeScalars))
    }

    @Test func `line feeds can be kept, and nothing else`() {
        #expect(Text.printable("a\nb\r\nc\u{1B}", keepingNewlines: true) == "a\nb\\r\nc\\u{1b}")
        #expect(Text.printable("a\n\u{301}", keepingNewlines: true) == "a\n\\u{301}")
    }

    @Test func `no scalar at all gets through that could do harm`() {
        // The planes that hold characters, and the edges of the others.
        for value in [0..<0x20000, 0xE0000..<0xE0200, 0xFFF00..<0x100010, 0x10FF00..<0x110000].joined() {
            guard let scalar = Unicode.Scalar(UInt32(value)) else { continue }
            let shown = Text.printable("x" + String(scalar))
            for result in shown.unicodeScalars {
                let category = result.properties.generalCategory
                let isHarmless =
                    ![.control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned].contains(
                        category)
                    && !result.properties.isBidiControl && !result.properties.isDefaultIgnorableCodePoint
                if !isHarmless { Issue.record("U+\(String(value, radix: 16)) is shown as \(result.value)") }
            }
            if Text.printable(shown) != shown { Issue.record("U+\(String(value, radix: 16)) is not stable") }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func `a megabyte of marks takes no time to speak of`() {
        let shown = Text.printable("a" + String(repeating: "\u{301}", count: 500_000))
        #expect(shown.unicodeScalars.count { $0 == "\u{301}" } == 4)
    }
}

@Suite struct `Columns of text` {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("Grüße", 5), ("gru\u{308}n", 4), ("漢字", 4), ("ｱｲ", 2), ("ＡＢ", 4), ("한국", 4),
        ("\u{1112}\u{1161}\u{11AB}", 2),
        ("😀", 2), ("→", 1), ("★", 1), ("、", 2), ("ก็", 1), ("\u{3099}", 0), ("\u{302A}", 0), ("e\u{301}\u{300}", 1),
        ("\u{0}\u{7F}", 0),
        ("№", 1), ("🇩🇪", 2), ("　", 2), ("\u{20000}", 2),
    ])
    func `width`(_ text: String, _ columns: Int) {
        #expect(Text.width(text) == columns)
    }

    /// glibc counts by its own tables, made from the same edition of Unicode or another one: few scalars may differ.
    @Test(.enabled(if: Peers.hasPython))
    func `the C library agrees`() async throws {
        let program = """
            import ctypes, ctypes.util, locale
            locale.setlocale(locale.LC_CTYPE, 'C.UTF-8')
            wcwidth = ctypes.CDLL(None).wcwidth
            wcwidth.argtypes = [ctypes.c_wchar]
            print(' '.join(str(wcwidth(chr(c))) for c in range(0x20000) if not 0xD800 <= c < 0xE000))
            """
        guard let python = Peers.python else { throw PeerIsMissing("python3") }
        let outcome = try await run(python, ["-c", program])
        let widths = outcome.text.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        let scalars = (UInt32(0)..<0x20000).compactMap { Unicode.Scalar($0) }
        try #require(widths.count == scalars.count, "\(outcome.errorText)")
        var differences: [String] = []
        for (scalar, width) in zip(scalars, widths) where width >= 0 {
            let text = String(scalar)
            // What is never printed as it is has no width worth comparing.
            guard Text.printable("x" + text) == "x" + text else { continue }
            if Text.width(text) != width {
                differences.append("\(String(scalar.value, radix: 16)): \(Text.width(text)) \(width)")
            }
        }
        #expect(differences.count <= 5, "\(differences.count): \(differences.prefix(40))")
    }

    @Test(arguments: [
        ("abcdef", 6, "abcdef"), ("abcdef", 5, "abcd…"), ("abcdef", 1, "…"), ("abcdef", 0, ""), ("", 0, ""),
        ("", 5, ""),
        ("漢字漢字", 8, "漢字漢字"), ("漢字漢字", 7, "漢字漢…"), ("漢字漢字", 6, "漢字…"), ("漢字漢字", 2, "…"),
        ("漢", 1, "…"), ("gru\u{308}n", 4, "gru\u{308}n"), ("gru\u{308}n", 3, "gr…"), ("Grüße", 5, "Grüße"),
        ("abc", -1, ""),
    ])
    func `truncation`(_ text: String, _ limit: Int, _ result: String) {
        let cut = Text.truncated(text, to: limit)
        #expect(cut == result)
        #expect(Text.width(cut) <= max(0, limit))
    }

    @Test(arguments: [
        ("", 10, [""]), ("one", 10, ["one"]), ("one two three", 7, ["one two", "three"]),
        ("one two three", 8, ["one two", "three"]),
        ("one two three", 13, ["one two three"]), ("  one   two  ", 20, ["one two"]),
        ("abcdefghij kl", 4, ["abcdefghij", "kl"]),
        ("漢字 漢字", 4, ["漢字", "漢字"]), ("a b c", 1, ["a", "b", "c"]), ("a b", 0, ["a", "b"]),
    ])
    func `wrapping`(_ text: String, _ width: Int, _ lines: [String]) {
        #expect(Text.wrapped(text, to: width) == lines)
    }

    @Test(arguments: [
        ("abcdefghij kl", 4, ["abcd", "efgh", "ij", "kl"]), ("ab cdefgh", 4, ["ab", "cdef", "gh"]),
        ("漢字漢", 3, ["漢", "字", "漢"]),
        ("漢", 1, ["漢"]), ("e\u{301}e\u{301}e\u{301}", 2, ["e\u{301}e\u{301}", "e\u{301}"]),
    ])
    func `wrapping that cuts long words`(_ text: String, _ width: Int, _ lines: [String]) {
        #expect(Text.wrapped(text, to: width, longWord: .cut) == lines)
    }

    @Test func `padding`() {
        #expect(Text.padded("漢", to: 4) + "|" == "漢  |")
        #expect(Text.padded("漢", to: 4, .right) + "|" == "  漢|")
        #expect(Text.padded("long", to: 2) == "long")
    }
}
