import Console
import Foundation
import TestSupport
import Testing

/// Texts as they were once looked at and found good. `CONSOLE_RECORD=1 swift test` writes them anew, for a diff to be
/// read before it is committed.
@Suite struct `Golden texts` {
    @Test(arguments: [
        "help", "help send", "help track", "help depot", "help depot show", "help exit-codes", "help environment",
    ])
    func `help is as it was`(_ line: String) throws {
        let words = line.split(separator: " ").map(String.init)
        let name = words.joined(separator: "-")
        for width in [80, 100] {
            let outcome = try Sample.tree.resolve(words, environment: [:], layout: HelpLayout(width: width))
            guard case .help(let text) = outcome else {
                Issue.record("not help: \(line)")
                return
            }
            for row in text.split(separator: "\n") where !row.contains("parcel send --no-insured") {
                #expect(Text.width(String(row)) <= width, "\(row)")
            }
            try expect(text, isGolden: "\(name).\(width).txt")
        }
    }

    @Test func `coloured help is the same help`() throws {
        let layout = HelpLayout(width: 80, paint: Paint(isColored: true))
        guard
            case .help(let colored) = try Sample.tree.resolve(["help", "send"], environment: [:], layout: layout),
            case .help(let plain) = try Sample.tree.resolve(["help", "send"], environment: [:])
        else {
            Issue.record("not help")
            return
        }
        #expect(colored != plain)
        #expect(colored.replacing(/\u{1B}\[[0-9;]*m/, with: "") == plain)
    }

    @Test(arguments: Sample.tree.manualPages(date: "2026-11-20"))
    func `manual pages are as they were`(_ page: ManualPage) throws {
        #expect(page.text.utf8.allSatisfy { $0 < 0x7F })
        try expect(page.text, isGolden: page.fileName)
    }

    @Test func `there is a manual page for everything that is not hidden`() {
        #expect(
            Sample.tree.manualPages(date: "2026-11-20").map(\.fileName) == [
                "parcel.1", "parcel-send.1", "parcel-track.1", "parcel-depot.1", "parcel-depot-list.1",
                "parcel-depot-show.1",
            ])
    }

    @Test(arguments: Shell.allCases)
    func `completions are as they were`(_ shell: Shell) throws {
        try expect(Sample.tree.completions(for: shell), isGolden: "parcel.\(shell.rawValue)")
    }
}

func expect(_ text: String, isGolden name: String, _ location: SourceLocation = #_sourceLocation) throws {
    let path = Fixture.root + "/Console/" + name
    if ProcessInfo.processInfo.environment["CONSOLE_RECORD"] == "1" {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return
    }
    let golden = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text == golden, "differs from Tests/Fixtures/Console/\(name)", sourceLocation: location)
}
