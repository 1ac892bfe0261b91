import Drift
import Foundation
import HostFacts
import HostFixtures
import Policy
import Reports

/// A history for a result: thirty nights, and one before it on which some things were otherwise.
enum NightBefore {
    static let since = Date(timeIntervalSince1970: 1_788_220_800)  // 2026-09-01

    /// On every third failing host its first failure is new, and on every third host something was mended; a host is gone.
    static func trend(_ result: AuditResult, baselineChange: RunTrend.BaselineChange? = nil) -> RunTrend {
        let controls = result.baseline.controls.map(\.id)
        var differences: [String: JudgementDifference] = [:]
        var failingSince: [String: [String: Date]] = [:]
        var silentRuns: [String: Int] = [:]
        for (number, judgement) in result.hosts.enumerated() {
            let name = judgement.host.name
            let after = HostOutcomes(judgement, controls: controls)
            if judgement.verdict == .notJudged { silentRuns[name] = 1 + number % 4 }
            for (control, outcome) in zip(after.controls, after.outcomes) where outcome == .fail {
                failingSince[name, default: [:]][control] = since
            }
            guard number % 3 == 0 else { continue }
            var outcomes = after.outcomes
            if let place = outcomes.firstIndex(of: .fail) { outcomes[place] = .pass }
            if let place = after.outcomes.firstIndex(of: .pass) { outcomes[place] = .fail }
            let state: HostState = judgement.host.state.isJudged ? judgement.host.state : .audited
            let before = HostOutcomes(host: name, state: state, controls: after.controls, outcomes: outcomes)
            differences[name] = JudgementDifference(before: before, after: after)
        }
        let gone = HostOutcomes(host: "=gone", state: .audited, controls: ["RDP-001"], outcomes: [.fail])
        differences[gone.host] = JudgementDifference(before: gone, after: nil)
        var figures = RunFigures(result.hosts)
        figures.broken += 2
        figures.met = 0
        let series = [40, 1].map { days in
            let moment = result.started.addingTimeInterval(-86_400 * Double(days))
            return PastRun(
                run: "run-\(days)", started: moment, judgedAt: moment, baseline: result.baseline.name,
                baselineVersion: "1", figures: figures)
        }
        return RunTrend(
            series: series, differences: differences, failingSince: failingSince, silentRuns: silentRuns,
            noLongerVisible: 3, coverage: RunTrend.Coverage(day: 35, week: 38, month: 39),
            baselineChange: baselineChange)
    }

    /// A result with its history counted.
    static func summary(_ result: AuditResult) -> FleetSummary { FleetSummary(result, trend: trend(result)) }
}
