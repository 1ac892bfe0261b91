import Drift
import FoundationEssentials
import HostFacts
package import Policy

extension HistoryDatabase {
    /// A run as it was judged, with everything that reports need.
    package func result(of run: StoredRun) throws(HistoryError) -> AuditResult {
        try connection.reading { () throws(HistoryError) in try readResult(of: run) }
    }

    private func readResult(of run: StoredRun) throws(HistoryError) -> AuditResult {
        let documents = try documents(of: run)
        let baseline = documents.baseline
        let statements = Dictionary(baseline.controls.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let waivers = Dictionary(documents.waivers.waivers.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var shelf = FindingShelf(connection)
        var assets: [Int64: HostAssets] = [:]
        var hosts: [HostJudgement] = []
        hosts.reserveCapacity(run.past.figures.hosts)
        let statement = try connection.statement(
            """
            SELECT host.name, h.state, j.id, j.bytes, j.numbers, h.numbers, j.assets, h.seconds, h.collected,
                reason.text, advice.text
            FROM run_host h JOIN host ON host.id = h.host JOIN judgement j ON j.id = h.judgement
                LEFT JOIN text reason ON reason.id = h.reason LEFT JOIN text advice ON advice.id = h.advice
            WHERE h.run = ?
            """)
        try statement.bind([.integer(run.number)])
        while try statement.step() {
            let name = statement.text(0)
            let judgement = statement.integer(2)
            let (stored, numbers) = try self.judgement(
                judgement, statement.blob(3), statement.blob(4),
                difference: statement.isNull(5) ? nil : statement.blob(5))
            let host = AuditedHost(
                name: name, address: stored.address, groups: stored.groups, role: stored.role, site: stored.site,
                state: try state(statement.integer(1)), reason: statement.text(9), advice: statement.text(10),
                transport: stored.transport, authentication: stored.authentication,
                seconds: statement.storedSeconds(7), collected: statement.storedMoment(8, after: run.started),
                osName: stored.osName, osVersion: stored.osVersion)
            let document = statement.integer(6)
            let asset: HostAssets
            if let known = assets[document] {
                asset = known
            } else {
                asset = try self.document(document) { bytes throws(CodecError) in try StoredAssets.assets(bytes) }
                assets[document] = asset
            }
            var left = numbers[...]
            var findings: [Finding] = []
            findings.reserveCapacity(stored.findings.count)
            for row in stored.findings {
                let finding = try shelf[row]
                guard let control = statements[finding.control] else {
                    throw damaged("the run \(run.name) does not know the control '\(finding.control)' of '\(name)'")
                }
                findings.append(
                    try decoded("finding \(row)") { () throws(CodecError) in
                        try finding.finding(control, &left, waivers: waivers)
                    })
            }
            let named = stored.waivers.compactMap { waivers[$0] }
            guard named.count == stored.waivers.count else { throw damaged("a waiver of '\(name)' is missing") }
            hosts.append(
                HostJudgement(host: host, findings: findings, waivers: named, marks: stored.marks, assets: asset))
        }
        return AuditResult(
            run: run.name, started: run.started, judgedAt: run.past.judgedAt, baseline: baseline,
            hosts: hosts.sorted { $0.host.name < $1.host.name }, programVersion: run.programVersion, probe: run.probe,
            unchecked: documents.unchecked, waivers: documents.waivers)
    }

    /// What stands for the whole run.
    func documents(
        of run: StoredRun
    ) throws(HistoryError) -> (baseline: BaselineStatement, waivers: WaiverRegister, unchecked: [String: [String]]) {
        let rows = try connection.statement("SELECT baseline, waivers, unchecked FROM run WHERE id = ?")
            .row(.integer(run.number)) { row throws(HistoryError) in (row.integer(0), row.integer(1), row.integer(2)) }
        guard let rows else { throw .noSuchRun(run.name, near: nil) }
        return (
            try document(rows.0) { bytes throws(CodecError) in try StoredBaseline.baseline(bytes) },
            try document(rows.1) { bytes throws(CodecError) in try StoredWaivers.register(bytes) },
            try document(rows.2) { bytes throws(CodecError) in try StoredLists.unchecked(bytes) }
        )
    }

    func document<Value>(
        _ row: Int64, _ read: ([UInt8]) throws(CodecError) -> Value
    ) throws(HistoryError) -> Value {
        let packed = try connection.statement("SELECT bytes FROM document WHERE id = ?").row(.integer(row)) {
            row throws(HistoryError) in row.blob(0)
        }
        guard let packed else { throw damaged("document \(row) is missing") }
        return try decoded("document \(row)") { () throws(CodecError) in try read(try PackedContent.unpack(packed)) }
    }

    private func judgement(
        _ row: Int64, _ packed: [UInt8], _ numbers: [UInt8], difference: [UInt8]?
    ) throws(HistoryError) -> (StoredHost, [UInt64]) {
        try decoded("judgement \(row)") { () throws(CodecError) in
            let base = try StoredNumbers.numbers(numbers)
            return (
                try StoredHost(try PackedContent.unpack(packed)),
                try difference.map { difference throws(CodecError) in
                    try StoredNumbers.apply(difference, to: base)
                } ?? base
            )
        }
    }
}
