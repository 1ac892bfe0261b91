import Drift
import HostFacts
import Policy

extension HistoryDatabase {
    /// Problems that are told one by one; more are counted.
    private static let mostProblems = 100

    /// Everything that can be wrong with the file, each as a sentence; empty when nothing is. All content is read and named
    /// anew, every run is put together, and what it says is held against its figures and against the spans of failures.
    package func verify() throws(HistoryError) -> [String] {
        try connection.reading { () throws(HistoryError) in
            var problems = Problems(most: Self.mostProblems)
            for line in try connection.statement("PRAGMA integrity_check(\(Self.mostProblems))").rows(
                read: { row throws(HistoryError) in row.text(0) }) where line != "ok"
            {
                problems.add("SQLite: \(line)")
            }
            // What the pages of the file do not hold together need not be looked at closer.
            guard problems.isEmpty else { return problems.sentences }
            for (table, row, parent) in try connection.statement("PRAGMA foreign_key_check").rows(
                read: { row throws(HistoryError) in (row.text(0), row.integer(1), row.text(2)) })
            {
                problems.add("the row \(row) of \(table) refers to a row of \(parent) that is missing")
            }
            try verifyContents(&problems)
            try verifyFacts(&problems)
            try verifyJudgements(&problems)
            for run in try runs() { try verify(run, &problems) }
            return problems.sentences
        }
    }

    private func verifyContents(_ problems: inout Problems) throws(HistoryError) {
        let contents = [("document", "document"), ("finding", "finding"), ("fact_group", "group of facts")]
        for (table, name) in contents {
            for (row, hash, packed) in try connection.statement("SELECT id, hash, bytes FROM \(table)").rows(
                read: { row throws(HistoryError) in (row.integer(0), row.blob(1), row.blob(2)) })
            {
                problems.check("the \(name) \(row)") { () throws(CodecError) in
                    let bytes = try PackedContent.unpack(packed)
                    guard ContentHash(of: bytes).bytes == hash else { throw CodecError("it is not what its name says") }
                    switch table {
                    case "finding": _ = try StoredFinding(bytes).numbers
                    case "fact_group": _ = try StoredFacts.facts(bytes).count
                    default: break
                    }
                }
            }
        }
    }

    private func verifyFacts(_ problems: inout Problems) throws(HistoryError) {
        let groups = Dictionary(
            uniqueKeysWithValues: try connection.statement("SELECT id, hash FROM fact_group").rows {
                row throws(HistoryError) in (row.integer(0), ContentHash(stored: row.blob(1)))
            })
        for (row, hash, bytes) in try connection.statement("SELECT id, hash, bytes FROM fact_set").rows(
            read: { row throws(HistoryError) in (row.integer(0), row.blob(1), row.blob(2)) })
        {
            problems.check("the set of facts \(row)") { () throws(CodecError) in
                let numbers = try StoredLists.groups(bytes)
                let hashes = numbers.compactMap { groups[$0] }
                guard hashes.count == numbers.count else { throw CodecError("a group is missing") }
                guard StableFacts.hash(of: hashes).bytes == hash else {
                    throw CodecError("it is not what its name says")
                }
            }
        }
    }

    private func verifyJudgements(_ problems: inout Problems) throws(HistoryError) {
        var shelf = FindingShelf(connection)
        for (row, hash, numbers, packed, assets) in try connection.statement(
            "SELECT j.id, j.hash, j.numbers, j.bytes, d.hash FROM judgement j JOIN document d ON d.id = j.assets"
        ).rows(
            read: { row throws(HistoryError) in
                (row.integer(0), row.blob(1), row.blob(2), row.blob(3), row.blob(4))
            })
        {
            var wanted = 0
            var isWhole = true
            for number in (try? findings(of: row, packed)) ?? [] {
                do throws(HistoryError) { wanted += try shelf[number].numbers } catch {
                    isWhole = false
                    problems.add("the judgement \(row): \(error)")
                }
            }
            guard isWhole else { continue }
            problems.check("the judgement \(row)") { () throws(CodecError) in
                let bytes = try PackedContent.unpack(packed)
                guard ContentHash(of: assets + bytes).bytes == hash else {
                    throw CodecError("it is not what its name says")
                }
                _ = try StoredHost(bytes).findings.count
                guard try StoredNumbers.numbers(numbers).count == wanted else {
                    throw CodecError("it has more or fewer numbers than its findings")
                }
            }
        }
    }

    private func verify(_ run: StoredRun, _ problems: inout Problems) throws(HistoryError) {
        do throws(HistoryError) {
            let result = try result(of: run)
            if RunFigures(result.hosts) != run.past.figures {
                problems.add("the figures of the run \(run.name) are not those of its hosts")
            }
            let rows = try connection.statement("SELECT host FROM run_host WHERE run = ? ORDER BY host")
                .rows(.integer(run.number)) { row throws(HistoryError) in row.integer(0) }
            let members = try document(run.members) { bytes throws(CodecError) in try StoredLists.members(bytes) }
            if rows != members { problems.add("the run \(run.name) does not list its own hosts") }
            try verifySpans(run, result, &problems)
        } catch {
            problems.add("the run \(run.name): \(error)")
        }
    }

    /// What fails in a run must lie within a span, and what is known not to must not.
    private func verifySpans(
        _ run: StoredRun, _ result: AuditResult, _ problems: inout Problems
    ) throws(HistoryError) {
        var standing: [String: Set<String>] = [:]
        let rows = try connection.statement(
            """
            SELECT host.name, control.text FROM failure_span span JOIN text series ON series.id = span.series
                JOIN host ON host.id = span.host JOIN text control ON control.id = span.control
            WHERE series.text = ? AND span.since <= ? AND (span.ended IS NULL OR span.ended > ?)
            """
        ).rows(.text(run.past.baseline), .integer(run.moment), .integer(run.moment)) { row throws(HistoryError) in
            (row.text(0), row.text(1))
        }
        for (host, control) in rows { standing[host, default: []].insert(control) }
        for judgement in result.hosts where judgement.host.state.isJudged {
            var left = standing[judgement.host.name] ?? []
            for finding in judgement.findings {
                let isStanding = left.remove(finding.control.id) != nil
                guard finding.outcome != .unknown, finding.isFailure != isStanding else { continue }
                problems.add(
                    "since when \(finding.control.id) fails on '\(judgement.host.name)' is not what the run \(run.name) says"
                )
            }
            for control in left.sorted() {
                problems.add(
                    "\(control) is said to fail on '\(judgement.host.name)', which the run \(run.name) did not judge by it"
                )
            }
        }
    }
}

/// Sentences, of which there are never too many.
private struct Problems {
    private let most: Int
    private var found: [String] = []
    private var others = 0

    init(most: Int) { self.most = most }

    var isEmpty: Bool { found.isEmpty }

    var sentences: [String] { others == 0 ? found : found + ["and \(others) more"] }

    mutating func add(_ sentence: String) {
        if found.count < most { found.append(sentence) } else { others += 1 }
    }

    mutating func check(_ what: String, _ body: () throws(CodecError) -> Void) {
        do throws(CodecError) { try body() } catch { add("\(what): \(error.what)") }
    }
}
