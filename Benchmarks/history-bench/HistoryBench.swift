import Collection
import Drift
import Formats
import FoundationEssentials
import Glibc
import History
import HostFacts
import Measure
import Policy

/// Measures what keeping runs costs: time to write, growth of the file, time to read again.
///
///     swift run -c release history-bench SNAPSHOT [HOSTS [FOLDER OF POLICIES [BASELINE]]]
///
/// The hosts of the snapshot are taken again and again, each time as other machines; the file is made in the folder that
/// TMPDIR names.
@main enum HistoryBench {
    static func main() async {
        do {
            let arguments = CommandLine.arguments
            guard arguments.count >= 2 else {
                print("history-bench SNAPSHOT [HOSTS [FOLDER OF POLICIES [BASELINE]]]")
                return
            }
            let fleet = try BenchFleet(
                snapshot: arguments[1], hosts: arguments.count > 2 ? Int(arguments[2]) ?? 10_000 : 10_000,
                policies: arguments.count > 3 ? arguments[3] : "Policies",
                baseline: arguments.count > 4 ? arguments[4] : "rdp-hardened")
            try await nights(fleet)
        } catch {
            print("\(error)")
        }
    }

    private static func nights(_ fleet: BenchFleet) async throws {
        let folder =
            FileManager.default.temporaryDirectory.path + "/history-bench-\(ProcessInfo.processInfo.processIdentifier)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/history.sqlite"
        let first = fleet.night(0, changed: 0)
        print(
            "\(first.result.hosts.count) hosts, \(first.result.baseline.controls.count) controls, "
                + "\(first.result.hosts.reduce(0) { $0 + $1.failures.count }) failures")
        print(
            padded("night", 34), padded("facts", -9), padded("write", -9), padded("CPU", -9), padded("growth", -10),
            "a host")
        var nights: [BenchFleet.Night] = []
        try await record(first, "the first", path)
        for number in 1...3 {
            let night = fleet.night(number, changed: 0)
            try await record(night, "only volatile facts changed", path)
            nights.append(night)
        }
        for number in 4...5 {
            try await record(fleet.night(number, changed: 0.03), "3 % of the hosts changed", path)
        }
        try await record(fleet.night(6, changed: 0), "as in night 3", path)

        let database = try HistoryDatabase(path, for: .reading)
        let run = try await database.resolve("last")
        try await timed("trend") { try await database.trend(for: nights[2].result).differences.count }
        try await timed("outcomes of a run") { try await database.outcomes(of: run).count }
        try await timed("result of a run") { try await database.result(of: run).hosts.count }
        let before = try await database.resolve("last~2")
        try await timed("facts that changed between two runs") {
            try await database.factChanges(from: before, to: run).count
        }
        try await timed("verify") { try await database.verify().count }
        print("peak memory: \(peakMemory() / 1_024) MB")
    }

    private static func record(_ night: BenchFleet.Night, _ name: String, _ path: String) async throws {
        let before = size(path)
        let (facts, wall, processor) = try await write(night, path)
        // The last connection takes its journal in when it goes.
        let growth = size(path) - before
        print(
            padded(name, 34), padded(timeText(facts), -9), padded(timeText(wall), -9),
            padded(timeText(processor), -9), padded("\(growth / 1_024) KB", -10),
            "\(growth / max(1, night.facts.count)) bytes")
    }

    private static func write(
        _ night: BenchFleet.Night, _ path: String
    ) async throws -> (facts: Double, wall: Double, processor: Double) {
        let database = try HistoryDatabase(path, for: .writing)
        let known = try await database.begin(night.result.run)
        var hosts: [HostToRecord] = []
        hosts.reserveCapacity(night.result.hosts.count)
        var facts = 0.0
        for (judgement, host) in zip(night.result.hosts, night.facts) {
            let known = host().map { host in
                let start = processorSeconds()
                defer { facts += processorSeconds() - start }
                return StableFacts(host, known: known)
            }
            hosts.append(HostToRecord(judgement, facts: known))
        }
        let start = processorSeconds()
        let clock = ContinuousClock.now
        for batch in stride(from: 0, to: hosts.count, by: 64) {
            try await database.add(Array(hosts[batch..<min(batch + 64, hosts.count)]))
        }
        try await database.commit(night.result)
        return (facts, (ContinuousClock.now - clock).seconds, processorSeconds() - start)
    }

    private static func timed(_ name: String, _ body: () async throws -> Int) async throws {
        let start = processorSeconds()
        let count = try await body()
        print(padded(name, 34), padded(timeText(processorSeconds() - start), -9), "(\(count))")
    }

    private static func size(_ path: String) -> Int {
        var status = stat()
        var size = 0
        for file in [path, path + "-wal"] where stat(file, &status) == 0 { size += Int(status.st_size) }
        return size
    }

    private static func processorSeconds() -> Double {
        var usage = rusage()
        getrusage(0, &usage)  // RUSAGE_SELF, which is imported as another type
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        return seconds(usage.ru_utime) + seconds(usage.ru_stime)
    }

    /// In kilobytes.
    private static func peakMemory() -> Int {
        var usage = rusage()
        getrusage(0, &usage)
        return usage.ru_maxrss
    }
}

extension Duration {
    fileprivate var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
