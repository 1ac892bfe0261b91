import EventLoop
import Glibc

/// The lab's end of one SSH session.
@Reactor final class Attachment {
    struct Hello: Sendable, Hashable {
        var host: String
        var connection: String
    }

    private static let patience = Duration.seconds(120)

    private let socket: Socket
    /// The same socket once more: only one task can wait for a descriptor, and an answer waits beside the end.
    private let end: Socket
    private var frames = AttachmentFrameReader()

    init(_ socket: Socket) {
        self.socket = socket
        end = Socket(descriptor: fcntl(socket.descriptor, F_DUPFD_CLOEXEC, 3))
    }

    /// Reads to the end of the session's standard input.
    func readCommand() async throws(EventLoopError) -> (Hello, LabCommand) {
        guard case .hello(let host, let connection, let commandLine)? = try await next(until: .after(Self.patience))
        else {
            throw .cancelled
        }
        var input: [UInt8] = []
        while true {
            switch try await next(until: .never) {
            case .input(let bytes) where input.count + bytes.count <= ShellCommand.inputLimit: input += bytes
            case .endOfInput:
                return (
                    Hello(host: host, connection: connection),
                    LabCommand(commandLine: commandLine, standardInput: input)
                )
            case .hello, .input, .output, .error, .exit, nil: throw .cancelled
            }
        }
    }

    /// Returns when the session has ended.
    func waitForEnd() async -> Bool? {
        while let bytes = try? await end.read(until: .never), !bytes.isEmpty {}
        return nil
    }

    func send(_ frame: AttachmentFrame) async throws(EventLoopError) {
        try await socket.write(frame.bytes, until: .never)
    }

    func perform(_ step: LabReply.Step) async throws(EventLoopError) {
        switch step {
        case .output(let bytes): try await sendPieces(bytes) { .output($0) }
        case .error(let bytes): try await sendPieces(bytes) { .error($0) }
        case .pause(let duration): try await Loop.shared.sleep(until: .after(duration))
        case .endlessly(let bytes):
            let piece = LabReply.Step.repeated(bytes)
            if piece.isEmpty { try await Loop.shared.sleep(until: .never) }
            while true { try await sendPieces(piece) { .output($0) } }
        }
    }

    private func sendPieces(_ bytes: [UInt8], _ frame: ([UInt8]) -> AttachmentFrame) async throws(EventLoopError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(65_536)
            try await send(frame(Array(piece)))
            rest = rest.dropFirst(piece.count)
        }
    }

    private func next(until deadline: Deadline) async throws(EventLoopError) -> AttachmentFrame? {
        while true {
            do { if let frame = try frames.next() { return frame } } catch { throw .cancelled }
            let bytes = try await socket.read(until: deadline)
            if bytes.isEmpty { return nil }
            frames.append(bytes)
        }
    }
}
