import Drift
import Formats
import FoundationEssentials
import HostFacts
import Policy

/// The fleet as JSON inside the page: a row for every host with one letter for each control, and everything that hosts
/// say alike once, in tables that the rows point into.
///
/// Texts are stored as they are shown. `<`, `>` and `&` are written as escapes, so that no text can end the element.
struct HTMLData {
    private let result: AuditResult
    private let summary: FleetSummary
    /// The baseline's controls, and behind them those that only some host was judged by.
    private let controls: [ControlStatement]
    private let places: [String: Int]
    private let causes: [String: Int]
    private let waivers: [ObjectIdentifier: Int]
    private var strings = Table<String>()
    private var details = Table<[Int]>()
    private var actions = Table<[Int]>()
    private var lists = Table<[Int]>()
    private var writer = JSONWriter()
    /// What links call a host, where that is not what is shown.
    private var keys: [(Int, String)] = []

    /// Values by the order in which they came first.
    private struct Table<Value: Hashable> {
        private(set) var values: [Value] = []
        private var indices: [Value: Int] = [:]

        mutating func index(_ value: Value) -> (index: Int, isNew: Bool) {
            if let index = indices[value] { return (index, false) }
            indices[value] = values.count
            values.append(value)
            return (values.count - 1, true)
        }
    }

    static func write<Failure: Error>(
        _ result: AuditResult, _ summary: FleetSummary, to write: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        var data = HTMLData(result, summary)
        try write(data.head())
        let names = ScriptNames(hosts: result.hosts.lazy.map(\.host.name))
        var bytes: [UInt8] = []
        for (index, judgement) in result.hosts.enumerated() {
            data.host(judgement, index, script: names)
            if index > 0 { bytes.append(0x2c) }
            bytes += data.taken()
            if bytes.count > 1 << 16 {
                try write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        try write(bytes)
        try data.tables(to: write)
    }

    private init(_ result: AuditResult, _ summary: FleetSummary) {
        self.result = result
        self.summary = summary
        var controls = result.baseline.controls
        var places = Dictionary(controls.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        for judgement in result.hosts where judgement.findings.count != result.baseline.controls.count {
            for finding in judgement.findings where places[finding.control.id] == nil {
                places[finding.control.id] = controls.count
                controls.append(finding.control)
            }
        }
        self.controls = controls
        self.places = places
        causes = Dictionary(
            summary.causes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        waivers = Dictionary(
            uniqueKeysWithValues: result.waivers.waivers.enumerated().map { (ObjectIdentifier($1), $0) })
        _ = strings.index("")
    }

    private mutating func text(_ text: String) -> Int { strings.index(text).index }

    /// What was written since the last call.
    private mutating func taken(closing end: String = "") -> [UInt8] {
        Self.escaped(writer.takeBytes()) + Array(end.utf8)
    }

    /// These bytes stand only inside JSON's strings.
    static func escaped(_ json: [UInt8]) -> [UInt8] {
        guard json.contains(where: { $0 == 0x3c || $0 == 0x3e || $0 == 0x26 }) else { return json }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(json.count + 64)
        for byte in json {
            switch byte {
            case 0x3c: bytes += "\\u003c".utf8
            case 0x3e: bytes += "\\u003e".utf8
            case 0x26: bytes += "\\u0026".utf8
            default: bytes.append(byte)
            }
        }
        return bytes
    }

    // MARK: What does not grow with the fleet

    /// The document up to its hosts.
    private mutating func head() -> [UInt8] {
        let groups = summary.groups.dropLast().map { text($0.name) }
        let hasTrend = summary.trend.previous != nil
        let controls = controls
        let causes = summary.causes
        let places = places
        let waivers = result.waivers.waivers
        var head = JSONWriter()
        head.object { head in
            head.member("format", 1)
            head.member("hasTrend", hasTrend)
            head.key("groups")
            head.array { for group in groups { $0.int(group) } }
            head.key("controls")
            head.array { list in
                for control in controls {
                    list.object {
                        $0.member("id", HTML.visible(control.id))
                        $0.member("title", HTML.visible(control.title))
                        $0.member("severity", control.severity.rawValue)
                        $0.member("consequence", control.consequence?.word ?? "")
                    }
                }
            }
            head.key("causes")
            head.array { list in
                for cause in causes {
                    list.object {
                        $0.member("id", cause.id)
                        $0.member("control", places[cause.control.id] ?? 0)
                        $0.member("hosts", cause.hosts.count)
                    }
                }
            }
            head.key("waivers")
            head.array { list in
                for waiver in waivers {
                    list.string(
                        HTML.visible(
                            "\(waiver.id), until \(waiver.lastDay), by \(waiver.owner) (\(waiver.ticket)): "
                                + waiver.reason))
                }
            }
        }
        // The object stays open: hosts follow one by one.
        return Self.escaped(Array(head.takeBytes().dropLast())) + Array(",\n\"hosts\":[".utf8)
    }

    // MARK: Hosts

    private mutating func host(_ judgement: HostJudgement, _ index: Int, script names: ScriptNames) {
        let host = judgement.host
        let row = row(judgement)
        let shown = HTML.visible(host.name)
        if shown != host.name { keys.append((index, host.name)) }
        let head = [
            text(host.role ?? ""), text(host.site ?? ""), text(host.osName ?? ""),
            text(host.osVersion.map { "\($0)" } ?? ""), text(host.state.rawValue),
            HostJudgement.Verdict.allCases.firstIndex(of: judgement.verdict) ?? 0, text(host.reason),
            text(host.advice), text(host.transport ?? ""), text(host.authentication ?? ""),
        ]
        let groups = host.groups.map { text($0) }
        let unchecked = text(result.unchecked[host.name]?.joined(separator: ", ") ?? "")
        let silent = summary.trend.silentRuns[host.name] ?? 0
        let hasScript = RemediationScript(judgement)?.isBoundToMachine ?? false
        writer.array { list in
            list.string(shown)
            if host.address == host.name { list.int(0) } else { list.string(HTML.visible(host.address)) }
            list.array { for group in groups { $0.int(group) } }
            for number in head { list.int(number) }
            list.double((host.seconds * 10).rounded() / 10)
            list.int(Int(host.collected.timeIntervalSince1970.rounded(.down)))
            list.int(unchecked)
            list.int(silent)
            if hasScript, let name = names[host: host.name] { list.string(name) } else { list.int(0) }
            list.string(String(decoding: row.letters, as: UTF8.self))
            for numbers in [row.failures, row.since, row.unknowns] {
                list.array { for number in numbers { $0.int(number) } }
            }
            list.int(row.elsewhere)
        }
    }

    /// What the controls say of one host.
    private struct Row {
        /// `p`, `f`, `w`, `u`, `n` in the order of the controls; a blank where it was not judged by one.
        var letters: [UInt8]
        /// For each `f` and `w` its detail.
        var failures: [Int] = []
        /// For each of those the day since which it fails, below 0 when it is new, 0 when that is not known.
        var since: [Int] = []
        /// For each `u` why.
        var unknowns: [Int] = []
        /// The list of reasons for each `n`.
        var elsewhere = 0
    }

    private mutating func row(_ judgement: HostJudgement) -> Row {
        guard judgement.host.state.isJudged, !judgement.findings.isEmpty else { return Row(letters: []) }
        var row = Row(letters: [UInt8](repeating: 0x20, count: controls.count))
        var elsewhere: [Int] = []
        for (place, finding) in placed(judgement.findings) {
            row.letters[place] = Self.letter(finding.outcome)
            switch finding.outcome {
            case .pass: break
            case .fail, .waived:
                row.failures.append(detail(finding, place))
                row.since.append(since(finding, on: judgement.host.name))
            case .unknown: row.unknowns.append(text(finding.because))
            case .notApplicable: elsewhere.append(text(finding.because))
            }
        }
        row.elsewhere = lists.index(elsewhere).index
        return row
    }

    private func placed(_ findings: [Finding]) -> [(Int, Finding)] {
        var isInOrder = true
        var last = -1
        var placed: [(Int, Finding)] = []
        placed.reserveCapacity(findings.count)
        for (index, finding) in findings.enumerated() {
            let isUsual = index < controls.count && controls[index] === finding.control
            guard let place = isUsual ? index : places[finding.control.id] else { continue }
            isInOrder = isInOrder && place > last
            last = place
            placed.append((place, finding))
        }
        return isInOrder ? placed : placed.sorted { $0.0 < $1.0 }
    }

    private static func letter(_ outcome: Finding.Outcome) -> UInt8 {
        switch outcome {
        case .pass: UInt8(ascii: "p")
        case .fail: UInt8(ascii: "f")
        case .waived: UInt8(ascii: "w")
        case .unknown: UInt8(ascii: "u")
        case .notApplicable: UInt8(ascii: "n")
        }
    }

    private mutating func since(_ finding: Finding, on host: String) -> Int {
        guard let moment = summary.trend.failingSince[host]?[finding.control.id] else { return 0 }
        let day = text(HTMLReport.day(moment))
        return summary.trend.change(finding.control.id, on: host)?.isWorse ?? false ? -day : day
    }

    // MARK: What failures say

    /// Control, cause, because, wanted; then evidence, actions and waivers, each behind their number.
    private mutating func detail(_ finding: Finding, _ place: Int) -> Int {
        let cause = finding.outcome == .fail ? causes[finding.causeID] ?? -1 : -1
        var key = [place, cause, text(finding.because), text(finding.wanted), 3 * finding.evidence.count]
        for evidence in finding.evidence {
            key += [text(evidence.fact), text(evidence.value), text(evidence.source?.rawValue ?? "")]
        }
        key.append(finding.remediation.count)
        for action in finding.remediation { key.append(self.action(action)) }
        key.append(finding.waivers.count)
        for waiver in finding.waivers { key.append(waivers[ObjectIdentifier(waiver)] ?? 0) }
        return details.index(key).index
    }

    /// Summary, place, policy, object, effect, risk, guard; then the commands behind their number, the check, the way back
    /// behind its number, and why there is none.
    private mutating func action(_ action: RemediationAction) -> Int {
        var key = [
            text(action.summary), text(action.place == .host ? "on the host" : HTMLReport.place(action)),
            text(action.policyPath ?? ""),
            text(action.policyObject ?? ""), action.place == .manual ? 0 : text(action.effect.rawValue),
            text(action.risk), text(action.guardCondition ?? ""), action.apply.count,
        ]
        key += action.apply.map { text($0) }
        key += [text(action.verify ?? ""), action.rollback.count]
        key += action.rollback.map { text($0) }
        key.append(text(action.whyNoRollback ?? ""))
        return actions.index(key).index
    }

    // MARK: Tables behind the hosts

    /// The end of the document, in pieces.
    private mutating func tables<Failure: Error>(to write: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
        // As they are, in characters that no reader of documents objects to.
        var names = JSONWriter(style: [.asciiOnly])
        names.object { object in
            for (index, name) in keys { object.member(String(index), name) }
        }
        try write(
            Array("],\n\"keys\":".utf8) + Self.escaped(names.takeBytes()) + Array(",\n\"details\":[".utf8))
        try rows(details.values, to: write) { list, key in Self.nested(key, fixed: 4, lists: 3, into: &list) }
        try write(Array("],\n\"actions\":[".utf8))
        try rows(actions.values, to: write) { list, key in
            Self.nested(Array(key[..<7]), fixed: 7, lists: 0, into: &list)
            Self.nested(Array(key[7...]), fixed: 0, lists: 1, into: &list)
            let rest = Array(key[(8 + key[7])...])
            list.int(rest[0])
            Self.nested(Array(rest[1...]), fixed: 0, lists: 1, into: &list)
            list.int(rest[rest.count - 1])
        }
        try write(Array("],\n\"lists\":[".utf8))
        try rows(lists.values, to: write) { list, key in for number in key { list.int(number) } }
        try write(Array("],\n\"strings\":[".utf8))
        try values(strings.values, to: write) { writer, text in writer.string(HTML.visible(text)) }
        try write(Array("]}\n".utf8))
    }

    /// Numbers as they stand, then lists, each behind its length.
    private static func nested(_ key: [Int], fixed: Int, lists: Int, into list: inout JSONWriter) {
        for number in key.prefix(fixed) { list.int(number) }
        var at = fixed
        for _ in 0..<lists {
            let count = key[at]
            list.array { for number in key[(at + 1)..<(at + 1 + count)] { $0.int(number) } }
            at += 1 + count
        }
    }

    private mutating func rows<Failure: Error>(
        _ keys: [[Int]], to write: ([UInt8]) throws(Failure) -> Void, _ row: (inout JSONWriter, [Int]) -> Void
    ) throws(Failure) {
        try values(keys, to: write) { writer, key in writer.array { row(&$0, key) } }
    }

    /// The elements of an array, some at a time.
    private mutating func values<Value, Failure: Error>(
        _ values: [Value], to write: ([UInt8]) throws(Failure) -> Void, _ element: (inout JSONWriter, Value) -> Void
    ) throws(Failure) {
        var bytes: [UInt8] = []
        for (index, value) in values.enumerated() {
            element(&writer, value)
            if index > 0 { bytes.append(0x2c) }
            bytes += taken()
            if bytes.count > 1 << 16 {
                try write(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        try write(bytes)
    }
}
