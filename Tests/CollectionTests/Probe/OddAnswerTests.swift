import Collection
import Formats
import Foundation
import HostFacts
import Lab
import TestSupport
import Testing
import Transport

/// Answers of a whole real machine of which something is missing, broken, twice or elsewhere: what it costs is told, and
/// what it does not cost is as it was.
@Suite struct OddAnswerTests {
    private static let machine = Fixture.file("windows-hosts/win7-x86-lab.json")

    private typealias Sections = [(name: SectionName, line: [UInt8])]

    /// Made once: the tests differ in what they do to it.
    private static let recorded = Result<Sections, any Error> {
        var host = RecordedHost(registry: try RegistryImage(extract: try JSON.parse(machine.bytes)))
        for (section, item, value) in items { host.setItem(section, item, value) }
        return SectionName.allCases.enumerated().map { index, name in
            let json = JSON.write(["ms": 1, "data": host.data(name)])
            return (name, ProbeLines.line(index + 1, name.rawValue, String(decoding: json, as: UTF8.self)))
        }
    }

    private static let whole = recorded.map { sections in values(facts(sections.map(\.line)).facts) }

    /// What nobody recorded of that machine.
    private static let items: [(SectionName, String, JSON)] = [
        (
            .os, "engine",
            ["version": "5.1.17763.1", "bits": 64, "elevated": true, "clock": "2026-11-20T02:00:00Z"]
        ),
        (.services, "states", .object(AuditedService.allCases.map { .init($0.rawValue, 4) })),
        (.activeProfiles, "activeProfiles", 1), (.network, "listeners", [3389]),
        (.identity, "machineSID", "S-1-5-21-1-2-3"),
        (.credssp, "tspkg", [6, 1, 7601, 24_000]),
        (
            .machineKeys, "rsa",
            [
                "path": "C:\\K", "sddl": "O:SYG:SYD:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)", "count": 1,
                "files": [["f686aace6942fb7f7ceb231212eef4a4_x", "O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FR;;;NS)"]],
            ]
        ),
        (.machineKeys, "cng", ["path": "C:\\N", "sddl": "O:SY", "count": 0, "files": []]),
        (.machineKeys, "siblings", ["MachineKeys"]),
    ]

    private static func facts(_ lines: [[UInt8]]) -> (state: HostState, facts: HostFacts) {
        let answer = HostAnswer(RemoteOutput(lines.flatMap { $0 } + ProbeLines.end(lines.count)))
        var record = HostRecord(
            name: "h", address: "h", groups: [], role: nil, site: nil, state: answer.state,
            started: Date(timeIntervalSince1970: 0))
        record.sections = answer.sections
        return (answer.state, HostFacts(record.reading))
    }

    private static func values(_ facts: HostFacts) -> [(path: String, value: Collected<FactValue>)] {
        FactDictionary.all.map { ($0.path, $0.read(facts)) }
    }

    @Test func `the order of sections says nothing`() throws {
        let lines = try Self.recorded.get().map(\.line)
        let (state, facts) = Self.facts(lines)
        #expect(state == .audited)
        var generator = SeededGenerator(seed: 31)
        for _ in 0..<3 {
            let (state, shuffled) = Self.facts(lines.shuffled(using: &generator))
            #expect(state == .audited)
            for (before, after) in zip(Self.values(facts), Self.values(shuffled)) {
                #expect(before.value == after.value, "\(before.path)")
            }
        }
    }

    enum Damage: String, Sendable, CaseIterable {
        case missing, damaged, twice, failed
    }

    @Test(arguments: SectionName.allCases, Damage.allCases)
    func `a section that is lost makes its facts unknown, with the reason, and no other`(
        _ section: SectionName, _ damage: Damage
    ) throws {
        let sections = try Self.recorded.get()
        let lines = sections.flatMap { name, line -> [[UInt8]] in
            guard name == section else { return [line] }
            switch damage {
            case .missing: return []
            case .damaged: return [Array(line.dropLast(20)) + [0x0a]]
            case .twice: return [line, line]
            case .failed:
                return [ProbeLines.line(1, name.rawValue, #"{"ms":1,"failed":{"error":"timeout","message":"no"}}"#)]
            }
        }
        let (state, facts) = Self.facts(lines)
        #expect(state == .partial)
        let words =
            switch damage {
            case .missing: "did not answer the section \(section.rawValue)"
            case .damaged: "its line is cut"
            case .twice: "it was answered twice"
            case .failed: "took too long"
            }
        var lost = 0
        for (before, after) in zip(try Self.whole.get(), Self.values(facts)) where before.value != after.value {
            lost += 1
            switch after.value {
            case .failed(let reason):
                // The port of Remote Desktop is in another section than the firewall.
                let follows = ["not known", "cannot be decided"].contains { reason.contains($0) }
                #expect(reason.contains(words) || follows, "\(before.path): \(reason)")
            case .value(let value):
                // Only lists of what went wrong, and words about the decision, say something else instead.
                let mayDiffer = ["firewall.", "certificates.damaged", "certificates.misnamed", "rdp.hiddenLocalValues"]
                #expect(mayDiffer.contains { before.path.hasPrefix($0) }, "\(before.path) = \(value)")
            case .absent, .accessDenied, .unsupported: Issue.record("\(before.path) looks \(after.value)")
            }
        }
        #expect(lost > 0)
    }

    @Test(arguments: [
        ("1601-01-01T00:00:00Z", -11_644_473_600), ("9999-12-31T23:59:59Z", 253_402_300_799),
        ("2016-11-20T02:00:00Z", 1_479_607_200), ("2036-11-20T02:00:00Z", 2_110_759_200),
    ])
    func `a clock that is far off is what the host said`(_ text: String, _ seconds: Double) throws {
        let engine: JSON = ["version": "5.1", "bits": 64, "elevated": true, "clock": .string(text)]
        let reading = HostReading(sections: [.os: .data(["engine": engine])])
        #expect(reading.engine.value?.clock == Date(timeIntervalSince1970: seconds))
        #expect(FactDictionary["probe.clock"]?.read(HostFacts(reading)).value?.text == text)
    }

    /// What the probe sends of a host with 100,000 rules: the first 20,000, and how many there are.
    @Test func `rules beyond the probe's cap make the firewall unknown, not empty`() throws {
        let key = Keys.firewall + #"\FirewallRules"#
        let rules = (0..<20_000).map { number in
            JSON.Member(
                "r\(number)", [1, .string("v2.30|Action=Allow|Active=TRUE|Dir=In|LPort=\(number)|Protocol=6|")])
        }
        let data: JSON = [
            "lists": .object([.init(key, .object(rules))]), "capped": .object([.init(key, 100_000)]),
        ]
        let lines = try Self.recorded.get().map { name, line in
            name == .firewall
                ? ProbeLines.line(1, "firewall", String(decoding: JSON.write(["ms": 1, "data": data]), as: UTF8.self))
                : line
        }
        let (state, facts) = Self.facts(lines)
        #expect(state == .audited)
        let why = Collected<FactValue>.failed("the key holds more values than the probe reads")
        #expect(FactDictionary["firewall.ruleCount"]?.read(facts) == why)
        #expect(FactDictionary["os.name"]?.read(facts).value != nil)
    }

    @Test func `fifty thousand listed key files are read`() throws {
        let files = (0..<50_000).map { JSON.array([.string("f686aace6942fb7f7ceb231212eef4a4_\($0)"), .null]) }
        let folder: JSON = ["path": "C:\\K", "sddl": "O:SY", "count": 50_000, "files": .array(files)]
        let lines = try Self.recorded.get().map { name, line in
            let data: JSON = ["ms": 1, "data": ["rsa": folder, "cng": .null, "siblings": ["MachineKeys"]]]
            return name == .machineKeys
                ? ProbeLines.line(1, "machine-keys", String(decoding: JSON.write(data), as: UTF8.self)) : line
        }
        let (state, facts) = Self.facts(lines)
        #expect(state == .audited)
        #expect(FactDictionary["machineKeys.count"]?.read(facts).value == .integer(50_000))
        #expect(FactDictionary["machineKeys.rdpKey.fileCount"]?.read(facts).value == .integer(50_000))
    }
}
