import EventLoop
import Foundation
import TestSupport

/// A peer that a test starts, and that is killed with this value.
///
/// Not Foundation's Process: sshd closes the descriptors it inherits, and Foundation then waits for its end on the one
/// thread that watches all processes.
final class PeerProcess: Sendable {
    private let process: ChildProcess
    private let folder: TemporaryFolder
    private let outputPath: String

    /// Standard output and standard error go to one file.
    init(_ executable: String, _ arguments: [String]) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("output")
        self.folder = folder
        outputPath = path
        process = try await onLoop {
            try ChildProcess(
                executable: executable, arguments: arguments,
                environment: ProcessInfo.processInfo.environment.merging(["PYTHONDONTWRITEBYTECODE": "1"]) { $1 },
                outputPath: path)
        }
    }

    var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }

    /// The lines that are complete. sshd ends them with CR LF, which is one character to Swift.
    var lines: [String] {
        let text = output
        let whole = text.split(whereSeparator: \.isNewline).map(String.init)
        return text.last?.isNewline == true ? whole : whole.dropLast()
    }

    /// Waits until a line starts with `prefix` and returns the rest of that line.
    func line(startingWith prefix: String, within limit: Duration = .seconds(30)) async throws -> String {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if let line = lines.first(where: { $0.hasPrefix(prefix) }) { return String(line.dropFirst(prefix.count)) }
            guard await onLoopValue({ process.isRunning }) else { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw PeerIsMissing("'\(prefix)' in what the peer says: \(output.suffix(500))")
    }

    private func onLoopValue<T: Sendable>(_ body: @Reactor () -> T) async -> T { await body() }
}
