/// From where the firewall lets a connection in on one profile, and what decided it.
package struct FirewallDecision: Sendable {
    /// Addresses from which it is let in for certain.
    package let admittedIPv4: AddressSet<UInt32>
    package let admittedIPv6: AddressSet<UInt128>
    /// Addresses from which it may be let in: the certain ones, and those that a rule we cannot decide speaks of.
    package let possibleIPv4: AddressSet<UInt32>
    package let possibleIPv6: AddressSet<UInt128>
    /// `LocalSubnet` and the like, from which it is let in for certain: addresses that only the host can name.
    package let admittedKeywords: [String]
    /// Rules that we cannot decide might let everybody in.
    package let mayAdmitEveryone: Bool
    /// Ids of the rules that decided, block rules first; empty when a profile setting did.
    package let decidedBy: [String]
    /// Block rules that match for certain.
    package let blockedBy: [String]
    /// Block rules that may match: whether they do cannot be decided from here.
    package let mayBeBlockedBy: [String]
    /// In words, for a report.
    package let reason: String

    package enum Verdict: Sendable, Hashable {
        case reachable, unreachable
        /// From some of the addresses only.
        case partly
        case unknown
    }

    /// Whether somebody somewhere gets in.
    package var verdict: Verdict {
        if !admittedIPv4.isEmpty || !admittedIPv6.isEmpty || !admittedKeywords.isEmpty { return .reachable }
        return possibleIPv4.isEmpty && possibleIPv6.isEmpty ? .unreachable : .unknown
    }

    /// Whether every address of a network gets in.
    package func verdict(for network: InboundConnection.Network) -> Verdict {
        switch network {
        case .ipv4(let range): verdict(AddressSet(range), admitted: admittedIPv4, possible: possibleIPv4)
        case .ipv6(let range): verdict(AddressSet(range), admitted: admittedIPv6, possible: possibleIPv6)
        }
    }

    private func verdict<Address>(
        _ network: AddressSet<Address>, admitted: AddressSet<Address>, possible: AddressSet<Address>
    ) -> Verdict {
        if network.isSubset(of: admitted) { return .reachable }
        if network.isDisjoint(with: possible) { return .unreachable }
        // Undecided addresses inside the network make the answer unknown; a clean border makes it "partly".
        return network.intersection(possible).isSubset(of: admitted) ? .partly : .unknown
    }

    /// Open to the whole world, for certain.
    package var admitsEveryone: Bool { admittedIPv4.isAll || admittedIPv6.isAll }

    /// The admitted addresses as an operator would write them.
    package var scope: String {
        if admittedIPv4.isAll && admittedIPv6.isAll { return "any" }
        let ranges =
            admittedIPv4.ranges.map { IPAddress.text($0) } + admittedIPv6.ranges.map { IPAddress.text($0) }
            + admittedKeywords
        return ranges.isEmpty ? "none" : ranges.joined(separator: ", ")
    }
}

extension FirewallPolicy {
    /// Decides by [MS-FASP] 2.2.34: profile off lets all in; else block rules beat allow rules; else the profile's
    /// default decides. Missing evidence gives a reason instead of a decision.
    package func decide(
        _ connection: InboundConnection, on profile: FirewallProfile, windows: Collected<WindowsVersion>
    ) -> Collected<FirewallDecision> {
        guard let settings = profiles[profile] else { return .failed("no settings of the \(profile.rawValue) profile") }
        guard case .value(let enabled) = settings.enabled.effective else {
            return settings.enabled.effective.flatMap { _ in .absent }
        }
        if enabled == 0 {
            return .value(.open("the firewall is off on the \(profile.rawValue) profile"))
        }
        guard case .value(let rules) = rules else { return rules.flatMap { _ in .absent } }
        guard case .value(let noExceptions) = settings.noExceptions.effective,
            case .value(let inboundAction) = settings.inboundAction.effective,
            case .value(let localMerge) = settings.localMerge.effective
        else {
            return .failed("the settings of the \(profile.rawValue) profile could not be read")
        }
        if !unreadableRules.isEmpty {
            return .failed("\(unreadableRules.count) rules could not be read, \(unreadableRules[0]) among them")
        }
        var evaluation = FirewallEvaluation()
        for stored in rules where stored.rule.isActive && stored.rule.direction == .inbound {
            if stored.store == .local && localMerge == 0 { continue }
            guard stored.rule.applies(to: profile) else { continue }
            evaluation.add(stored.rule, for: connection, windows: windows.value)
        }
        return .value(
            evaluation.decision(
                ignoresAllowRules: noExceptions != 0, allowsByDefault: inboundAction == 0, profile: profile))
    }
}

extension FirewallDecision {
    fileprivate static func open(_ reason: String) -> FirewallDecision {
        FirewallDecision(
            admittedIPv4: .all, admittedIPv6: .all, possibleIPv4: .all, possibleIPv6: .all,
            admittedKeywords: [], mayAdmitEveryone: true, decidedBy: [], blockedBy: [], mayBeBlockedBy: [],
            reason: reason)
    }
}
