import Formats
import Foundation
import TestSupport
import Testing

/// What we write into YAML files is read as the same text, by our reader (libyaml) and by Python's.
@Suite struct YAMLTextTests {
    private static let texts: [String] = [
        "srv01", "rdp-hardened", "a b", "", " ", " a", "a ", "a  b", "y", "Yes", "NO", "on", "off", "null", "~", "nan",
        ".nan", ".inf", "1", "0x10", "1e5", "12:30", "2026-11-20", "-", "- a", "? a", "a: b", "a:", "a #b", "#", "&a",
        "*a", "!a", "!!str a", "|", ">", "%YAML", "@a", "`a", "'", "\"", "\\", "\\n", "'; Remove-Item C:\\ -Recurse #",
        "[a, b]", "{a: b}", "<<", "=", "---", "...", "a\nb", "a\r\nb", "\t", "a\tb", "\u{0}", "\u{7}", "\u{1b}[2J",
        "\u{7f}", "\u{85}", "\u{a0}", "\u{ad}", "é", "ß", "日本語", "\u{2028}", "\u{2029}", "\u{202e}abc", "\u{feff}",
        "\u{fffe}", "\u{ffff}", "😀", "\u{10ffff}", "‘’‚‛“”„", "$(x)", "${x}", "%TEMP%",
        String(repeating: "long words ", count: 400) + "end",
    ]

    @Test(arguments: texts)
    func `a text is read back as it was`(_ text: String) throws {
        for written in [YAMLText.scalar(text), YAMLText.quoted(text)] {
            #expect(written.utf8.allSatisfy { (0x20...0x7e).contains($0) }, "\(written)")
            for document in [
                "key: \(written)\n", "key: [\(written), x]\n", "\(written.count < 1000 ? written : "k"): \(written)\n",
            ] {
                let node = try #require(try YAML.parse(Array(document.utf8)).root?.mapping?.first?.value)
                let read = node.sequence?.first ?? node
                #expect(read.string == text, "\(written)")
                #expect(read.bool == nil && read.int == nil && read.double == nil, "\(written)")
            }
        }
        // Nothing of it ends a comment.
        let commented = "# \(YAMLText.comment(text))\nkey: value\n"
        #expect(try YAML.parse(Array(commented.utf8)).root?["key"]?.string == "value")
    }

    @Test func `a usual name needs no quotes`() {
        for text in ["srv-01.example", "rdp-hardened", "RDP-Tcp", "two words"] {
            #expect(YAMLText.scalar(text) == text)
        }
    }

    @Test(.enabled(if: Peers.hasPython)) func `Python reads the same texts`() async throws {
        let python = try #require(Peers.python)
        let folder = try TemporaryFolder()
        let rows = Self.texts.map { "- [\(YAMLText.scalar($0)), \(YAMLText.quoted($0))]  # \(YAMLText.comment($0))\n" }
        let file = try folder.write(rows.joined(), to: "texts.yaml")
        // PyYAML resolves by YAML 1.1: a text that is taken for anything else is no str.
        let script = """
            import json, sys, yaml
            rows = yaml.safe_load(open(sys.argv[1], encoding="ascii"))
            assert all(type(item) is str for row in rows for item in row), rows
            assert all(row[0] == row[1] for row in rows)
            json.dump([row[0] for row in rows], sys.stdout)
            """
        let outcome = try await TestSupport.run(python, ["-c", script, file])
        #expect(outcome.exitCode == 0, "\(outcome.errorText)")
        let read = try JSONDecoder().decode([String].self, from: Data(outcome.text.utf8))
        #expect(read.map { Array($0.unicodeScalars) } == Self.texts.map { Array($0.unicodeScalars) })
    }
}
