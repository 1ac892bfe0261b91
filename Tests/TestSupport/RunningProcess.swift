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
    let folder = try TemporaryFolder()
    let inputFile = folder.path("in"), outputFile = folder.path("out"), errorFile = folder.path("err")
    try input.write(to: URL(fileURLWithPath: inputFile))
    // Files, not pipes: a chatty program can never block on a reader that is not there yet.
    let program = try SpawnedProgram(
        executable, arguments, environment: environment, directory: directory, input: inputFile, output: outputFile,
        errors: errorFile)
    let end = ContinuousClock.now + .seconds(timeLimit)
    while program.isRunning, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
    guard let exitCode = program.exitCode else {
        throw ProcessRanTooLong(executable: executable, seconds: timeLimit)
    }
    return ProcessOutcome(
        standardOutput: FileManager.default.contents(atPath: outputFile) ?? Data(),
        standardError: FileManager.default.contents(atPath: errorFile) ?? Data(),
        exitCode: exitCode)
}

/// A program that a test starts and that must be gone when the test ends.
package final class RunningProcess {
    private let program: SpawnedProgram
    private let folder: TemporaryFolder
    package let outputPath: String

    /// Standard output and standard error go to one file.
    package init(_ executable: String, _ arguments: [String], environment: [String: String]? = nil) throws {
        folder = try TemporaryFolder()
        outputPath = folder.path("output")
        program = try SpawnedProgram(
            executable, arguments, environment: environment, directory: nil, input: "/dev/null", output: outputPath,
            errors: outputPath)
    }

    package var processID: Int32 { program.processID }
    package var isRunning: Bool { program.isRunning }
    package var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }

    /// Waits until a line of the output starts with `prefix` and returns the rest of that line.
    package func line(startingWith prefix: String, within seconds: TimeInterval = 20) async throws -> String {
        let end = Date().addingTimeInterval(seconds)
        repeat {
            for line in output.split(separator: "\n").dropLast(output.hasSuffix("\n") ? 0 : 1)
            where line.hasPrefix(prefix) {
                return String(line.dropFirst(prefix.count))
            }
            guard program.isRunning else { break }
            try await Task.sleep(for: .milliseconds(20))
        } while Date() < end
        throw ProcessSaidNothing(wanted: prefix, output: output)
    }

    package func interrupt(_ signal: Int32) { program.signal(signal) }

    package func exitCode(within seconds: TimeInterval = 20) async throws -> Int32 {
        let end = ContinuousClock.now + .seconds(seconds)
        while program.isRunning, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
        guard let code = program.exitCode else {
            throw ProcessRanTooLong(executable: "\(processID)", seconds: seconds)
        }
        return code
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
