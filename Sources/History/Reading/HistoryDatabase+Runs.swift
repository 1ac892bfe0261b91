import Drift
import Formats
import FoundationEssentials
import Policy

extension HistoryDatabase {
    private static let columns = """
        run.id, run.name, run.moment, run.started, run.judged_at, text.text, run.version, run.program, run.probe,
        run.selection, run.members, run.hosts, run.judged, run.broken, run.exposed, run.met, run.met_with_waivers,
        run.unknowns, run.open_info, run.open_low, run.open_medium, run.open_high, run.open_critical,
        run.waived_info, run.waived_low, run.waived_medium, run.waived_high, run.waived_critical
        FROM run JOIN text ON text.id = run.series
        """

    /// Every run, the newest last.
    package func runs() throws(HistoryError) -> [StoredRun] {
        try connection.statement("SELECT \(Self.columns) ORDER BY run.moment").rows { row throws(HistoryError) in
            StoredRun(row)
        }
    }

    /// The run of exactly that name.
    package func run(named name: String) throws(HistoryError) -> StoredRun? {
        try connection.statement("SELECT \(Self.columns) WHERE run.name = ?").row(.text(name)) {
            row throws(HistoryError) in StoredRun(row)
        }
    }

    /// The run that somebody means: its id, `last`, `last~1` (the one before), the beginning of an id that no other has,
    /// or a day such as `2026-11-20` (UTC), which is the last run of that day.
    package func resolve(_ name: String) throws(HistoryError) -> StoredRun {
        let runs = try runs()
        if let run = runs.first(where: { $0.name == name }) { return run }
        guard let newest = runs.last else { throw .noRuns(path: path) }
        if name == "last" { return newest }
        if name.hasPrefix("last~") {
            guard let back = Int(name.dropFirst(5)), back >= 0 else { throw .noSuchRun(name, near: "last~1") }
            guard back < runs.count else { throw .noSuchRun(name, near: "last~\(runs.count - 1)") }
            return runs[runs.count - 1 - back]
        }
        if let day = ISO8601.day(name) {
            let next = day.addingTimeInterval(86_400)
            if let run = runs.last(where: { day <= $0.started && $0.started < next }) { return run }
            let near = runs.min {
                abs($0.started.timeIntervalSince(day)) < abs($1.started.timeIntervalSince(day))
            }
            throw .noSuchRun(name, near: near?.name)
        }
        let candidates = name.isEmpty ? [] : runs.filter { $0.name.hasPrefix(name) }
        switch candidates.count {
        case 1: return candidates[0]
        case 0: throw .noSuchRun(name, near: closest(to: name, among: runs.map(\.name) + ["last"]))
        default: throw .ambiguousRun(name, candidates: candidates.map(\.name))
        }
    }
}

extension StoredRun {
    /// Of a row of the columns above.
    fileprivate init(_ row: SQLiteStatement) {
        func counts(from column: Int32) -> [Severity: Int] {
            var counts: [Severity: Int] = [:]
            for (place, severity) in zip(column..., [Severity.info, .low, .medium, .high, .critical])
            where row.integer(place) != 0 { counts[severity] = row.int(place) }
            return counts
        }
        number = row.integer(0)
        moment = row.integer(2)
        past = PastRun(
            run: row.text(1), started: Date(timeIntervalSinceReferenceDate: row.real(3)),
            judgedAt: Date(timeIntervalSinceReferenceDate: row.real(4)), baseline: row.text(5),
            baselineVersion: row.text(6),
            figures: RunFigures(
                hosts: row.int(11), judged: row.int(12), broken: row.int(13), exposed: row.int(14), met: row.int(15),
                metWithWaivers: row.int(16), openFailures: counts(from: 18), waived: counts(from: 23),
                unknowns: row.int(17)))
        programVersion = row.text(7)
        probe = row.text(8)
        selection = row.text(9)
        members = row.integer(10)
    }
}
