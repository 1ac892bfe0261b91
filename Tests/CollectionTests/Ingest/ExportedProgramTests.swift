import Collection
import Foundation
import HostFacts
import TestSupport
import Testing

@Suite struct ExportedProgramTests {
    private static let all = Set(SectionName.allCases)
    static let programs = [
        ExportedProgram(sections: all), ExportedProgram(sections: all, frameLimit: 3500),
        ExportedProgram(sections: [.os]), ExportedProgram(sections: [.firewall, .machineKeys], frameLimit: 1500),
    ]

    @Test(arguments: programs.indices) func `the file is plain ASCII and asks what was chosen, nothing else`(
        _ index: Int
    ) {
        let program = Self.programs[index]
        let text = program.text
        #expect(text.utf8.allSatisfy { (0x20...0x7e).contains($0) || $0 == 0x0a })
        #expect(!text.contains("$input"))
        for section in SectionName.allCases {
            let isAsked = text.contains("Section '\(section.rawValue)' ")
            #expect(isAsked == program.sections.contains(section), "\(section)")
        }
        // What waits beside is waited for, and the language mode is looked at before anything else runs.
        #expect(text.contains("\nFinishSections\n"))
        let statements = text.split(separator: "\n").filter {
            !$0.hasPrefix("#") && !$0.hasPrefix("$") && !$0.hasPrefix("param")
        }
        #expect(statements.first?.hasPrefix("if (\"$mode\" -ne 'FullLanguage')") == true)
        #expect(text.contains("param([int]$Part=1)") == (program.frameLimit != nil))
        // An operator's console stays open.
        let ends = text.split(separator: "\n").filter { $0.contains("[Environment]::Exit") }
        #expect(ends.count == 1 && ends.allSatisfy { $0.contains("-not [Environment]::UserInteractive") })
        if let size = program.pieceSize { #expect(text.contains("$partSize=\(size + 96)\n$pieceSize=\(size)\n")) }
        #expect(text.contains("$fingerprint='\(program.fingerprint)'"))
    }

    @Test func `programs that ask or answer differently have different fingerprints`() {
        #expect(Set(Self.programs.map(\.fingerprint)).count == Self.programs.count)
        #expect(!Self.programs.map(\.fingerprint).contains(ProbeProgram.fingerprint))
        #expect(ExportedProgram(sections: Self.all).fingerprint == Self.programs[0].fingerprint)
    }

    @Test func `what the probe asks, the file asks in the same words`() {
        let lines = Set(Self.programs[0].text.split(separator: "\n"))
        let asked = ProbeProgram.text.split(separator: "\n").filter { $0.hasPrefix("Values ") || $0.hasPrefix("List ") }
        #expect(asked.count > 20)
        for line in asked { #expect(lines.contains(line)) }
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `the file only looks, on every PowerShell`() async throws {
        let python = try #require(Peers.python)
        let folder = try TemporaryFolder()
        let files = try Self.programs.enumerated().map { try folder.write($1.text, to: "export-\($0).ps1") }
        let checker = Fixture.repository + "/Tests/Peers/powershell_check.py"
        let outcome = try await run(python, [checker, "--read-only"] + files, timeLimit: 120)
        #expect(outcome.exitCode == 0, "\(outcome.text)\(outcome.errorText)")
    }
}
