import HostFacts

/// The firewall lets Remote Desktop in on every profile that is active, from the networks named or from somewhere.
struct RemoteDesktopReachable: Rule {
    static let name = "rdp-reachable"
    let networks: RuleArgument?

    var wanted: String { "reachable through the firewall" }
    let facts: [Fact] = Self.factPaths.compactMap { FactDictionary[$0] }

    private static let factPaths =
        ["firewall.activeProfiles"] + FirewallProfile.allCases.map { "firewall.rdp.decidedBy.\($0.rawValue)" }

    func judge(_ facts: HostFacts, _ context: JudgingContext) -> RuleVerdict {
        let firewall = facts.remoteDesktopFirewall
        let networks = networks.list(context)
        let verdicts = FirewallProfile.allCases.map { profile in
            (profile, Self.judge(firewall.decisions[profile] ?? .unasked, networks, profile))
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
        _ decision: Collected<FirewallDecision>, _ networks: [String], _ profile: FirewallProfile
    ) -> RuleVerdict {
        guard case .value(let decision) = decision else {
            return .unknown("\(profile.rawValue) profile: \(decision.whyMissing ?? "not read")")
        }
        var verdicts: [RuleVerdict] = networks.map { network in
            let text = network[...]
            let verdict: FirewallDecision.Verdict
            if let range = IPAddress.ipv4Range(text) {
                verdict = decision.verdict(for: AddressSet(range))
            } else if let range = IPAddress.ipv6Range(text) {
                verdict = decision.verdict(for: AddressSet(range))
            } else {
                return .unknown("'\(network)' is no network")
            }
            let place = "\(decision.reason) (\(profile.rawValue) profile, from \(network))"
            return switch verdict {
            case .reachable: .holds(place)
            case .unreachable, .partly: .fails(place)
            case .unknown: .unknown("\(place): cannot be decided from here")
            }
        }
        if networks.isEmpty {
            let place = "\(decision.reason) (\(profile.rawValue) profile)"
            switch decision.verdict {
            case .reachable, .partly: verdicts.append(.holds(place))
            case .unreachable: verdicts.append(.fails(place))
            case .unknown: verdicts.append(.unknown("\(place): cannot be decided from here"))
            }
        }
        return worst(verdicts)
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
        let profiles = firewall.activeProfiles.value ?? Set(FirewallProfile.allCases)
        var unknown: RuleVerdict?
        for profile in FirewallProfile.allCases where profiles.contains(profile) {
            switch firewall.decisions[profile] ?? .unasked {
            case .value(let decision):
                if let rule = decision.blockedBy.first {
                    return .fails("block rule \(rule) is active on the \(profile.rawValue) profile")
                }
            case let missing: unknown = .unknown("\(profile.rawValue) profile: \(missing.whyMissing ?? "not read")")
            }
        }
        return unknown ?? .holds("no block rule matches")
    }
}
