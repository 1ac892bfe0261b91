import Drift
import FoundationEssentials
import HostFacts
import Policy

extension HistoryDatabase {
    /// The rows of a run, of its hosts, and what began or ended to fail with it.
    func write(_ result: AuditResult, _ selection: String, _ recording: inout Recording) throws(HistoryError) {
        let series = try textRow(result.baseline.name, &recording)
        var replaced: (series: Int64, moment: Int64)?
        if recording.isReplacing, let earlier = try run(named: result.run) {
            replaced = (try textRow(earlier.past.baseline, &recording), earlier.moment)
            try delete(earlier)
        }
        let run = try writeRun(result, selection, series, recording)
        var rows: [(Recording.Host, HostJudgement)] = []
        rows.reserveCapacity(result.hosts.count)
        for judgement in result.hosts {
            guard let row = recording.hosts[judgement.host.name] else { continue }
            rows.append((row, judgement))
        }
        // In the order of the table, so that its pages are filled one after the other.
        rows.sort { $0.0.number < $1.0.number }
        for (row, judgement) in rows {
            try write(row, judgement.host, run: run.number, started: result.started, &recording)
        }
        if let replaced, replaced.series != series || replaced.moment < run.moment {
            try respan(series: replaced.series, from: replaced.moment)
        }
        let isNewest = try newestMoment(ofSeries: series) == run.moment
        guard isNewest, replaced == nil else { return try respan(series: series, from: run.moment) }
        var ledger = try ledger(series: series, before: run.moment)
        for (row, judgement) in rows where judgement.host.state.isJudged {
            try record(
                ledger.note(row.number, row.findings.compactMap { recording.outcomes[$0] }, at: run.moment),
                host: row.number, series: series, at: run.moment)
        }
    }

    private func writeRun(
        _ result: AuditResult, _ selection: String, _ series: Int64, _ recording: Recording
    ) throws(HistoryError) -> (number: Int64, moment: Int64) {
        var moment = Self.moment(result.started)
        let taken = try connection.statement("SELECT 1 FROM run WHERE moment = ?")
        while try taken.row(.integer(moment), read: { _ throws(HistoryError) in true }) != nil { moment += 1 }
        let members = result.hosts.compactMap { recording.hosts[$0.host.name]?.number }
        let figures = RunFigures(result.hosts)
        func counts(_ bySeverity: [Severity: Int]) -> [SQLiteValue] {
            [.info, .low, .medium, .high, .critical].map { .integer(bySeverity[$0] ?? 0) }
        }
        var values: [SQLiteValue] = [
            .text(result.run), .integer(moment), .real(result.started.timeIntervalSinceReferenceDate),
            .real(result.judgedAt.timeIntervalSinceReferenceDate), .integer(series), .text(result.baseline.version),
            .text(result.programVersion), .text(result.probe), .text(selection),
            .integer(try documentRow("baseline", StoredBaseline.bytes(of: result.baseline))),
            .integer(try documentRow("waivers", StoredWaivers.bytes(of: result.waivers))),
            .integer(try documentRow("unchecked", StoredLists.bytes(of: result.unchecked))),
            .integer(try documentRow("members", StoredLists.bytes(ofMembers: members))),
            .integer(figures.hosts), .integer(figures.judged), .integer(figures.broken), .integer(figures.exposed),
            .integer(figures.met), .integer(figures.metWithWaivers), .integer(figures.unknowns),
        ]
        values += counts(figures.openFailures) + counts(figures.waived)
        let marks = Array(repeating: "?", count: values.count).joined(separator: ", ")
        let statement = try connection.statement(
            """
            INSERT INTO run (name, moment, started, judged_at, series, version, program, probe, selection, baseline,
                waivers, unchecked, members, hosts, judged, broken, exposed, met, met_with_waivers, unknowns,
                open_info, open_low, open_medium, open_high, open_critical,
                waived_info, waived_low, waived_medium, waived_high, waived_critical) VALUES (\(marks))
            """)
        try statement.bind(values)
        _ = try statement.step()
        return (connection.lastInsertedRow, moment)
    }

    private func write(
        _ row: Recording.Host, _ host: AuditedHost, run: Int64, started: Date, _ recording: inout Recording
    ) throws(HistoryError) {
        func optionalText(_ text: String, _ recording: inout Recording) throws(HistoryError) -> SQLiteValue {
            text.isEmpty ? .null : .integer(try textRow(text, &recording))
        }
        let statement = try connection.statement(
            """
            INSERT INTO run_host (run, host, state, judgement, numbers, facts, seconds, collected, reason, advice)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        try statement.run(
            .integer(run), .integer(row.number), .integer(host.state.storedNumber), .integer(row.judgement),
            .optional(row.numbers), .optional(row.facts), StoredTime.seconds(host.seconds),
            StoredTime.moment(host.collected, after: started), try optionalText(host.reason, &recording),
            try optionalText(host.advice, &recording))
    }

    /// Milliseconds since 1970.
    static func moment(_ date: Date) -> Int64 {
        let milliseconds = (date.timeIntervalSince1970 * 1_000).rounded()
        return milliseconds.isFinite ? Int64(max(-8e15, min(8e15, milliseconds))) : 0
    }

    static func date(_ moment: Int64) -> Date { Date(timeIntervalSince1970: Double(moment) / 1_000) }

    private func newestMoment(ofSeries series: Int64) throws(HistoryError) -> Int64? {
        try connection.statement("SELECT max(moment) FROM run WHERE series = ?").row(.integer(series)) {
            row throws(HistoryError) in row.integer(0)
        }
    }

    /// The run and its hosts; what only they refer to stays until it is collected.
    func delete(_ run: StoredRun) throws(HistoryError) {
        try connection.statement("DELETE FROM run_host WHERE run = ?").run(.integer(run.number))
        try connection.statement("DELETE FROM run WHERE id = ?").run(.integer(run.number))
    }
}

extension HostState {
    /// Numbers of the states in the database; they stay what they are, and a new state takes the next one.
    private static let stored: [HostState] = [
        .audited, .partial, .failed, .unreachable, .refused, .wrongHost, .skipped,
    ]

    var storedNumber: Int { Self.stored.firstIndex(of: self) ?? Self.stored.count }

    init?(storedNumber: Int64) {
        guard Self.stored.indices.contains(Int(truncatingIfNeeded: storedNumber)) else { return nil }
        self = Self.stored[Int(truncatingIfNeeded: storedNumber)]
    }
}

/// Times of hosts in few bytes, and exactly.
enum StoredTime {
    /// Milliseconds where those are exact, else seconds as a real.
    static func seconds(_ seconds: Double) -> SQLiteValue {
        let milliseconds = (seconds * 1_000).rounded()
        guard abs(milliseconds) < 9e15, milliseconds / 1_000 == seconds else { return .real(seconds) }
        return .integer(Int64(milliseconds))
    }

    /// Milliseconds after the start where those are exact, else the moment as a real.
    static func moment(_ moment: Date, after start: Date) -> SQLiteValue {
        let milliseconds = (moment.timeIntervalSince(start) * 1_000).rounded()
        guard abs(milliseconds) < 9e15, start.addingTimeInterval(milliseconds / 1_000) == moment else {
            return .real(moment.timeIntervalSinceReferenceDate)
        }
        return .integer(Int64(milliseconds))
    }
}

extension SQLiteStatement {
    func storedSeconds(_ column: Int32) -> Double {
        isReal(column) ? real(column) : Double(integer(column)) / 1_000
    }

    func storedMoment(_ column: Int32, after start: Date) -> Date {
        isReal(column)
            ? Date(timeIntervalSinceReferenceDate: real(column))
            : start.addingTimeInterval(Double(integer(column)) / 1_000)
    }
}
