import Drift
package import FoundationEssentials

/// Which runs stay when others go: a run that any of the rules keeps, and the newest of every baseline and selection of
/// hosts, so that a look at one host pushes no night of the fleet out.
package struct RetentionRule: Sendable, Hashable {
    /// Runs that are not older stay.
    package let days: Int?
    /// So many of the newest stay, of each baseline and selection.
    package let runs: Int?

    package init(days: Int?, runs: Int?) {
        self.days = days
        self.runs = runs
    }

    /// The runs that go, in the order of `all`, whose last is the newest.
    func condemned(_ all: [StoredRun], now: Date) -> [StoredRun] {
        // Without a rule nothing is asked for.
        guard days != nil || runs != nil else { return [] }
        var seen: [String: Int] = [:]
        return all.reversed().filter { run in
            let kind = run.past.baseline + "\0" + run.selection
            let place = seen[kind, default: 0]
            seen[kind] = place + 1
            let isYoung = days.map { now.timeIntervalSince(run.started) <= Double($0) * 86_400 } ?? false
            let isAmongNewest = runs.map { place < $0 } ?? false
            return place > 0 && !isYoung && !isAmongNewest
        }.reversed()
    }
}

/// What became of a history that was thinned out.
package struct PruneAccount: Sendable, Hashable {
    /// Those that are gone, or would be; the oldest first.
    package let removed: [StoredRun]
    package let kept: Int
    /// Of the file, in bytes.
    package let sizeBefore: Int
    /// The same as before when nothing was to be changed.
    package let sizeAfter: Int
}

extension HistoryDatabase {
    /// Removes old runs, what only they held, and gives the room back to the file system.
    ///
    /// - Parameter isTrial: only tell what would go.
    package func prune(_ rule: RetentionRule, now: Date, isTrial: Bool = false) throws(HistoryError) -> PruneAccount {
        if isTrial {
            let all = try runs()
            let size = try size()
            let condemned = rule.condemned(all, now: now)
            return PruneAccount(
                removed: condemned, kept: all.count - condemned.count, sizeBefore: size, sizeAfter: size)
        }
        let before = try size()
        // Every reference is looked after below; to look for those who refer to a row would read everything for each.
        try connection.execute("PRAGMA foreign_keys = OFF")
        let result: Result<(removed: [StoredRun], kept: Int), HistoryError>
        do throws(HistoryError) {
            result = .success(
                try connection.transaction { () throws(HistoryError) in
                    let all = try runs()
                    let condemned = rule.condemned(all, now: now)
                    for run in condemned { try delete(run) }
                    if !condemned.isEmpty { try collect() }
                    return (condemned, all.count - condemned.count)
                })
        } catch {
            result = .failure(error)
        }
        try connection.execute("PRAGMA foreign_keys = ON")
        let (removed, kept) = try result.get()
        if !removed.isEmpty {
            try connection.execute("PRAGMA incremental_vacuum")
            // The file gets smaller when its journal is taken in; a reader at work puts that off.
            try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        return PruneAccount(removed: removed, kept: kept, sizeBefore: before, sizeAfter: try size())
    }

    private func size() throws(HistoryError) -> Int {
        try connection.pragma("page_count") * connection.pragma("page_size")
    }

    /// Deletes what no run refers to any more.
    private func collect() throws(HistoryError) {
        try connection.execute(
            """
            DELETE FROM failure_span WHERE ended <=
                coalesce((SELECT min(moment) FROM run WHERE run.series = failure_span.series), ended);
            DELETE FROM judgement WHERE id NOT IN (SELECT judgement FROM run_host);
            DELETE FROM fact_set WHERE id NOT IN (SELECT facts FROM run_host WHERE facts IS NOT NULL);
            DELETE FROM document WHERE id NOT IN (
                SELECT baseline FROM run UNION SELECT waivers FROM run UNION SELECT unchecked FROM run
                UNION SELECT members FROM run UNION SELECT assets FROM judgement);
            DELETE FROM host WHERE id NOT IN (SELECT host FROM run_host UNION SELECT host FROM failure_span);
            DELETE FROM text WHERE id NOT IN (
                SELECT series FROM run UNION SELECT series FROM failure_span UNION SELECT control FROM failure_span
                UNION SELECT reason FROM run_host WHERE reason IS NOT NULL
                UNION SELECT advice FROM run_host WHERE advice IS NOT NULL);
            """)
        var findings: Set<Int64> = []
        for (judgement, packed) in try connection.statement("SELECT id, bytes FROM judgement").rows(
            read: { row throws(HistoryError) in (row.integer(0), row.blob(1)) })
        {
            findings.formUnion(try self.findings(of: judgement, packed))
        }
        try keep(findings, of: "finding")
        var groups: Set<Int64> = []
        for (set, bytes) in try connection.statement("SELECT id, bytes FROM fact_set").rows(
            read: { row throws(HistoryError) in (row.integer(0), row.blob(1)) })
        {
            groups.formUnion(
                try decoded("the set of facts \(set)") { () throws(CodecError) in try StoredLists.groups(bytes) })
        }
        try keep(groups, of: "fact_group")
    }

    private func keep(_ rows: Set<Int64>, of table: String) throws(HistoryError) {
        let all = try connection.statement("SELECT id FROM \(table)").rows { row throws(HistoryError) in
            row.integer(0)
        }
        let delete = try connection.statement("DELETE FROM \(table) WHERE id = ?")
        for row in all where !rows.contains(row) { try delete.run(.integer(row)) }
    }
}
