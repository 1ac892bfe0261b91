/// The firewall of one host: its rules from every store and the settings of its profiles.
package struct FirewallPolicy: Sendable {
    /// Where a rule stands.
    package enum Store: String, Sendable, Hashable, CaseIterable {
        case local, policy, mdm
    }

    package struct StoredRule: Sendable {
        package let store: Store
        package let rule: FirewallRule
    }

    package struct Profile: Sendable {
        package let enabled: Setting<UInt32>
        package let noExceptions: Setting<UInt32>
        /// 0 allow, 1 block.
        package let inboundAction: Setting<UInt32>
        /// Whether local rules count; only policy can say no.
        package let localMerge: Setting<UInt32>
    }

    /// Inbound and outbound rules of the stores that open or close ports.
    package let rules: Collected<[StoredRule]>
    /// Rule texts that could not be read, by id: they may decide, so verdicts they could touch are uncertain.
    package let unreadableRules: [String]
    package let profiles: [FirewallProfile: Profile]
    /// Profiles that some network interface is in now; `failed` when the host could not say.
    package let activeProfiles: Collected<Set<FirewallProfile>>
    /// Number of app-container rules, which open no port for a service and are not read.
    package let appContainerRuleCount: Collected<Int>

    package init(
        registry: RegistryReading, windows: Collected<WindowsVersion>, activeProfiles: Collected<Set<FirewallProfile>>
    ) {
        var unreadable: [String] = []
        rules = Self.readRules(registry, &unreadable)
        unreadableRules = unreadable
        var profiles: [FirewallProfile: Profile] = [:]
        for profile in FirewallProfile.allCases { profiles[profile] = Self.readProfile(profile, registry, windows) }
        self.profiles = profiles
        self.activeProfiles = activeProfiles
        appContainerRuleCount = registry.count(of: Keys.firewall + #"\RestrictedServices\AppIso\FirewallRules"#)
    }

    private init(_ policy: FirewallPolicy, rules: Collected<[StoredRule]>) {
        self.rules = rules
        unreadableRules = policy.unreadableRules
        profiles = policy.profiles
        activeProfiles = policy.activeProfiles
        appContainerRuleCount = policy.appContainerRuleCount
    }

    /// The same firewall with local rules switched on, by id: what a change would lead to.
    package func enabling(_ ids: Set<String>) -> FirewallPolicy {
        FirewallPolicy(
            self,
            rules: rules.map { rules in
                rules.map { stored in
                    stored.store == .local && ids.contains(stored.rule.id)
                        ? StoredRule(store: .local, rule: stored.rule.switchedOn) : stored
                }
            })
    }

    private static func readRules(
        _ registry: RegistryReading, _ unreadable: inout [String]
    ) -> Collected<[StoredRule]> {
        let stores: [(Store, String)] = [
            (.local, Keys.firewall + #"\FirewallRules"#),
            (.policy, Keys.firewallPolicy + #"\FirewallRules"#),
            (.mdm, Keys.firewall + #"\Mdm\FirewallRules"#),
        ]
        var rules: [StoredRule] = []
        for (store, key) in stores {
            switch registry.values(key) {
            case .value(let values):
                rules.reserveCapacity(rules.count + values.count)
                for value in values {
                    guard let text = value.value?.text,
                        let rule = try? FirewallRule(id: value.name, text: text)
                    else {
                        // The reason is of no use in a verdict; which rule it is, is.
                        unreadable.append(value.name)
                        continue
                    }
                    rules.append(StoredRule(store: store, rule: rule))
                }
            case .absent, .unsupported: break
            case .accessDenied: return .accessDenied
            case .failed(let reason): return .failed(reason)
            }
        }
        return .value(rules)
    }

    private static func readProfile(
        _ profile: FirewallProfile, _ registry: RegistryReading, _ windows: Collected<WindowsVersion>
    ) -> Profile {
        let (local, policy) =
            switch profile {
            case .domain: ("DomainProfile", "DomainProfile")
            case .private: ("StandardProfile", "PrivateProfile")
            case .public: ("PublicProfile", "PublicProfile")
            }
        func setting(_ item: OSDefaults.Item, isPolicyOnly: Bool = false) -> Setting<UInt32> {
            registry.setting(
                item, policy: Keys.firewallPolicy + "\\" + policy,
                local: isPolicyOnly ? nil : Keys.firewall + "\\" + local, on: windows)
        }
        return Profile(
            enabled: setting(.firewallEnabled), noExceptions: setting(.firewallNoExceptions),
            inboundAction: setting(.firewallInboundAction), localMerge: setting(.firewallLocalMerge, isPolicyOnly: true)
        )
    }
}
