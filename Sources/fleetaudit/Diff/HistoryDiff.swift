import Console
import Drift
import FoundationEssentials
import History
import HostFacts
import Policy

/// Compares runs of the history, as they were judged then.
struct HistoryDiff {
    let database: HistoryDatabase
    let selection: DiffSelection

    /// - Parameters:
    ///   - before: a run's name; `nil`: the run before of the same series.
    ///   - after: a run's name; `nil`: the newest run.
    func compare(_ before: String?, _ after: String?) async throws -> DiffAccount {
        let later = try await run(after)
        let result = try await result(of: later)
        let trend = try await trend(for: result)
        let earlier: StoredRun
        if let before {
            earlier = try await run(before)
        } else {
            guard let previous = trend.previous else {
                throw CommandFailure(
                    "no run before \(later.name) was judged by \(later.past.baseline) and has mostly the same hosts",
                    help: "give two runs; fleetaudit history lists them", .usage)
            }
            earlier = try await run(previous.run)
        }
        guard earlier.name != later.name else {
            throw CommandFailure("\(later.name) is compared with itself", help: "give another run", .usage)
        }
        let difference = try await difference(earlier, try await self.result(of: earlier), later, result, trend)
        return DiffAccount(
            difference: difference, names: (earlier.name, later.name), isJudgedToday: false,
            selections: selection.sentences)
    }

    func fromBaseline(_ name: String?) async throws -> BaselineDiff {
        let run = try await run(name)
        let result = try await result(of: run)
        return try BaselineDiff(
            result, try await trend(for: result), name: run.name, hasHistory: true, selection)
    }

    func fromPeers(_ name: String?) async throws -> PeerDiff {
        let run = try await run(name)
        var hosts = SnapshotDeviations.Hosts()
        for judgement in try await result(of: run).hosts {
            let host = judgement.host
            let facts = host.state.isJudged ? try await facts(of: run, host: host.name) : nil
            hosts.add(host.name, role: host.role, groups: host.groups, facts.map { .kept($0) })
        }
        return try await PeerDiff(run.past, name: run.name, hosts, selection)
    }

    // MARK: What the history holds

    /// - Parameter name: `nil`: the newest run.
    private func run(_ name: String?) async throws -> StoredRun {
        try await remembered { () throws(HistoryError) in try await database.resolve(name ?? "last") }
    }

    private func result(of run: StoredRun) async throws -> AuditResult {
        try await remembered { () throws(HistoryError) in try await database.result(of: run) }
    }

    private func trend(for result: AuditResult) async throws -> RunTrend {
        try await remembered { () throws(HistoryError) in try await database.trend(for: result) }
    }

    /// By path; `nil` when the run kept none of the host.
    private func facts(of run: StoredRun, host: String) async throws -> [String: Collected<FactValue>]? {
        let facts = try await remembered { () throws(HistoryError) in try await database.facts(of: run, host: host) }
        return facts.map { Dictionary($0.map { ($0.path, $0.value) }, uniquingKeysWith: { first, _ in first }) }
    }

    // MARK: One run beside another

    private func difference(
        _ earlier: StoredRun, _ before: AuditResult, _ later: StoredRun, _ after: AuditResult, _ trend: RunTrend
    ) async throws -> RunDifference {
        let known = Dictionary(
            before.hosts.map { ($0.host.name, $0) }, uniquingKeysWith: { first, _ in first })
        let now = after.hosts.filter { isWanted($0) || known[$0.host.name].map(isWanted) ?? false }
        let names = Set(after.hosts.map(\.host.name))
        let then = before.hosts.filter { names.contains($0.host.name) ? false : isWanted($0) }
        let wanted = Set(now.map(\.host.name))
        let compared = before.hosts.filter { wanted.contains($0.host.name) } + then
        try selection.check(
            count: now.count + then.count,
            among: (before.hosts + after.hosts).flatMap { [$0.host.name] + $0.host.groups },
            controls: (before.baseline.controls + after.baseline.controls).map(\.id))
        var difference = RunDifference(
            from: ComparedRun(before, figures: RunFigures(compared)), to: ComparedRun(after, figures: RunFigures(now)),
            controls: selection.isWanted(control:))
        let changes = try await remembered { () throws(HistoryError) in
            try await database.factChanges(from: earlier, to: later)
        }
        let (oldControls, newControls) = (before.baseline.controls.map(\.id), after.baseline.controls.map(\.id))
        let blind = HostOutcomes.blindControls(
            after.baseline, before: before.hosts.lazy.map { HostOutcomes($0, controls: oldControls) },
            after: after.hosts.lazy.map { HostOutcomes($0, controls: newControls) })
        for judgement in now {
            let name = judgement.host.name
            let old = known[name].map { ComparedHost($0, controls: oldControls) }
            let pair = try await facts(of: name, earlier, later, changes[name])
            difference.add(
                old, ComparedHost(judgement, controls: newControls).doubting(blind, after: old), facts: pair,
                failingSince: trend.failingSince[name] ?? [:])
        }
        for gone in then { difference.add(ComparedHost(gone, controls: oldControls), nil, facts: .notKept) }
        return difference
    }

    private func isWanted(_ judgement: HostJudgement) -> Bool {
        selection.isWanted(judgement.host.name, groups: judgement.host.groups)
    }

    /// Most hosts differ in nothing, or in a few facts whose lists hosts share. Only where the unchanged facts are
    /// needed as well (who a machine is, which value a policy took over) are all of them read.
    private func facts(
        of host: String, _ earlier: StoredRun, _ later: StoredRun, _ changes: [FactChange]?
    ) async throws -> FactPair {
        guard let changes else { return .same }
        var ledger = FactLedger()
        let (before, after): ([String: Collected<FactValue>]?, [String: Collected<FactValue>]?)
        if FactLedger.needsWhole(changes.map(\.path)) {
            before = try await facts(of: earlier, host: host)
            after = try await facts(of: later, host: host)
        } else {
            before = Dictionary(
                changes.compactMap { change in change.before.map { (change.path, $0) } },
                uniquingKeysWith: { first, _ in first })
            after = Dictionary(
                changes.compactMap { change in change.after.map { (change.path, $0) } },
                uniquingKeysWith: { first, _ in first })
        }
        guard let before, let after else { return .notKept }
        let (old, new) = (ledger.sheet(of: before), ledger.sheet(of: after))
        return .differing(before: old, after: new, ledger)
    }
}
