import Drift
import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import Reports
import TestSupport
import Testing

@Suite struct MarkdownReportTests {
    private static func text(_ result: AuditResult, _ summary: FleetSummary? = nil) -> String {
        String(decoding: ReportFormat.markdown.bytes(result, summary), as: UTF8.self)
    }

    private static func pageOne(_ text: String) -> [Substring] {
        Array(text.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0 != "---" })
    }

    @Test func `a run with a history is the one that was reviewed`() throws {
        let result = try SampleRun.mixed()
        let lines = Self.text(result, NightBefore.summary(result)).split(
            separator: "\n", omittingEmptySubsequences: false)
        // Behind the groups it is what a first run says.
        let end = try #require(lines.firstIndex(of: "## Causes"))
        try Golden.expect(lines[..<end].map(String.init), Fixture.file("reports/history.md"))
    }

    @Test func `page one prints on one sheet, however large the fleet`() throws {
        let mixed = try SampleRun.mixed()
        #expect(Self.pageOne(Self.text(mixed)).count <= 66)
        let large = try Self.fleet(3_000)
        let trend = NightBefore.trend(
            large, baselineChange: .init(before: "x 1", after: "x 2", added: ["RDP-001"], removed: []))
        let page = Self.pageOne(Self.text(large, FleetSummary(large, trend: trend)))
        // What is folded does not print.
        var depth = 0
        let printed = page.filter { line in
            if line.hasPrefix("<details>") { depth += 1 }
            defer { if line == "</details>" { depth -= 1 } }
            return depth == 0 || line.hasPrefix("<details>")
        }
        #expect(printed.count <= 80, "\(printed.count) lines")
        #expect(printed.filter { !$0.isEmpty }.count <= 60, "\(printed.filter { !$0.isEmpty }.count) lines")
    }

    @Test func `a first run has no column of earlier runs`() throws {
        let result = try SampleRun.mixed()
        let first = Self.text(result)
        #expect(first.contains("|  | This run |\n") && !first.contains("| Change |") && !first.contains("| New |"))
        #expect(!first.contains("Since") && !first.contains("at least once") && !first.contains("of the run before"))
        let later = Self.text(result, NightBefore.summary(result))
        let broken = FleetSummary(result).broken
        #expect(later.contains("|  | This run | Change | 2026-11-19 | 2026-10-11 |\n"))
        #expect(
            later.contains("| Remote Desktop broken | \(broken) | −2 | \(broken + 2) | \(broken + 2) |\n"))
        #expect(later.contains("in the last day: 35 of 40, in 7 days: 38, in 30 days: 39."))
        #expect(later.contains("3 failures of the run before could not be looked at"))
        #expect(later.contains("| 2026-09-01 |"))
    }

    @Test func `another baseline than before is said`() throws {
        let result = try SampleRun.mixed()
        let change = RunTrend.BaselineChange(
            before: "rdp-hardened 1.0", after: "rdp-hardened 1.1", added: ["RDP-001", "RDP-002"], removed: ["OLD-001"])
        let trend = NightBefore.trend(result, baselineChange: change)
        let text = Self.text(result, FleetSummary(result, trend: trend))
        #expect(
            text.contains(
                "**The baseline is not that of the run before** (rdp-hardened 1.0, now rdp-hardened 1.1): 2 controls came "
            ))
        #expect(text.contains("1 control went") && text.contains("OLD-001"))
    }

    @Test func `hosts of equal findings are told together, and every host is told`() throws {
        let result = try Self.fleet(500)
        let text = Self.text(result)
        let start = try #require(text.range(of: "\n## Hosts\n")?.upperBound)
        let hosts = text[start...]
        #expect(hosts.contains(/<summary>\d+ hosts: \d failures?, broken<\/summary>/))
        #expect(hosts.contains(/<summary>\d+ hosts: baseline met<\/summary>/))
        let words = Set(hosts.split { !($0.isLetter || $0.isNumber || $0 == "-") })
        for judgement in result.hosts { #expect(words.contains(Substring(judgement.host.name))) }
        // The same controls for other reasons are one pattern, and whose words it says is said.
        #expect(hosts.contains("others differ)"))
    }

    @Test func `a large fleet makes a file that can be opened`() throws {
        let result = try Self.fleet(10_000)
        let bytes = ReportFormat.markdown.bytes(result, NightBefore.summary(result))
        #expect(bytes.count < 1 << 20, "\(bytes.count)")
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("Which ones: `hosts.csv`.") && text.contains("they stand in `findings.csv`, cause\\_id "))
    }

    @Test func `more kinds of hosts than can be read are still listed`() throws {
        let findings = try Self.passes()
        let failing = try #require(try SampleRun.mixed().hosts.flatMap(\.failures).first)
        // Each host fails another set of controls.
        let hosts = (1...600).map { number in
            HostJudgement(
                host: .fixture("srv-\(number)"),
                findings: findings.enumerated().map { place, finding in
                    guard place < 12, number >> place & 1 == 1 else { return finding }
                    return Finding(
                        control: finding.control, outcome: .fail, because: "odd", wanted: "even",
                        evidence: failing.evidence, remediation: failing.remediation)
                })
        }
        let text = Self.text(try SampleRun.result(hosts))
        #expect(text.contains("200 hosts more, each with its failures; why stands in `findings.csv`:"))
        for number in 1...600 { #expect(text.contains("srv-\(number):") || text.contains("| srv-\(number) |")) }
    }

    // MARK: Readers

    @Test(.enabled(if: Peers.hasPython && Peers.has("/usr/bin/pandoc"), "needs FLEETAUDIT_PEERS and pandoc"))
    func `pandoc finds the structure that we meant, whatever hosts are called`() async throws {
        let result = try TableTests.hostile()
        let seen = try await Self.pandoc(ReportFormat.markdown.bytes(result, NightBefore.summary(result)))
        var depth = 0
        for piece in seen["html"]?.array ?? [] {
            let text = piece.string ?? ""
            #expect(text.wholeMatch(of: /<details><summary>[^<>]*<\/summary>\n?|<\/details>\n?/) != nil, "\(text)")
            depth += text.components(separatedBy: "<details>").count - text.components(separatedBy: "</details>").count
            #expect(depth == 0 || depth == 1, "\(text)")
        }
        #expect(depth == 0)
        let links = (seen["links"]?.array ?? []).compactMap(\.string)
        #expect(!links.isEmpty && links.allSatisfy { $0.hasPrefix("#") }, "\(links)")
        #expect(seen["images"]?.array == [] && seen["lists"]?.array == [])
        for block in seen["code"]?.array ?? [] { #expect(block[0]?.string == "powershell", "\(block)") }
        let headings = (seen["headings"]?.array ?? []).compactMap(\.string)
        #expect(
            headings.allSatisfy { HostileTextTests.headings.contains($0) || $0.contains(#/^[A-Z]+-\d{3}: /#) },
            "\(headings)")
        let rows = (seen["rows"]?.array ?? []).compactMap(\.array)
        let widths = (seen["widths"]?.array ?? []).compactMap { $0.int.map(Int.init) }
        #expect(rows.count > 100 && rows.map(\.count) == widths)
        // A bar in a cell would have pushed the row's last cells out: none of them is empty where it must not be.
        let missing = rows.filter { $0.count == 5 && $0[1].string == "unreachable" }
        #expect(missing.count == SampleRun.hostile.count && missing.allSatisfy { $0[4].string != "" })
    }

    @Test(.enabled(if: Peers.hasPython && Peers.has("/usr/bin/pandoc"), "needs FLEETAUDIT_PEERS and pandoc"))
    func `links lead to sections that are there`() async throws {
        let result = try TableTests.hostile()
        let bytes = ReportFormat.markdown.bytes(result, NightBefore.summary(result))
        let html = try await run("/usr/bin/pandoc", ["-f", "gfm", "-t", "html"], input: Data(bytes)).text
        let links = Set(html.matches(of: /href="#([^"]+)"/).map { String($0.1) })
        #expect(links.count >= 5)
        for link in links { #expect(html.contains("id=\"\(link)\""), "\(link)") }
    }

    private static func pandoc(_ document: [UInt8]) async throws -> JSON {
        let read = try await run("/usr/bin/pandoc", ["-f", "gfm", "-t", "json"], input: Data(document))
        #expect(read.exitCode == 0, "\(read.errorText)")
        let python = try #require(Peers.python)
        let outcome = try await run(
            python, [Fixture.repository + "/Tests/Peers/pandoc_reading.py"], input: read.standardOutput)
        #expect(outcome.exitCode == 0, "\(outcome.errorText)")
        return try JSON.parse([UInt8](outcome.standardOutput))
    }

    // MARK: Fleets

    /// Findings of a healthy server, all of them a pass.
    private static func passes() throws -> [Finding] {
        let evaluator = Evaluator(baseline: try SampleRun.baseline(), now: ControlFixtures.now)
        let facts = ControlCase.facts(try ControlFixtures.template("server"))
        return evaluator.judge(.fixture(), facts).findings.filter { $0.outcome == .pass }
    }

    /// The hosts of the mixed run again and again, in twenty groups.
    private static func fleet(_ count: Int) throws -> AuditResult {
        let kinds = try SampleRun.mixed().hosts
        return try SampleRun.result(
            (0..<count).map { number in
                // Half of them are well, a quarter of them fail in one way.
                let kind = kinds[number % 4 == 0 ? number / 4 % kinds.count : number % 4 == 3 ? 2 : 0]
                let host = AuditedHost.fixture(
                    "srv-\(number)", groups: ["all", "group-\(number % 20)"], state: kind.host.state,
                    reason: kind.host.reason)
                return HostJudgement(host: host, findings: kind.findings, marks: kind.marks, assets: kind.assets)
            })
    }
}
