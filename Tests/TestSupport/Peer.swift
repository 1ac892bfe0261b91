package import Formats
import Foundation

/// A script in `Tests/Peers` that reads cases as JSON lines and answers each with one line.
package struct Peer {
    private let script: String
    private let python: String?

    /// - Parameter python: the interpreter it runs in; by default the one with the peers' packages.
    package init(script: String, python: String? = Peers.python) {
        self.script = script
        self.python = python
    }

    /// The answers, in the order of the cases.
    package func answers(to cases: [JSON], arguments: [String] = []) async throws -> [JSON] {
        let input = cases.flatMap { JSON.write($0, style: .asciiOnly) + [UInt8(ascii: "\n")] }
        let answers = try await lines(input: input, arguments: arguments)
        guard answers.count == cases.count else {
            throw PeerFailed(script: script, text: "\(answers.count) answers to \(cases.count) cases")
        }
        return answers
    }

    /// What the script prints.
    package func lines(input: [UInt8] = [], arguments: [String] = []) async throws -> [JSON] {
        guard let python else { throw PeerIsMissing("a Python with the peers' packages") }
        let path = Fixture.repository + "/Tests/Peers/" + script
        let outcome = try await run(python, [path] + arguments, input: Data(input), timeLimit: 300)
        guard outcome.exitCode == 0 else { throw PeerFailed(script: script, text: outcome.errorText) }
        return try outcome.standardOutput.split(separator: UInt8(ascii: "\n")).map { line in
            try JSON.parse(Array(line), limits: JSON.Limits(depth: 512))
        }
    }
}

package struct PeerFailed: Error, CustomStringConvertible {
    package let script: String
    package let text: String
    package var description: String { "\(script): \(text)" }
}
