import CEventLoop
import Glibc

/// A line for /bin/sh that gets bytes on its standard input, bounded in time and in what is kept of its output.
///
/// It runs in a process group of its own, with nothing inherited but the three standard descriptors and the given
/// environment. When it ends, or its time is up, all of its group is ended; what has left the group is not waited for.
@Reactor package struct ShellCommand {
    /// How it went.
    package struct Outcome: Sendable, Hashable {
        /// 128 + n when signal n ended it; `nil` when its time was up.
        package let exitCode: Int32?
        /// The beginning of what it wrote, standard output and standard error as they came.
        package let output: [UInt8]
    }

    /// Bytes of output that are kept; what comes behind them is read and dropped.
    package nonisolated static let outputLimit = 4096
    /// Between the request to end and the end, when the time is up.
    private nonisolated static let grace = Duration.seconds(2)

    private let line: String
    private let input: [UInt8]
    private let environment: [String: String]

    package nonisolated init(_ line: String, input: [UInt8], environment: [String: String]) {
        self.line = line
        self.input = input
        self.environment = environment
    }

    /// Runs it to its end. Throws when it cannot be started, and `.cancelled` when the task is cancelled; it is ended then.
    package func run(within limit: Duration) async throws(EventLoopError) -> Outcome {
        let inputFile = try memoryFile()
        defer { close(inputFile) }
        var reading: Int32 = -1, writing: Int32 = -1
        guard loop_pipe(&reading, &writing) == 0 else { throw .system("make a pipe", loop_errno()) }
        let reader = OutputReader(descriptor: reading)
        defer { reader.close() }
        let child: ChildProcess
        do throws(EventLoopError) {
            child = try ChildProcess(
                executable: "/bin/sh", arguments: ["-c", line], environment: environment, input: inputFile,
                output: writing, error: writing)
            close(writing)
        } catch {
            close(writing)
            throw error
        }
        reader.start()
        let code = try await end(of: child, within: limit)
        reader.readWhatIsThere()
        return Outcome(exitCode: code, output: reader.bytes)
    }

    /// A file, and no pipe: a command may read all of it, some of it, or nothing, and nobody waits for that.
    private func memoryFile() throws(EventLoopError) -> Int32 {
        let file = loop_memory_file("input")
        guard file >= 0 else { throw .system("make a file in memory", loop_errno()) }
        var written = 0
        while written < input.count {
            let count = input[written...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count > 0 else {
                let code = loop_errno()
                close(file)
                throw .system("write a file in memory", code)
            }
            written += count
        }
        lseek(file, 0, SEEK_SET)
        return file
    }

    private func end(of child: ChildProcess, within limit: Duration) async throws(EventLoopError) -> Int32? {
        do throws(EventLoopError) {
            return try await child.exitOfGroup(until: .after(limit))
        } catch .timedOut {
            child.kill(SIGTERM)
            do throws(EventLoopError) {
                _ = try await child.exitOfGroup(until: .after(Self.grace))
            } catch {
                child.kill(SIGKILL)
                if error == .cancelled { throw error }
                _ = try await child.exit(until: .never)
            }
            return nil
        } catch {
            child.kill(SIGKILL)
            throw error
        }
    }
}

/// Reads a pipe to its end, and keeps the beginning.
@Reactor private final class OutputReader {
    private(set) var bytes: [UInt8] = []
    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    private var isWatching = false

    init(descriptor: Int32) { self.descriptor = descriptor }

    func start() {
        isWatching = true
        Loop.shared.watch(descriptor, .read) { [self] _ in if !readSome() { stop() } }
    }

    /// What is in the pipe when the command has ended; one that still writes is not listened to.
    func readWhatIsThere() {
        for _ in 0..<16 where !readSome() { return }
    }

    func close() {
        stop()
        Glibc.close(descriptor)
    }

    private func stop() {
        guard isWatching else { return }
        isWatching = false
        Loop.shared.forget(descriptor)
    }

    /// False at the end, and when there is nothing.
    private func readSome() -> Bool {
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return count < 0 && errno == EINTR }
        bytes += buffer.prefix(count).prefix(ShellCommand.outputLimit - bytes.count)
        return true
    }
}
