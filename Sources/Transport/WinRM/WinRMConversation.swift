import EventLoop
import FoundationEssentials

/// One run over WinRM: does what ``WinRMShellStateMachine`` wants and tells it what happened.
@Reactor final class WinRMConversation {
    /// A host may take this much longer than the time it was told, before it counts as silent.
    private static let answerMargin = Duration.seconds(2)
    /// At the end of the conversation's time, kept for ending command and shell in order.
    private static let cleanUp = Duration.seconds(2)
    /// What Receive asks for at most: Windows caps longer ones (MaxTimeoutms).
    private static let longestPoll = Duration.seconds(60)
    private static let shortestPoll = Duration.milliseconds(200)
    /// When a host ends a shell that nobody asks for anything.
    private static let shellIdleTime = Duration.seconds(900)

    private let exchange: WinRMExchange
    private let request: RemoteRequest
    private let sessionID = "uuid:" + UUID().uuidString
    private var machine: WinRMShellStateMachine
    private var lastOutput = Deadline.after(.zero)
    /// From here on the command is over, and only its traces are removed.
    private var isCleaningUp = false

    init(exchange: WinRMExchange, request: RemoteRequest) {
        self.exchange = exchange
        self.request = request
        machine = WinRMShellStateMachine(
            shellID: UUID().uuidString, inputCount: request.standardInput.count,
            pieceLimit: WSManEnvelope.inputLimit, outputLimit: request.outputLimit)
    }

    func run() async throws(TransportError) -> RemoteOutput {
        var event = WinRMShellStateMachine.Event.opened
        while let action = machine.handle(event) {
            switch action {
            case .createShell(let id): event = await create(id)
            case .startCommand(let shell): event = await start(shell)
            case .send(let range, let isLast, let shell, let command):
                event = await send(range, isLast, shell, command)
            case .receive(let shell, let command): event = await receive(shell, command)
            case .signal(let shell, let command):
                isCleaningUp = true
                event = await perform(.signal(shell: shell, command: command), Self.cleanUp) { _ in .commandSignalled }
            case .deleteShell(let shell):
                isCleaningUp = true
                event = await perform(.delete(shell: shell), Self.cleanUp) { _ in .shellDeleted }
            case .finish(let end): return output(end)
            case .fail(let error): throw error
            }
        }
        throw TransportError(.shell, .protocolViolation, "the conversation ended without a result")
    }

    private func output(_ end: RemoteOutput.End) -> RemoteOutput {
        RemoteOutput(
            standardOutput: machine.standardOutput, standardError: machine.standardError, end: end,
            roundTrips: exchange.requests, connections: exchange.connections)
    }

    // MARK: The machine's actions

    private func create(_ id: String) async -> WinRMShellStateMachine.Event {
        await perform(.create(shell: id, idle: Self.shellIdleTime), exchange.limits.command) { answer in
            .shellCreated(id: answer.shellID)
        }
    }

    private func start(_ shell: String) async -> WinRMShellStateMachine.Event {
        let operation = WSManEnvelope.Operation.command(
            shell: shell, executable: request.executable, arguments: request.arguments)
        return await perform(operation, exchange.limits.command) { answer in
            guard let id = answer.commandID else {
                return .answerRejected(TransportError(.command, .protocolViolation, "an answer without a command id"))
            }
            return .commandStarted(id: id)
        }
    }

    private func send(
        _ range: Range<Int>, _ isLast: Bool, _ shell: String, _ command: String
    ) async -> WinRMShellStateMachine.Event {
        let piece = Array(request.standardInput[range])
        lastOutput = .after(.zero)
        return await perform(
            .send(shell: shell, command: command, input: piece, isLast: isLast), exchange.limits.command
        ) { _ in .inputSent }
    }

    private func receive(_ shell: String, _ command: String) async -> WinRMShellStateMachine.Event {
        let limits = exchange.limits
        // Asked for no longer than there is time, so that the connection is free when the time is over and command and
        // shell can be ended on it.
        let untilIdle = limits.idle - Deadline.after(.zero).since(lastOutput)
        let untilEnd = exchange.end.remaining - min(Self.cleanUp, limits.total / 10)
        let poll = min(untilIdle, untilEnd, Self.longestPoll)
        guard poll >= min(Self.shortestPoll, limits.idle / 2) else {
            return .timeIsOver(
                untilEnd < untilIdle
                    ? TransportError(.receive, .timedOut(limits.total), "the limit for the whole conversation")
                    : TransportError(.receive, .timedOut(limits.idle), "no output in that time"))
        }
        return await perform(.receive(shell: shell, command: command), poll) { answer in
            do throws(WSManAnswerError) {
                let output = try answer.output(of: command)
                if !output.isEmpty { self.lastOutput = .after(.zero) }
                return .outputReceived(output)
            } catch {
                return .answerRejected(TransportError(.receive, .protocolViolation, "an answer: \(error)"))
            }
        }
    }

    // MARK: One request and its answer

    private func perform(
        _ operation: WSManEnvelope.Operation, _ operationTimeout: Duration,
        _ event: (WSManAnswer) -> WinRMShellStateMachine.Event
    ) async -> WinRMShellStateMachine.Event {
        let envelope = WSManEnvelope(
            operation, to: exchange.url, messageID: "uuid:" + UUID().uuidString, sessionID: sessionID,
            operationTimeout: operationTimeout)
        var isLast = false
        if case .delete = operation { isLast = true }
        let bytes: [UInt8]
        do throws(TransportError) {
            bytes = try await exchange.call(
                Array(envelope.text.utf8), stage: operation.stage,
                limit: isCleaningUp ? Self.cleanUp : operationTimeout + Self.answerMargin, isLast: isLast)
        } catch {
            return .connectionFailed(error)
        }
        do throws(WSManAnswerError) {
            let answer = try WSManAnswer(bytes)
            // Faults of some hosts name no message; an answer must.
            guard answer.relatesTo == envelope.messageID || answer.relatesTo == nil && answer.fault != nil else {
                return .answerRejected(
                    TransportError(operation.stage, .protocolViolation, "an answer to another request"))
            }
            return answer.fault.map { .faultReceived($0) } ?? event(answer)
        } catch {
            return .answerRejected(TransportError(operation.stage, .protocolViolation, "an answer: \(error)"))
        }
    }
}

extension Deadline {
    /// The time between an earlier moment and this one.
    fileprivate func since(_ earlier: Deadline) -> Duration {
        .nanoseconds(Int64(clamping: nanoseconds - min(nanoseconds, earlier.nanoseconds)))
    }
}
