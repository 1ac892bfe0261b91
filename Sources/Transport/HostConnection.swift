/// One way to ask one host: by SSH, by WinRM, or from a recording.
package protocol HostConnection: Sendable {
    /// Connects, signs in, runs the command to its end and disconnects.
    ///
    /// Throws when the command was not started. Once output may have come, a failure is ``RemoteOutput/End/interrupted(_:)``
    /// and what came before it still stands.
    func run(_ request: RemoteRequest) async throws(TransportError) -> RemoteOutput
}

/// A command for a host, and what it reads.
package struct RemoteRequest: Sendable, Hashable {
    /// The program, as the host's shell finds it.
    package var executable: String
    /// Words after the program's name. They are joined by single spaces and not quoted, on every transport: which shell
    /// reads them is the host's choice, so a word that needs quotes brings the ones its shell understands.
    package var arguments: [String]
    /// Bytes for the command's standard input, followed by its end.
    package var standardInput: [UInt8]
    /// Bytes of standard output after which the command is stopped.
    package var outputLimit: Int

    package init(executable: String, arguments: [String] = [], standardInput: [UInt8] = [], outputLimit: Int) {
        self.executable = executable
        self.arguments = arguments
        self.standardInput = standardInput
        self.outputLimit = outputLimit
    }

    /// Program and arguments in one line, as a shell gets them.
    package var commandLine: String { ([executable] + arguments).joined(separator: " ") }
}

/// What a command left, whole or as far as it came.
package struct RemoteOutput: Sendable, Hashable {
    package enum End: Sendable, Hashable {
        /// The command ended by itself. The code is the full 32 bits that Windows gave it. (libssh2 reports 0 also for
        /// an SSH server that closes the channel in order and never names a code; a reply's own closing line tells.)
        case exited(code: UInt32)
        /// The conversation broke off after the command was started.
        case interrupted(TransportError)
    }

    package var standardOutput: [UInt8]
    /// The first 4 KB.
    package var standardError: [UInt8]
    package var end: End
    /// How often this side had to wait for the other: HTTP requests for WinRM; for SSH the connect and every turn of
    /// the line from sending to receiving.
    package var roundTrips: Int
    /// TCP connections that were made.
    package var connections: Int

    package init(standardOutput: [UInt8], standardError: [UInt8], end: End, roundTrips: Int, connections: Int) {
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.end = end
        self.roundTrips = roundTrips
        self.connections = connections
    }
}

/// Collects what comes, within limits.
struct OutputCollector: Sendable, Hashable {
    static let errorLimit = 4096

    private(set) var standardOutput: [UInt8] = []
    private(set) var standardError: [UInt8] = []
    let limit: Int

    init(limit: Int) { self.limit = limit }

    /// False when there is more than the limit; what fits is kept.
    mutating func appendOutput(_ bytes: some Collection<UInt8>) -> Bool {
        let room = limit - standardOutput.count
        standardOutput.append(contentsOf: bytes.prefix(room))
        return bytes.count <= room
    }

    mutating func appendError(_ bytes: some Collection<UInt8>) {
        standardError.append(contentsOf: bytes.prefix(Self.errorLimit - standardError.count))
    }
}
