import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import Reports
import TestSupport
import Testing

@Suite struct SummaryJSONTests {
    private static let schema = Fixture.repository + "/docs/schemas/summary-1.schema.json"

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `the summary fits its published schema`() async throws {
        let run = try DriftingRun()
        var documents = [SummaryJSON.render(run.result, run.summary, exitCode: 3, folder: "reports/20261120-020000")]
        for result in [
            try SampleRun.mixed(), try SampleRun.unreachable(12), try SampleRun.result([]),
            try SampleRun.hostileHosts(),
        ] {
            documents.append(SummaryJSON.render(result, FleetSummary(result), exitCode: 0, folder: nil))
        }
        for document in documents {
            #expect(try await ReportPeer.violations(of: Self.schema, in: document) == "")
        }
    }

    @Test func `the figures are the summary's, and the bits of the exit code have names`() throws {
        let run = try DriftingRun()
        let summary = run.summary
        let table: [(Int, [String])] = [
            (0, []), (1, ["failures"]), (2, ["incomplete"]), (3, ["failures", "incomplete"]), (73, []), (130, []),
        ]
        for (exitCode, reasons) in table {
            let json = try JSON.parse(SummaryJSON.render(run.result, summary, exitCode: exitCode, folder: nil))
            #expect(json["exitCode"]?.int == Int64(exitCode))
            #expect(json["exitReasons"]?.array?.compactMap(\.string) == reasons)
            #expect(json["folder"] == nil)
        }
        let json = try JSON.parse(SummaryJSON.render(run.result, summary, exitCode: 3, folder: "out/run"))
        #expect(json["verdict"]?.string == summary.verdict && json["folder"]?.string == "out/run")
        #expect(json["figures"]?["judged"]?.int == Int64(summary.judged))
        #expect(json["figures"]?["openFailures"]?["critical"]?.int == Int64(summary.openFailures[.critical] ?? 0))
        #expect(json["change"]?["run"]?.string == "20261119-020000")
        #expect(json["change"]?["newFailures"]?.int == Int64(summary.newFailures))
        #expect(json["change"]?["noLongerVisible"]?.int == 2)
        let causes = json["causes"]?.array ?? []
        #expect(causes.count == min(summary.causes.count, 10))
        #expect(json["furtherCauses"]?.int == Int64(max(summary.causes.count - 10, 0)))
        #expect(causes.first?["control"]?.string == summary.causes.first?.control.id)
        #expect(json["notAudited"]?[0]?["reason"]?.string == "no answer on port 5985")
    }

    @Test func `a command that is told of a run gets no evidence, address or account`() throws {
        let hosts = (0..<30).map { index in
            HostJudgement(
                host: .fixture(
                    "quiet-\(index)", state: .refused,
                    reason: "10.1.2.\(index) refused CORP\\svc-audit (reason \(index))"), findings: [])
        }
        let silent = try SampleRun.result(hosts + (try SampleRun.mixed().hosts))
        let summary = FleetSummary(silent)
        let text = String(
            decoding: SummaryJSON.render(silent, summary, exitCode: 3, folder: nil), as: UTF8.self)
        for word in ["10.1.2.", "svc-audit", "192.0.2.1", "quiet-", "srv-", "S-1-5-21", "(A;"] {
            #expect(!text.contains(word), "\(word)")
        }
        let json = try JSON.parse(Array(text.utf8))
        let told = (json["notAudited"]?.array ?? []).reduce(0) { $0 + ($1["hosts"]?.int ?? 0) }
        #expect(told + (json["notAuditedForOtherReasons"]?.int ?? 0) == Int64(summary.notAudited.count))
    }

    @Test func `the summary is the one that was reviewed`() throws {
        let run = try DriftingRun()
        let bytes = SummaryJSON.render(run.result, run.summary, exitCode: 3, folder: "reports/20261120-020000")
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        try Golden.expect(lines.dropLast().map(String.init), Fixture.file("reports/summary.json"))
    }
}
