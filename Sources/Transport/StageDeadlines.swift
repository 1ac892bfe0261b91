import EventLoop

/// How long each part of a conversation may take.
package struct StageDeadlines: Sendable, Hashable {
    /// Looking up the name and the TCP connect.
    package var connect: Duration
    /// The TLS handshake, or SSH's key exchange.
    package var tls: Duration
    /// Signing in, without the wait for the gate.
    package var signIn: Duration
    /// Opening the shell and starting the command, each; sending a piece of input.
    package var command: Duration
    /// Without a byte of output.
    package var idle: Duration
    /// All of it, without the wait for the gate.
    package var total: Duration

    package init(
        connect: Duration = .seconds(10), tls: Duration = .seconds(10), signIn: Duration = .seconds(20),
        command: Duration = .seconds(30), idle: Duration = .seconds(60), total: Duration = .seconds(180)
    ) {
        self.connect = connect
        self.tls = tls
        self.signIn = signIn
        self.command = command
        self.idle = idle
        self.total = total
    }
}

/// The clock of one conversation: turns limits into deadlines and passed deadlines into errors.
struct StageClock: Sendable {
    let limits: StageDeadlines
    private(set) var end: Deadline

    init(_ limits: StageDeadlines) {
        self.limits = limits
        end = .after(limits.total)
    }

    /// `limit` from now, but not past the end of the conversation.
    func deadline(_ limit: Duration) -> Deadline { min(.after(limit), end) }

    /// Moves the end by the time that was spent waiting for others: at the gate.
    mutating func pause(from start: Deadline) {
        let waited = Deadline.after(.zero).nanoseconds - start.nanoseconds
        let (moved, isBeyond) = end.nanoseconds.addingReportingOverflow(waited)
        end = isBeyond ? .never : Deadline(nanoseconds: moved)
    }

    /// The error of a stage in which `limit`, or the whole conversation's, has passed.
    func timedOut(_ stage: TransportError.Stage, _ limit: Duration) -> TransportError {
        end.hasPassed
            ? TransportError(stage, .timedOut(limits.total), "the limit for the whole conversation")
            : TransportError(stage, .timedOut(limit))
    }

    /// The error for a wait on the loop that ended without the thing waited for.
    func error(_ stage: TransportError.Stage, _ limit: Duration, _ cause: EventLoopError) -> TransportError {
        switch cause {
        case .timedOut: timedOut(stage, limit)
        case .cancelled: TransportError(stage, .cancelled)
        case .system(_, let code): TransportError(stage, SystemCall.reason(code), SystemCall.detail(code))
        }
    }
}
