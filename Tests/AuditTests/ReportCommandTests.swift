import Foundation
import Lab
import TestSupport
import Testing

/// Two runs of a small fleet in one history; of the second only one host was asked.
struct TwoRuns {
    let folder: TemporaryFolder
    let reports: String
    let names: [String]

    init() async throws {
        folder = try TemporaryFolder()
        let reports = folder.path("reports")
        try await ServedLab.fleet("  ok-1: {}\n  gone-1: { behaviour: dead }\n") { lab in
            for limit in ["all", "ok-1"] {
                let audit = try await Program.run([
                    "audit", "-i", lab.connections, "-o", reports, "-l", limit, "--at", "2026-11-20",
                ])
                #expect(audit.exitCode <= 3, "\(audit.errorText)")
            }
        }
        self.reports = reports
        names = runs(in: reports)
        try #require(names.count == 2)
    }

    func report(_ arguments: String...) async throws -> ProcessOutcome {
        try await Program.run(["report"] + arguments + ["-o", reports])
    }

    func file(_ run: Int, _ name: String) -> String { "\(reports)/\(names[run])/\(name)" }
}

extension AuditTests {
    /// Reports where they were asked for, of runs of today and before.
    @Suite(.timeLimit(.minutes(10))) struct ReportCommandTests {
        @Test func `a run told again is the run as it was told, byte for byte`() async throws {
            let runs = try await TwoRuns()
            for (number, run) in runs.names.enumerated() {
                for (format, name) in [
                    ("markdown", "report.md"), ("findings-csv", "findings.csv"), ("hosts-csv", "hosts.csv"),
                    ("json", "results.json"),
                ] {
                    let file = runs.folder.path("again-\(number)-\(name)")
                    let again = try await runs.report(run, "--report", "\(format)=\(file)")
                    #expect(again.exitCode <= 3, "\(again.errorText)")
                    #expect(try Data(path: file) == Data(path: runs.file(number, name)), "\(format) of run \(number)")
                }
            }
        }

        @Test func `runs are named as people name them, and other names are told what was meant`() async throws {
            let runs = try await TwoRuns()
            for (name, number) in [
                ("last", 1), ("last~1", 0), (runs.names[0], 0), (runs.names[1], 1),
            ] {
                let told = try await runs.report(name, "--report", "json=-")
                #expect(told.text.contains("\"run\": \"\(runs.names[number])\""), "\(name): \(told.errorText)")
            }
            let strange = try await runs.report("20991231")
            #expect(strange.exitCode == 65)
            #expect(strange.errorText.contains("no run '20991231'"))
            let none = try await runs.report("last", "--history", "none")
            #expect(none.exitCode == 64)
        }

        @Test func `a report on standard output stands there alone`() async throws {
            let runs = try await TwoRuns()
            let told = try await runs.report("last", "--report", "json=-")
            _ = try #require(try JSONSerialization.jsonObject(with: told.standardOutput) as? [String: Any])
            #expect(told.errorText.isEmpty, "\(told.errorText)")
            let written = try await runs.report("last", "--report", "json=-", "--report", "markdown=\(runs.reports)/x")
            #expect(written.errorText == "\(runs.reports)/x\n", "what was written elsewhere goes to standard error")
            let both = try await runs.report("last", "--report", "json=-", "--report", "markdown=-")
            #expect(both.exitCode == 64)
            let device = try await runs.report("last", "--report", "json=/dev/stdout", "-q")
            #expect(device.text.hasPrefix("{"), "a device is written to")
            #expect(FileManager.default.fileExists(atPath: "/dev/stdout"))
        }

        @Test func `a path may be a folder, and what a link leads to is not written over`() async throws {
            let runs = try await TwoRuns()
            let place = runs.folder.path("place")
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
            let both = try await runs.report("last", "--report", "markdown=\(place)", "--report", "json=\(place)/")
            #expect(both.exitCode <= 3, "\(both.errorText)")
            #expect(FileManager.default.fileExists(atPath: place + "/results.json"))
            #expect(FileManager.default.fileExists(atPath: place + "/report.md"))

            let real = try runs.folder.write("old", to: "real.md")
            let link = runs.folder.path("link.md")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
            #expect(try await runs.report("last", "--report", "markdown=\(link)").exitCode <= 3)
            #expect(try String(contentsOfFile: real, encoding: .utf8) == "old")
            #expect(try Data(path: link) == Data(path: place + "/report.md"))
            let mode = try FileManager.default.attributesOfItem(atPath: link)[.posixPermissions] as? Int
            #expect(mode == 0o600, "reports are a map for an attacker")
        }

        @Test(arguments: [
            (["--report", "marcdown"], Int32(64), "markdown"), (["--report", "json="], 64, "no path"),
            (["--report", "json=/nonexistent/x"], 73, "no folder /nonexistent"),
            (["--report", "json=/proc/x.json"], 73, "/proc/x.json"),
            (["--report", "json", "--report", "json"], 64, "overwrite"),
        ])
        func `a place that cannot be written is told`(_ arguments: [String], _ code: Int32, _ says: String) async throws
        {
            let runs = try await TwoRuns()
            let outcome = try await Program.run(["report", "last", "-o", runs.reports] + arguments)
            #expect(outcome.exitCode == code, "\(outcome.errorText)")
            #expect(outcome.errorText.contains(says), "\(outcome.errorText)")
        }

        @Test func `no host is asked for an audit whose report or history has no place`() async throws {
            try await ServedLab.fleet("  ok-1: {}\n") { lab in
                let folder = try TemporaryFolder()
                let text = try folder.write("no history\n", to: "text")
                for (arguments, code) in [
                    (["--report", "json=/nonexistent/x"], Int32(73)), (["--history", "/nonexistent/x"], 73),
                    (["--history", text], 65),
                ] {
                    let audit = try await Program.run(
                        ["audit", "-i", lab.connections, "-o", folder.path("reports")] + arguments)
                    #expect(audit.exitCode == code, "\(arguments): \(audit.errorText)")
                    #expect(runs(in: folder.path("reports")).isEmpty)
                }
                #expect(await lab.fleet.signIns.attempts(user: "svc-audit").attempts == 0)
            }
        }

        @Test func `evaluate records a snapshot when it is told to, once`() async throws {
            let runs = try await TwoRuns()
            let history = runs.folder.path("other.sqlite")
            let arguments = [
                "evaluate", runs.file(0, "snapshot.jsonl.gz"), "--record", "--history", history, "--at", "2026-11-20",
            ]
            let first = try await Program.run(arguments)
            #expect(first.exitCode <= 3, "\(first.errorText)")
            let second = try await Program.run(arguments)
            #expect(second.exitCode == 65)
            #expect(second.errorText.contains("holds a run \(runs.names[0]) already"))
            let told = try await Program.run(["report", "last", "--history", history, "--report", "json=-"])
            #expect(try told.standardOutput == Data(path: runs.file(0, "results.json")))
        }

        @Test func `whenever it is killed, each report is whole, the old one or the new one`() async throws {
            let runs = try await TwoRuns()
            let place = runs.folder.path("place")
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
            let files = ["markdown": "report.md", "findings-csv": "findings.csv", "json": "results.json"]
            func arguments(_ run: Int) -> [String] {
                ["report", runs.names[run], "-q", "-o", runs.reports]
                    + files.flatMap { ["--report", "\($0.key)=\(place)/\($0.value)"] }
            }
            let wanted = try files.values.map { name in
                (name, [try Data(path: runs.file(0, name)), try Data(path: runs.file(1, name))])
            }
            let began = ContinuousClock.now
            #expect(try await Program.run(arguments(0)).exitCode <= 3)
            let whole = began.duration(to: .now)
            var killed = 0
            var generator = SeededGenerator(seed: 7)
            for round in 1...200 {
                let program = try RunningProcess(
                    "/bin/sh",
                    ["-c", "cd \"$0\" && exec \"$@\"", Fixture.repository, Program.path] + arguments(round % 2))
                let delay = Double.random(in: 0...1.2, using: &generator)
                try await Task.sleep(for: whole * delay)
                if program.isRunning { killed += 1 }
                program.interrupt(SIGKILL)
                _ = try await program.exitCode()
                for (name, contents) in wanted {
                    #expect(try contents.contains(Data(path: "\(place)/\(name)")), "round \(round): \(name)")
                }
            }
            #expect(killed > 50, "\(killed) were killed at work")
            // What was left behind stands in nobody's way, and goes with the next one that ends well.
            #expect(try await Program.run(arguments(1)).exitCode <= 3)
            #expect(try FileManager.default.contentsOfDirectory(atPath: place).sorted() == files.values.sorted())
        }
    }
}

extension Data {
    fileprivate init(path: String) throws { try self.init(contentsOf: URL(fileURLWithPath: path)) }
}
