import HostFacts

/// The firewall lets Remote Desktop in on every profile that is active, from the networks named or from somewhere.
struct RemoteDesktopReachable: Rule {
    static let name = "rdp-reachable"
    let networks: RuleArgument?

    var wanted: String { "reachable through the firewall" }
    let facts: [Fact] = Self.factPaths.compactMap { FactDictionary[$0] }

    private static let factPaths =
        ["firewall.activeProfiles"] + FirewallProfile.allCases.map { "firewall.rdp.decidedBy.\($0.rawValue)" }

    var arguments: [(name: String, value: RuleArgument?)] { [("networks", networks)] }

    func misuse(_ context: JudgingContext) -> String? {
        switch networks?.value(context) {
        case nil: return nil
        case .list?, .text?: break
        default: return "'networks' must be a list of networks"
        }
        let wrong = networks.list(context).first { InboundConnection.Network($0) == nil }
        return wrong.map { "'\($0)' is no network: write 10.20.0.0/16 or fd00::/8" }
    }

    func judge(_ facts: HostFacts, _ context: JudgingContext) -> RuleVerdict {
        let firewall = facts.remoteDesktopFirewall
        let networks = networks.list(context)
        let verdicts = FirewallProfile.allCases.map { profile in
            (profile, Self.judge(firewall, networks, profile))
        }
        switch firewall.activeProfiles {
        case .value(let active) where !active.isEmpty:
            return Self.worst(verdicts.filter { active.contains($0.0) }.map(\.1))
        case .value: return .unknown("no network is connected, so no profile is active")
        default:
            // Not knowing which profile is active is no matter when all of them agree.
            let truths = Set(verdicts.map(\.1.truth))
            if truths == [.holds] { return verdicts[0].1 }
            if truths == [.fails] { return verdicts[0].1 }
            return .unknown("which profile is active is not known (\(firewall.activeProfiles.whyMissing ?? ""))")
        }
    }

    private static func judge(
        _ firewall: RemoteDesktopFirewall, _ networks: [String], _ profile: FirewallProfile
    ) -> RuleVerdict {
        guard !networks.isEmpty else {
            return judge(firewall.decisions[profile] ?? .unasked, "\(profile.rawValue) profile", \.verdict)
        }
        return worst(
            networks.map { text in
                guard let network = InboundConnection.Network(text) else { return .unknown("'\(text)' is no network") }
                return judge(
                    firewall.decide(on: profile, from: network), "\(profile.rawValue) profile, from \(text)"
                ) { decision in
                    let verdict = decision.verdict(for: network)
                    return verdict == .partly ? .unreachable : verdict
                }
            })
    }

    private static func judge(
        _ decision: Collected<FirewallDecision>, _ place: String,
        _ verdict: (FirewallDecision) -> FirewallDecision.Verdict
    ) -> RuleVerdict {
        guard case .value(let decision) = decision else {
            return .unknown("\(place): \(decision.whyMissing ?? "not read")")
        }
        let reason = "\(decision.reason) (\(place))"
        return switch verdict(decision) {
        case .reachable, .partly: .holds(reason)
        case .unreachable: .fails(reason)
        case .unknown: .unknown("\(reason): cannot be decided from here")
        }
    }

    private static func worst(_ verdicts: [RuleVerdict]) -> RuleVerdict {
        verdicts.first { $0.truth == .fails }
            ?? verdicts.first { if case .unknown = $0.truth { true } else { false } }
            ?? verdicts.first ?? .unknown("no profile could be judged")
    }
}

/// No active block rule hits the port of Remote Desktop on an active profile.
struct NoBlockRule: Rule {
    static let name = "no-rdp-block-rule"

    var wanted: String { "no block rule on the port" }
    let facts: [Fact] = FirewallProfile.allCases.compactMap { FactDictionary["firewall.rdp.blockedBy.\($0.rawValue)"] }

    func judge(_ facts: HostFacts, _ context: JudgingContext) -> RuleVerdict {
        let firewall = facts.remoteDesktopFirewall
        let active = firewall.activeProfiles.value ?? Set(FirewallProfile.allCases)
        let profiles = FirewallProfile.allCases.filter { active.contains($0) }
        let verdicts = profiles.map { Self.judge(firewall.decisions[$0] ?? .unasked, $0) }
        let fails = verdicts.first { $0.truth == .fails }
        // Not knowing which profile is active is no matter when all of them agree.
        if let fails, firewall.activeProfiles.value == nil, verdicts.contains(where: { $0.truth != .fails }) {
            return .unknown("\(fails.because), and which profile is active is not known")
        }
        return fails ?? verdicts.first { $0.truth != .holds } ?? .holds("no block rule matches")
    }

    private static func judge(_ decision: Collected<FirewallDecision>, _ profile: FirewallProfile) -> RuleVerdict {
        guard case .value(let decision) = decision else {
            return .unknown("\(profile.rawValue) profile: \(decision.whyMissing ?? "not read")")
        }
        if let rule = decision.blockedBy.first {
            return .fails("block rule \(rule) is active on the \(profile.rawValue) profile")
        }
        return decision.mayBeBlockedBy.first.map { rule in
            .unknown(
                "block rule \(rule) may hit it on the \(profile.rawValue) profile, which cannot be decided from here")
        } ?? .holds("no block rule matches")
    }
}
