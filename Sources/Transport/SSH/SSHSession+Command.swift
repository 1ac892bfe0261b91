import CLibSSH2
import EventLoop
import Glibc

extension SSHSession {
    private static let scratchSize = 32_768
    /// libssh2 copies each packet's payload out; one buffer serves all sessions, which share the loop's thread.
    private static let scratch = UnsafeMutablePointer<CChar>.allocate(capacity: scratchSize)

    /// Opens the one channel.
    func openShell() async throws(TransportError) {
        let result = try await drive(.shell, clock.limits.command) {
            channel = libssh2_channel_open_ex(raw, "session", 7, 2 << 20, 32_768, nil, 0)
            return channel != nil ? 0 : Int(libssh2_session_last_errno(raw))
        }
        guard channel != nil else { throw failure(.shell, result) }
    }

    /// Returns once the host has said that the command runs. No pty: it would put escape sequences into the output.
    func start(_ commandLine: String) async throws(TransportError) {
        let length = UInt32(commandLine.utf8.count)
        let result = try await drive(.command, clock.limits.command) {
            Int(libssh2_channel_process_startup(channel, "exec", 4, commandLine, length))
        }
        guard result == 0 else { throw failure(.command, result) }
    }

    /// Sends the input and its end, and reads both streams until the host has ended them. What was read stays in
    /// `collector` when it throws.
    func exchange(_ input: [UInt8], into collector: inout OutputCollector) async throws(TransportError) {
        try await send(input, reading: &collector)
        let limit = clock.limits.idle
        var deadline = clock.deadline(limit)
        while true {
            wire.pointee.beginTurn()
            if try drain(.receive, into: &collector) { deadline = clock.deadline(limit) }
            if libssh2_channel_eof(channel) == 1 { return }
            try await wait(.receive, limit, deadline)
        }
    }

    private func send(_ input: [UInt8], reading collector: inout OutputCollector) async throws(TransportError) {
        let limit = clock.limits.command
        var deadline = clock.deadline(limit)
        var sent = 0
        while sent < input.count {
            wire.pointee.beginTurn()
            let result = input.withUnsafeBytes { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    libssh2_channel_write_ex(channel, 0, $0.baseAddress.map { $0 + sent }, $0.count - sent)
                }
            }
            if result > 0 {
                sent += result
                deadline = clock.deadline(limit)
                continue
            }
            guard result == 0 || result == Int(LIBSSH2_ERROR_EAGAIN) else {
                // A command that ends without reading its input is no failure of the conversation.
                if result == Int(LIBSSH2_ERROR_CHANNEL_CLOSED) { return }
                throw failure(.send, result)
            }
            // Reading may want to send a window update, which must not come between the parts of a packet: so only
            // when the write waits for the host's window and not for room in the socket.
            if libssh2_session_block_directions(raw) & LIBSSH2_SESSION_BLOCK_OUTBOUND == 0 {
                if try drain(.send, into: &collector) { deadline = clock.deadline(limit) }
                if libssh2_channel_eof(channel) == 1 { return }
            }
            try await wait(.send, limit, deadline)
        }
        let result = try await drive(.send, limit) { Int(libssh2_channel_send_eof(channel)) }
        guard result == 0 || result == Int(LIBSSH2_ERROR_CHANNEL_CLOSED) else { throw failure(.send, result) }
    }

    /// Reads what is there of both streams, which share one window; true when something was.
    private func drain(
        _ stage: TransportError.Stage, into collector: inout OutputCollector
    ) throws(TransportError) -> Bool {
        var hasRead = false
        for stream in [Int32(0), SSH_EXTENDED_DATA_STDERR] {
            while true {
                let count = libssh2_channel_read_ex(channel, stream, Self.scratch, Self.scratchSize)
                if count == 0 || count == Int(LIBSSH2_ERROR_EAGAIN) { break }
                guard count > 0 else { throw failure(stage, count) }
                hasRead = true
                let isWithinLimit = Self.scratch.withMemoryRebound(to: UInt8.self, capacity: count) { start in
                    let bytes = UnsafeBufferPointer(start: start, count: count)
                    if stream == 0 { return collector.appendOutput(bytes) }
                    collector.appendError(bytes)
                    return true
                }
                if !isWithinLimit { throw TransportError(.receive, .outputTooLarge(limit: collector.limit)) }
            }
        }
        return hasRead
    }

    /// How the command ended, once the host has closed the channel.
    func commandEnd() async throws(TransportError) -> RemoteOutput.End {
        let result = try await drive(.receive, clock.limits.command) { Int(libssh2_channel_wait_closed(channel)) }
        guard result == 0 else { throw failure(.receive, result) }
        var name: UnsafeMutablePointer<CChar>?
        libssh2_channel_get_exit_signal(channel, &name, nil, nil, nil, nil, nil)
        if let name {
            defer { libssh2_free(raw, name) }
            let text = String(cString: name).filter { $0.isASCII && ($0.isLetter || $0.isNumber) }
            return .interrupted(TransportError(.receive, .endedBySignal(String(text.prefix(16)))))
        }
        return .exited(code: UInt32(bitPattern: libssh2_channel_get_exit_status(channel)))
    }
}
