import HostFacts
import Policy

extension HistoryDatabase {
    /// What stood just before a moment.
    func ledger(series: Int64, before moment: Int64) throws(HistoryError) -> FailureLedger {
        var open: [Int64: [Int64: Int64]] = [:]
        let rows = try connection.statement(
            """
            SELECT host, control, since FROM failure_span
            WHERE series = ? AND since < ? AND (ended IS NULL OR ended >= ?)
            """)
        for (host, control, since) in try rows.rows(
            .integer(series), .integer(moment), .integer(moment),
            read: { row throws(HistoryError) in (row.integer(0), row.integer(1), row.integer(2)) })
        {
            open[host, default: [:]][control] = since
        }
        return FailureLedger(open: open)
    }

    func record(
        _ changes: [FailureLedger.Change], host: Int64, series: Int64, at moment: Int64
    ) throws(HistoryError) {
        for change in changes {
            if change.hasEnded {
                try connection.statement(
                    "UPDATE failure_span SET ended = ? WHERE series = ? AND host = ? AND control = ? AND since = ?"
                ).run(
                    .integer(moment), .integer(series), .integer(host), .integer(change.control),
                    .integer(change.since))
            } else {
                try connection.statement("INSERT INTO failure_span (series, host, control, since) VALUES (?, ?, ?, ?)")
                    .run(.integer(series), .integer(host), .integer(change.control), .integer(moment))
            }
        }
    }

    /// Goes through the runs of a series again from a moment on: one was put between others, or taken away.
    func respan(series: Int64, from moment: Int64) throws(HistoryError) {
        var ledger = try ledger(series: series, before: moment)
        try connection.statement("DELETE FROM failure_span WHERE series = ? AND since >= ?")
            .run(.integer(series), .integer(moment))
        try connection.statement("UPDATE failure_span SET ended = NULL WHERE series = ? AND ended >= ?")
            .run(.integer(series), .integer(moment))
        var shelf = FindingShelf(connection)
        var controls: [String: Int64] = [:]
        let runs = try connection.statement(
            "SELECT id, moment FROM run WHERE series = ? AND moment >= ? ORDER BY moment"
        ).rows(.integer(series), .integer(moment)) { row throws(HistoryError) in (row.integer(0), row.integer(1)) }
        for (run, moment) in runs {
            for (host, findings) in try judgedFindings(of: run) {
                var outcomes: [(control: Int64, outcome: Finding.Outcome)] = []
                for number in findings {
                    let finding = try shelf[number]
                    let control: Int64
                    if let known = controls[finding.control] {
                        control = known
                    } else {
                        control = try textRow(finding.control)
                        controls[finding.control] = control
                    }
                    outcomes.append((control, finding.outcome))
                }
                try record(ledger.note(host, outcomes, at: moment), host: host, series: series, at: moment)
            }
        }
    }

    /// The judged hosts of a run, with the rows of their findings.
    func judgedFindings(of run: Int64) throws(HistoryError) -> [(host: Int64, findings: [Int64])] {
        try connection.statement(
            "SELECT h.host, h.state, j.id, j.bytes FROM run_host h JOIN judgement j ON j.id = h.judgement WHERE h.run = ?"
        ).rows(.integer(run)) { row throws(HistoryError) -> (Int64, [Int64])? in
            guard try state(row.integer(1)).isJudged else { return nil }
            return (row.integer(0), try findings(of: row.integer(2), row.blob(3)))
        }.compactMap(\.self)
    }

    func state(_ number: Int64) throws(HistoryError) -> HostState {
        guard let state = HostState(storedNumber: number) else { throw damaged("a host is in the state \(number)") }
        return state
    }

    func findings(of judgement: Int64, _ packed: [UInt8]) throws(HistoryError) -> [Int64] {
        try decoded("judgement \(judgement)") { () throws(CodecError) in
            try StoredHost.findings(in: try PackedContent.unpack(packed))
        }
    }
}
