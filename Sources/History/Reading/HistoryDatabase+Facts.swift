import Formats
package import HostFacts

/// A fact as it was kept.
package struct StoredFact: Sendable, Hashable {
    /// `rdp.enabled.effective`
    package let path: String
    package let value: Collected<FactValue>
}

/// A fact that two runs tell differently; how it was come by counts.
package struct FactChange: Sendable, Hashable {
    package let path: String
    /// `nil`: the release that recorded the run did not know the fact.
    package let before: Collected<FactValue>?
    package let after: Collected<FactValue>?
}

extension HistoryDatabase {
    /// The stable facts of a host in a run, in the order of the dictionary of then; `nil` when it gave none.
    package func facts(of run: StoredRun, host: String) throws(HistoryError) -> [StoredFact]? {
        let row = try connection.statement(
            "SELECT h.facts FROM run_host h JOIN host ON host.id = h.host WHERE h.run = ? AND host.name = ?"
        ).row(.integer(run.number), .text(host)) { row throws(HistoryError) in row.optionalInteger(0) }
        guard let row else {
            let names = try hosts(of: run)
            throw .noSuchHost(host, run: run.name, near: closest(to: host, among: names))
        }
        guard let set = row else { return nil }
        var facts: [StoredFact] = []
        for group in try factGroups(of: set) { facts += try self.facts(ofGroup: group) }
        return facts
    }

    /// Names of the hosts of a run.
    package func hosts(of run: StoredRun) throws(HistoryError) -> [String] {
        try connection.statement("SELECT host.name FROM run_host h JOIN host ON host.id = h.host WHERE h.run = ?")
            .rows(.integer(run.number)) { row throws(HistoryError) in row.text(0) }.sorted()
    }

    /// The stable facts that differ between two runs, by host; hosts that did not give facts both times are missing, and
    /// so are those on which none differs. Hosts that changed alike share one list.
    package func factChanges(
        from before: StoredRun, to after: StoredRun
    ) throws(HistoryError) -> [String: [FactChange]] {
        try connection.reading { () throws(HistoryError) in try readFactChanges(from: before, to: after) }
    }

    private func readFactChanges(
        from before: StoredRun, to after: StoredRun
    ) throws(HistoryError) -> [String: [FactChange]] {
        struct Pair: Hashable {
            let before: Set<Int64>
            let after: Set<Int64>
        }
        let rows = try connection.statement(
            """
            SELECT host.name, earlier.facts, later.facts
            FROM run_host earlier JOIN run_host later ON later.run = ? AND later.host = earlier.host
                JOIN host ON host.id = earlier.host
            WHERE earlier.run = ? AND earlier.facts <> later.facts
            """
        ).rows(.integer(after.number), .integer(before.number)) { row throws(HistoryError) in
            (row.text(0), row.integer(1), row.integer(2))
        }
        var known: [Pair: [FactChange]] = [:]
        var changes: [String: [FactChange]] = [:]
        for (host, earlier, later) in rows {
            let (one, other) = (Set(try factGroups(of: earlier)), Set(try factGroups(of: later)))
            let pair = Pair(before: one.subtracting(other), after: other.subtracting(one))
            let found: [FactChange]
            if let same = known[pair] {
                found = same
            } else {
                found = try self.changes(from: pair.before, to: pair.after)
                known[pair] = found
            }
            if !found.isEmpty { changes[host] = found }
        }
        return changes
    }

    private func changes(from before: Set<Int64>, to after: Set<Int64>) throws(HistoryError) -> [FactChange] {
        var earlier: [String: Collected<FactValue>] = [:]
        for group in before {
            for fact in try facts(ofGroup: group) { earlier[fact.path] = fact.value }
        }
        var changes: [FactChange] = []
        for group in after {
            for fact in try facts(ofGroup: group) {
                let value = earlier.removeValue(forKey: fact.path)
                if value != fact.value { changes.append(FactChange(path: fact.path, before: value, after: fact.value)) }
            }
        }
        changes += earlier.map { FactChange(path: $0.key, before: $0.value, after: nil) }
        return changes.sorted { $0.path < $1.path }
    }

    private func factGroups(of set: Int64) throws(HistoryError) -> [Int64] {
        let bytes = try connection.statement("SELECT bytes FROM fact_set WHERE id = ?").row(.integer(set)) {
            row throws(HistoryError) in row.blob(0)
        }
        guard let bytes else { throw damaged("the set of facts \(set) is missing") }
        return try decoded("the set of facts \(set)") { () throws(CodecError) in try StoredLists.groups(bytes) }
    }

    private func facts(ofGroup group: Int64) throws(HistoryError) -> [StoredFact] {
        let packed = try connection.statement("SELECT bytes FROM fact_group WHERE id = ?").row(.integer(group)) {
            row throws(HistoryError) in row.blob(0)
        }
        guard let packed else { throw damaged("the facts \(group) are missing") }
        return try decoded("the facts \(group)") { () throws(CodecError) in
            try StoredFacts.facts(try PackedContent.unpack(packed)).map { StoredFact(path: $0.path, value: $0.value) }
        }
    }
}
