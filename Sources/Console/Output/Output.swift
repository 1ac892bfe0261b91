internal import Synchronization

/// All that a program writes to standard output and standard error while it runs. May be used from several tasks.
///
/// Results go to standard output, everything else to standard error, and the two never tear each other's lines, nor
/// those of the progress display. The program must ignore SIGPIPE. A reader that goes away (`| head`) ends the output
/// quietly; any other failure is kept, and ``finish()`` throws it.
package final class Output: Sendable {
    /// The program's name, which begins each log line.
    package let program: String
    /// Where results go.
    package let standardOutput: Terminal
    /// Where everything else goes.
    package let standardError: Terminal
    let options: ConsoleOptions
    let state = Mutex(State())

    struct State {
        /// Why nothing more is written to standard output.
        var failure: OutputError?
        /// False when standard error is gone; what cannot be said there cannot be said at all.
        var canLog = true
        /// True while the last text on standard output has no line feed behind it.
        var isLineOpen = false
        var progress: ShownProgress?
    }

    /// The process's own standard output and standard error.
    package convenience init(
        program: String, options: ConsoleOptions = ConsoleOptions(), environment: [String: String]
    ) {
        self.init(
            program: program, options: options,
            standardOutput: Terminal(descriptor: 1, color: options.color, environment: environment),
            standardError: Terminal(descriptor: 2, color: options.color, environment: environment))
    }

    /// Any two descriptors; they stay the caller's.
    package init(program: String, options: ConsoleOptions, standardOutput: Terminal, standardError: Terminal) {
        self.program = program
        self.options = options
        self.standardOutput = standardOutput
        self.standardError = standardError
    }

    /// Messages to the one who runs the program.
    package var log: Log { Log(level: options.logLevel, output: self) }

    // MARK: Results

    /// A line of results.
    package func print(_ message: Message) {
        write(message.text(standardOutput.paint) + "\n")
    }

    /// A table of results, as wide as the terminal.
    package func print(_ table: Table) {
        write(table.text(columns: standardOutput.columns, paint: standardOutput.paint))
    }

    /// Results as they are: text of our own making, such as help or a report, in which nothing is made printable.
    package func write(_ text: String) {
        write(isLineOpen: !text.isEmpty && text.utf8.last != UInt8(ascii: "\n")) { output throws(OutputError) in
            try output.write(text)
        }
    }

    /// Results as they are, in bytes.
    package func write(_ bytes: [UInt8]) {
        write(isLineOpen: bytes.last.map { $0 != UInt8(ascii: "\n") } ?? false) { output throws(OutputError) in
            try output.write(bytes)
        }
    }

    /// False when nobody reads the results any more: there is no point in making further ones.
    package var isRead: Bool {
        state.withLock { $0.failure != .closed }
    }

    /// Throws if results were lost otherwise than by a reader who had enough. To be called before the program ends.
    package func finish() throws(OutputError) {
        if let failure = state.withLock({ $0.failure }), failure != .closed { throw failure }
    }

    private func write(isLineOpen: Bool, _ body: (Descriptor) throws(OutputError) -> Void) {
        state.withLock { state in
            guard state.failure == nil else { return }
            if standardOutput.isTerminal { eraseProgress(&state) }
            state.isLineOpen = isLineOpen && standardOutput.isTerminal
            do throws(OutputError) {
                try body(Descriptor(number: standardOutput.descriptor))
            } catch {
                state.failure = error
            }
        }
    }

    // MARK: Standard error

    /// A line that is no result, without the program's name before it: what was asked for goes elsewhere.
    package func printError(_ message: Message) {
        writeLine { message.text($0) + "\n" }
    }

    /// A table that is no result.
    package func printError(_ table: Table) {
        writeLine { table.text(columns: standardError.columns, paint: $0) }
    }

    /// Lines of our own making to standard error, as they are: diagnostics with their source lines.
    package func writeError(_ text: String) {
        writeLine { _ in text.hasSuffix("\n") ? text : text + "\n" }
    }

    /// Whole lines, the last with its line feed, to standard error; the progress display makes room for them.
    func writeLine(_ line: (Paint) -> String) {
        state.withLock { state in
            eraseProgress(&state)
            send(line(standardError.paint), &state)
            showProgressIfDue(&state)
        }
    }

    func send(_ text: String, _ state: inout State) {
        guard state.canLog, !text.isEmpty else { return }
        do throws(OutputError) {
            try Descriptor(number: standardError.descriptor).write(text)
        } catch {
            state.canLog = false
        }
    }
}
