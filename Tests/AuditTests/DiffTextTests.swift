import Console
import Drift
import Foundation
import HostFacts
import HostFixtures
import Policy
import TestSupport
import Testing

@testable import fleetaudit

/// What `diff` prints, held against reviewed text.
@Suite struct DiffTextTests {
    typealias Host = ComparedFleet.Host

    private static let nla = "rdp.listener.userAuthentication"
    private static let reachable = "firewall.rdp.decidedBy.domain"

    private static func host(
        nla: Int64 = 1, source: String = "local", rule: String = "allow rule Remote Desktop",
        _ outcomes: [String: Finding.Outcome] = [:], build: Int64 = 17763
    ) -> Host {
        let all = ["FW-001": Finding.Outcome.pass, "RDP-006": .pass, "RDP-008": .pass, "CERT-003": .pass]
        var host = Host(
            outcomes: all.merging(outcomes) { $1 },
            facts: [
                Self.nla + ".effective": .integer(nla), Self.nla + ".source": .text(source),
                Self.reachable: .text(rule), "os.build": .integer(build), "os.machineGuid": .text("g"),
                "os.machineSID": .text("S-1-5-21-1"), "os.computerName": .text("SRV"),
            ])
        for (control, outcome) in outcomes where outcome == .fail {
            host.evidence[control] = control == "FW-001" ? [Self.reachable] : [Self.nla + ".effective"]
        }
        return host
    }

    private static func silent(_ reason: String) -> Host {
        var host = Host(outcomes: [:])
        host.state = .unreachable
        host.reason = reason
        return host
    }

    /// A night on which everything happened.
    private static var difference: RunDifference {
        var hosts: [(name: String, before: Host?, after: Host?)] = []
        for number in 1...33 {
            hosts.append(
                (
                    String(format: "ws-%04d", number), host(nla: 0, ["RDP-006": .fail, "RDP-008": .fail]),
                    host(nla: 1, source: "policy")
                ))
        }
        for name in ["srv-rds-014", "srv-rds-015"] {
            hosts.append((name, host(), host(rule: "block rule Block 3389, from GPO SRV-FW-Base", ["FW-001": .fail])))
        }
        hosts.append(
            (
                "srv-adm-031", host(), host(nla: 0, source: "policy", ["RDP-006": .fail, "RDP-008": .fail])
            ))
        hosts.append(("srv-sql-007", host(), host(["CERT-003": .fail])))
        hosts.append(("srv-sql-008", host(["CERT-003": .waived]), host(["CERT-003": .fail])))
        hosts.append(("srv-key-001", host(), host(["CERT-003": .unknown])))
        hosts.append(("srv-old-001", host(nla: 0, ["RDP-006": .fail]), silent("no answer on port 5985 in 5 s")))
        hosts.append(("srv-old-002", silent("no such name"), silent("no such name")))
        hosts.append(("srv-new-001", nil, host(nla: 0, ["RDP-006": .fail])))
        hosts.append(("srv-gone-001", host(), nil))
        hosts.append(("srv-back-001", silent("no answer"), host()))
        var other = host(nla: 0, ["RDP-006": .fail])
        other.facts?["os.machineGuid"] = .text("h")
        other.facts?["os.machineSID"] = .text("S-1-5-21-2")
        hosts.append(("srv-twin-001", host(), other))
        var renamed = host()
        renamed.facts?["os.computerName"] = .text("SRV-2")
        hosts.append(("srv-name-001", host(), renamed))
        hosts.append(("srv-upd-001", host(), host(build: 20348)))
        hosts.append(("srv-odd-\u{202e}\u{1b}[2J", host(), host(build: 20348)))
        var denied = host()
        denied.facts?["os.build"] = .accessDenied
        hosts.append(("srv-acl-001", host(), denied))
        hosts.append(("srv-bad-001", host(nla: 0, ["RDP-006": .fail]), host(nla: 0, ["RDP-006": .fail])))
        return ComparedFleet.difference(
            hosts, since: ["srv-bad-001": ["RDP-006": ComparedFleet.start.addingTimeInterval(-86_400 * 200)]])
    }

    private static func account(_ difference: RunDifference) -> DiffAccount {
        DiffAccount(
            difference: difference, names: ("20261119-020000", "20261120-020000"), isJudgedToday: false, selections: [])
    }

    private static func text(columns: Int?, all: Bool = false, more: Bool = false, _ difference: RunDifference) throws
        -> [String]
    {
        let account = account(difference)
        return try printed(columns: columns) { output in
            DiffText(account: account, showsAll: all, showsStill: more, showsFacts: more)
                .print(on: output, account.exitCode(threshold: .high), .high)
        }
    }

    static func printed(columns: Int?, _ body: (Output) -> Void) throws -> [String] {
        let folder = try TemporaryFolder()
        let path = try folder.write("", to: "out")
        let file = try #require(FileHandle(forWritingAtPath: path))
        let terminal = Terminal(descriptor: file.fileDescriptor, columns: columns)
        let output = Output(
            program: "fleetaudit", options: ConsoleOptions(), standardOutput: terminal, standardError: terminal)
        body(output)
        try output.finish()
        try file.close()
        return try String(contentsOfFile: path, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false
        )
        .map(String.init).dropLast()
    }

    private static func golden(_ name: String) -> Fixture {
        Fixture.file("diff/" + name)
    }

    @Test func `a night at 80 columns`() throws {
        let lines = try Self.text(columns: 80, Self.difference)
        try Golden.expect(lines, Self.golden("night.80.txt"))
        for line in lines { #expect(Text.width(line) <= 80, "\(line)") }
        #expect(!lines.contains { $0.contains("\u{1b}") || $0.contains("\u{202e}") })
    }

    @Test func `with everything that stays and every fact`() throws {
        try Golden.expect(Self.text(columns: 80, more: true, Self.difference), Self.golden("night.still.facts.80.txt"))
    }

    @Test func `in a pipe nothing is wrapped, and with --all no host is missing`() throws {
        let lines = try Self.text(columns: nil, all: true, more: true, Self.difference)
        try Golden.expect(lines, Self.golden("night.all.piped.txt"))
        for number in 1...33 { #expect(lines.contains { $0.contains(String(format: "ws-%04d", number)) }) }
    }

    @Test func `nothing changed is said in a line`() throws {
        let lines = try Self.text(
            columns: 80, ComparedFleet.difference([("web01", Self.host(), Self.host())]))
        #expect(lines.contains("Nothing changed."))
        #expect(lines.last?.hasPrefix("exit 0: ") == true)
    }

    @Test func `text, JSON and tally say the same figures`() throws {
        let account = Self.account(Self.difference)
        let tally = account.difference.tally
        let json = try DiffDocument(account.json(exitCode: account.exitCode(threshold: .high)))
        let lines = try Self.text(columns: 80, more: true, Self.difference).joined(separator: "\n")
        let worse = tally.count(.newlyFailing) + tally.count(.unwaived)
        #expect(
            lines.contains(
                "\(worse) new failures, \(tally.count(.fixed)) fixed, 1 no longer visible, \(tally.count(.stillFailing)) still failing."
            ))
        #expect(
            lines.contains("NEWLY FAILING \(tally.count(.newlyFailing)) on \(tally.hosts[.newlyFailing] ?? 0) hosts"))
        for kind in JudgementDifference.ControlChange.Kind.allCases {
            #expect(json.summary.changes[kind.rawValue] == tally.count(kind))
            let told = json.changes.filter { $0.change == kind.rawValue }
            guard kind.isChange, kind != .added, kind != .removed else { continue }
            #expect(told.reduce(0) { $0 + $1.hosts.count * $1.controls.count } == tally.count(kind), "\(kind)")
        }
        #expect(json.exitCode == 3)
        #expect(account.exitCode(threshold: nil) == .incomplete)
    }

    @Test(.enabled(if: Peers.hasPython)) func `what programs get fits its schema`() async throws {
        let folder = try TemporaryFolder()
        let account = Self.account(Self.difference)
        let file = folder.path("diff.json")
        try Data(account.json(exitCode: .drift)).write(to: URL(fileURLWithPath: file))
        try await expectSchema("diff-1", of: file, "--whole")
        let empty = Self.account(ComparedFleet.difference([]))
        try Data(empty.json(exitCode: .success)).write(to: URL(fileURLWithPath: file))
        try await expectSchema("diff-1", of: file, "--whole")
    }
}

/// The members of `diff --format json` that tests look at.
struct DiffDocument: Decodable {
    struct Run: Decodable {
        struct Figures: Decodable {
            var hosts: Int
            var judged: Int
        }
        var name: String
        var run: String
        var baseline: String
        var figures: Figures
    }
    struct Summary: Decodable {
        var changes: [String: Int]
        var hosts: [String: Int]
        var presences: [String: Int]
        var noLongerVisible: Int
        var factsChanged: Int
        var hostsWithoutFacts: Int
    }
    struct Fact: Decodable {
        struct Side: Decodable {
            var shown: String
            var source: String?
        }
        var fact: String
        var change: String
        var before: Side
        var after: Side
        var hosts: [String]?
    }
    struct Change: Decodable {
        struct Control: Decodable {
            var control: String
            var severity: String
        }
        var change: String
        var circumstance: String
        var controls: [Control]
        var facts: [Fact]
        var hosts: [String]
    }
    struct Lasting: Decodable {
        var control: String
        var since: String?
        var hosts: [String]
    }
    struct Machine: Decodable {
        var host: String
        var anotherMachine: Bool
    }
    var against: String
    var exitCode: Int32
    var before: Run
    var after: Run
    var summary: Summary
    var changes: [Change]
    var stillFailing: [Lasting]
    var facts: [Fact]
    var machines: [Machine]
}

extension DiffDocument {
    init(_ bytes: [UInt8]) throws {
        self = try JSONDecoder().decode(DiffDocument.self, from: Data(bytes))
    }
}
