package import Drift
import FoundationEssentials
import HostFacts
package import Policy

extension HistoryDatabase {
    /// What earlier runs say about a result: one that is about to be recorded, or one that was, as of then.
    package func trend(for result: AuditResult) throws(HistoryError) -> RunTrend {
        try connection.reading { () throws(HistoryError) in try readTrend(for: result) }
    }

    private func readTrend(for result: AuditResult) throws(HistoryError) -> RunTrend {
        let all = try runs()
        let own = all.first { $0.name == result.run }
        let moment = own?.moment ?? Self.moment(result.started) + 1
        let earlier = all.filter { $0.moment < moment }
        let series = try sameHosts(as: result, among: earlier.filter { $0.past.baseline == result.baseline.name })
        var trend = RunTrend(series: series.map(\.past))
        if let previous = series.last {
            let baseline = try documents(of: previous).baseline
            trend.baselineChange = RunTrend.BaselineChange(from: baseline, to: result.baseline)
            (trend.differences, trend.noLongerVisible) = try differences(
                from: previous, baseline, to: result, trend.baselineChange)
        }
        trend.failingSince = try failingSince(result, before: moment)
        if let previous = series.last {
            for (host, difference) in trend.differences {
                trend.differences[host] = difference.recalling(
                    trend.failingSince[host] ?? [:], before: previous.started)
            }
        }
        trend.silentRuns = try silentRuns(result, earlier: series)
        trend.coverage = try coverage(result, earlier: earlier)
        return trend
    }

    /// Runs that share at least half of their hosts with the result, and half of its hosts.
    private func sameHosts(as result: AuditResult, among runs: [StoredRun]) throws(HistoryError) -> [StoredRun] {
        let numbers = try hostNumbers(result)
        let hosts = Set(numbers.values)
        var verdicts: [Int64: Bool] = [:]
        var same: [StoredRun] = []
        for run in runs {
            let isSame: Bool
            if let known = verdicts[run.members] {
                isSame = known
            } else {
                let members = try document(run.members) { bytes throws(CodecError) in try StoredLists.members(bytes) }
                let shared = members.count { hosts.contains($0) }
                isSame = shared * 2 >= members.count && shared * 2 >= result.hosts.count && shared > 0
                verdicts[run.members] = isSame
            }
            if isSame { same.append(run) }
        }
        return same
    }

    /// Rows of the result's hosts that the history knows.
    private func hostNumbers(_ result: AuditResult) throws(HistoryError) -> [String: Int64] {
        let statement = try connection.statement("SELECT id FROM host WHERE name = ?")
        var numbers: [String: Int64] = [:]
        for judgement in result.hosts {
            let name = judgement.host.name
            numbers[name] = try statement.row(.text(name)) { row throws(HistoryError) in row.integer(0) }
        }
        return numbers
    }

    private func differences(
        from previous: StoredRun, _ baseline: BaselineStatement, to result: AuditResult,
        _ change: RunTrend.BaselineChange?
    ) throws(HistoryError) -> (differences: [String: JudgementDifference], noLongerVisible: Int) {
        let outside = Set((change?.added ?? []) + (change?.removed ?? []))
        var before = Dictionary(
            try outcomes(of: previous, controls: baseline.controls.map(\.id)).map { ($0.host, $0) },
            uniquingKeysWith: { first, _ in first })
        let controls = result.baseline.controls.map(\.id)
        let now = result.hosts.map { HostOutcomes($0, controls: controls, keepsReasons: true) }
        let blind = HostOutcomes.blindControls(result.baseline, before: before.values, after: now)
        var differences: [String: JudgementDifference] = [:]
        var hidden = 0
        func note(_ before: HostOutcomes?, _ after: HostOutcomes?) {
            if let before, let after { hidden += before.without(outside).failuresOutOfSight(in: after).count }
            guard
                let difference = JudgementDifference(before: before?.without(outside), after: after?.without(outside)),
                difference.isChange || difference.changes.contains(where: { $0.kind == .stillFailing })
            else { return }
            differences[difference.host] = difference
        }
        for after in now {
            let earlier = before.removeValue(forKey: after.host)
            note(earlier, after.doubting(blind, after: earlier))
        }
        for gone in before.values { note(gone, nil) }
        return (differences, hidden)
    }

    private func failingSince(
        _ result: AuditResult, before moment: Int64
    ) throws(HistoryError) -> [String: [String: Date]] {
        var standing: [String: [String: Int64]] = [:]
        let rows = try connection.statement(
            """
            SELECT host.name, control.text, span.since FROM failure_span span
                JOIN text series ON series.id = span.series JOIN host ON host.id = span.host
                JOIN text control ON control.id = span.control
            WHERE series.text = ? AND span.since < ? AND (span.ended IS NULL OR span.ended >= ?)
            """
        ).rows(.text(result.baseline.name), .integer(moment), .integer(moment)) { row throws(HistoryError) in
            (row.text(0), row.text(1), row.integer(2))
        }
        for (host, control, since) in rows { standing[host, default: [:]][control] = since }
        var failing: [String: [String: Date]] = [:]
        for judgement in result.hosts where judgement.host.state.isJudged {
            let known = standing[judgement.host.name]
            var since: [String: Date] = [:]
            for finding in judgement.findings where finding.isFailure {
                since[finding.control.id] = known?[finding.control.id].map(Self.date) ?? result.started
            }
            if !since.isEmpty { failing[judgement.host.name] = since }
        }
        return failing
    }

    /// Backwards over the series until every silent host was judged.
    private func silentRuns(_ result: AuditResult, earlier: [StoredRun]) throws(HistoryError) -> [String: Int] {
        var silent: [String: Int] = [:]
        for judgement in result.hosts where !judgement.host.state.isJudged { silent[judgement.host.name] = 1 }
        let statement = try connection.statement(
            "SELECT h.state FROM run_host h JOIN host ON host.id = h.host WHERE h.run = ? AND host.name = ?")
        var left = Set(silent.keys)
        for run in earlier.reversed() where !left.isEmpty {
            for host in left {
                let number = try statement.row(.integer(run.number), .text(host)) { row throws(HistoryError) in
                    row.integer(0)
                }
                // A run that did not ask for it says nothing about it.
                guard let number else { continue }
                if try state(number).isJudged { left.remove(host) } else { silent[host, default: 1] += 1 }
            }
        }
        return silent
    }

    private func coverage(
        _ result: AuditResult, earlier: [StoredRun]
    ) throws(HistoryError) -> RunTrend.Coverage? {
        guard !earlier.isEmpty else { return nil }
        let day = 86_400.0
        var last: [String: Date] = [:]
        for judgement in result.hosts where judgement.host.state.isJudged {
            last[judgement.host.name] = judgement.host.collected
        }
        let statement = try connection.statement(
            "SELECT h.state, h.collected FROM run_host h JOIN host ON host.id = h.host WHERE h.run = ? AND host.name = ?"
        )
        // Only who was not seen within the day can have been seen later than we know.
        var left = result.hosts.map(\.host.name).filter {
            last[$0].map { result.started.timeIntervalSince($0) > day } ?? true
        }
        for run in earlier.reversed() {
            guard !left.isEmpty, result.started.timeIntervalSince(run.started) <= 31 * day else { break }
            for host in left {
                let seen = try statement.row(.integer(run.number), .text(host)) { row throws(HistoryError) -> Date? in
                    try state(row.integer(0)).isJudged ? row.storedMoment(1, after: run.started) : nil
                }
                if let seen = seen ?? nil, last[host].map({ $0 < seen }) ?? true { last[host] = seen }
            }
            left.removeAll { last[$0] != nil }
        }
        func seen(_ days: Double) -> Int { last.values.count { result.started.timeIntervalSince($0) <= days * day } }
        return RunTrend.Coverage(day: seen(1), week: seen(7), month: seen(30))
    }
}

extension HostOutcomes {
    /// As if it had not been judged by some controls.
    fileprivate func without(_ ids: Set<String>) -> HostOutcomes {
        guard !ids.isEmpty, controls.contains(where: ids.contains) else { return self }
        let kept = controls.indices.filter { !ids.contains(controls[$0]) && outcomes.indices.contains($0) }
        return HostOutcomes(
            host: host, state: state, controls: kept.map { controls[$0] }, outcomes: kept.map { outcomes[$0] },
            reasons: kept.compactMap { reasons.indices.contains($0) ? reasons[$0] : nil })
    }
}

extension RunTrend.BaselineChange {
    /// `nil` when both are judged by the same.
    fileprivate init?(from before: BaselineStatement, to after: BaselineStatement) {
        let (one, other) = (Set(before.controls.map(\.id)), Set(after.controls.map(\.id)))
        guard before.version != after.version || one != other else { return nil }
        self.init(
            before: before.version, after: after.version, added: other.subtracting(one).sorted(),
            removed: one.subtracting(other).sorted())
    }
}
