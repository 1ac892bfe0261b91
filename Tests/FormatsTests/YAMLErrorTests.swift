import Formats
import Testing

/// What people do wrong in YAML, and what they are told.
@Suite struct YAMLErrorTests {
    struct Mistake: Sendable, CustomStringConvertible {
        var text: String, place: String, message: String, help: String?
        init(_ text: String, _ place: String, _ message: String, help: String? = nil) {
            (self.text, self.place, self.message, self.help) = (text, place, message, help)
        }
        var description: String { text }
    }

    private static let quote = "put the value in quotes"
    private static let mistakes = [
        Mistake(
            "a:\n\tb: 1\n", "2:1", "a tab stands where the line's indentation or a value starts", help: "use spaces"),
        Mistake(
            "a:\n  b: 1\n\tc: 2\n", "3:1", "a tab stands where the line's indentation or a value starts",
            help: "use spaces"),
        Mistake(
            "p: \"C:\\Windows\"\n", "1:7", "no escape sequence in double quotes starts like this",
            help: "use single quotes, in which a backslash is a backslash: 'C:\\Windows'"),
        Mistake(
            "p: \"C:\\Users\\u\"\n", "1:7", "no escape sequence in double quotes starts like this",
            help: "use single quotes, in which a backslash is a backslash: 'C:\\Windows'"),
        Mistake(
            "key: value: value\n", "1:11", "a second ': ' in one line",
            help: "put a value that contains ': ' in quotes; a key may have at most 1,024 characters"),
        Mistake("a: 'b\nc: d\n", "1:4", "this quote is never closed"),
        Mistake("a: \"b\n", "1:4", "this quote is never closed"),
        Mistake("a: 'b\n---\nc: d'\n", "1:4", "this quote is not closed before the document ends"),
        Mistake("a: @b\n", "1:4", "no value can start with '@'", help: quote),
        Mistake("a: `b\n", "1:4", "no value can start with '`'", help: quote),
        Mistake("a: %b\n", "1:4", "no value can start with '%'", help: quote),
        Mistake(
            "a: *.example.com\n", "1:4", "'*' and '&' at the start of a value name an alias or an anchor", help: quote),
        Mistake(
            "a: *b\n", "1:4", "there is no anchor &b above this alias",
            help: "put the value in quotes if it is no alias"),
        Mistake("a: &b [*b]\n", "1:8", "the alias *b stands inside of what it stands for"),
        Mistake("a: &b 1\nc: &b 2\n", "2:4", "the anchor &b stands twice, first in line 1"),
        Mistake("a: &b\n  c: &b 2\n", "2:6", "the anchor &b stands twice, first in line 1"),
        Mistake(
            "a: {{ b }}\n", "1:5", "a key is a mapping, not a text", help: "put a value that starts with '{{' in quotes"
        ),
        Mistake(
            "? [a]\n: b\n", "1:3", "a key is a list, not a text", help: "put a value that starts with '{{' in quotes"),
        Mistake(
            "a: [1, 2\nb: 3\n", "2:2", "'{' or '[' in line 1 is not closed before this",
            help: "put a value that starts with '{' or '[' in quotes if it is text"),
        Mistake("a: 1\nb\nc: 2\n", "3:1", "':' is missing after a key", help: "or the line above is indented less"),
        Mistake("- a\n- b\nc: d\n", "3:1", "no '-' of the list that starts in line 1", help: "check the indentation"),
        Mistake(
            "a: 'b' c\n", "1:8", "no key of the mapping that starts in line 1",
            help: "check the indentation; text behind a closing quote is not allowed either"),
        Mistake(
            "a:\n    b: 1\n  c: 2\n", "3:3", "no key of the mapping that starts in line 1",
            help: "check the indentation; text behind a closing quote is not allowed either"),
        Mistake(
            "a: 1\n---\nb: 2\n", "2:1", "a second document starts here, and a file holds one",
            help: "remove this '---', or put the documents in files of their own"),
        Mistake(
            "a: \"\\x1\"\n", "1:5", "no escape sequence in double quotes starts like this",
            help: "use single quotes, in which a backslash is a backslash: 'C:\\Windows'"),
        Mistake(
            "a: - b\n", "1:4", "a list's '-' can't stand here",
            help: "start the list on a line of its own below the key"),
        Mistake("a: |b\n", "1:5", "text behind '|' or '>'", help: "start the text on the next line"),
        Mistake("a: [b, , c]\n", "1:8", "a value is missing"),
        Mistake("{a: 1}\nb: 2\n", "2:1", "something stands behind the end of the file's value"),
        Mistake("- a\nb", "2:2", "':' is missing after a key", help: "or the line above is indented less"),
        Mistake("a: \u{1}\n", "1:4", "a control character, which YAML does not allow"),
        Mistake("é: 1\né: 2\n", "2:1", "the key 'é' stands twice, first in line 1"),
    ]

    @Test(arguments: mistakes) func `a mistake is explained at its place`(_ mistake: Mistake) {
        let error = #expect(throws: YAMLError.self) { try YAML.parse(Array(mistake.text.utf8)) }
        #expect(error?.position.description == mistake.place)
        #expect(error?.message == mistake.message)
        #expect(error?.help == mistake.help)
    }

    @Test func `bytes that are no UTF-8 are told with their place`() {
        let error = #expect(throws: YAMLError.self) { try YAML.parse(Array("a: b\nc: é".utf8) + [0xff, 0x0a]) }
        #expect(error?.position == SourcePosition(line: 2, column: 5))
        #expect(error?.help == "save the file as UTF-8")
        let marked = #expect(throws: YAMLError.self) { try YAML.parse([0xef, 0xbb, 0xbf, 0x61, 0xff]) }
        #expect(marked?.position == SourcePosition(line: 1, column: 2))
    }

    @Test(arguments: [true, false], [true, false])
    func `UTF-16 is told by its name`(_ isLittle: Bool, _ hasMark: Bool) {
        let bytes = ((hasMark ? "\u{feff}" : "") + "a: 1\n").utf16.flatMap { unit in
            isLittle ? [UInt8(unit & 255), UInt8(unit >> 8)] : [UInt8(unit >> 8), UInt8(unit & 255)]
        }
        let error = #expect(throws: YAMLError.self) { try YAML.parse(bytes) }
        #expect(error?.description == "1:1: the file is UTF-16 (save it as UTF-8)")
    }

    @Test func `an error becomes a diagnostic`() throws {
        let error = try #require(throws: YAMLError.self) { try YAML.parse(Array("a: 1\na: 2\n".utf8)) }
        #expect(
            error.diagnostic(file: "x.yaml", code: "P001").rendered(sourceLine: "a: 2")
                == "error[P001]: the key 'a' stands twice, first in line 1\n  --> x.yaml:2:1\n 2 | a: 2\n   | ^")
        let node = try #require(try YAML.parse(Array("abc".utf8)).root)
        let warning = node.diagnostic(.warning, file: "x", "no", label: "here", help: "why")
        #expect(
            warning.rendered(sourceLine: "abc") == "warning: no\n  --> x:1:1\n 1 | abc\n   | ^^^ here\n   = help: why")
    }
}
