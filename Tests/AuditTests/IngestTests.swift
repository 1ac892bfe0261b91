import Collection
import Formats
import Foundation
import HostFacts
import Lab
import TestSupport
import Testing

/// `probe export`, a host that ran it, `ingest`, and what the snapshot is good for then.
@Suite(.timeLimit(.minutes(5))) struct IngestTests {
    /// A recorded machine's answer to an exported program, as one run prints it.
    private static func answer(_ sections: [SectionName], named name: String, in program: ExportedProgram) throws
        -> String
    {
        let extract = Fixture.file("windows-hosts/win7-x86-lab.json")
        var host = RecordedHost(registry: try RegistryImage(extract: try JSON.parse(extract.bytes)))
        host.registry.set(RegistryLocation(Keys.computerName, "ComputerName"), .string(name))
        let run: JSON = [
            "computer": .string(name), "machine": "8cdbdee8", "clock": "2026-11-20T02:00:00Z",
            "probe": .string(program.fingerprint), "sections": .array(sections.map { .string($0.rawValue) }),
            "part": 1, "parts": 1,
        ]
        func line(_ head: String, _ json: JSON) -> String {
            let packed = Gzip.compress(JSON.write(json))
            return "FLEETAUDIT1 \(head) \(packed.count) \(Base64.encode(packed)) ;\r\n"
        }
        return line("RUN", run)
            + sections.enumerated().map { line("\($0 + 1) \($1.rawValue)", ["ms": 1, "data": host.data($1)]) }.joined()
            + "FLEETAUDIT1 END \(sections.count)\r\n"
    }

    private static let all = ExportedProgram(sections: Set(SectionName.allCases))

    @Test func `the exported script is the program's, whole or chosen`() async throws {
        let folder = try TemporaryFolder()
        let file = folder.path("probe.ps1")
        let exported = try await Program.run(["probe", "export", "--output", file])
        #expect(exported.exitCode == 0, "\(exported.errorText)")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == Self.all.text)
        let some = try await Program.run(["probe", "export", "--sections", "os,rdp", "--frame-limit", "3500"])
        #expect(some.text == ExportedProgram(sections: [.os, .rdp], frameLimit: 3500).text)
        let unknown = try await Program.run(["probe", "export", "--sections", "os,rpd"])
        #expect(unknown.exitCode == 64)
        #expect(unknown.errorText.contains("did you mean 'rdp'?"), "\(unknown.errorText)")
        #expect(try await Program.run(["probe", "export", "--frame-limit", "100"]).exitCode == 64)
    }

    @Test func `lines that were handed in are judged and shown as those of a host that was asked`() async throws {
        let folder = try TemporaryFolder()
        let inventory = try folder.write(
            "all:\n  hosts:\n    far-1:\n      fleetaudit_role: rdsh\n      fleetaudit_computer_name: FAR1\n  children:\n    edge: { hosts: { far-1: } }\n",
            to: "inventory.yaml")
        let lines = try folder.write(
            try Self.answer(SectionName.allCases, named: "FAR1", in: Self.all), to: "answer.txt")
        let reports = folder.path("reports")
        let ingested = try await Program.run(["ingest", lines, "--host", "far-1", "-i", inventory, "-o", reports])
        #expect(ingested.exitCode == 0, "\(ingested.errorText)")
        let run = try onlyRun(in: reports)
        #expect(ingested.text == run + "/snapshot.jsonl.gz\n")
        try await expectSchema("snapshot-1", of: run + "/snapshot.jsonl.gz")
        let judged = try await Program.run(
            ["evaluate", run + "/snapshot.jsonl.gz", "--at", "2026-11-20T02:00:00Z", "-o", folder.path("judged")])
        #expect(judged.exitCode & 60 == 0, "\(judged.errorText)")
        try await expectSchema("results-1", of: try onlyRun(in: folder.path("judged")) + "/results.json", "--whole")
        let host = try Results(folder: try onlyRun(in: folder.path("judged"))).host("far-1")
        #expect(host.state == "audited")
        #expect(!(host.findings ?? []).isEmpty)
        let shown = try await Program.run(["show", "far-1", "os.computerName", "-o", reports])
        #expect(shown.exitCode == 0, "\(shown.errorText)")
        #expect(shown.text.contains("os.computerName  FAR1"))
        #expect(shown.text.contains("groups     edge") || shown.text.contains("edge"), "\(shown.text)")
        #expect(shown.text.contains("2026-11-20T02:00:00Z, by exported"), "\(shown.text)")
        // The same on standard input, as a PowerShell redirection writes it, without an inventory.
        let wide =
            Data([0xff, 0xfe])
            + (try String(contentsOfFile: lines, encoding: .utf8).data(using: .utf16LittleEndian) ?? Data())
        let other = folder.path("other")
        let outcome = try await TestSupport.run(Program.path, ["ingest", "-o", other], input: wide)
        #expect(outcome.exitCode == 0, "\(outcome.errorText)")
        #expect(try await Program.run(["show", "FAR1", "os.name", "-o", other]).exitCode == 0)
    }

    @Test func `what is missing, wrong or ambiguous is told`() async throws {
        let folder = try TemporaryFolder()
        let few = ExportedProgram(sections: [.os, .rdp])
        let one = try folder.write(try Self.answer([.os, .rdp], named: "FAR1", in: few), to: "one.txt")
        let two = try folder.write(try Self.answer([.os, .rdp], named: "FAR2", in: few), to: "two.txt")
        let noise = try folder.write("Nothing here. FLEETAUDIT1 END 0\n", to: "noise.txt")
        let stray = try folder.write("FLEETAUDIT1P rdp 1/2 4 9 0123456789abcdef AAAA ;\n", to: "stray.txt")
        let blocked = try folder.write("FLEETAUDIT1 BLOCKED ConstrainedLanguage\r\n", to: "blocked.txt")
        let inventory = try folder.write(
            "all:\n  hosts:\n    far-1: { fleetaudit_computer_name: FAR1 }\n    far1.example:\n", to: "i.yaml")
        let reports = folder.path("reports")
        func ingest(_ arguments: String...) async throws -> ProcessOutcome {
            try await Program.run(["ingest", "-o", reports] + arguments)
        }
        let partial = try await ingest(one, "--host", "far1")
        #expect(partial.exitCode == 2)
        #expect(partial.errorText.contains("not asked in this export: credssp"), "\(partial.errorText)")
        let wrong = try await ingest(one, "--host", "far7")
        #expect(wrong.exitCode == 2)
        #expect(
            wrong.errorText.contains("wrong-host: the computer that answered is called FAR1, and far7 was asked for"))
        let several = try await ingest(one, two, "--host", "far1")
        #expect(several.exitCode == 65)
        #expect(several.errorText.contains("answers of 2 machines (FAR1, FAR2)"), "\(several.errorText)")
        let both = try await ingest(one, two)
        #expect(both.exitCode == 2)
        #expect(
            both.errorText.contains("FAR1: partial") && both.errorText.contains("FAR2: partial"), "\(both.errorText)")
        for (arguments, says) in [
            ([noise], "there is no answer of a probe"), ([stray], "1 lines do not say which machine"),
            ([blocked], "PowerShell is restricted there (ConstrainedLanguage)"),
            ([folder.path("none.txt")], "no such file"),
            ([one, "--host", "far-2", "-i", inventory], "did you mean 'far-1'?"),
            ([one, "-i", inventory], "or several, for the computer FAR1"),
            ([two, "-i", inventory], "for the computer FAR2"),
        ] {
            let outcome = try await Program.run(["ingest", "-o", folder.path("none")] + arguments)
            #expect(outcome.exitCode == 65, "\(arguments) \(outcome.errorText)")
            #expect(outcome.errorText.contains(says), "\(outcome.errorText)")
            #expect(!FileManager.default.fileExists(atPath: folder.path("none")))
        }
    }
}
