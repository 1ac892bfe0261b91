/// Gathers what the matching rules allow and block, for certain and possibly.
struct FirewallEvaluation {
    private typealias Addresses = (ipv4: AddressSet<UInt32>, ipv6: AddressSet<UInt128>)

    private struct Side {
        var certain: Addresses = (.empty, .empty)
        var possible: Addresses = (.empty, .empty)
        var keywords: [String] = []
        /// Without what only keywords could stand for.
        var named: Addresses = (.empty, .empty)
        var rules: [String] = []
        var certainRules: [String] = []

        mutating func add(_ rule: String, _ conditions: FirewallRuleConditions, isCertain: Bool) {
            let remote = conditions.remoteAddresses
            // As above: local addresses say which kind a rule is for.
            let hasIPv4 = !conditions.localAddresses.possibleIPv4.isEmpty
            let hasIPv6 = !conditions.localAddresses.possibleIPv6.isEmpty
            rules.append(rule)
            if hasIPv4 {
                possible.ipv4.formUnion(remote.possibleIPv4)
                named.ipv4.formUnion(remote.certainIPv4)
            }
            if hasIPv6 {
                possible.ipv6.formUnion(remote.possibleIPv6)
                named.ipv6.formUnion(remote.certainIPv6)
            }
            guard isCertain else { return }
            certainRules.append(rule)
            certain.ipv4.formUnion(remote.certainIPv4)
            certain.ipv6.formUnion(remote.certainIPv6)
            keywords += remote.certainKeywords.filter { !keywords.contains($0) }
        }
    }

    private var allowed = Side()
    private var blocked = Side()
    /// Rules that allow even against a block rule, whom IPsec has authenticated: never for certain.
    private var bypassing = Side()

    mutating func add(_ rule: FirewallRule, for connection: InboundConnection, windows: WindowsVersion?) {
        // The rule's own conditions cost a second reading of its text: what is cheap to know comes first.
        if let number = rule.protocolNumber, number != connection.protocolNumber { return }
        let isForPort = rule.localPorts.matches(connection.port, of: connection.protocolNumber)
        guard isForPort != false else { return }
        let conditions = rule.conditions
        let isForProgram = Self.isForProgram(conditions, connection)
        guard isForProgram != false else { return }
        if let network = connection.network {
            // Both ends of a packet are of one kind: a rule for some local IPv4 addresses is for IPv4.
            guard conditions.remoteAddresses.mayHold(network), conditions.localAddresses.mayHoldKind(of: network)
            else { return }
        }
        var isCertain =
            isForPort == true && isForProgram == true && rule.remotePorts.isAny && conditions.localAddresses.isAny
        for limit in conditions.limits {
            switch limit {
            case .otherTraffic: return
            case .secured, .undecidable, .unknownField: isCertain = false
            case .platform(let platform):
                guard let windows else {
                    isCertain = false
                    continue
                }
                guard platform.holds(windows.version) else { return }
            }
        }
        switch rule.action {
        case .allow: allowed.add(rule.id, conditions, isCertain: isCertain)
        case .block: blocked.add(rule.id, conditions, isCertain: isCertain)
        case .bypass: bypassing.add(rule.id, conditions, isCertain: false)
        }
    }

    func decision(ignoresAllowRules: Bool, allowsByDefault: Bool, profile: FirewallProfile) -> FirewallDecision {
        var allowed = ignoresAllowRules ? Side() : self.allowed
        let bypassing = ignoresAllowRules ? Side() : self.bypassing
        if allowsByDefault {
            allowed.certain = (.all, .all)
            allowed.possible = (.all, .all)
            allowed.named = (.all, .all)
        }
        let allowing = allowed.rules + bypassing.rules
        let reason: String
        if let block = blocked.rules.first {
            reason = "block rule \(block)" + (allowing.first.map { "; allow rule \($0)" } ?? "")
        } else if ignoresAllowRules {
            reason = "the \(profile.rawValue) profile ignores every allow rule (DoNotAllowExceptions)"
        } else if allowsByDefault {
            reason = "the \(profile.rawValue) profile allows inbound connections by default"
        } else if let first = allowing.first {
            reason = "allow rule \(first)"
        } else {
            reason = "no active rule allows it on the \(profile.rawValue) profile"
        }
        /// What is left of addresses when those that are blocked for certain are gone, and who bypasses that.
        func unblocked(_ addresses: Addresses, _ bypassing: Addresses) -> Addresses {
            (
                addresses.ipv4.subtracting(blocked.certain.ipv4).union(bypassing.ipv4),
                addresses.ipv6.subtracting(blocked.certain.ipv6).union(bypassing.ipv6)
            )
        }
        let possible = unblocked(allowed.possible, bypassing.possible)
        let named = unblocked(allowed.named, bypassing.named)
        return FirewallDecision(
            admittedIPv4: allowed.certain.ipv4.subtracting(blocked.possible.ipv4),
            admittedIPv6: allowed.certain.ipv6.subtracting(blocked.possible.ipv6),
            possibleIPv4: possible.ipv4, possibleIPv6: possible.ipv6,
            admittedKeywords: blocked.rules.isEmpty ? allowed.keywords : [],
            mayAdmitEveryone: named.ipv4.isAll || named.ipv6.isAll,
            decidedBy: blocked.rules + allowing, blockedBy: blocked.certainRules,
            mayBeBlockedBy: blocked.rules.filter { !blocked.certainRules.contains($0) }, reason: reason)
    }

    /// A rule for a program matches that program; a rule for a service needs both. `nil`: it cannot be told from here.
    private static func isForProgram(_ rule: FirewallRuleConditions, _ connection: InboundConnection) -> Bool? {
        if let service = rule.service {
            guard let listening = connection.service else { return false }
            guard service == "*" || service.lowercased() == listening.lowercased() else { return false }
        }
        guard let program = rule.program else { return true }
        let wanted = tail(program), listening = tail(connection.program)
        if wanted == listening { return true }
        // The same file in another folder: where Windows lies, and which of two copies runs, the host knows.
        return listening.contains("\\") && fileName(wanted) == fileName(listening) ? nil : false
    }

    /// `%SystemRoot%\system32\svchost.exe` and its spellings without what stands for Windows' folder.
    private static func tail(_ path: String) -> String {
        let lowered = path.lowercased()
        for root in ["%systemroot%", "%windir%", "c:\\windows"] where lowered.hasPrefix(root) {
            return String(lowered.dropFirst(root.count))
        }
        return lowered
    }

    private static func fileName(_ path: String) -> Substring {
        path.lastIndex(of: "\\").map { path[path.index(after: $0)...] } ?? path[...]
    }
}

extension FirewallRule.Platform {
    fileprivate func holds(_ version: BuildVersion) -> Bool {
        let version = (version.major, version.minor)
        return orLater ? version >= (major, minor) : version == (major, minor)
    }
}
