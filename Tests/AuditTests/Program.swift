import Foundation
import TestSupport
import Testing

/// Tests of the whole program; one after the other, since some look at the clock.
@Suite(.serialized) enum AuditTests {}

/// The product's program, built beside the tests.
enum Program {
    static let path: String = {
        let tests = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (tests as NSString).deletingLastPathComponent + "/fleetaudit"
    }()

    /// Runs it from the repository's root, where it finds its policies.
    static func run(
        _ arguments: [String], environment: [String: String] = [:], directory: String = Fixture.repository,
        timeLimit: TimeInterval = 120
    ) async throws -> ProcessOutcome {
        var all = ProcessInfo.processInfo.environment
        for name in all.keys where name.hasPrefix("FLEETAUDIT_") { all[name] = nil }
        return try await TestSupport.run(
            path, arguments, environment: all.merging(environment) { $1 }, directory: directory, timeLimit: timeLimit)
    }

    /// Runs a shell command line in which `$0` is the program.
    static func shell(_ line: String, _ arguments: [String], timeLimit: TimeInterval = 120) async throws
        -> ProcessOutcome
    {
        try await TestSupport.run(
            "/bin/sh", ["-c", line, path] + arguments, directory: Fixture.repository, timeLimit: timeLimit)
    }
}

/// `results.json`, read by Foundation's reader.
struct Results: Decodable {
    struct Host: Decodable {
        struct Finding: Decodable {
            var control: String
            var outcome: String
        }
        var host: String
        var state: String
        var verdict: String
        var reason: String?
        var findings: [Finding]?

        func controls(_ outcome: String) -> [String] {
            (findings ?? []).filter { $0.outcome == outcome }.map(\.control).sorted()
        }
    }
    var run: String
    var hosts: [Host]

    init(folder: String) throws {
        self = try JSONDecoder().decode(
            Results.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/results.json")))
    }

    func host(_ name: String) throws -> Host { try #require(hosts.first { $0.host == name }) }
}

/// The one run in a folder of reports.
func onlyRun(in reports: String) throws -> String {
    let runs = runs(in: reports)
    try #require(runs.count == 1, "\(runs)")
    return reports + "/" + runs[0]
}

/// Whether a run has begun in a folder of reports; unlike ``onlyRun(in:)`` it may be asked before.
func hasRun(in reports: String) -> Bool {
    !runs(in: reports).isEmpty
}

/// The names of the runs in a folder of reports, oldest first; the history and the lock lie beside them.
func runs(in reports: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: reports)) ?? [])
        .filter { !$0.hasPrefix(".") && !$0.hasPrefix("history.sqlite") }.sorted()
}

/// Holds a file against one of our schemas, by a validator that is not ours; nothing without the Python peers.
func expectSchema(_ schema: String, of file: String, _ options: String...) async throws {
    guard Peers.hasPython else { return }
    let python = try #require(Peers.python)
    let checker = Fixture.repository + "/Tests/Peers/schema_peer.py"
    let outcome = try await TestSupport.run(
        python, [checker] + options + [Fixture.repository + "/docs/schemas/\(schema).schema.json", file])
    #expect(outcome.exitCode == 0, "\(outcome.text)\(outcome.errorText)")
}

/// A snapshot's text; `gzip` is the independent reader.
func snapshotText(_ run: String) async throws -> String {
    let outcome = try await TestSupport.run("/bin/sh", ["-c", "gzip -dc \"$0\"", run + "/snapshot.jsonl.gz"])
    return outcome.text
}
