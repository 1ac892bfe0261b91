import Drift
import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import Reports
import TestSupport
import Testing

@Suite struct PrometheusReportTests {
    private static func bytes(_ result: AuditResult, _ summary: FleetSummary, exitCode: Int? = 3) -> [UInt8] {
        var bytes: [UInt8] = []
        PrometheusReport.render(result, summary, exitCode: exitCode) { bytes += $0 }
        return bytes
    }

    private static func seen(_ result: AuditResult, _ summary: FleetSummary? = nil) async throws -> [String: JSON] {
        let seen = try await ReportPeer.answer("prometheus_peer.py", bytes(result, summary ?? FleetSummary(result)))
        #expect(seen["violations"]?.array == [], "\(seen["violations"]?.array?.prefix(5) ?? [])")
        return Dictionary(
            (seen["metrics"]?.object ?? []).map { ($0.key, $0.value["samples"] ?? .null) }, uniquingKeysWith: { $1 })
    }

    /// The value of the one sample that has these labels.
    private static func value(_ samples: JSON?, _ labels: [String: String] = [:]) -> Double? {
        let found = (samples?.array ?? []).filter { sample in
            labels.allSatisfy { sample[0]?[$0.key]?.string == $0.value }
        }
        return found.count == 1 ? found[0][1]?.double : nil
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `Prometheus' own client reads the figures of the summary`() async throws {
        let run = try DriftingRun()
        let summary = run.summary
        let seen = try await Self.seen(run.result, summary)
        func expect(_ name: String, _ value: Int, _ labels: [String: String] = [:]) {
            #expect(Self.value(seen["fleetaudit_" + name], labels) == Double(value), "\(name) \(labels)")
        }
        for state in HostState.allCases { expect("hosts", summary.states[state] ?? 0, ["state": state.rawValue]) }
        for verdict in HostJudgement.Verdict.allCases {
            expect("hosts_verdict", summary.verdicts[verdict] ?? 0, ["verdict": verdict.rawValue])
        }
        expect("hosts_judged", summary.judged)
        expect("hosts_broken", summary.broken)
        expect("hosts_exposed", summary.exposed)
        expect("hosts_met", summary.met)
        expect("hosts_met_with_waivers", summary.metWithWaivers)
        for severity in Severity.allCases {
            expect("open_failures", summary.openFailures[severity] ?? 0, ["severity": severity.rawValue])
            expect("waived_failures", summary.waived[severity] ?? 0, ["severity": severity.rawValue])
        }
        expect("unknown_answers", summary.unknowns)
        let byControl = (seen["fleetaudit_control_failures"]?.array ?? [])
        #expect(byControl.count == run.result.baseline.controls.count)
        #expect(byControl.reduce(0) { $0 + ($1[1]?.double ?? 0) } == Double(summary.failureCount))
        expect("control_failures", 1, ["control": "RDP-006", "severity": "high"])
        expect("group_open_failures", summary.failureCount, ["group": "servers"])
        #expect(Self.value(seen["fleetaudit_group_hosts"], ["group": "all"]) == nil, "the whole is no group")
        expect("new_failures", summary.newFailures)
        expect("fixed_failures", summary.fixed)
        expect("invisible_failures", 2)
        expect("hosts_seen", 7, ["days": "7"])
        expect("exit_code", 3)
        expect("incomplete", 1)
        expect("waivers", 1, ["state": "in-force"])
        expect("run_timestamp_seconds", Int(ControlFixtures.now.timeIntervalSince1970))
        #expect(Self.value(seen["fleetaudit_run_duration_seconds"]) == 0.4)
        #expect(
            Self.value(
                seen["fleetaudit_baseline_info"],
                ["name": run.result.baseline.name, "version": run.result.baseline.version])
                == 1)
        let certificates = (seen["fleetaudit_certificates"]?.array ?? []).reduce(0) { $0 + ($1[1]?.double ?? 0) }
        #expect(certificates == Double(summary.judged), "every judged host is in one bucket")
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `without a history or an exit code what needs one is missing, not zero`() async throws {
        let result = try SampleRun.unreachable(2)
        let metrics = try await ReportPeer.answer("prometheus_peer.py", ReportFormat.prometheus.bytes(result))[
            "metrics"]
        for name in ["new_failures", "fixed_failures", "invisible_failures", "hosts_seen", "exit_code"] {
            #expect(metrics?["fleetaudit_" + name] == nil, "\(name)")
        }
        #expect(metrics?["fleetaudit_hosts_judged"]?["samples"]?[0]?[1]?.double == 0)
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `a label keeps every text, and adds no line`() async throws {
        let texts =
            SampleRun.hostile.filter { !$0.isEmpty } + [#"a"} 1"#, "x\nfleetaudit_hosts_met 99", #"\n"#, "é\u{2028}"]
        let hosts = texts.enumerated().map { index, text in
            HostJudgement(host: .fixture("h\(index)", groups: [text], state: .skipped, reason: "x"), findings: [])
        }
        let seen = try await Self.seen(try SampleRun.result(hosts))
        let groups = (seen["fleetaudit_group_hosts"]?.array ?? []).compactMap { $0[0]?["group"]?.string }
        #expect(Set(groups) == Set(texts))
        #expect(Self.value(seen["fleetaudit_hosts_met"]) == 0)
    }

    @Test func `no host is named`() throws {
        let run = try DriftingRun()
        let text = String(decoding: Self.bytes(run.result, run.summary), as: UTF8.self)
        for host in run.result.hosts { #expect(!text.contains(host.host.name), "\(host.host.name)") }
        #expect(ReportFormat.allCases.filter(\.isPublic) == [.prometheus])
    }

    @Test func `the metrics are those that were reviewed`() throws {
        let run = try DriftingRun()
        let lines = String(decoding: Self.bytes(run.result, run.summary), as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        try Golden.expect(lines, Fixture.file("reports/fleetaudit.prom"))
    }
}
