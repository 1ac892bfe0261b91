import Foundation
import Testing

/// Output that is held against a reviewed file.
package enum Golden {
    private static let isRecording = ProcessInfo.processInfo.environment["FLEETAUDIT_RECORD"] == "1"

    /// Compares line by line; with `FLEETAUDIT_RECORD=1` the file is written anew instead, and the test fails so that
    /// nobody forgets to look at the difference.
    package static func expect(_ lines: [String], _ golden: Fixture) throws {
        if isRecording {
            let url = URL(fileURLWithPath: golden.path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: url)
            Issue.record("recorded \(golden.name): review the difference, then run again without FLEETAUDIT_RECORD")
            return
        }
        let wanted = try golden.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            .dropLast()
        // One line more or less makes all that follow differ: the first differences say it.
        let differences = zip(lines, wanted).enumerated().filter { $0.element.0 != $0.element.1 }
        for (index, pair) in differences.prefix(10) {
            Issue.record("\(golden.name), line \(index + 1):\n  is     \(pair.0)\n  wanted \(pair.1)")
        }
        if differences.count > 10 { Issue.record("\(golden.name): \(differences.count - 10) more lines differ") }
        #expect(lines.count == wanted.count, "\(golden.name)")
    }
}
