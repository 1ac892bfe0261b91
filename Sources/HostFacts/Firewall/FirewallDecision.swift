/// A connection that somebody might open to this host.
package struct InboundConnection: Sendable {
    /// IANA's number: 6 TCP, 17 UDP.
    package let protocolNumber: UInt8
    package let port: UInt16
    /// The program that listens, as rules name it: `System`, or a path of which the last part counts.
    package let program: String
    /// The service that listens, by short name.
    package let service: String?

    package init(protocolNumber: UInt8 = 6, port: UInt16, program: String, service: String?) {
        self.protocolNumber = protocolNumber
        self.port = port
        self.program = program
        self.service = service
    }
}

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

    /// Whether every IPv4 address of a network gets in.
    package func verdict(for network: AddressSet<UInt32>) -> Verdict {
        verdict(network, admitted: admittedIPv4, possible: possibleIPv4)
    }

    package func verdict(for network: AddressSet<UInt128>) -> Verdict {
        verdict(network, admitted: admittedIPv6, possible: possibleIPv6)
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

/// Gathers what the matching rules allow and block, for certain and possibly.
private struct FirewallEvaluation {
    private struct Side {
        var certain: (ipv4: AddressSet<UInt32>, ipv6: AddressSet<UInt128>) = (.empty, .empty)
        var possible: (ipv4: AddressSet<UInt32>, ipv6: AddressSet<UInt128>) = (.empty, .empty)
        var keywords: [String] = []
        /// Without what only keywords could stand for.
        var named: (ipv4: AddressSet<UInt32>, ipv6: AddressSet<UInt128>) = (.empty, .empty)
        var rules: [String] = []
        var certainRules: [String] = []

        mutating func add(_ rule: FirewallRule, isCertain: Bool) {
            let addresses = rule.remoteAddresses
            rules.append(rule.id)
            // A keyword may stand for any address.
            possible.ipv4.formUnion(addresses.keywords.isEmpty ? addresses.certainIPv4 : .all)
            possible.ipv6.formUnion(addresses.keywords.isEmpty ? addresses.certainIPv6 : .all)
            named.ipv4.formUnion(addresses.certainIPv4)
            named.ipv6.formUnion(addresses.certainIPv6)
            guard isCertain else { return }
            certainRules.append(rule.id)
            certain.ipv4.formUnion(addresses.certainIPv4)
            certain.ipv6.formUnion(addresses.certainIPv6)
            keywords += addresses.keywords.filter { !keywords.contains($0) }
        }
    }

    private var allowed = Side()
    private var blocked = Side()

    mutating func add(_ rule: FirewallRule, for connection: InboundConnection, windows: WindowsVersion?) {
        if let number = rule.protocolNumber, number != connection.protocolNumber { return }
        guard rule.localPorts.contains(connection.port), Self.programMatches(rule, connection) else { return }
        var isCertain = rule.remotePorts.isAny && rule.localAddresses.isAny
        for limit in rule.limits {
            switch limit {
            case .otherTraffic: return
            case .secured, .undecidable, .unknownField: isCertain = false
            case .platform(let major, let minor, let orLater):
                guard let windows else {
                    isCertain = false
                    continue
                }
                let version = (windows.version.major, windows.version.minor)
                if orLater ? version < (major, minor) : version != (major, minor) { return }
            }
        }
        switch rule.action {
        case .allow: allowed.add(rule, isCertain: isCertain)
        case .block: blocked.add(rule, isCertain: isCertain)
        case .bypass: allowed.add(rule, isCertain: false)
        }
    }

    func decision(ignoresAllowRules: Bool, allowsByDefault: Bool, profile: FirewallProfile) -> FirewallDecision {
        var allowed = ignoresAllowRules ? Side() : self.allowed
        if allowsByDefault {
            allowed.certain = (.all, .all)
            allowed.possible = (.all, .all)
            allowed.named = (.all, .all)
        }
        let reason: String
        if !blocked.rules.isEmpty {
            reason = "block rule \(blocked.rules[0])" + (allowed.rules.first.map { "; allow rule \($0)" } ?? "")
        } else if ignoresAllowRules {
            reason = "the \(profile.rawValue) profile ignores every allow rule (DoNotAllowExceptions)"
        } else if allowsByDefault {
            reason = "the \(profile.rawValue) profile allows inbound connections by default"
        } else if let first = allowed.rules.first {
            reason = "allow rule \(first)"
        } else {
            reason = "no active rule allows it on the \(profile.rawValue) profile"
        }
        let isBlockedNowhere = blocked.rules.isEmpty
        return FirewallDecision(
            admittedIPv4: allowed.certain.ipv4.subtracting(blocked.possible.ipv4),
            admittedIPv6: allowed.certain.ipv6.subtracting(blocked.possible.ipv6),
            possibleIPv4: allowed.possible.ipv4.subtracting(blocked.certain.ipv4),
            possibleIPv6: allowed.possible.ipv6.subtracting(blocked.certain.ipv6),
            admittedKeywords: isBlockedNowhere ? allowed.keywords : [],
            mayAdmitEveryone: allowed.named.ipv4.subtracting(blocked.certain.ipv4).isAll
                || allowed.named.ipv6.subtracting(blocked.certain.ipv6).isAll,
            decidedBy: blocked.rules + allowed.rules, blockedBy: blocked.certainRules,
            mayBeBlockedBy: blocked.rules.filter { !blocked.certainRules.contains($0) }, reason: reason)
    }

    /// A rule for a program matches that program; a rule for a service needs both.
    private static func programMatches(_ rule: FirewallRule, _ connection: InboundConnection) -> Bool {
        if let program = rule.program, !isSameProgram(program, connection.program) { return false }
        guard let service = rule.service else { return true }
        guard let listening = connection.service else { return false }
        return service == "*" || service.lowercased() == listening.lowercased()
    }

    /// Compares `%SystemRoot%\system32\svchost.exe` and its spellings; `System` is only itself.
    private static func isSameProgram(_ left: String, _ right: String) -> Bool {
        tail(left) == tail(right)
    }

    private static func tail(_ path: String) -> String {
        let lowered = path.lowercased()
        for root in ["%systemroot%", "%windir%", "c:\\windows"] where lowered.hasPrefix(root) {
            return String(lowered.dropFirst(root.count))
        }
        return lowered
    }
}
