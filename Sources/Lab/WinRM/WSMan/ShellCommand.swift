import EventLoop

/// One command in a shell: takes input until its end, then prints what the host answers.
@Reactor final class ShellCommand {
    enum Received: Sendable, Hashable {
        /// `exitCode` when the command has ended and nothing of the desired streams is left.
        case output([OutputQueue.Fragment], exitCode: UInt32?)
        case timedOut
        /// The command was ended by a signal, or the shell deleted.
        case aborted
        /// The reply says that the connection is cut here.
        case cut
    }

    /// Bytes of standard input that are kept.
    static let inputLimit = 16 << 20
    /// Bytes and fragments of output that are made ahead of the client.
    private static let outputAhead = 262_144, fragmentsAhead = 1_024

    private enum State {
        /// `hasInput`: a Send came, so the command waits for the last one.
        case readingInput([UInt8], hasInput: Bool)
        case running
        case ended(exitCode: UInt32?)
        case aborted
    }

    let id: String
    private let commandLine: String
    private let prompt: CommandPrompt
    private var state = State.readingInput([], hasInput: false)
    private var queue = OutputQueue()
    private var production: Task<Void, Never>?
    private let changes = ChangeSignal()

    init(id: String, commandLine: String, prompt: CommandPrompt) {
        self.id = id
        self.commandLine = commandLine
        self.prompt = prompt
    }

    isolated deinit { production?.cancel() }

    /// False when there is more input than fits. Input after the end is dropped, as a program that has ended would.
    func send(_ bytes: [UInt8], isLast: Bool) -> Bool {
        guard case .readingInput(let earlier, _) = state else { return true }
        guard earlier.count + bytes.count <= Self.inputLimit else { return false }
        state = .readingInput(earlier + bytes, hasInput: true)
        if isLast { start() }
        return true
    }

    /// Waits until there is output, the end, or the deadline.
    ///
    /// - Parameter limit: bytes of XML that the streams may have.
    func receive(_ streams: Set<OutputQueue.Stream>, limit: Int, until deadline: Deadline) async -> Received {
        // Who asks for output before having sent anything sends nothing: a console without a keyboard.
        if case .readingInput(_, hasInput: false) = state { start() }
        while true {
            if case .aborted = state { return .aborted }
            let seen = changes.version
            let fragments = queue.take(streams, limit: limit)
            if !fragments.isEmpty { changes.announce() }
            if case .ended(let exitCode) = state, queue.isEmpty(for: streams) {
                if let exitCode { return .output(fragments, exitCode: exitCode) }
                if fragments.isEmpty { return .cut }
            }
            if !fragments.isEmpty { return .output(fragments, exitCode: nil) }
            guard await changes.wait(past: seen, until: deadline) else { return .timedOut }
        }
    }

    /// Ends the command; whoever waits for its output learns it.
    func abort() {
        production?.cancel()
        state = .aborted
        queue = OutputQueue()
        changes.announce()
    }

    private func start() {
        guard case .readingInput(let input, _) = state else { return }
        state = .running
        let command = LabCommand(commandLine: commandLine, standardInput: input)
        // Ends with the command: cancelled by `abort` and by the last reference's end.
        production = Task { [weak self, prompt] in
            let reply = await prompt.reply(to: command)
            for step in reply.steps {
                guard await self?.perform(step) == true else { return }
            }
            self?.end(reply.exitCode)
        }
    }

    /// False when the command was given up.
    private func perform(_ step: LabReply.Step) async -> Bool {
        switch step {
        case .output(let bytes): return await put(.standardOutput, bytes)
        case .error(let bytes): return await put(.standardError, bytes)
        case .pause(let duration):
            return (try? await Loop.shared.sleep(until: .after(duration))) != nil
        case .endlessly(let bytes):
            let piece = LabReply.Step.repeated(bytes)
            if piece.isEmpty { try? await Loop.shared.sleep(until: .never) }
            while await put(.standardOutput, piece) {}
            return false
        }
    }

    private func put(_ stream: OutputQueue.Stream, _ bytes: [UInt8]) async -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            while queue.count >= Self.outputAhead || queue.fragments.count >= Self.fragmentsAhead {
                guard await changes.wait(past: changes.version) else { return false }
            }
            guard case .running = state, !Task.isCancelled else { return false }
            queue.append(stream, rest.prefix(OutputQueue.longestFragment))
            rest = rest.dropFirst(OutputQueue.longestFragment)
            changes.announce()
        }
        return true
    }

    private func end(_ exitCode: UInt32?) {
        guard case .running = state else { return }
        state = .ended(exitCode: exitCode)
        changes.announce()
    }
}
