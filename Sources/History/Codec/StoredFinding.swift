import HostFacts
import Policy

/// A finding without the numbers in what was seen: what many hosts and nights share.
struct StoredFinding {
    let control: String
    let outcome: Finding.Outcome
    /// How many numbers of a host belong to it.
    let numbers: Int
    private let bytes: [UInt8]

    /// - Parameter numbers: those of the finding are added.
    static func bytes(of finding: Finding, _ numbers: inout [UInt64]) -> [UInt8] {
        var writer = ByteWriter()
        writer.put(finding.control.id)
        writer.put(finding.outcome.rawValue)
        NumberedText.put(finding.because, into: &writer, &numbers)
        writer.put(finding.wanted)
        writer.put(count: finding.evidence.count)
        for evidence in finding.evidence {
            writer.put(evidence.fact)
            NumberedText.put(evidence.value, into: &writer, &numbers)
            writer.put(optional: evidence.source?.rawValue)
        }
        writer.put(list: finding.remediation) { StoredRemediation.put($1, into: &$0) }
        writer.put(finding.waivers.map(\.id))
        writer.put(finding.lapsedWaivers.map(\.id))
        return writer.bytes
    }

    init(_ bytes: [UInt8]) throws(CodecError) {
        var reader = ByteReader(bytes)
        self.bytes = bytes
        control = try reader.text()
        outcome = try reader.choice(Finding.Outcome.self)
        var numbers = NumberedText.count(in: try reader.slice())
        _ = try reader.text().utf8.count
        for _ in 0..<(try reader.count()) {
            _ = try reader.text().utf8.count
            numbers += NumberedText.count(in: try reader.slice())
            _ = try reader.optionalText()?.utf8.count
        }
        self.numbers = numbers
    }

    /// What it says, with the numbers of one host; they are used up.
    func because(_ numbers: inout ArraySlice<UInt64>) throws(CodecError) -> String {
        if self.numbers > numbers.count { throw CodecError("a number is missing") }
        var reader = ByteReader(bytes)
        _ = try reader.text().utf8.count
        _ = try reader.text().utf8.count
        var own = numbers.prefix(self.numbers)
        numbers = numbers.dropFirst(self.numbers)
        return try NumberedText.read(&reader, &own)
    }

    /// - Parameter waivers: those of the run, by id.
    func finding(
        _ statement: ControlStatement, _ numbers: inout ArraySlice<UInt64>, waivers: [String: Waiver]
    ) throws(CodecError) -> Finding {
        var reader = ByteReader(bytes)
        _ = try reader.text().utf8.count
        let outcome = try reader.choice(Finding.Outcome.self)
        let because = try NumberedText.read(&reader, &numbers)
        let wanted = try reader.text()
        var evidence: [Finding.Evidence] = []
        for _ in 0..<(try reader.count()) {
            let fact = try reader.text()
            let value = try NumberedText.read(&reader, &numbers)
            let source = try reader.optional { reader throws(CodecError) in try reader.choice(SettingSource.self) }
            evidence.append(Finding.Evidence(fact: fact, value: value, source: source))
        }
        let remediation = try reader.list { reader throws(CodecError) in try StoredRemediation.action(&reader) }
        let covering = try Self.waivers(&reader, waivers)
        let lapsed = try Self.waivers(&reader, waivers)
        try reader.finish()
        return Finding(
            control: statement, outcome: outcome, because: because, wanted: wanted, evidence: evidence,
            remediation: remediation, waivers: covering, lapsedWaivers: lapsed)
    }

    private static func waivers(
        _ reader: inout ByteReader, _ known: [String: Waiver]
    ) throws(CodecError) -> [Waiver] {
        try reader.list { reader throws(CodecError) in
            let id = try reader.text()
            guard let waiver = known[id] else { throw CodecError("the waiver '\(id)' is not among those of the run") }
            return waiver
        }
    }
}
