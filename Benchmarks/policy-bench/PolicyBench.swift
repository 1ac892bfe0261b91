import Collection
import Formats
import FoundationEssentials
import HostFacts
import Measure
import Policy

/// Measures what judging a host costs after its facts are known, and what loading a folder of policies costs.
///
///     swift run -c release policy-bench SNAPSHOT [FOLDER OF POLICIES [BASELINE]]
@main enum PolicyBench {
    static func main() {
        do {
            let arguments = CommandLine.arguments
            guard arguments.count >= 2 else {
                print("policy-bench SNAPSHOT [FOLDER OF POLICIES [BASELINE]]")
                return
            }
            let policies = arguments.count > 2 ? arguments[2] : "Policies"
            try judging(arguments[1], policies, arguments.count > 3 ? arguments[3] : "rdp-hardened")
            try loading(policies)
        } catch {
            print("\(error)")
        }
    }

    private static func judging(_ snapshot: String, _ policies: String, _ name: String) throws {
        let baseline = try PolicyFolder(policies).baseline(name)
        var hosts: [(AuditedHost, HostFacts)] = []
        var reader = try SnapshotReader(path: snapshot)
        while let record = try reader.next() {
            guard record.state.isJudged else { continue }
            let facts = HostFacts(record.reading)
            hosts.append((record.audited(facts), facts))
        }
        let evaluator = Evaluator(baseline: baseline, now: Date())
        let judged = hosts.map { evaluator.judge($0.0, $0.1) }
        let failures = judged.map(\.failures.count)
        print(
            "\(baseline.controls.count) controls, \(hosts.count) hosts that differ, \(failures.reduce(0, +)) failures")
        let best = zip(hosts, failures).filter { $1 == 0 }.map(\.0)
        report("every host of the snapshot, in turn", hosts, evaluator)
        if !best.isEmpty { report("hosts on which nothing fails", best, evaluator) }

        // A night's fleet, one host after the other: nothing may pile up.
        let before = heapBytes()
        var count = 0
        while count < 100_000 {
            for (host, facts) in hosts { count += evaluator.judge(host, facts).findings.isEmpty ? 0 : 1 }
            if hosts.isEmpty { break }
        }
        print("heap after \(count) hosts: \((heapBytes() - before) / 1_024) KB more than before")
    }

    private static func report(_ name: String, _ hosts: [(AuditedHost, HostFacts)], _ evaluator: Evaluator) {
        let seconds = leastTime {
            hosts.reduce(0) { $0 + evaluator.judge($1.0, $1.1).findings.count }
        }
        let each = seconds / Double(hosts.count)
        print(padded(name, 46), padded(timeText(each), -12), "a host,", Int(1 / each), "hosts/s")
    }

    /// The shipped controls, again and again under other ids, as a large organisation's folder may be.
    private static func loading(_ policies: String) throws {
        let folder =
            FileManager.default.temporaryDirectory.path + "/policy-bench-\(ProcessInfo.processInfo.processIdentifier)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let files = try FileManager.default.subpathsOfDirectory(atPath: policies + "/controls").sorted()
            .filter { $0.hasSuffix(".yaml") }
        let texts = try files.map { try String(contentsOfFile: policies + "/controls/" + $0, encoding: .utf8) }
        for wanted in [files.count, 1_000, 10_000] {
            try FileManager.default.createDirectory(atPath: folder + "/controls/all", withIntermediateDirectories: true)
            for number in 0..<wanted {
                let id = "\(letters(number / 1_000))-\(String(number % 1_000 + 1_000).dropFirst())"
                let lines = texts[number % texts.count].split(separator: "\n", omittingEmptySubsequences: false)
                let text = lines.map { $0.hasPrefix("id:") ? "id: \(id)" : $0 }.joined(separator: "\n")
                try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/controls/all/\(id).yaml"))
            }
            let seconds = try leastTime { try PolicyFolder(folder).controls.count }
            print(padded("load \(wanted) controls", 46), padded(timeText(seconds), -12))
            try FileManager.default.removeItem(atPath: folder)
        }
    }

    private static func letters(_ number: Int) -> String {
        "B" + String(UnicodeScalar(UInt8(ascii: "A") + UInt8(number % 26)))
    }
}
