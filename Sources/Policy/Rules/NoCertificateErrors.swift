import Formats
import FoundationEssentials
import HostFacts

/// No event says that TermService could not make its certificate or open its key, or something shows that it is over: a
/// certificate made or a connection that worked since.
struct NoCertificateErrors: Rule {
    static let name = "no-certificate-errors"
    /// How many of an event are borne; none when it is not given.
    let tolerated: RuleArgument?

    var wanted: String { "no such event, or a success since" }
    let facts: [Fact] = [
        "events.rcm.1057", "events.rcm.1058", "events.schannel.36870", "events.rcm.newest", "events.schannel.newest",
        "machineKeys.servedKey.evidence",
    ].compactMap { FactDictionary[$0] }

    func misuse(_ context: JudgingContext) -> String? {
        switch tolerated?.value(context) {
        case nil: nil
        case .integer(let number)? where number >= 0: nil
        default: "'tolerated' must be a number of events"
        }
    }

    func judge(_ facts: HostFacts, _ context: JudgingContext) -> RuleVerdict {
        var limit = 0
        if case .integer(let number)? = tolerated?.value(context) { limit = Int(clamping: number) }
        let verdicts = [
            Self.making(1057, "Windows could not make a certificate", facts, limit),
            Self.making(1058, "Windows could not replace the expired certificate", facts, limit),
            Self.opening(facts, limit),
        ]
        return verdicts.first { $0.truth == .fails } ?? verdicts.first { $0.truth != .holds } ?? verdicts[0]
    }

    /// 1057 and 1058 are over once a certificate was made (1056) or installed from a template (1063).
    private static func making(_ id: Int, _ meaning: String, _ facts: HostFacts, _ limit: Int) -> RuleVerdict {
        let events = facts.live.events
        switch events.count(id, of: .rcm) {
        case .value(let count) where count > limit:
            let newest = events.newest(id, of: .rcm).value
            let made = [1056, 1063].compactMap { events.newest($0, of: .rcm).value }.max()
            if let newest, let made, made > newest { return .holds("a certificate was made since") }
            return .fails("\(meaning): event \(id), \(times(count, newest)), and none was made since")
        case .value: return .holds("no event \(id)")
        case let missing: return .unknown("events \(id): \(missing.whyMissing ?? "")")
        }
    }

    /// 36870 counts when it names TermService's process, or when nobody is named and the served key cannot be used.
    private static func opening(_ facts: HostFacts, _ limit: Int) -> RuleVerdict {
        let events = facts.live.events
        guard case .value(let all) = events.count(36870, of: .schannel) else {
            return .unknown("events 36870: \(events.count(36870, of: .schannel).whyMissing ?? "")")
        }
        guard all > limit, case .value(let counts) = events[.schannel] else { return .holds("no event 36870") }
        let entries = counts.entries.filter { $0.id == 36870 }
        let process = facts.live.termService.value.map(\.process).flatMap { $0 == 0 ? nil : $0 }
        let own = entries.filter { $0.process != nil && $0.process == process }
        if own.reduce(0, { $0 + min($1.count, 1_000_000) }) > limit {
            let newest = own.compactMap(\.newest).max()
            if let newest, let worked = facts.servedKeyUse.newestHandshake, worked > newest {
                return .holds("a connection worked since")
            }
            let count = own.reduce(0) { $0 + min($1.count, 1_000_000) }
            return .fails("TermService could not open the private key: Schannel 36870, \(times(count, newest))")
        }
        // An event of another process is about another certificate.
        let unnamed = entries.filter { $0.process == nil || process == nil }
        let count = unnamed.reduce(0) { $0 + min($1.count, 1_000_000) }
        guard count > limit else { return .holds("no event 36870 of TermService") }
        let newest = unnamed.compactMap(\.newest).max()
        switch facts.servedKeyUse.isUsable {
        case .value(true): return .holds("the served key can be used, so the events are about another one")
        case .value(false): return .fails("the served key cannot be used: Schannel 36870, \(times(count, newest))")
        default: return .unknown("Schannel 36870, \(times(count, newest)), does not say whose key it is about")
        }
    }

    private static func times(_ count: Int, _ newest: Date?) -> String {
        "\(count == 1 ? "once" : "\(count) times") in 14 days" + (newest.map { ", last at \(ISO8601.text($0))" } ?? "")
    }
}
