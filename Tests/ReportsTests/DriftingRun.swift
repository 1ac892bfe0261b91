import Drift
import Foundation
import HostFacts
import HostFixtures
import Lab
import Policy
import Reports
import TestSupport
import Testing

/// A run with one host for everything that can happen between two nights: with a waiver, a previous run, and certificates.
struct DriftingRun {
    let result: AuditResult
    let trend: RunTrend

    var summary: FleetSummary { FleetSummary(result, trend: trend) }

    init() throws {
        let folder = try TemporaryFolder()
        let waivers = """
            waivers:
              - { id: WV-7, controls: [RDP-006, RDP-005], hosts: srv-waived, reason: 'Old <thin> clients "A" & B',
                  owner: Jo Owner, ticket: CHG-4411, approver: Ann Approver, expires: 2027-03-31 }

            """
        let register = try WaiverRegister(
            [folder.write(waivers, to: "w.yaml")], controls: ControlFixtures.controlFiles.keys, at: ControlFixtures.now)
        let now = try Self.hosts(register, broken: "SVC-001", mended: nil, isSilent: true)
        let before = try Self.hosts(register, broken: nil, mended: "SVC-001", isSilent: false)
        func result(_ hosts: [HostJudgement], _ run: String, _ moment: Date) throws -> AuditResult {
            AuditResult(
                run: run, started: moment, judgedAt: moment, baseline: BaselineStatement(try SampleRun.baseline()),
                hosts: hosts, programVersion: "0.0-test", probe: String(repeating: "ab", count: 32),
                unchecked: ["srv-ok": ["host key"]], waivers: register)
        }
        self.result = try result(now, "20261120-020000", ControlFixtures.now)
        trend = Self.trend(from: try result(before, "20261119-020000", ControlFixtures.now - 86_400), to: self.result)
    }

    private static func hosts(
        _ register: WaiverRegister, broken: String?, mended: String?, isSilent: Bool
    ) throws -> [HostJudgement] {
        let evaluator = Evaluator(
            baseline: try SampleRun.baseline(), now: ControlFixtures.now, waivers: register, hostNames: ["srv-waived"])
        func judge(_ name: String, _ control: String?) throws -> HostJudgement {
            let facts = try control.map { control in
                try #require(
                    try ControlFixtures.cases.get().first { $0.control == control && $0.outcome == .fail }
                ).facts
            }
            return evaluator.judge(
                .fixture(name, groups: ["servers"], role: "admin-server"),
                try facts ?? ControlCase.facts(try ControlFixtures.template("server")))
        }
        let part = AuditedHost.fixture("srv-part", state: .partial, reason: "the section firewall did not come")
        return [
            try judge("srv-broken", broken), try judge("srv-mended", mended), try judge("srv-ok", nil),
            try judge("srv-open", "RDP-006"),
            evaluator.judge(
                part, ControlCase.facts(try ControlFixtures.template("server"), lost: [.firewall, .machineKeys])),
            try judge("srv-waived", "RDP-006"),
            isSilent
                ? HostJudgement(
                    host: .fixture("srv-zero", state: .unreachable, reason: "no answer on port 5985"), findings: [])
                : try judge("srv-zero", "RDP-006"),
        ]
    }

    private static func trend(from before: AuditResult, to after: AuditResult) -> RunTrend {
        let controls = after.baseline.controls.map(\.id)
        let earlier = Dictionary(
            before.hosts.map { ($0.host.name, HostOutcomes($0, controls: controls)) }, uniquingKeysWith: { $1 })
        var trend = RunTrend(
            series: [
                PastRun(
                    run: before.run, started: before.started, judgedAt: before.judgedAt, baseline: before.baseline.name,
                    baselineVersion: before.baseline.version, figures: RunFigures(before.hosts))
            ],
            silentRuns: ["srv-zero": 1], noLongerVisible: 2, coverage: .init(day: 6, week: 7, month: 7))
        for host in after.hosts {
            let name = host.host.name
            let difference = JudgementDifference(
                before: earlier[name], after: HostOutcomes(host, controls: controls, keepsReasons: true))
            guard let difference else { continue }
            trend.differences[name] = difference
            for finding in host.failures {
                let isNew = difference.changes.contains { $0.control == finding.control.id && $0.kind.isWorse }
                trend.failingSince[name, default: [:]][finding.control.id] = isNew ? after.started : before.started
            }
        }
        return trend
    }
}
