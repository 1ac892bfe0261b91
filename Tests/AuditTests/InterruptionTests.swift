import Foundation
import Lab
import TestSupport
import Testing

extension AuditTests {
    @Suite(.timeLimit(.minutes(5))) struct InterruptionTests {
        private static let hosts = """
              ok-1: {}
              ok-2: {}
              still-1: { behaviour: silent }
              still-2: { behaviour: silent }
            """ + "\n"

        @Test func `Ctrl-C ends within a second, keeps what is finished, and the run goes on with --resume`()
            async throws
        {
            try await ServedLab.fleet(Self.hosts) { lab in
                let folder = try TemporaryFolder()
                let reports = folder.path("reports")
                let arguments = ["audit", "-i", lab.connections, "-o", reports]
                let audit = try RunningProcess(
                    "/bin/sh",
                    ["-c", "cd \"$0\" && exec \"$@\"", Fixture.repository, Program.path] + arguments + [
                        "--progress", "none", "-v",
                    ])
                for host in ["ok-1", "ok-2"] {
                    try await waitUntil { audit.output.contains("\(host): ") }
                }
                let interrupted = ContinuousClock.now
                audit.interrupt(SIGINT)
                #expect(try await audit.exitCode() == 130)
                #expect(ContinuousClock.now - interrupted < .seconds(1))

                let run = try onlyRun(in: reports)
                let before = try await snapshotText(run).split(separator: "\n").count
                #expect(before == 3, "the header and two hosts")
                #expect(audit.output.contains("--resume"))

                let resumed = try await Program.run(arguments + ["--resume", "last", "--host-timeout", "2s"])
                #expect(resumed.exitCode & 2 == 2, "\(resumed.errorText)")
                let results = try Results(folder: run)
                #expect(results.hosts.count == 4)
                #expect(try results.host("still-1").state == "unreachable")
                // Those that had answered were not asked again.
                #expect(await lab.fleet.signIns.attempts(user: "svc-audit").attempts == 2)
            }
        }

        @Test func `a second run on the same reports folder is told to wait`() async throws {
            try await ServedLab.fleet("  still-1: { behaviour: silent }\n") { lab in
                let folder = try TemporaryFolder()
                let arguments = ["collect", "-i", lab.connections, "-o", folder.path("reports")]
                let first = try RunningProcess(Program.path, arguments)
                try await waitUntil { hasRun(in: folder.path("reports")) }
                let second = try await Program.run(arguments)
                #expect(second.exitCode == 75)
                #expect(second.errorText.contains("another run is writing"))
                first.interrupt(SIGTERM)
                #expect(try await first.exitCode() == 130)
            }
        }

        @Test(arguments: [SIGTERM, SIGHUP])
        func `being told to end, and the end of the terminal, are as good as Ctrl-C`(_ signal: Int32) async throws {
            try await ServedLab.fleet("  still-1: { behaviour: silent }\n") { lab in
                let folder = try TemporaryFolder()
                let reports = folder.path("reports")
                let run = try RunningProcess(Program.path, ["collect", "-i", lab.connections, "-o", reports])
                try await waitUntil { hasRun(in: reports) }
                run.interrupt(signal)
                #expect(try await run.exitCode() == 130)
                #expect(run.output.contains("--resume"))
            }
        }

        @Test func `a run that shall survive its terminal does`() async throws {
            try await ServedLab.fleet("  still-1: { behaviour: silent }\n") { lab in
                let folder = try TemporaryFolder()
                let reports = folder.path("reports")
                let arguments = ["collect", "-i", lab.connections, "-o", reports, "--host-timeout", "2s"]
                let run = try RunningProcess(
                    "/bin/sh", ["-c", "trap '' HUP; exec \"$0\" \"$@\"", Program.path] + arguments)
                try await waitUntil { hasRun(in: reports) }
                run.interrupt(SIGHUP)
                #expect(try await run.exitCode() == 2)
            }
        }

        @Test func `a disk that is full loses no host`() async throws {
            try await ServedLab.fleet("  ok-1: {}\n  ok-2: {}\n") { lab in
                let folder = try TemporaryFolder()
                let spare = try TemporaryFolder()
                // No file may grow beyond 512 bytes: the header fits, a host does not.
                let outcome = try await Program.shell(
                    "ulimit -f 1; TMPDIR=\"$1\"; export TMPDIR; shift; exec \"$0\" \"$@\"",
                    [spare.path, "collect", "-i", lab.connections, "-o", folder.path("reports")])
                #expect(outcome.exitCode == 73, "\(outcome.errorText)")
                #expect(outcome.errorText.contains("--resume"))
            }
        }
    }
}

/// Waits until something holds, for at most 20 seconds.
func waitUntil(_ holds: () -> Bool) async throws {
    let end = Date().addingTimeInterval(20)
    while !holds() {
        try #require(Date() < end, "it never came to that")
        try await Task.sleep(for: .milliseconds(20))
    }
}
