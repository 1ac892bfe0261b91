import CEventLoop
import Glibc

/// A program that we started, in a process group of its own; killed when the value is dropped.
@Reactor package final class ChildProcess {
    package nonisolated let processID: Int32
    private var processDescriptor: Int32
    private var exitCode: Int32?

    /// Starts `executable` (an absolute path) with the given environment. Its standard input is empty; its output goes
    /// to `outputPath` (appended) or is discarded.
    package convenience init(
        executable: String, arguments: [String], environment: [String: String], outputPath: String? = nil
    ) throws(EventLoopError) {
        let input = open("/dev/null", O_RDONLY | O_CLOEXEC)
        defer { close(input) }
        let output = open(outputPath ?? "/dev/null", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard output >= 0 else { throw .system("open \(outputPath ?? "/dev/null")", loop_errno()) }
        defer { close(output) }
        try self.init(
            executable: executable, arguments: arguments, environment: environment,
            input: input, output: output, error: output)
    }

    /// Starts `executable` (an absolute path) with the given descriptors as its standard ones. They are copied: the
    /// caller keeps its own and closes them.
    ///
    /// - Parameter deathSignal: what the kernel sends to the program when this one ends in any way, kill -9 included.
    package init(
        executable: String, arguments: [String], environment: [String: String], input: Int32, output: Int32,
        error: Int32, deathSignal: Int32 = SIGKILL
    ) throws(EventLoopError) {
        // Copies above 2, so that making one of them a standard descriptor cannot overwrite another.
        let copies = [input, output, error].map { loop_duplicate_above($0) }
        defer { for copy in copies where copy >= 0 { close(copy) } }
        guard copies.allSatisfy({ $0 >= 0 }) else { throw .system("copy a descriptor", loop_errno()) }
        guard access(executable, X_OK) == 0 else { throw .system("start \(executable)", loop_errno()) }
        let pid = withCStrings([executable] + arguments) { argv in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
                loop_spawn(executable, copies[0], copies[1], copies[2], deathSignal, argv, envp)
            }
        }
        guard pid > 0 else { throw .system("start \(executable)", loop_errno()) }
        processID = pid
        processDescriptor = loop_pidfd_open(pid)
    }

    isolated deinit {
        kill(SIGKILL)
        var status: Int32 = 0
        if exitCode == nil { waitpid(processID, &status, 0) }
        if processDescriptor >= 0 {
            Loop.shared.forget(processDescriptor)
            close(processDescriptor)
        }
    }

    package var isRunning: Bool {
        reap()
        return exitCode == nil
    }

    /// Sends a signal to the whole process group.
    package func kill(_ signal: Int32) {
        if exitCode == nil { _ = Glibc.kill(-processID, signal) }
    }

    /// Waits for the end; 128 + n when signal n ended it.
    package func exit(until deadline: Deadline) async throws(EventLoopError) -> Int32 {
        while true {
            reap()
            if let exitCode { return exitCode }
            try await Loop.shared.ready(processDescriptor, .read, until: deadline)
        }
    }

    /// Waits for the end as ``exit(until:)``, and ends whatever the program left behind in its group.
    package func exitOfGroup(until deadline: Deadline) async throws(EventLoopError) -> Int32 {
        if exitCode == nil {
            try await Loop.shared.ready(processDescriptor, .read, until: deadline)
            // Until the program is reaped its number, which is the group's, is nobody else's.
            kill(SIGKILL)
        }
        return try await exit(until: deadline)
    }

    private func reap() {
        var status: Int32 = 0
        if exitCode == nil, waitpid(processID, &status, WNOHANG) == processID { exitCode = loop_exit_code(status) }
    }
}

/// A NULL-terminated array of C strings for the length of the call.
private func withCStrings<R>(_ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R) -> R {
    let copies: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
    defer { for copy in copies { free(copy) } }
    return body(copies)
}
