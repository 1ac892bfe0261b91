import CEventLoop
import Glibc

/// A program that we started, in a process group of its own; killed when the value is dropped.
@Reactor package final class ChildProcess {
    package nonisolated let processID: Int32
    private var processDescriptor: Int32
    private var exitCode: Int32?

    /// Starts `executable` (an absolute path) with the given environment. Its standard input is empty; its output goes
    /// to `outputPath` (appended) or is discarded.
    package init(
        executable: String, arguments: [String], environment: [String: String], outputPath: String? = nil
    ) throws(EventLoopError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, outputPath ?? "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var pid: pid_t = 0
        let result = withCStrings([executable] + arguments) { argv in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
                loop_spawn(&pid, executable, &actions, argv, envp)
            }
        }
        guard result == 0 else { throw .system("start \(executable)", result) }
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
