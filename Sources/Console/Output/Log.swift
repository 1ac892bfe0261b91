/// How important a log line is, the most important first.
package enum LogLevel: Int, Sendable, CaseIterable, Comparable {
    case error, warning, info, debug, trace

    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }

    fileprivate var style: Style? {
        switch self {
        case .error: .color(.red, isBold: true)
        case .warning: .color(.yellow, isBold: true)
        case .info, .debug, .trace: nil
        }
    }
}

/// Messages to the one who runs the program: standard error, one line each, never through the progress display.
package struct Log: Sendable {
    /// The least important level that is written.
    package let level: LogLevel
    private let output: Output

    init(level: LogLevel, output: Output) {
        self.level = level
        self.output = output
    }

    /// Columns after which a message is cut: what comes from elsewhere may be of any length.
    private static let longestLine = 4_000

    /// What keeps the program from doing what it was told.
    package func error(_ message: @autoclosure () -> Message) { write(.error, message) }
    /// What the reader should know to trust the results.
    package func warning(_ message: @autoclosure () -> Message) { write(.warning, message) }
    /// What happened, a line for each part of the work; written without a word for the level.
    package func info(_ message: @autoclosure () -> Message) { write(.info, message) }
    /// The steps of each part.
    package func debug(_ message: @autoclosure () -> Message) { write(.debug, message) }
    /// Everything else.
    package func trace(_ message: @autoclosure () -> Message) { write(.trace, message) }

    /// A message below ``level`` is not even made.
    private func write(_ level: LogLevel, _ message: () -> Message) {
        guard level <= self.level else { return }
        output.writeLine { Log.line(level, message(), program: output.program, $0) }
    }

    /// `prog: warning: message`; information goes without the word.
    static func line(_ level: LogLevel, _ message: Message, program: String, _ paint: Paint) -> String {
        let word = level == .info ? "" : paint("\(level):", level.style) + " "
        // Cut as plain text: styles inside a log line are not worth a sequence that is never closed.
        let text = Text.truncated(Text.printable(message.text()), to: longestLine)
        return "\(program): \(word)\(text)\n"
    }
}
