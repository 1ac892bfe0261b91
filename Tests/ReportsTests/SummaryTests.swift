import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import Reports
import TestSupport
import Testing

@Suite struct SummaryTests {
    private static func judged(_ template: String, _ count: Int, role: String = "admin-server") throws
        -> [HostJudgement]
    {
        let evaluator = Evaluator(baseline: try SampleRun.baseline(), now: ControlFixtures.now)
        let facts = ControlCase.facts(try ControlFixtures.template(template))
        return (0..<count).map { evaluator.judge(.fixture("srv-\($0)", role: role), facts) }
    }

    @Test func `the verdict is a sentence that is right for every count`() throws {
        let table: [([HostJudgement], String)] = [
            ([], "No host was selected, so this report says nothing."),
            (
                try SampleRun.unreachable(1).hosts,
                "The one host could not be audited, so this report says nothing about it."
            ),
            (
                try SampleRun.unreachable(3).hosts,
                "None of the 3 hosts could be audited, so this report says nothing about them."
            ),
            (try Self.judged("server", 1), "No failure was found. The one host was audited."),
            (try Self.judged("server", 2), "No failure was found. All 2 hosts were audited."),
            (
                try Self.judged("server", 1) + SampleRun.notJudged.prefix(1),
                "No failure was found. 1 host could not be audited; this report speaks for 1 of 2."
            ),
            (
                try Self.judged("switched-off", 1),
                "Remote Desktop does not work, or soon will not, on 1 host. The one host was audited."
            ),
            (
                try Self.judged("server", 1, role: "workstation"),
                "Remote Desktop is exposed on 1 host. The one host was audited."
            ),
            (
                try Self.judged("switched-off", 2) + Self.judged("server", 1, role: "workstation"),
                "Remote Desktop does not work, or soon will not, on 2 hosts, and it is exposed on 1. All 3 hosts were audited."
            ),
        ]
        for (hosts, sentence) in table { #expect(FleetSummary(try SampleRun.result(hosts)).verdict == sentence) }
    }

    @Test(arguments: [0, 1, 5])
    func `a fleet without one answer still gives four reports`(_ count: Int) throws {
        let result = try SampleRun.unreachable(count)
        let summary = FleetSummary(result)
        let markdown = String(decoding: ReportFormat.markdown.bytes(result, summary), as: UTF8.self)
        #expect(markdown.contains("| Judged | 0 of \(count) |") && !markdown.contains("Causes"))
        #expect(!markdown.contains("%"), "no share of nothing")
        let json = try JSON.parse(ReportFormat.json.bytes(result, summary))
        #expect(json["summary"]?["hosts"]?.int == Int64(count) && json["hosts"]?.array?.count == count)
        #expect(
            CSVText(ReportFormat.hosts.bytes(result)).rows.count == count
                && CSVText(ReportFormat.findings.bytes(result)).rows.isEmpty)
    }

    @Test func `all four reports show the same figures`() throws {
        let result = try SampleRun.mixed()
        let summary = FleetSummary(result)
        let json = try JSON.parse(ReportFormat.json.bytes(result, summary))
        let hosts = CSVText(ReportFormat.hosts.bytes(result))
        let findings = CSVText(ReportFormat.findings.bytes(result))
        let markdown = String(decoding: ReportFormat.markdown.bytes(result, summary), as: UTF8.self)
        func figure(_ path: String...) -> Int? { path.reduce(json["summary"]) { $0?[$1] }?.int.map { Int($0) } }

        #expect(figure("hosts") == hosts.rows.count && summary.hostCount == hosts.rows.count)
        let judged = hosts.rows.filter { $0["verdict"] != "not-judged" }
        #expect(figure("judged") == judged.count && judged.count == hosts.rows.count - 5)
        #expect(figure("broken") == hosts.rows.count { $0["rdp"] == "broken" })
        #expect(figure("exposed") == hosts.rows.count { $0["exposed"] == "yes" })
        #expect(markdown.contains("| Judged | \(judged.count) of \(hosts.rows.count) |"))
        #expect(markdown.contains("| Remote Desktop broken | \(summary.broken) |"))
        #expect(markdown.contains("| Exposed | \(summary.exposed) |"))
        for verdict in HostJudgement.Verdict.allCases {
            #expect(figure("verdicts", verdict.rawValue) == hosts.rows.count { $0["verdict"] == verdict.rawValue })
        }
        for state in HostState.allCases {
            #expect(figure("states", state.rawValue) == hosts.rows.count { $0["state"] == state.rawValue })
        }
        for severity in [Severity.critical, .high, .medium, .low] {
            let count = findings.rows.count { $0["outcome"] == "fail" && $0["severity"] == severity.rawValue }
            #expect(figure("openFailures", severity.rawValue) == count && count > 0)
            #expect(count == hosts.rows.reduce(0) { $0 + (Int($1["fail_\(severity.rawValue)"] ?? "") ?? 0) })
            #expect(markdown.contains("\(count) \(severity.rawValue)"))
        }
        #expect(markdown.contains("Open failures: \(findings.rows.count { $0["outcome"] == "fail" }) ("))
        let unknowns = findings.rows.count { $0["outcome"] == "unknown" }
        #expect(figure("unknownAnswers") == unknowns && unknowns > 0)
        #expect(markdown.contains("\(unknowns) verdicts are unknown"))
        // Causes: every failure belongs to one, in all outputs.
        let causes = json["causes"]?.array ?? []
        let inCauses = causes.reduce(0) { $0 + ($1["hosts"]?.array?.count ?? 0) }
        #expect(inCauses == summary.failureCount)
        #expect(
            Set(causes.compactMap { $0["id"]?.string })
                == Set(findings.rows.compactMap { $0["cause_id"] }.filter { !$0.isEmpty }))
        #expect(
            summary.groups.last?.failures == summary.failureCount && summary.groups.last?.hosts == summary.hostCount)
    }

    @Test func `every host is in every report, also those that gave no answer`() throws {
        let result = try SampleRun.mixed()
        let markdown = String(decoding: ReportFormat.markdown.bytes(result), as: UTF8.self)
        let words = Set(markdown.split { !($0.isLetter || $0.isNumber || $0 == "-") })
        for judgement in result.hosts {
            let isThere = words.contains(Substring(judgement.host.name))
            #expect(isThere, "\(judgement.host.name)")
        }
        let names = result.hosts.map(\.host.name)
        #expect(CSVText(ReportFormat.hosts.bytes(result)).rows.map { $0["host"] } == names)
        let json = try JSON.parse(ReportFormat.json.bytes(result))
        #expect(json["hosts"]?.array?.compactMap { $0["host"]?.string } == names)
    }

    @Test func `a group called all does not double the whole`() throws {
        let hosts = [HostJudgement(host: .fixture("a", groups: ["all", "b"]), findings: [])]
        #expect(FleetSummary(try SampleRun.result(hosts)).groups.map(\.name) == ["b", "all"])
    }
}

/// A CSV file as its rows by column, by RFC 4180 and nothing else.
struct CSVText {
    private(set) var rows: [[String: String]] = []

    init(_ bytes: [UInt8]) {
        var table: [[String]] = [[]]
        var cell = ""
        var isQuoted = false
        for scalar in String(decoding: bytes.dropFirst(3), as: UTF8.self).unicodeScalars {
            switch scalar {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted:
                table[table.count - 1].append(cell)
                cell = ""
            case "\r" where !isQuoted: break
            case "\n" where !isQuoted:
                table[table.count - 1].append(cell)
                table.append([])
                cell = ""
            default: cell.unicodeScalars.append(scalar)
            }
        }
        guard let header = table.first else { return }
        rows = table.dropFirst().dropLast().map { Dictionary(zip(header, $0), uniquingKeysWith: { first, _ in first }) }
    }
}
