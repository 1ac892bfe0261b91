import Console
import Foundation
import Testing

/// A command with 12 options, as often as there are numbers.
private struct Numbered<let number: Int>: Command {
    var text = "x", other: String?, list: [String] = []
    var count = 1, size = 2.5, wait = Duration.seconds(30)
    var format = Format.text, zone: Zone?
    var isOn = false, isOff = false, level = 0, limit = 5
    var files: [String] = []

    static var name: String { "command-\(number)" }
    static var summary: String { "Does what number \(number) does." }
    static var discussion: String { "At some length, so that there is something to wrap at the width of a terminal." }
    static var examples: [Example] { [Example("many command-\(number) --count 3 file", "Do it three times.")] }

    static var parameters: ParameterList<Numbered> {
        Option(\.text, "-t", "--text", help: "A text that stands for something.")
        Option(\.other, "--other", value: "name", help: "Another one, which may be missing.", environment: "MANY_OTHER")
        Option(\.list, "-l", "--list", help: "Several of them.")
        Option(\.count, "-c", "--count", help: "How often.")
        Option(\.size, "--size", help: "How large.")
        Option(\.wait, "--wait", help: "How long to wait before it is tried again, and again after that.")
        Option(\.format, "-f", "--format", help: "How to answer.")
        Option(\.zone, "-z", "--zone", help: "Where.")
        Flag(\.isOn, "--on", negatable: true, help: "Whether.")
        Flag(\.isOff, "--off", help: "Whether not.")
        Flag(\.level, "-v", "--verbose", help: "How much to say.")
        Option(\.limit, "--limit", in: 1...10, help: "At most so many.")
        Argument(\.files, "file", help: "What to read.", completion: .files)
    }

    func run(on output: Output) async throws -> ExitCode { .success }
}

@Suite(.serialized) struct `Time that the command line takes` {
    /// 20 commands with 12 options each.
    private func makeTree() -> CommandTree {
        CommandTree("many", version: "1", summary: "Has many commands.") {
            Numbered<0>.self
            Numbered<1>.self
            Numbered<2>.self
            Numbered<3>.self
            Numbered<4>.self
            Numbered<5>.self
            Numbered<6>.self
            Numbered<7>.self
            Numbered<8>.self
            Numbered<9>.self
            Numbered<10>.self
            Numbered<11>.self
            Numbered<12>.self
            Numbered<13>.self
            Numbered<14>.self
            Numbered<15>.self
            Numbered<16>.self
            Numbered<17>.self
            Numbered<18>.self
            Numbered<19>.self
        }
    }

    /// CPU milliseconds of one call, the mean of many.
    private func cost(_ calls: Int, _ body: () throws -> Void) rethrows -> Double {
        func now() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
            return Double(time.tv_sec) * 1_000 + Double(time.tv_nsec) / 1_000_000
        }
        let start = now()
        for _ in 0..<calls { try body() }
        return (now() - start) / Double(calls)
    }

    @Test func `it is not noticed`() throws {
        #expect(makeTree().mistakes() == [])
        let line = [
            "command-17", "-v", "--text", "abc", "--wait=5m", "-fjson", "--list", "a", "-lb", "--no-on", "--limit=7",
            "x", "y",
        ]
        let parse = try cost(200) {
            guard case .run = try makeTree().resolve(line, environment: ["MANY_OTHER": "o"]) else {
                throw UsageError("not a command")
            }
        }
        let help = try cost(200) { _ = try makeTree().resolve(["command-17", "--help"], environment: [:]) }
        let overview = try cost(200) { _ = try makeTree().resolve([], environment: [:]) }
        let error = cost(200) { _ = try? makeTree().resolve(["command-17", "--txet"], environment: [:]) }
        let everything = cost(3) {
            _ = makeTree().manualPages(date: "2026-11-20")
            for shell in Shell.allCases { _ = makeTree().completions(for: shell) }
        }
        print(
            "CPU ms: parse \(parse), help \(help), overview \(overview), suggestion \(error), "
                + "all pages and completions \(everything)")
        // Far below 1 on a machine of its own; the bound leaves room for a sanitizer, a debug build and neighbours.
        for cost in [parse, help, overview, error] { #expect(cost < 10) }
    }
}
