import HostFacts

/// TermService listens on the listener's port; where the host does not say who does, it is enough that somebody does.
struct RemoteDesktopPortOwned: Rule {
    static let name = "rdp-port-owned"

    var wanted: String { "TermService listening on the port" }
    let facts: [Fact] = ["rdp.listening", "rdp.listenedByTermService"].compactMap { FactDictionary[$0] }

    func judge(_ facts: HostFacts, _ context: JudgingContext) -> RuleVerdict {
        guard self.facts.count == 2 else { return .unknown("who listens is no fact") }
        let listening = self.facts[0].read(facts)
        switch self.facts[1].read(facts) {
        case .value(.flag(true)): return .holds("TermService listens on the port")
        case .value(.flag(false)): return .fails("another process than TermService listens on the port")
        default: break
        }
        switch listening {
        case .value(.flag(true)): return .holds("somebody listens on the port; who was not told")
        case .value(.flag(false)): return .fails("nothing listens on the port")
        case let missing: return .unknown("whether anything listens is not known: \(missing.whyMissing ?? "")")
        }
    }
}
