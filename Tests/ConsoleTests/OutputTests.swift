import Console
import Foundation
import TestSupport
import Testing

/// An `Output` on two pipes or files.
private final class Piped {
    let output: Output
    private let folder: TemporaryFolder
    private let descriptors: [Int32]

    init(_ options: ConsoleOptions = ConsoleOptions()) throws {
        folder = try TemporaryFolder()
        descriptors = ["out", "err"].map { [folder] in open(folder.path($0), O_CREAT | O_WRONLY | O_APPEND, 0o600) }
        output = Output(
            program: "prog", options: options, standardOutput: Terminal(descriptor: descriptors[0], columns: nil),
            standardError: Terminal(descriptor: descriptors[1], columns: nil))
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }

    var standardOutput: String { get throws { try text("out") } }
    var standardError: String { get throws { try text("err") } }

    private func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: folder.path(name))), as: UTF8.self)
    }
}

/// Without this a write to a closed pipe would end the tests.
private func ignoreClosedPipes() {
    _ = signal(SIGPIPE, SIG_IGN)
}

@Suite struct `Output to files and pipes` {
    @Test func `results and messages go their own ways`() throws {
        let piped = try Piped()
        piped.output.print("a \("b\n")")
        piped.output.write("raw\n")
        piped.output.write([0x78, 0xFF, 0x0A])
        var table = Table([.init("A"), .init("B")])
        table.add(["x", "y"])
        piped.output.print(table)
        piped.output.log.warning("careful: \("\u{1B}")")
        try piped.output.finish()
        let results = try piped.standardOutput
        #expect(results == "a b\\n\nraw\nx\u{FFFD}\nA  B\nx  y\n")
        #expect(try piped.standardError == "prog: warning: careful: \\u{1b}\n")
    }

    @Test(arguments: [
        (ConsoleOptions.quiet, ["error"]), (ConsoleOptions(), ["error", "warning"]),
        (.verbose(1), ["error", "warning", "info"]), (.verbose(2), ["error", "warning", "info", "debug"]),
        (.verbose(3), ["error", "warning", "info", "debug", "trace"]),
        (.verbose(9), ["error", "warning", "info", "debug", "trace"]),
    ])
    func `what is logged`(_ options: ConsoleOptions, _ levels: [String]) throws {
        let piped = try Piped(options)
        let log = piped.output.log
        log.error("error")
        log.warning("warning")
        log.info("info")
        log.debug("debug")
        log.trace("trace")
        let lines = levels.map { $0 == "info" ? "prog: info\n" : "prog: \($0): \($0)\n" }
        #expect(try piped.standardError == lines.joined())
    }

    @Test func `a message that is not logged is not made`() throws {
        let piped = try Piped()
        piped.output.log.debug("\({ Issue.record("it was made"); return 1 }())")
    }

    @Test(arguments: ["a\nb", "\u{1B}[2J\u{9B}", "\r", "\u{2028}\u{202E}", String(repeating: "漢", count: 1_000_000)])
    func `a log message is one bounded line`(_ text: String) throws {
        let piped = try Piped()
        piped.output.log.error("it said \(text)")
        piped.output.log.error(Message(stringLiteral: text))
        let lines = try piped.standardError.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 3)
        for line in lines {
            #expect(Text.printable(String(line)) == line)
            #expect(Text.width(String(line)) < 4_100)
        }
    }

    @Test func `a reader who had enough ends the output quietly`() throws {
        ignoreClosedPipes()
        let pipe = Pipe()
        let output = Output(
            program: "prog", options: ConsoleOptions(),
            standardOutput: Terminal(descriptor: pipe.fileHandleForWriting.fileDescriptor, columns: nil),
            standardError: Terminal(descriptor: pipe.fileHandleForWriting.fileDescriptor, columns: nil))
        output.print("one")
        #expect(output.isRead)
        try pipe.fileHandleForReading.close()
        for _ in 0..<3 {
            output.print("two")
            output.log.error("three")
        }
        #expect(!output.isRead)
        try output.finish()
    }

    @Test func `a full disk is told`() throws {
        let descriptor = open("/dev/full", O_WRONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let full = Terminal(descriptor: descriptor, columns: nil)
        let output = Output(program: "prog", options: ConsoleOptions(), standardOutput: full, standardError: full)
        output.print("one")
        output.log.error("two")
        #expect(output.isRead)
        #expect(throws: OutputError.failed(ENOSPC)) { try output.finish() }
        #expect("\(OutputError.failed(ENOSPC))".contains("No space left on device"))
    }

    @Test(arguments: [true, false])
    func `a slow reader gets every byte`(_ isBlocking: Bool) async throws {
        let pipe = Pipe()
        let descriptor = pipe.fileHandleForWriting.fileDescriptor
        if !isBlocking { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let handle = pipe.fileHandleForReading
        let reader = Task.detached {
            var received: [UInt8] = []
            while let part = try handle.read(upToCount: 10_000), !part.isEmpty { received += part }
            return received
        }
        let writer = Thread {
            let terminal = Terminal(descriptor: descriptor, columns: nil)
            let output = Output(
                program: "prog", options: ConsoleOptions(), standardOutput: terminal, standardError: terminal)
            output.write(bytes)
            try? pipe.fileHandleForWriting.close()
        }
        writer.start()
        #expect(try await reader.value == bytes)
    }

    @Test func `lines of many tasks stay whole`() async throws {
        let piped = try Piped(.verbose(1))
        let output = piped.output
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for line in 0..<200 {
                        output.log.info("task \(task) line \(line) \(String(repeating: "x", count: 100))")
                        output.print("task \(task)")
                    }
                }
            }
        }
        let lines = try piped.standardError.split(separator: "\n")
        #expect(lines.count == 1_600)
        #expect(lines.allSatisfy { $0.wholeMatch(of: /prog: task \d line \d+ x{100}/) != nil })
        #expect(try piped.standardOutput.split(separator: "\n").allSatisfy { $0.wholeMatch(of: /task \d/) != nil })
    }

    @Test func `progress in a file says nothing in the first minute`() async throws {
        for options in [ConsoleOptions(), .quiet, .progress(.none), .progress(.plain)] {
            let piped = try Piped(options)
            await piped.output.withProgress(ProgressState(unit: "parcels", total: 2)) { progress in
                progress.end(as: "arrived")
            }
            #expect(try piped.standardError == "")
        }
    }

    @Test(arguments: [ConsoleOptions(), .quiet, .progress(.none)])
    func `a report is printed when asked for, whatever the mode`(_ options: ConsoleOptions) async throws {
        let piped = try Piped(options)
        await piped.output.withProgress(ProgressState(unit: "parcels", total: 2)) { progress in
            progress.end(as: "arrived")
            progress.setTotal(3)
            progress.report()
        }
        #expect(try piped.standardError == "prog: 1 of 3 parcels after 0 s, 1 arrived\n")
    }

    @Test func `objects for a program, the last with the final figures`() async throws {
        let piped = try Piped(.progress(.json))
        await piped.output.withProgress(ProgressState(unit: "parcels", total: 2)) { progress in
            progress.end(as: "arrived")
            progress.end(as: "lost")
        }
        let lines = try piped.standardError.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines.first?.contains("\"done\":1,") == true)
        #expect(lines.last?.contains("\"done\":2,") == true)
    }
}

@Suite struct `Output to a terminal` {
    /// Standard output and standard error of a program that was started at a prompt.
    private func output(on terminal: PseudoTerminal, _ options: ConsoleOptions = ConsoleOptions()) -> Output {
        let known = Terminal(descriptor: terminal.descriptor, environment: ["TERM": "xterm", "NO_COLOR": "1"])
        return Output(program: "prog", options: options, standardOutput: known, standardError: known)
    }

    @Test func `nothing is left of the progress, and every other line is whole`() async throws {
        let terminal = try PseudoTerminal(columns: 60)
        let output = output(on: terminal)
        try await output.withProgress(ProgressState(unit: "parcels", total: 40)) { progress in
            for number in 0..<40 {
                progress.enter("knock", of: "parcel \(number)")
                try await Task.sleep(for: .milliseconds(15))
                progress.end("parcel \(number)", as: "arrived")
                if number % 7 == 0 { output.log.warning("parcel \(number) is wet") }
                if number % 10 == 0 { output.print("parcel \(number)") }
            }
        }
        output.print("done")
        let shown = terminal.screen(columns: 60)
        #expect(
            shown == [
                "prog: warning: parcel 0 is wet", "parcel 0", "prog: warning: parcel 7 is wet", "parcel 10",
                "prog: warning: parcel 14 is wet", "parcel 20", "prog: warning: parcel 21 is wet",
                "prog: warning: parcel 28 is wet", "parcel 30", "prog: warning: parcel 35 is wet", "done",
            ])
        #expect(terminal.drain().contains("/40 parcels  ["))
    }

    @Test func `results and messages push the progress down`() async throws {
        let terminal = try PseudoTerminal(columns: 60)
        let output = output(on: terminal)
        await output.withProgress(ProgressState(unit: "parcels", total: 3)) { progress in
            progress.end(as: "arrived")
            output.print("one")
            try? await Task.sleep(for: .milliseconds(500))
            output.log.warning("two")
            try? await Task.sleep(for: .milliseconds(500))
            output.write("three\n")
        }
        #expect(terminal.screen(columns: 60) == ["one", "prog: warning: two", "three"])
        #expect(terminal.drain().matches(of: /1\/3 parcels/).count >= 2)
    }

    @Test func `a storm of updates redraws five times a second`() async throws {
        let terminal = try PseudoTerminal(columns: 60)
        let output = output(on: terminal)
        let start = ContinuousClock.now
        await output.withProgress(ProgressState(unit: "parcels", total: nil)) { progress in
            while start.duration(to: .now) < .milliseconds(1_100) { progress.end(as: "arrived") }
        }
        let redraws = terminal.drain().matches(of: /[0-9] parcels/).count
        let elapsed = start.duration(to: .now)
        #expect(redraws >= 2 && redraws <= Int(elapsed / .milliseconds(200)) + 1, "\(redraws) in \(elapsed)")
        #expect(terminal.screen(columns: 60) == [])
    }

    @Test func `time passes on the screen while nothing happens`() async throws {
        let terminal = try PseudoTerminal(columns: 60)
        let output = output(on: terminal)
        try await output.withProgress(ProgressState(unit: "parcels", total: 3)) { progress in
            progress.enter("knock", of: "a")
            try await terminal.wait { $0.contains(/0:0[1-9]/) }
        }
        #expect(terminal.screen(columns: 60) == [])
    }

    @Test func `progress is erased when the work fails`() async throws {
        struct Failure: Error {}
        let terminal = try PseudoTerminal(columns: 60)
        let output = output(on: terminal)
        await #expect(throws: Failure.self) {
            try await output.withProgress(ProgressState(unit: "parcels", total: 3)) { progress in
                progress.end(as: "lost")
                throw Failure()
            }
        }
        #expect(terminal.drain().contains("/3 parcels"))
        #expect(terminal.screen(columns: 60) == [])
    }

    @Test func `one progress inside another is not shown`() async throws {
        let terminal = try PseudoTerminal(columns: 60)
        let output = output(on: terminal)
        await output.withProgress(ProgressState(unit: "parcels", total: 3)) { outer in
            outer.end(as: "arrived")
            await output.withProgress(ProgressState(unit: "letters", total: 3)) { inner in
                inner.end(as: "arrived")
                inner.report()
            }
            outer.report()
        }
        #expect(!terminal.drain().contains("letters"))
        #expect(terminal.screen(columns: 60) == ["prog: 1 of 3 parcels after 0 s, 1 arrived"])
    }

    @Test func `a line that is still open is not drawn into`() async throws {
        let terminal = try PseudoTerminal(columns: 60)
        let output = output(on: terminal)
        await output.withProgress(ProgressState(unit: "parcels", total: 3)) { progress in
            output.write("name: ")
            try? await Task.sleep(for: .milliseconds(450))
            progress.end(as: "arrived")
            output.write("Ann\n")
        }
        #expect(terminal.screen(columns: 60) == ["name: Ann"])
    }

    @Test func `quiet means no progress on a terminal either`() async throws {
        let terminal = try PseudoTerminal(columns: 60)
        await output(on: terminal, .quiet).withProgress(ProgressState(unit: "parcels", total: 3)) { progress in
            progress.end(as: "arrived")
        }
        #expect(terminal.drain() == "")
    }
}

@Suite struct `Running a command line` {
    @Test func `what is run answers with its exit code`() async throws {
        #expect(try await Sample.tree.run(["track", "1"], environment: [:]) == .success)
        #expect(try await Sample.tree.run(["depot", "list", "-x"], environment: [:]) == .usage)
    }
}

extension ConsoleOptions {
    fileprivate static var quiet: ConsoleOptions {
        var options = ConsoleOptions()
        options.isQuiet = true
        return options
    }

    fileprivate static func verbose(_ times: Int) -> ConsoleOptions {
        var options = ConsoleOptions()
        options.verbosity = times
        return options
    }

    fileprivate static func progress(_ mode: ProgressMode) -> ConsoleOptions {
        var options = ConsoleOptions()
        options.progress = mode
        return options
    }
}
