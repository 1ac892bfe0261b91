import CEventLoop
import Glibc

/// The forced command of a lab host's SSH sessions: takes the client's command line and standard input to the lab and
/// brings back what the host answers.
///
/// It is a process of its own that does nothing else, so it waits in poll(2) and needs no event loop.
package enum LabAttachment {
    /// Runs to the end of the session; the result is this process's exit code.
    ///
    /// sshd passes on the 8 bits that Unix has for it: of a Windows exit code the low ones, and 1 when those are zero
    /// though the code is not.
    ///
    /// - Parameters:
    ///   - socket: the lab's Unix socket.
    ///   - host: the lab host that the session belongs to.
    package static func run(socket path: String, host: String) async -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        let socket = loop_connect_unix(path)
        guard socket >= 0 else {
            say("the lab is gone: \(path): \(String(cString: strerror(errno)))\n")
            return 255
        }
        defer { close(socket) }
        let hello = AttachmentFrame.hello(
            host: host, connection: variable("SSH_CONNECTION"), commandLine: variable("SSH_ORIGINAL_COMMAND"))
        guard writeAll(socket, hello.bytes) else { return 255 }
        return relay(socket)
    }

    static func exitStatus(_ code: UInt32) -> Int32 {
        let low = Int32(code & 0xff)
        return low == 0 && code != 0 ? 1 : low
    }

    private static func variable(_ name: String) -> String { getenv(name).map { String(cString: $0) } ?? "" }

    private static func relay(_ socket: Int32) -> Int32 {
        var frames = AttachmentFrameReader()
        var hasInput = true
        while true {
            // Standard output is only watched for its reader's end: the client is gone.
            var watched = [
                pollfd(fd: socket, events: Int16(POLLIN), revents: 0), pollfd(fd: 1, events: 0, revents: 0),
                pollfd(fd: hasInput ? 0 : -1, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&watched, nfds_t(watched.count), -1) >= 0 || errno == EINTR else { return 255 }
            if watched[1].revents != 0 { return 255 }
            if watched[2].revents != 0 {
                let bytes = readSome(0)
                hasInput = bytes?.isEmpty == false
                let frame = hasInput ? AttachmentFrame.input(bytes ?? []) : .endOfInput
                guard writeAll(socket, frame.bytes) else { return 255 }
            }
            guard watched[0].revents != 0 else { continue }
            guard let bytes = readSome(socket), !bytes.isEmpty else { return 255 }
            frames.append(bytes)
            do {
                while let frame = try frames.next() {
                    switch frame {
                    case .output(let bytes): guard writeAll(1, bytes) else { return 255 }
                    case .error(let bytes): guard writeAll(2, bytes) else { return 255 }
                    case .exit(let code): return exitStatus(code)
                    case .hello, .input, .endOfInput: return 255
                    }
                }
            } catch {
                return 255
            }
        }
    }

    /// nil when the descriptor is broken, empty at its end.
    private static func readSome(_ descriptor: Int32) -> [UInt8]? {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, initialized in
            repeat { count = read(descriptor, buffer.baseAddress, buffer.count) } while count < 0 && errno == EINTR
            initialized = max(0, count)
        }
        return count < 0 ? nil : bytes
    }

    private static func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var rest = buffer[...]
            while !rest.isEmpty {
                let count = write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                if count >= 0 {
                    rest = rest.dropFirst(count)
                } else if errno == EAGAIN {
                    var room = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    guard poll(&room, 1, -1) >= 0 || errno == EINTR else { return false }
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }

    private static func say(_ text: String) { _ = writeAll(2, Array(text.utf8)) }
}
