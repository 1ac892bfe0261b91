import Drift
import FoundationEssentials
import HostFacts
package import Policy

extension HistoryDatabase {
    /// Begins to record a run; whoever else writes waits from here on, up to a minute, until it is committed or abandoned.
    /// Nothing of it can be seen by others before it is committed.
    ///
    /// - Parameter replacing: an earlier record of the same run goes when this one is committed.
    /// - Returns: what facts the history holds, for ``StableFacts``; nobody takes any of them away until the end.
    @discardableResult
    package func begin(_ run: String, replacing: Bool = false) throws(HistoryError) -> KnownFacts {
        try connection.execute("BEGIN IMMEDIATE")
        recording = Recording(run: run, isReplacing: replacing)
        do throws(HistoryError) {
            if !replacing, try self.run(named: run) != nil { throw .alreadyRecorded(run: run) }
            return try knownFacts()
        } catch {
            abandon()
            throw error
        }
    }

    private func knownFacts() throws(HistoryError) -> KnownFacts {
        func hashes(_ table: String) throws(HistoryError) -> Set<ContentHash> {
            Set(
                try connection.statement("SELECT hash FROM \(table)").rows { row throws(HistoryError) in
                    ContentHash(stored: row.blob(0))
                })
        }
        return KnownFacts(sets: try hashes("fact_set"), groups: try hashes("fact_group"))
    }

    /// Adds judged hosts, while others are still being judged.
    package func add(_ hosts: [HostToRecord]) throws(HistoryError) {
        guard var recording else { throw .failed(path: path, "nothing is being recorded") }
        self.recording = nil
        defer { self.recording = recording }
        for host in hosts { try add(host.judgement, host.facts, to: &recording) }
    }

    /// Ends the recording with the whole result; hosts of it that were not added are added without facts.
    ///
    /// - Parameter selection: which hosts were asked for, as `--limit` took it.
    package func commit(_ result: AuditResult, selection: String = "") throws(HistoryError) {
        guard var recording, recording.run == result.run else {
            throw .failed(path: path, "the run \(result.run) is not being recorded")
        }
        do throws(HistoryError) {
            for judgement in result.hosts where recording.hosts[judgement.host.name] == nil {
                try add(judgement, nil, to: &recording)
            }
            try write(result, selection, &recording)
            try connection.execute("COMMIT")
            self.recording = nil
        } catch {
            abandon()
            throw error
        }
    }

    /// Forgets what was recorded since ``begin(_:replacing:)``.
    package func abandon() {
        connection.rollBack()
        recording = nil
    }

    private func add(
        _ judgement: HostJudgement, _ facts: StableFacts?, to recording: inout Recording
    ) throws(HistoryError) {
        var numbers: [UInt64] = []
        var findings: [Int64] = []
        findings.reserveCapacity(judgement.findings.count)
        for finding in judgement.findings {
            findings.append(try number(of: finding, &numbers, &recording))
        }
        let assets = StoredAssets.bytes(of: judgement.assets)
        let bytes = StoredHost(judgement, findings: findings).bytes
        let (row, difference) = try judgementRow(assets: assets, bytes: bytes, numbers: numbers)
        recording.hosts[judgement.host.name] = Recording.Host(
            number: try hostRow(judgement.host.name), judgement: row, numbers: difference,
            facts: try facts.map { facts throws(HistoryError) in try factSetRow(facts) }, findings: findings)
    }

    private func number(
        of finding: Finding, _ numbers: inout [UInt64], _ recording: inout Recording
    ) throws(HistoryError) -> Int64 {
        let brief = Recording.Brief(finding)
        if let brief, let known = recording.briefs[brief] {
            numbers += known.numbers
            return known.row
        }
        var own: [UInt64] = []
        let bytes = StoredFinding.bytes(of: finding, &own)
        let row: Int64
        if let known = recording.findings[bytes] {
            row = known
        } else {
            row = try contentRow("finding", ContentHash(of: bytes)) { PackedContent.pack(bytes) }
            recording.findings[bytes] = row
            recording.outcomes[row] = (try textRow(finding.control.id, &recording), finding.outcome)
        }
        if let brief { recording.briefs[brief] = (row, own) }
        numbers += own
        return row
    }

    /// The row of the judgement, and how its numbers differ from those that stand there.
    private func judgementRow(
        assets: [UInt8], bytes: [UInt8], numbers: [UInt64]
    ) throws(HistoryError) -> (row: Int64, difference: [UInt8]?) {
        let assetsHash = ContentHash(of: assets)
        let hash = ContentHash(of: assetsHash.bytes + bytes)
        let known = try connection.statement("SELECT id, numbers FROM judgement WHERE hash = ?").row(.blob(hash.bytes))
        {
            row throws(HistoryError) in (row.integer(0), row.blob(1))
        }
        if let (row, stored) = known {
            let base = try decoded("judgement \(row)") { () throws(CodecError) in try StoredNumbers.numbers(stored) }
            guard base.count == numbers.count else { throw damaged("judgement \(row) has \(base.count) numbers") }
            return (row, StoredNumbers.difference(from: base, to: numbers))
        }
        let document = try documentRow("assets", assets, assetsHash)
        try connection.statement("INSERT INTO judgement (hash, assets, numbers, bytes) VALUES (?, ?, ?, ?)").run(
            .blob(hash.bytes), .integer(document), .blob(StoredNumbers.bytes(numbers)), .blob(PackedContent.pack(bytes))
        )
        return (connection.lastInsertedRow, nil)
    }

    private func factSetRow(_ facts: StableFacts) throws(HistoryError) -> Int64 {
        let known = try row("fact_set", facts.hash)
        if let known { return known }
        guard !facts.groups.isEmpty else { throw .failed(path: path, "facts that it held are gone") }
        var writer = ByteWriter()
        writer.put(count: facts.groups.count)
        for group in facts.groups {
            // A group that another host brings gets its place before its contents.
            let number = try contentRow("fact_group", group.hash) { group.packed ?? [] }
            if let packed = group.packed {
                try connection.statement("UPDATE fact_group SET bytes = ? WHERE id = ? AND length(bytes) = 0")
                    .run(.blob(packed), .integer(number))
            }
            writer.put(UInt64(bitPattern: number))
        }
        return try contentRow("fact_set", facts.hash) { writer.bytes }
    }
}

// MARK: Rows by what they hold

extension HistoryDatabase {
    private func row(_ table: String, _ hash: ContentHash) throws(HistoryError) -> Int64? {
        try connection.statement("SELECT id FROM \(table) WHERE hash = ?").row(.blob(hash.bytes)) {
            row throws(HistoryError) in row.integer(0)
        }
    }

    /// The row of content; a new one is made of `packed`.
    private func contentRow(
        _ table: String, _ hash: ContentHash, _ packed: () -> [UInt8]
    ) throws(HistoryError) -> Int64 {
        if let known = try row(table, hash) { return known }
        try connection.statement("INSERT INTO \(table) (hash, bytes) VALUES (?, ?)")
            .run(.blob(hash.bytes), .blob(packed()))
        return connection.lastInsertedRow
    }

    func documentRow(_ kind: String, _ bytes: [UInt8], _ hash: ContentHash? = nil) throws(HistoryError) -> Int64 {
        let hash = hash ?? ContentHash(of: bytes)
        if let known = try row("document", hash) { return known }
        try connection.statement("INSERT INTO document (kind, hash, bytes) VALUES (?, ?, ?)")
            .run(.text(kind), .blob(hash.bytes), .blob(PackedContent.pack(bytes)))
        return connection.lastInsertedRow
    }

    private func hostRow(_ name: String) throws(HistoryError) -> Int64 {
        let known = try connection.statement("SELECT id FROM host WHERE name = ?").row(.text(name)) {
            row throws(HistoryError) in row.integer(0)
        }
        if let known { return known }
        try connection.statement("INSERT INTO host (name) VALUES (?)").run(.text(name))
        return connection.lastInsertedRow
    }

    func textRow(_ text: String, _ recording: inout Recording) throws(HistoryError) -> Int64 {
        let key = Array(text.utf8)
        if let known = recording.texts[key] { return known }
        let row = try textRow(text)
        recording.texts[key] = row
        return row
    }

    func textRow(_ text: String) throws(HistoryError) -> Int64 {
        let known = try connection.statement("SELECT id FROM text WHERE text = ?").row(.text(text)) {
            row throws(HistoryError) in row.integer(0)
        }
        if let known { return known }
        try connection.statement("INSERT INTO text (text) VALUES (?)").run(.text(text))
        return connection.lastInsertedRow
    }
}
