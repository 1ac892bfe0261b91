extension FactDictionary {
    static let firewallFacts: [Fact] =
        FirewallProfile.allCases.flatMap { profile -> [Fact] in
            let name = profile.rawValue
            func decided<Value: FactRepresentable>(
                _ path: String, _ meaning: String, _ read: @escaping @Sendable (FirewallDecision) -> Collected<Value>
            ) -> Fact {
                Fact("firewall.rdp.\(path).\(name)", "\(meaning) on the \(name) profile") {
                    ($0.remoteDesktopFirewall.decisions[profile] ?? .unasked).flatMap(read)
                }
            }
            return profileSettings(profile) + [
                decided("reachable", "Somebody may reach the RDP port", \.isReachable),
                decided("openToAny", "Everybody may reach the RDP port") { decision in
                    if decision.admitsEveryone { return .value(true) }
                    return decision.mayAdmitEveryone
                        ? .failed("\(decision.reason), which cannot be decided from here") : .value(false)
                },
                decided("scope", "Addresses that may reach the RDP port") { .value($0.scope) },
                decided("blockedBy", "Block rules that match the RDP port") { .value($0.blockedBy) },
                decided("decidedBy", "The rule or setting that decides about the RDP port") { .value($0.reason) },
            ]
        } + [
            Fact("firewall.activeProfiles", "Profiles that a network is in now", stability: .volatile) {
                $0.firewall.activeProfiles.map { $0.map(\.rawValue).sorted() }
            },
            Fact("firewall.rdp.misfitRules", "Allow rules for Remote Desktop that do not fit the listener's port") {
                $0.remoteDesktopFirewall.misfitRules
            },
            Fact("firewall.ruleCount", "Rules in the local, policy and MDM stores") { $0.firewall.rules.map(\.count) },
            Fact("firewall.unreadableRules", "Rules that could not be read") { .value($0.firewall.unreadableRules) },
            Fact(
                "firewall.appContainerRuleCount", "App-container rules, which open no port for a service",
                stability: .volatile
            ) {
                $0.firewall.appContainerRuleCount
            },
        ] + AuditedPort.allCases.flatMap { port in FirewallProfile.allCases.flatMap { portFacts(port, $0) } }

    /// What the firewall does with a port, whether somebody listens there or not.
    private static func portFacts(_ port: AuditedPort, _ profile: FirewallProfile) -> [Fact] {
        func decided<Value: FactRepresentable>(
            _ path: String, _ meaning: String, _ read: @escaping @Sendable (FirewallDecision) -> Collected<Value>
        ) -> Fact {
            Fact(
                "firewall.ports.\(port.rawValue).\(path).\(profile.rawValue)",
                "\(meaning) \(port.name) on the \(profile.rawValue) profile"
            ) { facts in
                port.connection(beside: facts.remoteDesktopFirewall.connection)
                    .flatMap { facts.reachability.decide($0, on: profile) }.flatMap(read)
            }
        }
        return [
            decided("reachable", "The firewall lets somebody reach", \.isReachable),
            decided("scope", "Addresses that may reach") { .value($0.scope) },
            decided("decidedBy", "The rule or setting that decides about") { .value($0.reason) },
        ]
    }

    private static func profileSettings(_ profile: FirewallProfile) -> [Fact] {
        func setting(
            _ name: String, _ meaning: String,
            _ read: @escaping @Sendable (FirewallPolicy.Profile) -> Setting<UInt32>
        ) -> [Fact] {
            Fact.setting("firewall.profiles.\(profile.rawValue).\(name)", "\(meaning) (\(profile.rawValue) profile)") {
                $0.firewall.profiles[profile].map(read)
                    ?? Setting(policy: .unasked, local: .unasked, osDefault: .unasked)
            }
        }
        return setting("enabled", "1: the firewall filters", \.enabled)
            + setting("noExceptions", "1: every allow rule is ignored", \.noExceptions)
            + setting("inboundAction", "Without a matching rule: 0 allow, 1 block", \.inboundAction)
            + setting("localMerge", "1: local rules count beside policy's", \.localMerge)
    }
}

extension FirewallDecision {
    /// Whether somebody somewhere gets in, as a fact.
    fileprivate var isReachable: Collected<Bool> {
        switch verdict {
        case .reachable, .partly: .value(true)
        case .unreachable: .value(false)
        case .unknown: .failed("\(reason), which cannot be decided from here")
        }
    }
}
