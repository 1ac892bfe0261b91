import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import Reports
import TestSupport
import Testing

/// Accepted failures stand in every report, with the same figures, and totals with and without them.
@Suite struct WaiverReportTests {
    static func entry(
        _ id: String, _ controls: String, hosts: String = "all", reason: String = "Old thin clients",
        owner: String = "Ops", expires: String = "2027-03-31"
    ) -> String {
        /// Every scalar by its number: what YAML would fold or refuse comes through.
        func quoted(_ text: String) -> String {
            "\"" + text.unicodeScalars.map { String(format: "\\U%08X", $0.value) }.joined() + "\""
        }
        return """
            - { id: \(id), controls: [\(controls)], hosts: \(quoted(hosts)), reason: \(quoted(reason)), owner: \(quoted(owner)), ticket: CHG-1, approver: CISO, expires: \(expires) }

            """
    }

    static func register(_ entries: [String]) throws -> WaiverRegister {
        if entries.isEmpty { return .empty }
        let folder = try TemporaryFolder()
        return try WaiverRegister(
            [folder.write("waivers:\n" + entries.joined(), to: "w.yaml")], controls: ControlFixtures.controlFiles.keys,
            at: ControlFixtures.now)
    }

    /// A healthy host, one that breaks and one that exposes, under waivers.
    private static func result(_ entries: [String]) throws -> AuditResult {
        let register = try register(entries)
        let evaluator = Evaluator(
            baseline: try SampleRun.baseline(), now: ControlFixtures.now, waivers: register,
            hostNames: ["srv-ok", "srv-broken", "srv-open", "srv-dead"])
        let cases = try ControlFixtures.cases.get()
        func facts(_ control: String) throws -> HostFacts {
            try #require(cases.first { $0.control == control && $0.outcome == .fail }).facts
        }
        let server = ControlCase.facts(try ControlFixtures.template("server"))
        let hosts = [
            evaluator.judge(.fixture("srv-ok", role: "admin-server"), server),
            evaluator.judge(.fixture("srv-broken", role: "admin-server"), try facts("SVC-001")),
            evaluator.judge(.fixture("srv-open", role: "admin-server"), try facts("RDP-006")),
            evaluator.judge(.fixture("srv-dead", state: .unreachable, reason: "no answer"), nil),
        ]
        return AuditResult(
            run: "20261120-020000", started: ControlFixtures.now, judgedAt: ControlFixtures.now,
            baseline: BaselineStatement(try SampleRun.baseline()), hosts: hosts, programVersion: "0.0-test", probe: "",
            unchecked: [:],
            waivers: register)
    }

    private static func section(_ title: String, of result: AuditResult) -> [String] {
        let text = String(decoding: ReportFormat.markdown.bytes(result), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let start = lines.firstIndex(of: "## " + title) else { return [] }
        return [lines[start]] + lines[(start + 1)...].prefix { !$0.hasPrefix("## ") }
    }

    @Test func `figures stand with and without waivers, and agree in every report`() throws {
        let open = FleetSummary(try Self.result([]))
        let control = try #require(try Self.result([]).hosts[1].failures.first?.control.id)
        let waived = Set(try Self.result([]).hosts.dropFirst().flatMap { $0.failures.map(\.control.id) }).sorted()
        let result = try Self.result([Self.entry("WV-1", waived.joined(separator: ", "))])
        let summary = FleetSummary(result)
        #expect(open.failureCount > 1 && !control.isEmpty)
        #expect(summary.failureCount == 0 && summary.broken == 0 && summary.exposed == 0)
        #expect(summary.withoutWaivers.failures == open.openFailures && summary.waived == open.openFailures)
        #expect(summary.withoutWaivers.broken == open.broken && summary.withoutWaivers.exposed == open.exposed)
        #expect(summary.met == open.met && summary.metWithWaivers == 3 && summary.causes.isEmpty)
        #expect(
            summary.verdict.hasPrefix(
                "No failure was found that is not waived. \(open.failureCount) failures are waived;"))

        let findings = CSVText(ReportFormat.findings.bytes(result)).rows.filter { $0["outcome"] == "waived" }
        #expect(findings.count == summary.waivedCount)
        for row in findings {
            #expect(row["outcome_without_waiver"] == "fail" && row["waiver_id"] == "WV-1")
            #expect(row["waiver_until"] == "2027-03-31" && row["waiver_owner"] == "Ops")
            #expect(row["waiver_ticket"] == "CHG-1" && row["waiver_approver"] == "CISO" && row["cause_id"] == "")
            #expect(row["wanted"]?.isEmpty == false && row["seen"]?.isEmpty == false)
        }
        let hosts = CSVText(ReportFormat.hosts.bytes(result)).rows
        #expect(hosts.compactMap { Int($0["waived"] ?? "") }.reduce(0, +) == summary.waivedCount)
        #expect(hosts.map { $0["verdict"] } == ["met", "met-with-waivers", "met-with-waivers", "not-judged"])

        let json = try JSON.parse(ReportFormat.json.bytes(result, summary))
        #expect(json["summary"]?["verdicts"]?["met-with-waivers"]?.int == 2)
        let without = json["summary"]?["withoutWaivers"]
        #expect(without?["broken"]?.int == Int64(open.broken) && without?["exposed"]?.int == Int64(open.exposed))
        #expect(json["waivers"]?[0]?["findings"]?.int == Int64(summary.waivedCount))
        let outcomes = (json["hosts"]?.array ?? []).flatMap { $0["findings"]?.array ?? [] }
        let marked = outcomes.filter { $0["outcome"]?.string == "waived" }
        #expect(marked.count == summary.waivedCount && marked.allSatisfy { $0["waivers"]?[0]?.string == "WV-1" })

        let markdown = String(decoding: ReportFormat.markdown.bytes(result, summary), as: UTF8.self)
        for line in [
            "| Remote Desktop broken | 0 (without waivers \(open.broken)) |",
            "| Exposed | 0 (without waivers \(open.exposed)) |", "| Baseline met | 1 (33.3 % of those judged) |",
            "| Baseline met with waivers | 3 (100.0 % of those judged) |",
            "Under [waivers](#waivers): \(summary.waivedCount). Without waivers: \(open.failureCount) open failures.",
        ] { #expect(markdown.contains(line), "\(line)") }
    }

    @Test func `a run without waivers says nothing of them`() throws {
        let result = try Self.result([])
        let markdown = String(decoding: ReportFormat.markdown.bytes(result), as: UTF8.self)
        #expect(!markdown.lowercased().contains("waiver"))
        let json = try JSON.parse(ReportFormat.json.bytes(result))
        #expect(json["waivers"] == nil && json["summary"]?["withoutWaivers"] == nil)
    }

    @Test func `the section of waivers is the one that was reviewed`() throws {
        let result = try Self.result([
            Self.entry("WV-1", "RDP-006", hosts: "srv-*", expires: "2026-11-30"),
            Self.entry("WV-2", "SVC-001", hosts: "srv-broken", expires: "2026-11-19"),
            Self.entry("WV-3", "RDP-006"), Self.entry("WV-4", "KEY-005", hosts: "no-such-host"),
            Self.entry("WV-5", "CERT-002", hosts: "srv-dead", expires: "2029-01-01"),
        ])
        try Golden.expect(Self.section("Waivers", of: result), Fixture.file("reports/waivers.md"))
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `what people write into a waiver is text in every report`() async throws {
        let texts = SampleRun.hostile.filter { text in text.contains { !$0.isWhitespace } && !text.contains("\0") }
        #expect(texts.count > 30)
        let result = try Self.result(
            texts.enumerated().map { Self.entry("WV-\($0)", "RDP-006", reason: $1, owner: $1) })
        let summary = FleetSummary(result)
        let seen = try await Self.answer("markdown_peer.py", ReportFormat.markdown.bytes(result, summary))
        for piece in seen["html"]?.array ?? [] {
            let text = piece.string ?? ""
            #expect(text.wholeMatch(of: /<\/details>\n?|<details><summary>[^<>]*<\/summary>\n?/) != nil, "\(text)")
        }
        let links = (seen["links"]?.array ?? []).compactMap(\.string)
        #expect(links.allSatisfy { $0.hasPrefix("#") }, "\(links)")
        #expect(seen["images"]?.array?.isEmpty == true && seen["lists"]?.array?.isEmpty == true)
        // A text that broke its row would leave another number of cells, or none that begins with its id.
        let rows = (seen["rows"]?.array ?? []).compactMap(\.array).filter { $0.first?.string?.hasPrefix("WV-") == true }
        #expect(rows.filter { $0.count == 11 }.count == texts.count)
        for (name, bytes) in [
            ("findings", ReportFormat.findings.bytes(result)), ("hosts", ReportFormat.hosts.bytes(result)),
        ] {
            let cells = try await Self.answer("csv_cells.py", bytes)
            #expect(cells["formulas"]?.array == [], "\(name)")
        }
        let json = try JSON.parse(ReportFormat.json.bytes(result, summary))
        #expect((json["waivers"]?.array ?? []).compactMap { $0["reason"]?.string } == texts)
        for scalar in String(decoding: ReportFormat.markdown.bytes(result, summary), as: UTF8.self).unicodeScalars {
            #expect(scalar == "\n" || scalar.value >= 0x20 && !(0x202a...0x202e).contains(scalar.value))
        }
    }

    private static func answer(_ script: String, _ input: [UInt8]) async throws -> JSON {
        let python = try #require(Peers.python)
        let outcome = try await run(python, [Fixture.repository + "/Tests/Peers/" + script], input: Data(input))
        #expect(outcome.exitCode == 0, "\(outcome.errorText)")
        return try JSON.parse([UInt8](outcome.standardOutput))
    }
}
