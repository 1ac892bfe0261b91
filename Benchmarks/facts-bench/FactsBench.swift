import Collection
import Formats
import FoundationEssentials
import Glibc
import HostFacts
import Measure

/// Measures what understanding one host costs, from the lines of its probe to its facts, and prints a table.
///
///     swift run -c release facts-bench [FOLDER OF REGISTRY EXTRACTS [PART OF A NAME]]
@main enum FactsBench {
    static func main() {
        do {
            let folder = CommandLine.arguments.dropFirst().first ?? "Tests/Fixtures/windows-hosts"
            let wanted = CommandLine.arguments.dropFirst(2).first ?? ""
            row("host", ["rules", "lines", "snapshot", "unpack", "decode", "derive", "decode+derive", "heap"])
            for host in try BenchHost.all(folder: folder) where wanted.isEmpty || host.name.contains(wanted) {
                try measure(host)
            }
        } catch {
            print("facts-bench: \(error)")
            exit(1)
        }
    }

    private static func measure(_ host: BenchHost) throws {
        let lines = host.lines
        let sections = sections(lines)
        let reading = reading(sections)
        let unpack = leastTime { FactsBench.sections(lines).count }
        let decode = leastTime { FactsBench.reading(sections).machineKeys.isAbsent ? 2 : 1 }
        let derive = leastTime { HostFacts(reading).isRebootPending.isAbsent ? 2 : 1 }
        row(
            host.name,
            [
                "\(host.ruleCount)", kilobytes(lines.count), kilobytes(snapshot(lines).count), timeText(unpack),
                timeText(decode), timeText(derive), timeText(decode + derive), kilobytes(heap(lines)),
            ])
    }

    /// Lines to the JSON of sections: Base64, gzip, JSON.
    private static func sections(_ lines: [UInt8]) -> [ProbeReply.Section] { ProbeReply(lines).sections }

    /// JSON to what HostFacts starts from.
    private static func reading(_ sections: [ProbeReply.Section]) -> HostReading {
        var answers: [SectionName: SectionAnswer] = [:]
        for section in sections { answers[section.name] = SectionAnswer(section.content) }
        return HostReading(sections: answers)
    }

    /// The most that is held at once: sections, reading and facts (what zlib and the JSON text took is given back).
    private static func heap(_ lines: [UInt8]) -> Int {
        let before = heapBytes()
        let sections = sections(lines)
        let reading = reading(sections)
        let facts = HostFacts(reading)
        let after = heapBytes()
        return withExtendedLifetime((sections, reading, facts)) { after - before }
    }

    /// The host's part of a snapshot.
    private static func snapshot(_ lines: [UInt8]) -> [UInt8] {
        var record = HostRecord(
            name: "web01", address: "web01", groups: [], role: nil, site: nil, state: .audited,
            started: Date(timeIntervalSince1970: 0))
        record.sections = sections(lines).compactMap { section in
            if case .json(let json) = section.content { JSON.Member(section.name.rawValue, json) } else { nil }
        }
        return Gzip.compress(JSON.write(record.json) + [0x0a], level: 1)
    }

    private static func kilobytes(_ bytes: Int) -> String { "\((bytes + 512) / 1_024) KB" }

    private static func row(_ name: String, _ cells: [String]) {
        print(padded(name, 52), cells.map { padded($0, -10) }.joined(separator: " "))
    }
}
