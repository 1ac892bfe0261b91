/// One WinRS shell that runs one command ([MS-WSMV] 3.1.4): create, command, send, receive until done, delete.
///
/// Pure: events in, one action out. It owns what was received, so that a conversation which breaks off leaves that. Shells
/// are scarce on a host, so whatever happens while it can still be reached, the shell is deleted before the end is told.
package struct WinRMShellStateMachine: Sendable {
    /// What happened.
    package enum Event: Sendable, Hashable {
        case opened
        /// `id`: the host's, where it did not take ours.
        case shellCreated(id: String?)
        case commandStarted(id: String)
        case inputSent
        case outputReceived(WinRMOutput)
        case faultReceived(WSManFault)
        case commandSignalled
        case shellDeleted
        /// The time for the command is over, and the connection is fine.
        case timeIsOver(TransportError)
        /// An answer came that cannot be used, and the connection is fine.
        case answerRejected(TransportError)
        /// The connection is gone, or nothing that comes from it can be believed.
        case connectionFailed(TransportError)
    }

    /// What the caller must do now.
    package enum Action: Sendable, Hashable {
        case createShell(id: String)
        case startCommand(shell: String)
        /// A range of the input's bytes.
        case send(Range<Int>, isLast: Bool, shell: String, command: String)
        case receive(shell: String, command: String)
        case signal(shell: String, command: String)
        case deleteShell(String)
        /// The command was started: its output is ``WinRMShellStateMachine/standardOutput``.
        case finish(RemoteOutput.End)
        /// The command was not started.
        case fail(TransportError)
    }

    /// How it will end, once the shell is deleted.
    private enum Verdict: Sendable {
        case finish(RemoteOutput.End), fail(TransportError)

        var action: Action {
            switch self {
            case .finish(let end): .finish(end)
            case .fail(let error): .fail(error)
            }
        }
    }

    /// Each case holds what exists in that state.
    private enum State: Sendable {
        case idle
        case creating
        case starting(shell: String)
        case sending(shell: String, command: String, sent: Int)
        case receiving(shell: String, command: String)
        case signalling(shell: String, then: Verdict)
        case deleting(then: Verdict)
        case finished
    }

    private var state = State.idle
    private let shellID: String
    private let inputCount: Int
    private let pieceLimit: Int
    private var collector: OutputCollector

    package var standardOutput: [UInt8] { collector.standardOutput }
    package var standardError: [UInt8] { collector.standardError }

    /// `shellID`: the id to ask for. `pieceLimit`: bytes of input in one Send.
    package init(shellID: String, inputCount: Int, pieceLimit: Int, outputLimit: Int) {
        self.shellID = shellID
        self.inputCount = inputCount
        self.pieceLimit = pieceLimit
        collector = OutputCollector(limit: outputLimit)
    }

    package mutating func handle(_ event: Event) -> Action? {
        switch state {
        case .idle: handleIdle(event)
        case .creating: handleCreating(event)
        case .starting(let shell): handleStarting(event, shell)
        case .sending(let shell, let command, let sent): handleSending(event, shell, command, sent)
        case .receiving(let shell, let command): handleReceiving(event, shell, command)
        case .signalling(let shell, let verdict): handleSignalling(event, shell, verdict)
        case .deleting(let verdict): end(verdict)
        case .finished: nil
        }
    }

    // MARK: One function per state

    private mutating func handleIdle(_ event: Event) -> Action {
        switch event {
        case .opened:
            state = .creating
            return .createShell(id: shellID)
        case .connectionFailed(let error), .timeIsOver(let error), .answerRejected(let error):
            return end(.fail(error))
        case .shellCreated, .commandStarted, .inputSent, .outputReceived, .faultReceived, .commandSignalled,
            .shellDeleted:
            return end(.fail(Self.unexpected(.shell)))
        }
    }

    private mutating func handleCreating(_ event: Event) -> Action {
        switch event {
        case .shellCreated(let id):
            let shell = id ?? shellID
            state = .starting(shell: shell)
            return .startCommand(shell: shell)
        // A fault says that there is no shell.
        case .faultReceived(let fault): return end(.fail(fault.error(.shell)))
        case .connectionFailed(let error): return end(.fail(error))
        case .timeIsOver(let error), .answerRejected(let error): return delete(shellID, then: .fail(error))
        case .opened, .commandStarted, .inputSent, .outputReceived, .commandSignalled, .shellDeleted:
            return delete(shellID, then: .fail(Self.unexpected(.shell)))
        }
    }

    private mutating func handleStarting(_ event: Event, _ shell: String) -> Action {
        switch event {
        case .commandStarted(let command): return send(shell, command, from: 0)
        case .faultReceived(let fault): return delete(shell, then: .fail(fault.error(.command)))
        case .connectionFailed(let error): return end(.fail(error))
        case .timeIsOver(let error), .answerRejected(let error): return delete(shell, then: .fail(error))
        case .opened, .shellCreated, .inputSent, .outputReceived, .commandSignalled, .shellDeleted:
            return delete(shell, then: .fail(Self.unexpected(.command)))
        }
    }

    private mutating func handleSending(
        _ event: Event, _ shell: String, _ command: String, _ sent: Int
    ) -> Action {
        switch event {
        case .inputSent: return sent < inputCount ? send(shell, command, from: sent) : receive(shell, command)
        // A command that does not read its input may have ended; its output tells.
        case .faultReceived(let fault) where fault.isClosedPipe || inputCount == 0: return receive(shell, command)
        case .faultReceived(let fault): return delete(shell, then: .finish(.interrupted(fault.error(.send))))
        case .connectionFailed(let error): return end(.finish(.interrupted(error)))
        case .timeIsOver(let error), .answerRejected(let error): return abort(shell, command, error)
        case .opened, .shellCreated, .commandStarted, .outputReceived, .commandSignalled, .shellDeleted:
            return abort(shell, command, Self.unexpected(.send))
        }
    }

    private mutating func handleReceiving(_ event: Event, _ shell: String, _ command: String) -> Action {
        switch event {
        case .outputReceived(let output): return received(output, shell, command)
        case .faultReceived(let fault) where fault.isTimeout: return .receive(shell: shell, command: command)
        case .faultReceived(let fault): return delete(shell, then: .finish(.interrupted(fault.error(.receive))))
        case .connectionFailed(let error): return end(.finish(.interrupted(error)))
        case .timeIsOver(let error), .answerRejected(let error): return abort(shell, command, error)
        case .opened, .shellCreated, .commandStarted, .inputSent, .commandSignalled, .shellDeleted:
            return abort(shell, command, Self.unexpected(.receive))
        }
    }

    private mutating func handleSignalling(_ event: Event, _ shell: String, _ verdict: Verdict) -> Action {
        switch event {
        case .connectionFailed: end(verdict)
        case .opened, .shellCreated, .commandStarted, .inputSent, .outputReceived, .faultReceived, .commandSignalled,
            .shellDeleted, .timeIsOver, .answerRejected:
            delete(shell, then: verdict)
        }
    }

    // MARK: Steps

    private mutating func send(_ shell: String, _ command: String, from start: Int) -> Action {
        let end = min(start + pieceLimit, inputCount)
        state = .sending(shell: shell, command: command, sent: end)
        return .send(start..<end, isLast: end == inputCount, shell: shell, command: command)
    }

    private mutating func receive(_ shell: String, _ command: String) -> Action {
        state = .receiving(shell: shell, command: command)
        return .receive(shell: shell, command: command)
    }

    private mutating func received(_ output: WinRMOutput, _ shell: String, _ command: String) -> Action {
        collector.appendError(output.standardError)
        guard collector.appendOutput(output.standardOutput) else {
            return abort(
                shell, command, TransportError(.receive, .outputTooLarge(limit: collector.limit)))
        }
        switch output.end {
        case .running: return .receive(shell: shell, command: command)
        case .done(let code?): return delete(shell, then: .finish(.exited(code: code)))
        case .done(nil):
            let error = TransportError(.receive, .protocolViolation, "the command ended without an exit code")
            return delete(shell, then: .finish(.interrupted(error)))
        }
    }

    /// Ends the command, then the shell.
    private mutating func abort(_ shell: String, _ command: String, _ error: TransportError) -> Action {
        state = .signalling(shell: shell, then: .finish(.interrupted(error)))
        return .signal(shell: shell, command: command)
    }

    private mutating func delete(_ shell: String, then verdict: Verdict) -> Action {
        state = .deleting(then: verdict)
        return .deleteShell(shell)
    }

    private mutating func end(_ verdict: Verdict) -> Action {
        state = .finished
        return verdict.action
    }

    private static func unexpected(_ stage: TransportError.Stage) -> TransportError {
        TransportError(stage, .protocolViolation, "an answer that does not belong here")
    }
}
