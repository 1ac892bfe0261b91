import Drift
import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import Reports
import TestSupport
import Testing

/// The tables that people work in: stable columns, figures that add up, and nothing that a spreadsheet would run.
@Suite struct TableTests {
    private static let tables: [(format: ReportFormat, columns: [String])] = [
        (.findings, FindingsCSV.columns), (.hosts, HostsCSV.columns), (.certificates, CertificatesCSV.columns),
        (.updates, UpdatesCSV.columns), (.actionPlan, ActionPlanCSV.columns), (.changes, ChangesCSV.columns),
        (.waivers, WaiversCSV.columns),
    ]

    private static func rows(
        _ format: ReportFormat, _ result: AuditResult, _ summary: FleetSummary? = nil
    ) -> [[String: String]] {
        CSVText(format.bytes(result, summary)).rows
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"), arguments: tables.indices)
    func `no table holds a formula, and every row has all columns`(_ place: Int) async throws {
        let (format, columns) = Self.tables[place]
        let result = try Self.hostile()
        let bytes = format.bytes(result, NightBefore.summary(result))
        let python = try #require(Peers.python)
        let outcome = try await run(
            python, [Fixture.repository + "/Tests/Peers/csv_cells.py"], input: Data(bytes), timeLimit: 120)
        #expect(outcome.exitCode == 0, "\(outcome.errorText)")
        let seen = try JSON.parse([UInt8](outcome.standardOutput))
        #expect(seen["formulas"]?.array == [], "\(seen["formulas"]?.array?.prefix(5) ?? [])")
        let rows = seen["rows"]?.array ?? []
        #expect(rows.count > 10 && rows.first?.array?.compactMap(\.string) == columns)
        for row in rows { #expect(row.array?.count == columns.count) }
    }

    @Test(arguments: tables.indices)
    func `a byte order mark is there unless it is unwanted`(_ place: Int) throws {
        let format = Self.tables[place].format
        let result = try SampleRun.unreachable(1)
        var plain: [UInt8] = []
        format.render(result, FleetSummary(result), byteOrderMark: false) { plain += $0 }
        #expect(format.bytes(result) == [0xef, 0xbb, 0xbf] + plain && plain.first != 0xef)
    }

    @Test func `a first run has no trend, and empty columns say so`() throws {
        let result = try SampleRun.mixed()
        for row in Self.rows(.findings, result) {
            #expect(row["change"] == "" && row["failing_since_utc"] == "")
        }
        for row in Self.rows(.hosts, result) { #expect(row["new"] == "" && row["fixed"] == "") }
        #expect(Self.rows(.changes, result).isEmpty)
        #expect(Self.rows(.actionPlan, result).allSatisfy { $0["since_utc"] == "" })
    }

    @Test func `trend columns say the same in every table`() throws {
        let result = try SampleRun.mixed()
        let summary = NightBefore.summary(result)
        let findings = Self.rows(.findings, result, summary)
        let hosts = Self.rows(.hosts, result, summary)
        let changes = Self.rows(.changes, result, summary)
        func sum(_ rows: [[String: String]], _ column: String) -> Int {
            rows.reduce(0) { $0 + (Int($1[column] ?? "") ?? 0) }
        }
        #expect(summary.newFailures > 3 && summary.fixed > 3)
        #expect(findings.count { $0["change"] == "newly-failing" } == summary.newFailures)
        #expect(findings.count { $0["change"] == "fixed" } == summary.fixed)
        #expect(sum(hosts, "new") == summary.newFailures && sum(hosts, "fixed") == summary.fixed)
        #expect(changes.count { $0["change"] == "newly-failing" } == summary.newFailures)
        #expect(changes.count { $0["change"] == "fixed" } == summary.fixed)
        #expect(!changes.contains { $0["change"] == "still-failing" })
        for row in findings {
            #expect((row["failing_since_utc"] == "2026-09-01T00:00:00Z") == (row["outcome"] == "fail"))
        }
        for row in changes where row["change"] == "newly-failing" {
            #expect(row["before"] == "pass" && row["after"] == "fail" && row["because"]?.isEmpty == false)
            #expect(row["previous_run_id"] == "run-1" && row["failing_since_utc"] == "2026-09-01T00:00:00Z")
        }
        let gone = changes.filter { $0["host"] == "'=gone" }
        #expect(gone.map { $0["host_change"] } == ["vanished"])
        let silent = changes.filter { $0["host_change"] == "became-unreadable" }
        #expect(!silent.isEmpty && silent.allSatisfy { $0["change"] == "" && $0["because"] != "" })
        for row in hosts {
            let isJudged = row["verdict"] != "not-judged"
            #expect((row["silent_runs"] == "0") == isJudged && row["silent_runs"] != "")
            #expect((row["new"] == "") == !isJudged)
        }
    }

    @Test func `controls that only one baseline has are no change`() throws {
        let result = try SampleRun.mixed()
        var trend = NightBefore.trend(result)
        let host = try #require(result.hosts.first)
        let after = HostOutcomes(host, controls: result.baseline.controls.map(\.id))
        let before = HostOutcomes(
            host: after.host, state: .audited, controls: Array(after.controls.dropFirst()) + ["OLD-001"],
            outcomes: Array(after.outcomes.dropFirst()) + [.pass])
        trend.differences = [after.host: try #require(JudgementDifference(before: before, after: after))]
        #expect(Self.rows(.changes, result, FleetSummary(result, trend: trend)).count == 2)
        trend.baselineChange = .init(before: "x 1", after: "x 2", added: [after.controls[0]], removed: ["OLD-001"])
        #expect(Self.rows(.changes, result, FleetSummary(result, trend: trend)).isEmpty)
    }

    @Test func `the action plan adds up, and leaves room for people`() throws {
        let result = try SampleRun.mixed()
        let summary = NightBefore.summary(result)
        let rows = Self.rows(.actionPlan, result, summary)
        let whole = rows.filter { $0["group"] == "all" }
        #expect(whole.map { $0["cause_id"] } == summary.causes.map(\.id))
        #expect(whole.reduce(0) { $0 + (Int($1["failures"] ?? "") ?? 0) } == summary.failureCount)
        for group in summary.groups.dropLast() {
            let own = rows.filter { $0["group"] == group.name }
            #expect(own.reduce(0) { $0 + (Int($1["failures"] ?? "") ?? 0) } == group.failures, "\(group.name)")
        }
        #expect(rows.contains { $0["group"] == "clients" })
        for row in rows {
            #expect([row["owner"], row["due"], row["decision"], row["comment"]] == ["", "", "", ""])
            #expect(row["fix"] != "" && row["severity"] != "" && row["since_utc"] == "2026-09-01T00:00:00Z")
        }
        let findings = Self.rows(.findings, result, summary)
        #expect(
            Set(findings.compactMap { $0["cause_id"] }.filter { $0 != "" })
                == Set(rows.compactMap { $0["cause_id"] }))
    }

    @Test func `a certificate that cannot be read is no missing certificate`() throws {
        let day = 86_400.0
        func certificate(_ left: Double?, from: Double? = -100, isServed: Bool = false) -> HostAssets.Certificate {
            HostAssets.Certificate(
                store: .personal, thumbprint: "00E1", subject: "CN=a", issuer: "CN=b",
                notBefore: from.map { ControlFixtures.now.addingTimeInterval($0 * day) },
                notAfter: left.map { ControlFixtures.now.addingTimeInterval($0 * day) }, isServed: isServed,
                isMadeForRemoteDesktop: false, isSelfIssued: true, key: "RSA 2048")
        }
        let all = [
            certificate(-0.5, isServed: true), certificate(0.5), certificate(29.5), certificate(89), certificate(90),
            certificate(nil), certificate(500, from: 1),
        ]
        let result = try Self.result([
            ("some", .value(all)), ("none", .value([])), ("denied", .accessDenied), ("lost", .failed("it was cut off")),
        ])
        let rows = Self.rows(.certificates, result)
        #expect(
            rows.map { $0["status"] } == [
                "expired", "ends-within-7-days", "ends-within-30-days", "ends-within-90-days", "valid", "end-unknown",
                "not-yet-valid", "none", "not-read", "not-read", "not-read",
            ])
        #expect(rows.prefix(7).map { $0["days_left"] } == ["-1", "0", "29", "89", "90", "", "500"])
        #expect(rows[0]["served"] == "yes" && rows[1]["served"] == "no" && rows[0]["self_signed"] == "yes")
        #expect(rows.suffix(4).map { $0["status_reason"] } == ["", "access denied", "it was cut off", "no answer"])
        #expect(rows.suffix(4).allSatisfy { $0["thumbprint"] == "" && $0["served"] == "" })
    }

    @Test func `an update is a KB, and a host that does not tell them has a row`() throws {
        var result = try Self.result([])
        let told = HostAssets(
            certificates: .value([]),
            updates: .value([.init(number: 5_066_782, state: .installed), .init(number: 890_830, state: .staged)]),
            isRestartPending: .value(true))
        let untold = HostAssets(
            certificates: .value([]), updates: .unsupported("has none"), isRestartPending: .accessDenied)
        result = try SampleRun.result(
            [("a", told), ("b", untold)].map { name, assets in
                HostJudgement(host: .fixture(name), findings: try Self.findings(), assets: assets)
            } + result.hosts)
        let rows = Self.rows(.updates, result)
        #expect(rows.map { $0["kb"] } == ["KB5066782", "KB890830", "", ""])
        #expect(rows.map { $0["state"] } == ["installed", "staged", "not-read", "not-read"])
        #expect(rows.map { $0["state_reason"] } == ["", "", "has none", "no answer"])
        #expect(Self.rows(.hosts, result).map { $0["pending_restart"] } == ["yes", "unknown", ""])
    }

    @Test func `the object that owns a setting stands beside it`() throws {
        let result = try Self.hostile()
        let owned = Self.rows(.findings, result).filter { $0["gpo"] != "" }
        #expect(!owned.isEmpty && owned.allSatisfy { $0["gpo"] == "'=GPO\n'@other" })
    }

    @Test func `no identifier is a number to a spreadsheet`() throws {
        let rows = Self.rows(.findings, try SampleRun.mixed())
        let names = rows.compactMap { $0["finding_id"] } + rows.compactMap { $0["cause_id"] }.filter { $0 != "" }
        #expect(names.count > 2_000 && Set(rows.compactMap { $0["finding_id"] }).count == rows.count)
        for name in names { #expect(name.wholeMatch(of: /[g-v][0-9a-f]{11}/) != nil, "\(name)") }
    }

    @Test func `a sink that is full ends the writing with its own words`() throws {
        struct Full: Error {}
        let result = try SampleRun.mixed()
        for table in Self.tables {
            var pieces = 0
            do throws(Full) {
                try table.format.render(result, FleetSummary(result)) { _ throws(Full) in
                    pieces += 1
                    throw Full()
                }
                Issue.record("\(table.format): nothing was thrown")
            } catch {}
            #expect(pieces == 1)
        }
    }

    @Test func `a large table comes in pieces that end with a row`() throws {
        let some = try SampleRun.mixed().hosts
        let result = try SampleRun.result((0..<20).flatMap { _ in some })
        var pieces: [[UInt8]] = []
        FindingsCSV.render(result, FleetSummary(result)) { pieces.append($0) }
        #expect(pieces.count > 10 && pieces.allSatisfy { $0.count < 2 << 20 && $0.suffix(2) == [0x0d, 0x0a] })
        #expect(pieces.flatMap(\.self) == ReportFormat.findings.bytes(result))
    }

    // MARK: Made-up results

    /// Findings of a healthy server.
    private static func findings() throws -> [Finding] {
        let evaluator = Evaluator(baseline: try SampleRun.baseline(), now: ControlFixtures.now)
        return evaluator.judge(.fixture(), ControlCase.facts(try ControlFixtures.template("server"))).findings
    }

    /// Judged hosts with these certificates, and one that gave no answer.
    private static func result(
        _ hosts: [(name: String, certificates: Collected<[HostAssets.Certificate]>)]
    ) throws -> AuditResult {
        let findings = try findings()
        return try SampleRun.result(
            hosts.map { name, certificates in
                HostJudgement(
                    host: .fixture(name), findings: findings,
                    assets: HostAssets(
                        certificates: certificates, updates: .value([]), isRestartPending: .value(false)))
            } + [HostJudgement(host: .fixture("dead", state: .unreachable, reason: "no answer"), findings: [])])
    }

    /// Hostile text wherever a table has text: hosts, groups, certificates, policy objects, waivers.
    static func hostile() throws -> AuditResult {
        let result = try SampleRun.hostileHosts()
        let texts = SampleRun.hostile.filter { text in text.contains { !$0.isWhitespace } && !text.contains("\0") }
        func action(_ text: String) -> RemediationAction {
            RemediationAction(
                summary: text, place: .policy, policyPath: text, policyObject: text, effect: .immediate, risk: text)
        }
        let hosts = result.hosts.enumerated().map { index, judgement in
            let text = SampleRun.hostile[index % SampleRun.hostile.count]
            let certificate = HostAssets.Certificate(
                store: .personal, thumbprint: text, subject: text, issuer: text, notBefore: nil, notAfter: nil,
                isServed: true, isMadeForRemoteDesktop: true, isSelfIssued: false, key: text)
            let findings = judgement.findings.map { finding in
                guard index == 0, finding.outcome == .fail else { return finding }
                return Finding(
                    control: finding.control, outcome: .fail, because: text, wanted: text, evidence: finding.evidence,
                    remediation: [action("=GPO"), action("@other"), action("=GPO")])
            }
            return HostJudgement(
                host: judgement.host, findings: findings, marks: judgement.marks,
                assets: HostAssets(
                    certificates: .value([certificate]),
                    updates: index % 2 == 0 ? .failed(text) : .value([.init(number: 1, state: .installed)]),
                    isRestartPending: .absent))
        }
        return AuditResult(
            run: result.run, started: result.started, judgedAt: result.judgedAt, baseline: result.baseline,
            hosts: hosts, programVersion: "=1", probe: "=1", unchecked: result.unchecked,
            waivers: try WaiverReportTests.register(
                texts.enumerated().map { WaiverReportTests.entry("WV-\($0)", "RDP-006", reason: $1, owner: $1) }))
    }
}
