import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import Reports
import TestSupport
import Testing

@Suite struct ResultsJSONTests {
    private static let schema = Fixture.repository + "/docs/schemas/results-1.schema.json"

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `results fit their published schema, with a history and without, redacted and not`() async throws {
        let drifting = try DriftingRun()
        var documents = [ReportFormat.json.bytes(drifting.result, drifting.summary)]
        for level in Redaction.Level.allCases {
            let copy = Redaction(level).redacted(drifting.result, drifting.trend)
            documents.append(ReportFormat.json.bytes(copy.result, FleetSummary(copy.result, trend: copy.trend)))
        }
        for result in [try SampleRun.mixed(), try SampleRun.unreachable(2), try SampleRun.result([])] {
            documents.append(ReportFormat.json.bytes(result))
        }
        for document in documents { #expect(try await ReportPeer.violations(of: Self.schema, in: document) == "") }
    }

    @Test func `what changed since the run before stands at the run, the host and the finding`() throws {
        let drifting = try DriftingRun()
        let json = try JSON.parse(ReportFormat.json.bytes(drifting.result, drifting.summary))
        let trend = json["trend"]
        #expect(trend?["previous"]?["run"]?.string == "20261119-020000")
        #expect(trend?["newFailures"]?.int == 1 && trend?["fixed"]?.int == 1 && trend?["noLongerVisible"]?.int == 2)
        #expect(trend?["figures"]?["met"]?.int == Int64(drifting.summary.met))
        func host(_ name: String) throws -> JSON {
            try #require(json["hosts"]?.array?.first { $0["host"]?.string == name })
        }
        func finding(_ name: String, _ control: String) throws -> JSON {
            try #require(try host(name)["findings"]?.array?.first { $0["control"]?.string == control })
        }
        let broken = try finding("srv-broken", "SVC-001")
        #expect(broken["change"]?.string == "newly-failing" && broken["failingSince"]?.string == "2026-11-20T02:00:00Z")
        let open = try finding("srv-open", "RDP-006")
        #expect(open["change"]?.string == "still-failing" && open["failingSince"]?.string == "2026-11-19T02:00:00Z")
        let mended = try finding("srv-mended", "SVC-001")
        #expect(mended["outcome"]?.string == "pass" && mended["change"]?.string == "fixed")
        let silent = try host("srv-zero")
        #expect(silent["presence"]?.string == "became-unreadable" && silent["silentRuns"]?.int == 1)
        #expect(silent["certificates"] == nil && silent["certificatesUntold"] == nil && silent["updates"] == nil)
        let alone = try JSON.parse(ReportFormat.json.bytes(drifting.result))
        #expect(alone["trend"] == nil)
    }

    @Test func `a list that could not be had is missing with a reason, an empty one is empty`() throws {
        func judged(_ assets: HostAssets) throws -> JSON {
            let control = try #require(try SampleRun.baseline().controls.first).statement
            let finding = Finding(
                control: control, outcome: .pass, because: "", wanted: "", evidence: [], remediation: [])
            let host = HostJudgement(host: .fixture("a"), findings: [finding], assets: assets)
            return try #require(try JSON.parse(ReportFormat.json.bytes(try SampleRun.result([host])))["hosts"]?[0])
        }
        let told = try judged(
            HostAssets(
                certificates: .value([]), updates: .value([.init(number: 5_004_442, state: .staged)]),
                isRestartPending: .value(true)))
        #expect(told["certificates"]?.array?.isEmpty == true && told["restartPending"]?.bool == true)
        #expect(told["updates"]?["installed"]?.array?.isEmpty == true)
        #expect(told["updates"]?["staged"]?[0]?.string == "KB5004442")
        let untold = try judged(
            HostAssets(certificates: .accessDenied, updates: .failed("no answer"), isRestartPending: .failed("x")))
        #expect(untold["certificates"] == nil && untold["certificatesUntold"]?.string == "access denied")
        #expect(untold["updates"] == nil && untold["updatesUntold"]?.string == "no answer")
        #expect(untold["restartPending"] == nil)
    }
}
