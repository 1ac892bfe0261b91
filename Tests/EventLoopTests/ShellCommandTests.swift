import CEventLoop
import EventLoop
import Glibc
import Testing

@Suite(.timeLimit(.minutes(1))) struct ShellCommandTests {
    private func run(
        _ line: String, input: String = "", environment: [String: String] = ["PATH": "/usr/bin:/bin"],
        within limit: Duration = .seconds(30)
    ) async throws -> (exitCode: Int32?, output: String) {
        let outcome = try await onLoop {
            try await ShellCommand(line, input: Array(input.utf8), environment: environment).run(within: limit)
        }
        return (outcome.exitCode, String(decoding: outcome.output, as: UTF8.self))
    }

    @Test func `a command gets its input, and says what it wrote and how it ended`() async throws {
        let outcome = try await run("tr a-z A-Z; echo oops >&2; exit 7", input: "hello\n")
        #expect(outcome.exitCode == 7)
        #expect(outcome.output == "HELLO\noops\n")
    }

    @Test(arguments: ["true", "head -c 3 > /dev/null", "exec 0<&-; true"])
    func `a command may leave its input unread`(_ line: String) async throws {
        let outcome = try await run(line, input: String(repeating: "x", count: 3_000_000))
        #expect(outcome.exitCode == 0)
        #expect(outcome.output == "")
    }

    @Test func `a large input comes whole`() async throws {
        let outcome = try await run("wc -c", input: String(repeating: "x", count: 3_000_000))
        #expect(outcome.output == "3000000\n")
    }

    @Test func `a command that writes megabytes is read to its end, and its beginning kept`() async throws {
        let outcome = try await run("head -c 30000000 /dev/zero | tr '\\0' x; exit 3")
        #expect(outcome.exitCode == 3)
        #expect(outcome.output == String(repeating: "x", count: ShellCommand.outputLimit))
    }

    @Test func `a command that never ends is ended, with all that it started`() async throws {
        let outcome = try await run("echo $$; sleep 600 & sleep 600", within: .milliseconds(300))
        #expect(outcome.exitCode == nil)
        try expectGone(group: outcome.output)
    }

    @Test func `a command that will not end is killed`() async throws {
        let outcome = try await run("trap '' TERM; echo $$; while :; do sleep 1; done", within: .milliseconds(300))
        #expect(outcome.exitCode == nil)
        try expectGone(group: outcome.output)
    }

    @Test func `a command that writes for ever is ended`() async throws {
        let outcome = try await run("yes", within: .milliseconds(300))
        #expect(outcome.exitCode == nil)
        #expect(outcome.output.hasPrefix("y\ny\n"))
    }

    @Test func `what a command leaves in its group ends with it`() async throws {
        let outcome = try await run("echo $$; sleep 600 & exit 0")
        #expect(outcome.exitCode == 0)
        try expectGone(group: outcome.output)
    }

    @Test func `a daemon that keeps the output open is not waited for`() async throws {
        // It leaves the group, so it lives on, holding the pipe.
        let outcome = try await run("setsid sh -c 'echo $$; exec sleep 20' & sleep 0.3; exit 5")
        #expect(outcome.exitCode == 5)
        let daemon = try #require(pid_t(outcome.output.filter { $0.isNumber }))
        #expect(kill(daemon, SIGKILL) == 0)
    }

    @Test func `a cancelled command is ended at once`() async throws {
        try await onLoop {
            let running = Task {
                try await ShellCommand("sleep 600", input: [], environment: ["PATH": "/bin"]).run(within: .seconds(600))
            }
            try await Loop.shared.sleep(until: .after(.milliseconds(100)))
            running.cancel()
            await #expect(throws: EventLoopError.cancelled) { try await running.value }
        }
    }

    @Test func `nothing is inherited but three descriptors, default signals and the given environment`() async throws {
        // A descriptor that somebody forgot to mark, as a library might.
        let leak = open("/dev/null", O_RDONLY)
        defer { close(leak) }
        // The shell reads its own state: while it starts a program, it blocks all signals for a moment.
        let outcome = try await run(
            "ls /proc/self/fd | tr '\\n' ' '; env | sort; "
                + "while read -r line; do case $line in SigBlk*|SigIgn*) echo \"$line\";; esac; done < /proc/$$/status",
            environment: ["PATH": "/usr/bin:/bin", "ONLY": "this"])
        let lines = outcome.output.split(separator: "\n").map(String.init)
        // 3 is the folder that ls reads.
        #expect(lines.first?.hasPrefix("0 1 2 3 ") == true, "\(outcome.output)")
        #expect(lines.contains { $0.hasSuffix("ONLY=this") })
        #expect(!lines.contains { $0.hasPrefix("HOME=") })
        #expect(lines.contains("SigBlk:\t0000000000000000"))
        // SIGPIPE (bit 12) and SIGXFSZ (bit 24) are not ignored.
        let ignored = lines.first { $0.hasPrefix("SigIgn:") }.flatMap { UInt64($0.suffix(16), radix: 16) }
        #expect(ignored.map { $0 & (1 << 12 | 1 << 24) } == 0)
    }

    @Test func `nothing stays open behind many commands`() async throws {
        func open() -> Int { (0..<1_024).count { fcntl(Int32($0), F_GETFD) >= 0 } }
        _ = try await run("true")
        let before = open()
        for _ in 0..<50 { _ = try await run("echo x; exit 1") }
        #expect(open() <= before + 2)
    }

    /// The first line is the number of a group in which nobody is left.
    private func expectGone(group output: String) throws {
        let group = try #require(output.split(separator: "\n").first.flatMap { pid_t($0) })
        // Killed ones may wait for somebody to reap them: only what runs counts.
        for _ in 0..<200 {
            if kill(-group, 0) != 0 { return }
            usleep(10_000)
        }
        Issue.record("group \(group) lives")
    }
}
