import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import Reports
import TestSupport
import Testing

@Suite struct JUnitReportTests {
    /// What junitparser and a table of the form say.
    private static func seen(_ result: AuditResult) async throws -> JSON {
        try await ReportPeer.answer("junit_peer.py", ReportFormat.junit.bytes(result))
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `another reader counts what the summary counts`() async throws {
        for result in [
            try DriftingRun().result, try SampleRun.mixed(), try SampleRun.unreachable(3), try SampleRun.result([]),
        ] {
            let seen = try await Self.seen(result)
            #expect(seen["violations"]?.array == [], "\(seen["violations"]?.array?.prefix(5) ?? [])")
            let summary = FleetSummary(result)
            let findings = result.hosts.flatMap(\.findings)
            let partial = result.hosts.count { $0.host.state == .partial && $0.verdict != .notJudged }
            #expect(seen["tests"]?.int == Int64(findings.count + result.hosts.count))
            #expect(seen["failures"]?.int == Int64(summary.failureCount))
            #expect(seen["errors"]?.int == Int64(summary.unknowns + summary.notAudited.count + partial))
            #expect(
                seen["skipped"]?.int
                    == Int64(summary.waivedCount + findings.count { $0.outcome == .notApplicable }))
        }
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `every outcome has its own result, and a host without an answer is an error`() async throws {
        let run = try DriftingRun()
        let seen = try await Self.seen(run.result)
        let cases = (seen["cases"]?.array ?? []).map { $0.array?.compactMap(\.string) ?? [] }
        func found(_ host: String, _ start: String) throws -> [String] {
            try #require(cases.first { $0[0] == host && $0[2].hasPrefix(start) })
        }
        let failure = try found("srv-open", "RDP-006 ")
        #expect(failure[1] == "fleetaudit.srv-open" && failure[3] == "failures" && failure[4] == "high")
        for part in ["wanted: ", "seen: rdp.listener.userAuthentication.effective = 0", "fix (", "why: "] {
            #expect(failure[6].contains(part), "\(part)")
        }
        let waived = try found("srv-waived", "RDP-006 ")
        #expect(waived[3] == "skipped" && waived[4] == "waived")
        #expect(
            waived[5]
                == #"waived: high failure, waiver WV-7 until 2027-03-31 (Jo Owner, CHG-4411): Old <thin> clients "A" & B"#
        )
        let unknown = try found("srv-part", "FW-001 ")
        #expect(unknown[3] == "errors" && unknown[4] == "unknown")
        let silent = try found("srv-zero", JUnitReport.auditCase)
        #expect(
            silent[3] == "errors" && silent[4] == "unreachable" && silent[5] == "unreachable: no answer on port 5985")
        #expect(cases.count { $0[0] == "srv-zero" } == 1)
        #expect(try found("srv-part", JUnitReport.auditCase)[3] == "errors", "a part of the answer is missing")
        #expect(try found("srv-ok", JUnitReport.auditCase)[3] == "pass")
        #expect(cases.allSatisfy { $0[3] != "skipped" || $0[4] == "waived" || $0[4] == "not-applicable" })
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `text that wants to be more stays text`() async throws {
        let hostile = SampleRun.hostile + ["]]>", "<![CDATA[", "\u{fffe}\u{ffff}", "&#0;", "\"'><error/>", "a.b.c"]
        let hosts = hostile.map {
            HostJudgement(host: .fixture("dead" + $0, state: .unreachable, reason: $0 + "."), findings: [])
        }
        let dead = try await Self.seen(try SampleRun.result(hosts))
        #expect(dead["violations"]?.array == [], "\(dead["violations"]?.array?.prefix(5) ?? [])")
        #expect(dead["tests"]?.int == Int64(hostile.count) && dead["errors"]?.int == Int64(hostile.count))
        let judged = try SampleRun.hostileHosts()
        let seen = try await Self.seen(judged)
        #expect(seen["violations"]?.array == [], "\(seen["violations"]?.array?.prefix(5) ?? [])")
        #expect(seen["failures"]?.int == Int64(FleetSummary(judged).failureCount))
        let bytes = ReportFormat.junit.bytes(judged)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(
            text.unicodeScalars.allSatisfy {
                $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7f && !(0x202a...0x202e).contains($0.value)
            })
    }

    @Test func `the report is the one that was reviewed`() throws {
        let run = try DriftingRun()
        let lines = String(decoding: ReportFormat.junit.bytes(run.result, run.summary), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        try Golden.expect(lines, Fixture.file("reports/junit.xml"))
    }
}

/// A program that we did not write reads a report and says what it sees.
enum ReportPeer {
    static func answer(_ script: String, _ input: [UInt8]) async throws -> JSON {
        let python = try #require(Peers.python)
        let outcome = try await run(python, [Fixture.repository + "/Tests/Peers/" + script], input: Data(input))
        #expect(outcome.exitCode == 0, "\(outcome.errorText)")
        return try JSON.parse([UInt8](outcome.standardOutput))
    }

    /// What a JSON document violates of a schema; empty when it fits.
    static func violations(of schema: String, in document: [UInt8]) async throws -> String {
        let python = try #require(Peers.python)
        let folder = try TemporaryFolder()
        let file = try folder.write(String(decoding: document, as: UTF8.self), to: "document.json")
        let outcome = try await run(
            python, [Fixture.repository + "/Tests/Peers/schema_peer.py", "--whole", schema, file])
        #expect(outcome.exitCode < 2, "\(outcome.errorText)")
        return outcome.exitCode == 0 ? "" : outcome.text + outcome.errorText
    }
}
