import HostFacts
package import Policy

extension HistoryDatabase {
    /// What every control concluded about every host of a run, in the order of their rows.
    ///
    /// - Parameter keepsReasons: differences shall be able to say why.
    package func outcomes(of run: StoredRun, keepsReasons: Bool = false) throws(HistoryError) -> [HostOutcomes] {
        let baseline = try documents(of: run).baseline
        return try outcomes(of: run, controls: baseline.controls.map(\.id), keepsReasons: keepsReasons)
    }

    /// - Parameter controls: of the run's baseline, one list for all hosts.
    func outcomes(
        of run: StoredRun, controls: [String], keepsReasons: Bool = false
    ) throws(HistoryError) -> [HostOutcomes] {
        var shelf = FindingShelf(connection)
        return try connection.statement(
            """
            SELECT host.name, h.state, j.id, j.bytes, j.numbers, h.numbers
            FROM run_host h JOIN host ON host.id = h.host JOIN judgement j ON j.id = h.judgement WHERE h.run = ?
            """
        ).rows(.integer(run.number)) { row throws(HistoryError) in
            let judgement = row.integer(2)
            var own: [String] = []
            var outcomes: [Finding.Outcome] = []
            var reasons: [String] = []
            var numbers: [UInt64] = []
            if keepsReasons {
                numbers = try decoded("judgement \(judgement)") { () throws(CodecError) in
                    let base = try StoredNumbers.numbers(row.blob(4))
                    return row.isNull(5) ? base : try StoredNumbers.apply(row.blob(5), to: base)
                }
            }
            var left = numbers[...]
            for number in try findings(of: judgement, row.blob(3)) {
                let finding = try shelf[number]
                own.append(finding.control)
                outcomes.append(finding.outcome)
                guard keepsReasons else { continue }
                reasons.append(
                    try decoded("finding \(number)") { () throws(CodecError) in try finding.because(&left) })
            }
            return HostOutcomes(
                host: row.text(0), state: try state(row.integer(1)), controls: own == controls ? controls : own,
                outcomes: outcomes, reasons: reasons)
        }
    }
}
