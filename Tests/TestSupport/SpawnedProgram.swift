import Foundation

/// A program started with posix_spawn and reaped by its number.
///
/// Not Foundation's Process: that learns of a program's end when a descriptor closes that the program inherited. Another
/// program that is started at the same moment inherits it, too, and then the end of the one shows only at the end of the
/// other.
final class SpawnedProgram {
    let processID: pid_t
    /// `waitpid`'s status, once it has ended.
    private var status: Int32?

    /// - Parameters:
    ///   - executable: an absolute path.
    ///   - input: a file that becomes standard input.
    ///   - output, errors: files that are written from their start; they may be the same one.
    init(
        _ executable: String, _ arguments: [String], environment: [String: String]?, directory: String?,
        input: String, output: String, errors: String
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        let writing = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 1, output, writing, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, writing, 0o600)
        // posix_spawn's own way to change the folder is hidden from Swift.
        let (executable, arguments) =
            directory.map { ("/usr/bin/env", ["--chdir=\($0)", executable] + arguments) } ?? (executable, arguments)

        let environment = environment ?? ProcessInfo.processInfo.environment
        var processID: pid_t = 0
        let error = Self.withCStrings([executable] + arguments) { argv in
            Self.withCStrings(environment.map { "\($0.key)=\($0.value)" }) { envp in
                posix_spawn(&processID, executable, &actions, nil, argv, envp)
            }
        }
        guard error == 0 else {
            throw ProgramCannotStart(executable: executable, reason: String(cString: strerror(error)))
        }
        self.processID = processID
    }

    deinit {
        guard isRunning else { return }
        signal(SIGKILL)
        var status: Int32 = 0
        waitpid(processID, &status, 0)
    }

    var isRunning: Bool {
        if status == nil {
            var now: Int32 = 0
            if waitpid(processID, &now, WNOHANG) == processID { status = now }
        }
        return status == nil
    }

    /// The exit code, or the number of the signal that ended it; `nil` while it runs.
    var exitCode: Int32? {
        guard !isRunning, let status else { return nil }
        return status & 0x7f == 0 ? (status >> 8) & 0xff : status & 0x7f
    }

    /// A program that has been reaped gets none: its number may be another's by now.
    func signal(_ number: Int32) {
        if isRunning { kill(processID, number) }
    }

    private static func withCStrings<R>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> R
    ) -> R {
        let copies: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        return body(copies)
    }
}

package struct ProgramCannotStart: Error {
    package let executable: String
    package let reason: String
}
