import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import TestSupport
import Testing

/// What is wrong in policy files is told at once, with its place and a way out, and nothing is guessed.
@Suite struct StrictLoadingTests {
    @Test(arguments: try Fixture.all("policy-errors", suffix: ".yaml"))
    func `a wrong policy file is refused with every error at its line`(_ fixture: Fixture) throws {
        let text = try fixture.text
        let found = try Self.diagnostics(fixture.name, text)
        var left = found.all.filter { $0.severity == .error }
        left = Diagnostics(left).sorted
        for (line, code, words) in Marks.all(text) {
            let match = left.firstIndex { diagnostic in
                (diagnostic.position?.line ?? line) == line && diagnostic.code == code
                    && "\(diagnostic.message) \(diagnostic.help ?? "")".contains(words)
            }
            if let match {
                left.remove(at: match)
            } else {
                Issue.record("\(fixture.name):\(line): \(code) '\(words)' was not reported")
            }
        }
        for diagnostic in left { Issue.record("\(fixture.name): not expected: \(diagnostic)") }
        #expect(!Marks.all(text).isEmpty)
        // What people see: file, line and column.
        for diagnostic in found.all where diagnostic.code != "P117" {
            #expect(diagnostic.description.firstMatch(of: #/\.yaml:\d+:\d+: error\[P\d+\]: /#) != nil, "\(diagnostic)")
        }
    }

    private static func diagnostics(_ name: String, _ text: String) throws -> Diagnostics {
        let folder = try TemporaryFolder()
        do {
            switch name.prefix(while: { $0 != "-" }) {
            case "control":
                try folder.write(text, to: "controls/rdp/TST-001.yaml")
                _ = try PolicyFolder(folder.path)
            case "updates":
                try folder.write(shippedControl, to: "controls/rdp/TST-009.yaml")
                try folder.write(text, to: "updates/rdp.yaml")
                _ = try PolicyFolder(folder.path)
            case "waivers":
                _ = try WaiverRegister(
                    [folder.write(text, to: "waivers.yaml")], controls: ControlFixtures.controlFiles.keys,
                    at: ControlFixtures.now)
            default:
                _ = try PolicyFolder(ControlFixtures.policies).baseline(folder.write(text, to: "wrong.yaml"))
            }
        } catch let diagnostics as Diagnostics {
            return diagnostics
        }
        return Diagnostics()
    }

    private static let shippedControl = """
        id: TST-009
        title: A title
        severity: low
        why: Because.
        check: { fact: rdp.enabled.effective, equals: true }

        """

    @Test(arguments: [
        ("\u{feff}", "\n"), ("", "\r\n"), ("\u{feff}", "\r\n"), ("---", "\n"),
    ])
    func `a byte order mark and Windows' line ends change nothing`(_ start: String, _ end: String) throws {
        let folder = try TemporaryFolder()
        let text = (start == "---" ? "---\n" : start) + Self.shippedControl
        try folder.write(text.replacing("\n", with: end), to: "controls/rdp/TST-009.yaml")
        let control = try #require(try PolicyFolder(folder.path).controls["TST-009"])
        #expect(control.title == "A title" && control.why == "Because." && control.area == "rdp")
        // Places count from the same first column.
        try folder.write(
            text.replacing("severity: low", with: "severity: lwo").replacing("\n", with: end),
            to: "controls/rdp/TST-009.yaml")
        let wrong = #expect(throws: Diagnostics.self) { try PolicyFolder(folder.path) }
        let line = start == "---" ? 4 : 3
        #expect(wrong?.all.first?.position == SourcePosition(line: line, column: 11))
    }

    @Test func `errors of all files come together, in the order of files and lines`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.shippedControl.replacing("low", with: "lwo"), to: "controls/b/TST-009.yaml")
        try folder.write(Self.shippedControl.replacing("title", with: "titel"), to: "controls/a/TST-008.yaml")
        try folder.write("as-of: never\nlines: {}\n", to: "updates/u.yaml")
        let diagnostics = try #require(#expect(throws: Diagnostics.self) { try PolicyFolder(folder.path) })
        let files = diagnostics.sorted.map { String($0.file.dropFirst(folder.path.count + 1)) }
        #expect(
            files == [
                "controls/a/TST-008.yaml", "controls/a/TST-008.yaml", "controls/b/TST-009.yaml", "updates/u.yaml",
            ])
    }

    @Test func `two controls of one id are refused, whichever area they stand in`() throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.shippedControl, to: "controls/a/TST-009.yaml")
        try folder.write(Self.shippedControl, to: "controls/b/TST-009.yaml")
        let diagnostics = try #require(#expect(throws: Diagnostics.self) { try PolicyFolder(folder.path) })
        #expect(diagnostics.all.map(\.code) == ["P106"])
        #expect(diagnostics.all.first?.help?.contains("controls/a/TST-009.yaml") == true)
    }

    @Test(arguments: [
        ("controls/rdp/TST-010.yml", "P108"), ("controls/TST-010.yaml", "P108"), ("updates/more.yml", "P108"),
    ])
    func `a policy file that would be overlooked is reported`(_ place: String, _ code: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(Self.shippedControl, to: "controls/rdp/TST-009.yaml")
        try folder.write(Self.shippedControl, to: place)
        let diagnostics = try #require(#expect(throws: Diagnostics.self) { try PolicyFolder(folder.path) })
        #expect(diagnostics.all.map(\.code) == [code])
    }

    @Test(arguments: [("rdp-hardend", "rdp-hardened"), ("nothing-alike-at-all", "rdp-connectivity, rdp-hardened")])
    func `an unknown baseline is answered with those that there are`(_ name: String, _ help: String) throws {
        let folder = try PolicyFolder(ControlFixtures.policies)
        let diagnostics = try #require(#expect(throws: Diagnostics.self) { try folder.baseline(name) })
        #expect(diagnostics.all.count == 1 && diagnostics.description.contains(help))
    }

    @Test(arguments: ["/nowhere", ""])
    func `a folder without controls says which one is meant`(_ path: String) throws {
        let diagnostics = try #require(#expect(throws: Diagnostics.self) { try PolicyFolder(path) })
        #expect(diagnostics.description.contains("--policies"))
    }

    @Test(arguments: [("", "empty"), ("# only a comment\n", "empty"), ("\u{0}", ""), ("a: &a [*a]", ""), ("a: *b", "")])
    func `a file that is no document is one error`(_ text: String, _ words: String) throws {
        let folder = try TemporaryFolder()
        try folder.write(text, to: "controls/rdp/TST-001.yaml")
        let diagnostics = try #require(#expect(throws: Diagnostics.self) { try PolicyFolder(folder.path) })
        #expect(diagnostics.all.first?.message.contains(words) == true || words.isEmpty)
    }

    /// Each alias costs what it stands for, so that ten lines cannot become a billion values.
    @Test(.timeLimit(.minutes(1))) func `a bomb of aliases is one error`() throws {
        let folder = try TemporaryFolder()
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        try folder.write(text, to: "controls/rdp/TST-001.yaml")
        let diagnostics = try #require(#expect(throws: Diagnostics.self) { try PolicyFolder(folder.path) })
        #expect(diagnostics.all.count == 1 && diagnostics.all.first?.code == "P100", "\(diagnostics)")
    }

    @Test func `a tab in place of blanks is told with its place`() throws {
        let folder = try TemporaryFolder()
        try folder.write(
            Self.shippedControl.replacing("check: { fact", with: "check:\n\tfact: x #").replacing(" }", with: ""),
            to: "controls/rdp/TST-009.yaml")
        let diagnostics = try #require(#expect(throws: Diagnostics.self) { try PolicyFolder(folder.path) })
        #expect(diagnostics.all.first?.position?.line == 6, "\(diagnostics)")
    }

    /// Many controls load, and a folder without end is refused with a sentence.
    @Test(.timeLimit(.minutes(3)), arguments: [2_500])
    func `controls by the thousand load`(_ count: Int) throws {
        let folder = try TemporaryFolder()
        for number in 0..<count {
            let id = "T\(String(UnicodeScalar(UInt8(65 + number / 1_000))))-\(String(format: "%03d", number % 1_000))"
            try folder.write(
                Self.shippedControl.replacing("TST-009", with: id), to: "controls/a\(number % 4)/\(id).yaml")
        }
        #expect(try PolicyFolder(folder.path).controls.count == count)
    }

    @Test(.timeLimit(.minutes(3))) func `a folder with more files than anybody reads is refused`() throws {
        let folder = try TemporaryFolder()
        for number in 0..<InputFolder.mostEntries + 1 {
            try folder.write("", to: "controls/rdp/T-\(number).yaml")
        }
        let diagnostics = try #require(#expect(throws: Diagnostics.self) { try PolicyFolder(folder.path) })
        #expect(diagnostics.description.contains("more than \(InputFolder.mostEntries) files"))
    }

    @Test func `a mountain of nested conditions ends with an error`() throws {
        let folder = try TemporaryFolder()
        let deep =
            String(repeating: "{ not: ", count: 40) + "{ fact: rdp.enabled.effective, equals: true }"
            + String(repeating: " }", count: 40)
        try folder.write(
            Self.shippedControl.replacing("{ fact: rdp.enabled.effective, equals: true }", with: deep),
            to: "controls/rdp/TST-009.yaml")
        let diagnostics = try #require(#expect(throws: Diagnostics.self) { try PolicyFolder(folder.path) })
        #expect(diagnostics.description.contains("deeper"))
    }

    @Test(.timeLimit(.minutes(1))) func `policies without end are refused`() throws {
        let folder = try TemporaryFolder()
        try folder.write("", to: "controls/rdp/.keep")
        try folder.link("controls/rdp/X-001.yaml", to: "/dev/zero")
        let large = folder.path("controls/rdp/X-002.yaml")
        try #require(FileManager.default.createFile(atPath: large, contents: nil))
        try #require(truncate(large, 1 << 40) == 0)
        let error = #expect(throws: Diagnostics.self) { try PolicyFolder(folder.path) }
        #expect(
            error?.sorted.prefix(2).map(\.message) == ["this is no regular file", "the file is larger than 16 MB"])
    }

    /// Every shipped file is read by what the tests above hold: none is left out.
    @Test func `everything that is shipped loads`() throws {
        let folder = try PolicyFolder(ControlFixtures.policies)
        #expect(folder.controls.count == ControlFixtures.controlFiles.count)
        for name in ["rdp-connectivity", "rdp-hardened"] { #expect(try !folder.baseline(name).controls.isEmpty) }
        let used = try Set(["rdp-connectivity", "rdp-hardened"].flatMap { try folder.baseline($0).controls.map(\.id) })
        #expect(Set(folder.controls.keys).subtracting(used).isEmpty, "controls that no baseline names")
    }

    @Test(arguments: [
        ("now", "now"), ("now+30d", "now+30 days"), ("now-1d", "now-1 day"), ("now+12h", "now+12 hours"),
        ("now+90m", "now+90 minutes"),
    ])
    func `a moment reads back as people say it`(_ text: String, _ shown: String) {
        #expect(Moment(text)?.text == shown)
    }

    @Test(arguments: [
        "now+", "now+d", "now+5", "now+5w", "now+-5d", "now+100001d", "later", "2026-13-01", "now +5d", "",
    ])
    func `a moment that is none is refused`(_ text: String) { #expect(Moment(text) == nil) }
}
