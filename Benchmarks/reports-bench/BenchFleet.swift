import Drift
import FoundationEssentials
import HostFacts
import Lab
import Policy
import PolicyCases

/// A fleet of any size, made of the lab's hosts, each judged by itself, and the night before it.
struct BenchFleet {
    let result: AuditResult
    let trend: RunTrend

    /// - Parameter count: hosts, of which each fiftieth gave no answer.
    init(_ count: Int, lab: String, policies: String) throws {
        let definition = try LabFleetReader.read(folder: lab)
        let kinds = definition.hosts.map { $0.host.facts() }
        let baseline = try PolicyFolder(policies).baseline("rdp-hardened")
        let evaluator = Evaluator(baseline: baseline, now: definition.judgedAt)
        let started = definition.judgedAt
        let hosts = (0..<count).map { number in
            let isSilent = number % 50 == 49
            let facts = kinds[number % kinds.count]
            return evaluator.judge(Self.host(number, facts, isSilent: isSilent, at: started), isSilent ? nil : facts)
        }
        result = AuditResult(
            run: "20261120-020000", started: started, judgedAt: started, baseline: BaselineStatement(baseline),
            hosts: hosts, programVersion: "bench", probe: String(repeating: "0", count: 64), unchecked: [:])
        trend = Self.trend(hosts, baseline.controls.map(\.id), figures: RunFigures(hosts), baseline, started)
    }

    private static func host(_ number: Int, _ facts: HostFacts, isSilent: Bool, at now: Date) -> AuditedHost {
        let site = ["berlin", "lyon", "porto", "turin"][number % 4]
        let role = ["admin-server", "session-host", "jump-host", "workstation"][number / 7 % 4]
        let windows = facts.windows.value
        return AuditedHost(
            name: "srv-\(site)-\(number)", address: "10.\(number >> 16).\(number >> 8 & 255).\(number & 255)",
            groups: ["all", "windows", role, site], role: role, site: site, state: isSilent ? .unreachable : .audited,
            reason: isSilent ? "no answer on port 5985 within 5 s" : "",
            advice: isSilent ? "Check power, name and the firewall in between." : "",
            transport: isSilent ? nil : "winrm", authentication: "ntlm", seconds: 0.4 + Double(number % 90) / 100,
            collected: now, osName: isSilent ? nil : windows?.name, osVersion: isSilent ? nil : windows?.version)
    }

    /// Thirty earlier nights; since the last one, on each twentieth host one thing failed anew and one was mended.
    private static func trend(
        _ hosts: [HostJudgement], _ controls: [String], figures: RunFigures, _ baseline: Baseline, _ now: Date
    ) -> RunTrend {
        var differences: [String: JudgementDifference] = [:]
        var since: [String: [String: Date]] = [:]
        var silent: [String: Int] = [:]
        for (number, host) in hosts.enumerated() {
            let name = host.host.name
            let after = HostOutcomes(host, controls: controls)
            if after.outcomes.isEmpty { silent[name] = 1 + number % 12 }
            var outcomes = after.outcomes
            if number % 20 == 0, let failed = outcomes.firstIndex(of: .fail),
                let passed = outcomes.firstIndex(of: .pass)
            {
                (outcomes[failed], outcomes[passed]) = (.pass, .fail)
            }
            let before = HostOutcomes(host: name, state: host.host.state, controls: after.controls, outcomes: outcomes)
            if let difference = JudgementDifference(before: before, after: after), !difference.changes.isEmpty {
                differences[name] = difference
            }
            for (control, outcome) in zip(after.controls, after.outcomes) where outcome == .fail {
                since[name, default: [:]][control] = now.addingTimeInterval(-86_400 * Double(number % 90))
            }
        }
        let series = (1...30).reversed().map { day in
            let moment = now.addingTimeInterval(-86_400 * Double(day))
            return PastRun(
                run: "2026-\(day)", started: moment, judgedAt: moment, baseline: baseline.name,
                baselineVersion: baseline.version, figures: figures)
        }
        return RunTrend(
            series: series, differences: differences, failingSince: since, silentRuns: silent,
            coverage: RunTrend.Coverage(day: hosts.count * 49 / 50, week: hosts.count, month: hosts.count))
    }
}
