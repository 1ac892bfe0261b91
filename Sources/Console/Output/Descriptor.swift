internal import Glibc

/// Why output could not be written.
package enum OutputError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nobody reads any more, as after `| head`: no failure, there is just nothing left to do for this output.
    case closed
    /// The system refused, by its errno: a full disk, a quota, a lost terminal.
    case failed(Int32)

    /// A sentence for the log.
    package var description: String {
        switch self {
        case .closed: "the output was closed by its reader"
        case .failed(let code):
            "the output could not be written: \(String(cString: strerror(code))); what was written is incomplete"
        }
    }
}

/// The writing end of a file, pipe or terminal that somebody else opened and closes.
struct Descriptor: Sendable {
    let number: Int32

    /// Writes all of the text; waits where the other side is slow, also on a non-blocking descriptor (a shell's
    /// neighbour in the pipe may have made it one).
    ///
    /// The program must ignore SIGPIPE, else a closed pipe ends it before this can say ``OutputError/closed``.
    func write(_ text: String) throws(OutputError) {
        var text = text
        let result = text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
        if let result { throw result }
    }

    /// Writes all of the bytes, like ``write(_:)-(String)``.
    func write(_ bytes: [UInt8]) throws(OutputError) {
        let result = bytes.withUnsafeBytes { write($0) }
        if let result { throw result }
    }

    private func write(_ bytes: UnsafeRawBufferPointer) -> OutputError? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(number, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count > 0 {
                rest = rest.dropFirst(count)
                continue
            }
            switch count == 0 ? EIO : errno {
            case EINTR: continue
            case EAGAIN:
                var request = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
                if poll(&request, 1, -1) < 0, errno != EINTR { return .failed(errno) }
            case EPIPE: return .closed
            case let code: return .failed(code)
            }
        }
        return nil
    }
}
