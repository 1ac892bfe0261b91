package import Foundation

/// What a finished program left.
package struct ProcessOutcome: Sendable {
    package var standardOutput: Data
    package var standardError: Data
    package var exitCode: Int32

    package var text: String { String(decoding: standardOutput, as: UTF8.self) }
    package var errorText: String { String(decoding: standardError, as: UTF8.self) }
}

/// Runs a program to its end, bounded in time; throws when it has to be killed.
package func run(
    _ executable: String, _ arguments: [String], input: Data = Data(), environment: [String: String]? = nil,
    directory: String? = nil, timeLimit: TimeInterval = 60
) async throws -> ProcessOutcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    if let environment { process.environment = environment }
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    let folder = try TemporaryFolder()
    let inputFile = folder.path("in"), outputFile = folder.path("out"), errorFile = folder.path("err")
    try input.write(to: URL(fileURLWithPath: inputFile))
    for file in [outputFile, errorFile] { _ = FileManager.default.createFile(atPath: file, contents: nil) }
    // Files, not pipes: a chatty program can never block on a reader that is not there yet.
    process.standardInput = FileHandle(forReadingAtPath: inputFile)
    process.standardOutput = FileHandle(forWritingAtPath: outputFile)
    process.standardError = FileHandle(forWritingAtPath: errorFile)
    try process.run()
    let end = Date().addingTimeInterval(timeLimit)
    while process.isRunning, Date() < end { try await Task.sleep(for: .milliseconds(10)) }
    if process.isRunning {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        throw ProcessRanTooLong(executable: executable, seconds: timeLimit)
    }
    return ProcessOutcome(
        standardOutput: FileManager.default.contents(atPath: outputFile) ?? Data(),
        standardError: FileManager.default.contents(atPath: errorFile) ?? Data(),
        exitCode: process.terminationStatus)
}

/// A program that a test starts and that must be gone when the test ends.
package final class RunningProcess {
    private let process = Process()
    private let folder: TemporaryFolder
    package let outputPath: String

    /// Standard output and standard error go to one file.
    package init(_ executable: String, _ arguments: [String], environment: [String: String]? = nil) throws {
        folder = try TemporaryFolder()
        outputPath = folder.path("output")
        _ = FileManager.default.createFile(atPath: outputPath, contents: nil)
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        if let environment { process.environment = environment }
        let output = FileHandle(forWritingAtPath: outputPath)
        process.standardInput = FileHandle(forReadingAtPath: "/dev/null")
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    deinit {
        if process.isRunning {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    package var processID: Int32 { process.processIdentifier }
    package var isRunning: Bool { process.isRunning }
    package var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }

    /// Waits until a line of the output starts with `prefix` and returns the rest of that line.
    package func line(startingWith prefix: String, within seconds: TimeInterval = 20) async throws -> String {
        let end = Date().addingTimeInterval(seconds)
        repeat {
            for line in output.split(separator: "\n").dropLast(output.hasSuffix("\n") ? 0 : 1)
            where line.hasPrefix(prefix) {
                return String(line.dropFirst(prefix.count))
            }
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(20))
        } while Date() < end
        throw ProcessSaidNothing(wanted: prefix, output: output)
    }

    package func interrupt(_ signal: Int32) { kill(process.processIdentifier, signal) }

    package func exitCode(within seconds: TimeInterval = 20) async throws -> Int32 {
        let end = Date().addingTimeInterval(seconds)
        while process.isRunning, Date() < end { try await Task.sleep(for: .milliseconds(10)) }
        guard !process.isRunning else { throw ProcessRanTooLong(executable: "\(processID)", seconds: seconds) }
        return process.terminationStatus
    }
}

package struct ProcessRanTooLong: Error {
    package let executable: String
    package let seconds: TimeInterval
}

package struct ProcessSaidNothing: Error {
    package let wanted: String
    package let output: String
}
