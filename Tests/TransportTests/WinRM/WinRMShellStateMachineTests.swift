import Testing
import Transport

/// Transcripts: what happened, and what is to be done.
@Suite struct WinRMShellStateMachineTests {
    private static func machine(input: Int = 10, piece: Int = 100, limit: Int = 100) -> WinRMShellStateMachine {
        WinRMShellStateMachine(shellID: "S", inputCount: input, pieceLimit: piece, outputLimit: limit)
    }

    /// A machine that waits for output.
    private static func receiving(limit: Int = 100) -> WinRMShellStateMachine {
        var shell = machine(limit: limit)
        for event in [
            WinRMShellStateMachine.Event.opened, .shellCreated(id: "S"), .commandStarted(id: "C"), .inputSent,
        ] {
            #expect(shell.handle(event) != nil)
        }
        return shell
    }

    private static let lost = TransportError(.receive, .connectionLost)
    private static let late = TransportError(.receive, .timedOut(.seconds(1)))

    @Test func `a good run creates, starts, sends, receives and deletes`() {
        var shell = Self.machine()
        #expect(shell.handle(.opened) == .createShell(id: "S"))
        #expect(shell.handle(.shellCreated(id: nil)) == .startCommand(shell: "S"))
        #expect(shell.handle(.commandStarted(id: "C")) == .send(0..<10, isLast: true, shell: "S", command: "C"))
        #expect(shell.handle(.inputSent) == .receive(shell: "S", command: "C"))
        let some = WinRMOutput(standardOutput: [1, 2], standardError: [9])
        #expect(shell.handle(.outputReceived(some)) == .receive(shell: "S", command: "C"))
        let rest = WinRMOutput(standardOutput: [3], end: .done(exitCode: 7))
        #expect(shell.handle(.outputReceived(rest)) == .deleteShell("S"))
        #expect(shell.handle(.shellDeleted) == .finish(.exited(code: 7)))
        #expect(shell.standardOutput == [1, 2, 3])
        #expect(shell.standardError == [9])
        #expect(shell.handle(.shellDeleted) == nil)
    }

    @Test func `the host's own id for the shell is used from then on`() {
        var shell = Self.machine()
        #expect(shell.handle(.opened) == .createShell(id: "S"))
        #expect(shell.handle(.shellCreated(id: "H")) == .startCommand(shell: "H"))
        #expect(shell.handle(.faultReceived(WSManFault(code: 87))) == .deleteShell("H"))
    }

    @Test func `input goes in pieces, of which the last says so`() {
        var shell = Self.machine(input: 250, piece: 100)
        #expect(shell.handle(.opened) == .createShell(id: "S"))
        #expect(shell.handle(.shellCreated(id: nil)) == .startCommand(shell: "S"))
        #expect(shell.handle(.commandStarted(id: "C")) == .send(0..<100, isLast: false, shell: "S", command: "C"))
        #expect(shell.handle(.inputSent) == .send(100..<200, isLast: false, shell: "S", command: "C"))
        #expect(shell.handle(.inputSent) == .send(200..<250, isLast: true, shell: "S", command: "C"))
        #expect(shell.handle(.inputSent) == .receive(shell: "S", command: "C"))
    }

    @Test func `a command without input is told that there is none`() {
        var shell = Self.machine(input: 0)
        #expect(shell.handle(.opened) == .createShell(id: "S"))
        #expect(shell.handle(.shellCreated(id: nil)) == .startCommand(shell: "S"))
        #expect(shell.handle(.commandStarted(id: "C")) == .send(0..<0, isLast: true, shell: "S", command: "C"))
        // It may have ended before: then there is nobody to tell, and nothing lost.
        #expect(shell.handle(.faultReceived(WSManFault(code: 995))) == .receive(shell: "S", command: "C"))
    }

    @Test func `a timeout while receiving asks again`() {
        var shell = Self.receiving()
        for _ in 0..<3 {
            let timeout = WSManFault(code: 2_150_858_793)
            #expect(shell.handle(.faultReceived(timeout)) == .receive(shell: "S", command: "C"))
        }
    }

    @Test func `a fault of Create leaves nothing to delete`() {
        var shell = Self.machine()
        #expect(shell.handle(.opened) == .createShell(id: "S"))
        #expect(shell.handle(.faultReceived(WSManFault(code: 5))) == .fail(TransportError(.shell, .notAuthorised)))
    }

    @Test func `before the command runs a failure is thrown, after it the output stands`() {
        var shell = Self.machine()
        #expect(shell.handle(.opened) == .createShell(id: "S"))
        #expect(shell.handle(.shellCreated(id: nil)) == .startCommand(shell: "S"))
        #expect(shell.handle(.connectionFailed(Self.lost)) == .fail(Self.lost))

        shell = Self.receiving()
        #expect(shell.handle(.outputReceived(WinRMOutput(standardOutput: [1]))) == .receive(shell: "S", command: "C"))
        #expect(shell.handle(.connectionFailed(Self.lost)) == .finish(.interrupted(Self.lost)))
        #expect(shell.standardOutput == [1])
    }

    @Test(arguments: [
        WinRMShellStateMachine.Event.timeIsOver(late), .answerRejected(late), .shellCreated(id: "X"), .opened,
        .inputSent,
        .outputReceived(WinRMOutput(standardOutput: [UInt8](repeating: 1, count: 101))),
    ])
    func `whatever ends a running command in order ends it on the host, then the shell`(
        _ event: WinRMShellStateMachine.Event
    ) {
        var shell = Self.receiving()
        #expect(shell.handle(event) == .signal(shell: "S", command: "C"))
        #expect(shell.handle(.commandSignalled) == .deleteShell("S"))
        guard case .finish(.interrupted) = shell.handle(.shellDeleted) else {
            Issue.record("not interrupted")
            return
        }
    }

    @Test func `a shell that cannot be reached any more is given up`() {
        var shell = Self.receiving()
        #expect(shell.handle(.timeIsOver(Self.late)) == .signal(shell: "S", command: "C"))
        #expect(shell.handle(.connectionFailed(Self.lost)) == .finish(.interrupted(Self.late)))

        shell = Self.receiving()
        #expect(shell.handle(.outputReceived(WinRMOutput(end: .done(exitCode: 0)))) == .deleteShell("S"))
        #expect(shell.handle(.connectionFailed(Self.lost)) == .finish(.exited(code: 0)))
    }

    @Test func `output beyond the limit keeps what fits`() {
        var shell = Self.receiving(limit: 3)
        #expect(
            shell.handle(.outputReceived(WinRMOutput(standardOutput: [1, 2, 3]))) == .receive(shell: "S", command: "C"))
        #expect(
            shell.handle(.outputReceived(WinRMOutput(standardOutput: [4], end: .done(exitCode: 0))))
                == .signal(shell: "S", command: "C"))
        #expect(shell.standardOutput == [1, 2, 3])
    }

    @Test func `a command that closed its input is asked for its output`() {
        for code in [109, 232] as [UInt32] {
            var shell = Self.machine(input: 250, piece: 100)
            #expect(shell.handle(.opened) == .createShell(id: "S"))
            #expect(shell.handle(.shellCreated(id: nil)) == .startCommand(shell: "S"))
            #expect(shell.handle(.commandStarted(id: "C")) != nil)
            #expect(shell.handle(.faultReceived(WSManFault(code: code))) == .receive(shell: "S", command: "C"))
        }
    }

    @Test func `no order of events traps or runs on for ever`() {
        let events: [WinRMShellStateMachine.Event] = [
            .opened, .shellCreated(id: "H"), .commandStarted(id: "C"), .inputSent,
            .outputReceived(WinRMOutput(end: .done(exitCode: 0))), .faultReceived(WSManFault(code: 1)),
            .commandSignalled, .shellDeleted, .timeIsOver(Self.late), .answerRejected(Self.late),
            .connectionFailed(Self.lost),
        ]
        for first in events {
            for second in events {
                for third in events {
                    for fourth in events {
                        var shell = Self.machine()
                        for event in [first, second, third, fourth] { _ = shell.handle(event) != nil }
                        // Whatever came before, two lost connections end it.
                        _ = shell.handle(.connectionFailed(Self.lost)) != nil
                        #expect(shell.handle(.connectionFailed(Self.lost)) == nil)
                    }
                }
            }
        }
    }
}
