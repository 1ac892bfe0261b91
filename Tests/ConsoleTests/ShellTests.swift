import Console
import Foundation
import TestSupport
import Testing

private let bash = "/bin/bash"
private let zsh = "/usr/bin/zsh"
private let fish = "/usr/bin/fish"
private let groff = "/usr/bin/groff"
private let man = "/usr/bin/man"

/// A folder with the completion scripts, files to complete, and a program `parcel` that writes down how it was called
/// and prints names, some of them hostile.
private final class Workplace {
    let folder: TemporaryFolder

    static let names = [
        "4711", "4712", "Port Said", "a:b", "a=b", "$(touch pwned)", "`touch pwned`", "o'neil", "x;touch pwned", "*",
        "-n", "",
        "日本",
    ]

    init() throws {
        folder = try TemporaryFolder()
        for shell in Shell.allCases {
            try folder.write(Sample.tree.completions(for: shell), to: "parcel.\(shell.rawValue)")
        }
        try folder.write("", to: "box one.yaml")
        try folder.write("", to: "boxes/inner")
        let names = Self.names.map { "'\($0.replacing("'", with: "'\\''"))'" }.joined(separator: " ")
        let program = try folder.write(
            """
            #!/bin/sh
            cd '\(folder.path)'
            for word; do printf '<%s>' "$word"; done >> calls; echo >> calls
            printf '%s\\n' \(names)
            """, to: "bin/parcel")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
    }

    var environment: [String: String] {
        ["PATH": folder.path("bin") + ":/usr/bin:/bin", "HOME": folder.path, "LC_ALL": "C.UTF-8", "TERM": "xterm"]
    }

    /// How the program was called: one line a call, each word in angle brackets.
    var calls: [String] {
        ((try? String(contentsOfFile: folder.path("calls"), encoding: .utf8)) ?? "").split(separator: "\n").map(
            String.init)
    }

    var isUntouched: Bool { !FileManager.default.fileExists(atPath: folder.path("pwned")) }
}

@Suite(.timeLimit(.minutes(1))) struct `Completions in bash` {
    @Test func `the script is well formed`() async throws {
        let work = try Workplace()
        let outcome = try await run(bash, ["-n", work.folder.path("parcel.bash")])
        #expect(outcome.exitCode == 0 && outcome.errorText == "")
    }

    /// The words as bash splits them, the last being completed, and what is offered.
    static let cases: [([String], [String])] = [
        ([""], ["send", "track", "depot", "help"]), (["s"], ["send"]), (["x"], []), (["--"], ["--help", "--version"]),
        (["depot", ""], ["list", "show", "help"]), (["depot", "sh"], ["show"]), (["depot", "-"], ["-h", "--help"]),
        (["help", ""], ["send", "track", "depot", "help", "exit-codes", "environment"]),
        (["help", "e"], ["exit-codes", "environment"]),
        (["help", "depot", "l"], ["list"]), (["depot", "help", ""], ["list", "show", "help"]),
        (["help", "send", ""], []),
        (["send", "--f"], ["--format", "--fragile"]), (["send", "--no"], ["--no-insured"]),
        (["send", "-f", ""], ["text", "json", "csv"]), (["send", "-f", "j"], ["json"]),
        (["send", "-Ff", "j"], ["json"]),
        (["send", "-fF", "--format", "j"], ["json"]), (["send", "--format", "=", "j"], ["json"]),
        (["send", "--format", "="], ["text", "json", "csv"]),
        (["send", "--color", "=", "never", "-f", "c"], ["csv"]), (["send", "--wait", "5"], []),
        (["send", "-w", "box"], []),
        (["send", "box"], ["box one.yaml", "boxes"]), (["send", "-F", "box"], ["box one.yaml", "boxes"]),
        (["send", "a", "b", "boxe"], ["boxes"]),
        (["send", "--", "--f"], []), (["send", "--", "boxe"], ["boxes"]),
        (["depot", "show", "-C", "box"], ["boxes"]), (["depot", "show", "--folder", "=", "box"], ["boxes"]),
        (["depot", "show", "n"], ["north", "nowhere"]), (["depot", "show", "-k", "x", "o"], ["overseas"]),
        (["depot", "show", "north", "n"], []),
        (["track", "47"], ["4711", "4712"]), (["track", "1", "47"], ["4711", "4712"]),
        (["track", "P"], ["Port\\ Said"]),
        (["track", "$"], ["\\$\\(touch\\ pwned\\)"]), (["track", "`"], ["\\`touch\\ pwned\\`"]),
        (["track", "x"], ["x\\;touch\\ pwned"]),
        (["track", "o"], ["o\\'neil"]), (["track", "*"], ["\\*"]), (["track", "a", ":"], ["b"]),
        (["track", "a", "=", ""], ["b"]),
        (["track", "日"], ["日本"]), (["send", "--via", "47"], ["4711", "4712"]),
        (["send", "--via", "=", "47"], ["4711", "4712"]),
        (["__na"], []),
    ]

    @Test func `the function offers what fits`() async throws {
        let work = try Workplace()
        var script = "source ./parcel.bash\n"
        for (words, _) in Self.cases {
            let line = (["parcel"] + words).map { "'\($0.replacing("'", with: "'\\''"))'" }.joined(separator: " ")
            script +=
                "COMP_WORDS=(\(line)); COMP_CWORD=\(words.count); _parcel; printf '%s\\x1f' \"${COMPREPLY[@]}\"; echo\n"
        }
        let outcome = try await run(
            bash, ["--noprofile", "--norc", "-u", "-c", script], environment: work.environment,
            directory: work.folder.path)
        #expect(outcome.errorText == "")
        let lines = outcome.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        try #require(lines.count == Self.cases.count)
        for ((words, offered), line) in zip(Self.cases, lines) {
            #expect(line.split(separator: "\u{1F}").map(String.init).sorted() == offered.sorted(), "\(words)")
        }
        #expect(work.isUntouched)
        #expect(work.calls.contains("<__names><--><track><47>"))
        #expect(work.calls.contains("<__names><--kind><place><--><send><--via=47>"))
    }

    @Test func `a typed line is completed and runs as meant`() async throws {
        let work = try Workplace()
        try await typing(
            "parcel tr\t Po\t 47\t1 a:\t x\t\n", into: [bash, "--noprofile", "--norc", "-i"], script: "parcel.bash",
            work)
        #expect(work.calls.last == "<track><Port Said><4711><a:b><x;touch pwned>")
        #expect(work.isUntouched)
    }
}

@Suite(.timeLimit(.minutes(1))) struct `Completions in zsh` {
    @Test(.enabled(if: Peers.has(zsh)))
    func `the script is well formed`() async throws {
        let work = try Workplace()
        let outcome = try await run(zsh, ["-f", "-n", work.folder.path("parcel.zsh")])
        #expect(outcome.exitCode == 0 && outcome.errorText == "")
    }

    @Test(.enabled(if: Peers.has(zsh)))
    func `the script works from a folder of functions too`() async throws {
        let work = try Workplace()
        try work.folder.write(Sample.tree.completions(for: .zsh), to: "functions/_parcel")
        try work.folder.write("", to: "nothing")
        try await typing(
            "parcel tr\tPo\t\n", into: [zsh, "-f", "-i"],
            before: "fpath=($PWD/functions $fpath); autoload -Uz compinit; compinit -u -D", script: "nothing", work)
        #expect(work.calls.last == "<track><Port Said>")
    }

    @Test(
        .enabled(if: Peers.has(zsh)),
        arguments: [
            ("parcel tr\tPo\t47\t1 a:\t\n", "<track><Port Said><4711><a:b>"),
            (
                "parcel send --form\tjs\t--no\t--via=Po\tboxe\t\n",
                "<send><--format=json><--no-insured><--via=Port Said><boxes>"
            ),
            ("parcel depot sh\t--fold\tboxe\t nort\t\n", "<depot><show><--folder=boxes><north>"),
            ("parcel help exit\t\n", "<help><exit-codes>"),
            ("parcel track \\$\t\n", "<track><$(touch pwned)>"),
        ])
    func `a typed line is completed and runs as meant`(_ keys: String, _ call: String) async throws {
        let work = try Workplace()
        try await typing(
            keys, into: [zsh, "-f", "-i"], before: "autoload -Uz compinit; compinit -u -D", script: "parcel.zsh", work)
        #expect(work.calls.last == call)
        #expect(work.isUntouched)
    }
}

@Suite(.timeLimit(.minutes(1))) struct `Completions in fish` {
    @Test(.enabled(if: Peers.has(fish)))
    func `the script is well formed`() async throws {
        let work = try Workplace()
        let outcome = try await run(fish, ["-n", work.folder.path("parcel.fish")], environment: work.environment)
        #expect(outcome.exitCode == 0 && outcome.errorText == "")
    }

    static let cases: [(String, [String])] = [
        ("parcel ", ["send", "track", "depot", "help"]), ("parcel s", ["send"]),
        ("parcel depot ", ["list", "show", "help"]),
        ("parcel help ", ["send", "track", "depot", "exit-codes", "environment"]),
        ("parcel help depot ", ["list", "show"]),
        ("parcel send --f", ["--format", "--fragile"]), ("parcel send -f ", ["text", "json", "csv"]),
        ("parcel send --format=j", ["--format=json"]), ("parcel send --no", ["--no-insured"]),
        ("parcel send boxe", ["boxes/"]),
        ("parcel send --wait ", []), ("parcel depot show --folder boxe", ["boxes/"]),
        ("parcel depot show n", ["north", "nowhere"]),
        ("parcel track 47", ["4711", "4712"]), ("parcel track '$'", ["$(touch pwned)"]),
        ("parcel --vers", ["--version"]),
        ("parcel track 日", ["日本"]),
    ]

    @Test(.enabled(if: Peers.has(fish)))
    func `the shell offers what fits`() async throws {
        let work = try Workplace()
        var script = "source parcel.fish\n"
        for (line, _) in Self.cases {
            script += "complete -C '\(line.replacing("'", with: "\\'"))' | string replace -r '\\t.*' ''; echo ---\n"
        }
        let outcome = try await run(
            fish, ["--no-config", "-c", script], environment: work.environment, directory: work.folder.path)
        #expect(outcome.errorText == "")
        let parts = outcome.text.components(separatedBy: "---\n").dropLast()
        try #require(parts.count == Self.cases.count)
        for ((line, offered), part) in zip(Self.cases, parts) {
            let words = part.split(separator: "\n").map(String.init)
            #expect(words.sorted() == offered.sorted(), "\(line)")
        }
        #expect(work.isUntouched)
    }
}

@Suite struct `Manual pages` {
    @Test(.enabled(if: Peers.has(groff)), arguments: Sample.tree.manualPages(date: "2026-11-20"))
    func `groff has nothing to warn about`(_ page: ManualPage) async throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(page.text, to: page.fileName)
        let outcome = try await run(groff, ["-man", "-ww", "-Tutf8", "-z", file])
        #expect(outcome.exitCode == 0)
        #expect(outcome.errorText == "")
    }

    @Test(.enabled(if: Peers.has(man)))
    func `man shows every character as it was written`() async throws {
        let folder = try TemporaryFolder()
        let page = try #require(Sample.tree.manualPages(date: "2026-11-20").first)
        let file = try folder.write(page.text, to: page.fileName)
        let outcome = try await run(
            man, ["--warnings=w", "-l", file],
            environment: ["LC_ALL": "C.UTF-8", "MANWIDTH": "80", "PATH": "/usr/bin:/bin", "MAN_KEEP_FORMATTING": "0"])
        #expect(outcome.errorText == "")
        let words = outcome.text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(
            words.contains("No other code is used -- 'never', not even once; C:\\> is text, and .so is no request."))
        #expect(words.contains("PARCEL_FORMAT stands for --format."))
    }

    @Test(.enabled(if: Peers.has(groff)))
    func `no text is taken for a request`() async throws {
        let hostile =
            ".so /etc/passwd\n\n'br\n\n\\f(BI \\*[x] \\n(.x \"quoted\" ^~` Grüße 漢字 \u{2014}\n\n  .literal\n  'literal\n  \\e"
        let tree = CommandTree(
            "x", version: "\"1\"", summary: ".so \\x", discussion: hostile,
            examples: [Example("x 'a' \"b\" .c \\d", ".so what")],
            topics: [HelpTopic("t", summary: "'T", text: hostile)]
        ) {
            Track.self
        }
        let folder = try TemporaryFolder()
        for page in tree.manualPages(date: "2026") {
            let file = try folder.write(page.text, to: page.fileName)
            let outcome = try await run(groff, ["-man", "-ww", "-Tutf8", "-P-cbou", file])
            #expect(outcome.errorText == "")
            guard page.fileName == "x.1" else { continue }
            for text in [
                ".so /etc/passwd", "'br", "\\f(BI \\*[x] \\n(.x \"quoted\" ^~` Grüße 漢字 \u{2014}", ".literal",
                "'literal", "\\e",
                "x 'a' \"b\" .c \\d", ".so what",
            ] {
                #expect(outcome.text.contains(text), "\(text)")
            }
        }
    }
}

/// Types the keys into an interactive shell that has read the completion script, and waits for the program to be
/// called.
private func typing(
    _ keys: String, into shell: [String], before: String = ":", script: String, _ work: Workplace
) async throws {
    let terminal = try PseudoTerminal(columns: 200)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/setsid")
    process.arguments = ["--wait", "--ctty"] + shell
    process.environment = work.environment
    process.currentDirectoryURL = URL(fileURLWithPath: work.folder.path)
    let handle = FileHandle(fileDescriptor: terminal.descriptor, closeOnDealloc: false)
    (process.standardInput, process.standardOutput, process.standardError) = (handle, handle, handle)
    try process.run()
    // The shell ends when its terminal goes away, and setsid with it.
    terminal.type("PS1='rea''dy> '; \(before); source ./\(script)\n")
    try await terminal.wait { $0.contains("ready> ") }
    let callsBefore = work.calls.count
    terminal.type(keys)
    // The completions call the program too; the call that counts is the one of the line itself.
    try await terminal.wait { _ in
        work.calls.dropFirst(callsBefore).contains { !$0.hasPrefix("<__names>") }
    }
}
