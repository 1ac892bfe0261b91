import Formats
import HostFacts

/// Hosts that are alike nearly all agree on a value, and this one has another: it fails, whatever the value is.
struct OutlierAmongPeers: Rule {
    static let name = "outlier-among-peers"
    let fact: RuleArgument?
    let among: RuleArgument?
    let leastPeers: RuleArgument?
    let share: RuleArgument?

    /// Fewer agree by chance.
    private static let usualLeastPeers: Int64 = 5
    /// Percent.
    private static let usualShare: Int64 = 90

    var wanted: String { "what hosts like it have" }
    var facts: [Fact] { question.flatMap { FactDictionary[$0.fact] }.map { [$0] } ?? [] }
    var peerQuestions: [PeerQuestion] { [question].compactMap(\.self) }

    var arguments: [(name: String, value: RuleArgument?)] {
        [("fact", fact), ("among", among), ("least-peers", leastPeers), ("share", share)]
    }

    /// Gathered before any role is known, so parameters have no part in it.
    private var question: PeerQuestion? {
        guard case .constant(.text(let path))? = fact, case .constant(.text(let peers))? = among,
            let peers = PeerQuestion.Peers(rawValue: peers)
        else { return nil }
        return PeerQuestion(fact: path, among: peers)
    }

    func misuse(_ context: JudgingContext) -> String? {
        guard case .constant(.text(let path))? = fact else { return "'fact' must be the path of a fact, no parameter" }
        guard let known = FactDictionary[path] else {
            return "unknown fact '\(path)'"
                + (closest(to: path, among: FactDictionary.all.map(\.path)).map { ": did you mean '\($0)'?" } ?? "")
        }
        if path.hasPrefix(FactDictionary.fleetPrefix) { return "'\(path)' is about the fleet itself" }
        if known.stability == .volatile { return "'\(path)' is volatile: no two hosts need agree on it" }
        let words = PeerQuestion.Peers.allCases.map(\.rawValue)
        guard case .constant(.text(let word))? = among, words.contains(word) else {
            return "'among' must be one of \(words.joined(separator: ", ")), no parameter"
        }
        guard let least = leastPeers.number(context, usual: Self.usualLeastPeers), least >= 2 else {
            return "'least-peers' must be a whole number from 2 on"
        }
        guard let share = share.number(context, usual: Self.usualShare), (51...100).contains(share) else {
            return "'share' must be a percentage from 51 to 100"
        }
        return nil
    }

    func judge(_ facts: HostFacts, _ context: JudgingContext) -> RuleVerdict {
        guard let question, let fact = FactDictionary[question.fact],
            let least = leastPeers.number(context, usual: Self.usualLeastPeers),
            let share = share.number(context, usual: Self.usualShare)
        else { return .unknown("the arguments of \(Self.name) do not fit") }
        let own = fact.read(facts)
        switch own {
        case .value, .absent: break
        case .unsupported(let reason): return .notApplicable(reason)
        case .accessDenied, .failed: return .unknown("\(fact.path): \(own.whyMissing ?? "")")
        }
        switch facts.peers[question] {
        case .value(let view)?: return judge(view, own, question, least, share)
        case .absent?: return .notApplicable("the host has no \(question.among.rawValue)")
        case nil, .accessDenied?, .unsupported?, .failed?: return .unknown("the fleet was not looked at")
        }
    }

    private func judge(
        _ view: PeerView, _ own: Collected<FactValue>, _ question: PeerQuestion, _ least: Int64, _ share: Int64
    ) -> RuleVerdict {
        let whom =
            switch question.among {
            case .role: "of its role"
            case .group: "in its groups"
            case .site: "of its site"
            case .all: "of the fleet"
            }
        guard view.count >= least else {
            return .notApplicable(
                "of \(view.count) other hosts \(whom) \(question.fact) is known, and it takes \(least) to compare")
        }
        let agreement = "\(view.agreeing) of \(view.count) other hosts \(whom) have \(view.commonest)"
        guard Int64(view.agreeing) * 100 >= share * Int64(view.count), !view.isShared else {
            return .holds(agreement)
        }
        var verdict = RuleVerdict.fails("\(question.fact) is \(own.shown), and \(agreement)")
        verdict.evidence = [.init(fact: "peers.\(question.fact)", value: agreement, source: nil)]
        return verdict
    }
}

extension RuleArgument? {
    /// A whole number; without the argument the usual one, and `nil` for anything else.
    fileprivate func number(_ context: JudgingContext, usual: Int64) -> Int64? {
        guard let self else { return usual }
        if case .integer(let number)? = self.value(context) { return number }
        return nil
    }
}
