import Console
import Foundation
import Testing

@Suite struct `Terminals` {
    static let colorCases: [(ColorChoice, isTerminal: Bool, [String: String], Bool)] = [
        (.auto, true, ["TERM": "xterm"], true), (.auto, false, ["TERM": "xterm"], false),
        (.auto, true, ["TERM": "dumb"], false), (.auto, true, ["TERM": ""], false), (.auto, true, [:], false),
        (.auto, true, ["TERM": "xterm", "NO_COLOR": "1"], false),
        (.auto, true, ["TERM": "xterm", "NO_COLOR": ""], true),
        (.auto, true, ["TERM": "xterm", "NO_COLOR": "0"], false), (.auto, false, ["CLICOLOR_FORCE": "1"], true),
        (.auto, false, ["CLICOLOR_FORCE": "0"], false), (.auto, false, ["CLICOLOR_FORCE": ""], false),
        (.auto, true, ["CLICOLOR_FORCE": "1", "TERM": "dumb"], true),
        (.auto, true, ["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], false),
        (.always, false, ["NO_COLOR": "1", "TERM": "dumb"], true),
        (.never, true, ["CLICOLOR_FORCE": "1", "TERM": "xterm"], false),
    ]

    @Test(arguments: colorCases)
    func `who decides about colour`(
        _ choice: ColorChoice, _ isTerminal: Bool, _ environment: [String: String], _ isColored: Bool
    ) {
        #expect(choice.isColored(isTerminal: isTerminal, environment: environment) == isColored)
    }

    @Test func `a terminal is told from a pipe, and its width is asked each time`() throws {
        let terminal = try PseudoTerminal(columns: 132)
        let known = Terminal(descriptor: terminal.descriptor, environment: ["TERM": "xterm", "COLUMNS": "50"])
        #expect(known.isTerminal && known.canRedraw && known.paint.isColored)
        #expect(known.columns == 132)
        terminal.resize(columns: 60)
        #expect(known.columns == 60)

        let pipe = Pipe()
        let piped = Terminal(descriptor: pipe.fileHandleForWriting.fileDescriptor, environment: ["TERM": "xterm"])
        #expect(!piped.isTerminal && !piped.canRedraw && !piped.paint.isColored)
        #expect(piped.columns == nil)
        #expect(Terminal(descriptor: -1, environment: [:]).columns == nil)
    }

    @Test(arguments: [("50", 50), ("", 80), ("wide", 80), ("-5", 1), ("99999999999999999999", 80), ("999999", 1_000)])
    func `a terminal that does not know its width is given one`(_ variable: String, _ columns: Int) throws {
        let terminal = try PseudoTerminal(columns: 0)
        #expect(Terminal(descriptor: terminal.descriptor, environment: ["COLUMNS": variable]).columns == columns)
    }

    @Test func `a dumb terminal is not drawn over`() throws {
        let terminal = try PseudoTerminal(columns: 80)
        #expect(!Terminal(descriptor: terminal.descriptor, environment: ["TERM": "dumb"]).canRedraw)
    }

    @Test func `paint`() {
        #expect(Paint.plain("x", .bold) == "x")
        #expect(Paint(isColored: true)("x", .bold) == "\u{1B}[1mx\u{1B}[0m")
        #expect(Paint(isColored: true)("x", .color(.brightBlue, isBold: true)) == "\u{1B}[1;94mx\u{1B}[0m")
        #expect(Paint(isColored: true)("x", nil) == "x")
        #expect(Paint(isColored: true)("", .dim) == "")
    }

    @Test func `what is interpolated is printable, what is written is trusted`() {
        let name = "a\u{1B}[2J\n"
        let message: Message = "one\ttwo \(name) \(3) \("lost", .color(.red))\(Int32(4))"
        #expect(message.text() == "one\ttwo a\\u{1b}[2J\\n 3 lost4")
        #expect(message.text(Paint(isColored: true)) == "one\ttwo a\\u{1b}[2J\\n 3 \u{1B}[31mlost\u{1B}[0m4")
        #expect(Message(name).text() == "a\\u{1b}[2J\\n")
        #expect(("<\(message)>" as Message).text() == "<\(message.text())>")
    }
}
