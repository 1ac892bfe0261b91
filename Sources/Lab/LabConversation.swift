/// One command line that a client ran on a lab host, whatever the transport.
package struct LabCommand: Sendable, Hashable {
    /// The text as it reached the host's cmd.exe. Empty over SSH when the client asked for an interactive shell.
    package var commandLine: String
    /// All of standard input: the command is answered after its end.
    package var standardInput: [UInt8]

    package init(commandLine: String, standardInput: [UInt8] = []) {
        self.commandLine = commandLine
        self.standardInput = standardInput
    }
}

/// What the command does, in this order.
package struct LabReply: Sendable, Hashable {
    package enum Step: Sendable, Hashable {
        /// Bytes on standard output.
        case output([UInt8])
        /// Bytes on standard error.
        case error([UInt8])
        /// Nothing for so long.
        case pause(Duration)
        /// The bytes on standard output again and again, as fast as they are taken.
        case endlessly([UInt8])
    }

    package var steps: [Step]
    /// Windows' exit codes have 32 bits; over SSH the sshd of a Unix passes on 8 (``LabAttachment``). nil: the connection is
    /// cut after the last step.
    package var exitCode: UInt32?

    package init(_ steps: [Step], exitCode: UInt32?) {
        self.steps = steps
        self.exitCode = exitCode
    }
}

extension LabReply.Step {
    /// The bytes so often that a transport can take them in pieces of some size.
    static func repeated(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        return Array(repeatElement(bytes, count: max(1, 16_384 / bytes.count)).joined())
    }
}

/// What a host answers to a command line.
package protocol LabResponder: Sendable {
    /// Called on the event loop: whoever computes for long leaves it (``EventLoop/offLoop(_:)``). Cancelled when the client
    /// gives up the command.
    func reply(to command: LabCommand) async -> LabReply
}
