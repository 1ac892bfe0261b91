import HostFacts

extension RemediationTemplate {
    /// Enables exactly the rules that are off and would open an active profile, so that the way back is exact as well; what
    /// else they open is told as the risk. When that would not open the port, people have to look.
    func enableRules(_ facts: HostFacts) -> RemediationAction {
        guard case .value(let windows) = facts.windows, case .value(let rules) = facts.firewall.rules,
            case .value(let port) = facts.remoteDesktop.listener.flatMap(\.port.effective)
        else { return manual("\(summary); its rules could not be read") }
        let profiles = facts.firewall.activeProfiles.value ?? [.domain, .private]
        let fitting = rules.filter { stored in
            stored.store == .local && !stored.rule.isActive && stored.rule.direction == .inbound
                && stored.rule.action == .allow
                && (stored.rule.protocolNumber == 6 || stored.rule.protocolNumber == 17)
                && profiles.contains { stored.rule.applies(to: $0) }
                && !stored.rule.localPorts.isAny
                && UInt16(exactly: port).map { stored.rule.localPorts.contains($0) } ?? false
                // Last, because it is looked for in the rule's text.
                && stored.rule.group == RemoteDesktopFirewall.remoteDesktopGroup
        }.map(\.rule)
        guard !fitting.isEmpty else {
            let blocking = facts.remoteDesktopFirewall.decisions.values.flatMap { $0.value?.blockedBy ?? [] }
            guard blocking.isEmpty else {
                return manual(
                    "Take the block rules off first (FW-002): the rules that allow Remote Desktop are on already")
            }
            let reason = facts.obstacle(toEnabling: [], on: profiles) ?? "not from every network that is wanted"
            return manual(
                "Allow TCP port \(port) for TermService in the firewall (now: \(reason)); no built-in rule of Remote Desktop "
                    + "that is off would do it")
        }
        if let obstacle = facts.obstacle(toEnabling: fitting, on: profiles) {
            return manual("Open the firewall for Remote Desktop; its own rules alone would not do it: \(obstacle)")
        }
        return change(fitting, windows, facts, enable: true, risk: Self.opening(fitting, beyond: profiles))
    }

    /// What rules open beside the active profiles, and to whom.
    private static func opening(_ rules: [FirewallRule], beyond active: Set<FirewallProfile>) -> String {
        let others = FirewallProfile.allCases.filter { profile in
            !active.contains(profile) && rules.contains { $0.applies(to: profile) }
        }
        let names = others.map(\.rawValue).joined(separator: " and ")
        let more = others.isEmpty ? "" : "also on the \(names) profile\(others.count == 1 ? "" : "s")"
        let isToAll = rules.contains { $0.conditions.remoteAddresses.isAny }
        if !isToAll, others.isEmpty { return "" }
        let isPublic = isToAll && rules.contains { $0.applies(to: .public) && $0.conditions.remoteAddresses.isAny }
        return "opens the port" + (isToAll ? " to any address" : "") + (more.isEmpty ? "" : ", \(more)")
            + (isPublic ? "; limit it to the networks that may come in, or FW-003 fails instead" : "")
    }

    /// Block rules of a policy can only be changed there.
    func disableRules(_ facts: HostFacts) -> RemediationAction {
        guard case .value(let windows) = facts.windows, case .value(let rules) = facts.firewall.rules else {
            return manual("\(summary); the rules could not be read")
        }
        var ids: Set<String> = []
        for case .value(let decision) in facts.remoteDesktopFirewall.decisions.values {
            ids.formUnion(decision.blockedBy)
        }
        let blocking = rules.filter { ids.contains($0.rule.id) && $0.rule.action == .block && $0.rule.isActive }
        guard blocking.allSatisfy({ $0.store == .local }) else {
            return RemediationAction(
                summary:
                    "Remove the block rule \(blocking.first { $0.store != .local }?.rule.id ?? "") in the policy that "
                    + "sets it", place: .policy, policyPath: policyPath, effect: effect, risk: risk)
        }
        guard !blocking.isEmpty else { return manual("\(summary): none was found") }
        return change(blocking.map(\.rule), windows, facts, enable: false)
    }

    /// By rule name (the registry value's name), which no language changes. The cmdlets exist since Windows 8; before,
    /// only a whole group can be named in every language.
    private func change(
        _ rules: [FirewallRule], _ windows: WindowsVersion, _ facts: HostFacts, enable: Bool, risk more: String = ""
    ) -> RemediationAction {
        let risk = [risk, more].filter { !$0.isEmpty }.joined(separator: "; ")
        let ids = rules.map(\.id).sorted()
        // The cmdlets' -Name is a pattern: a rule called * would stand for all of them.
        if let id = ids.first(where: { $0.contains { "*?[]`".contains($0) } }) {
            return manual("\(summary) in the firewall's console: no command can name the rule \(id) alone")
        }
        let values = ids.map { RegistryLocation(Keys.firewall + #"\FirewallRules"#, $0) }
        let guardCondition = zip(values, rules.sorted { $0.id < $1.id }).map { location, rule in
            "\(PowerShellText.literal(rule.text)) -ceq [Microsoft.Win32.Registry]::GetValue('HKEY_LOCAL_MACHINE\\"
                + "\(location.key)',\(PowerShellText.literal(location.name)),$null)"
        }.joined(separator: " -and ")
        let steps = rules.sorted { $0.id < $1.id }.map {
            RemediationStep.FirewallRule(id: $0.id, observed: $0.text, isSwitchedOn: enable)
        }
        if windows.version >= BuildVersion(6, 2, 0) {
            let names = ids.map(PowerShellText.literal).joined(separator: ",")
            let on = "Enable-NetFirewallRule -Name \(names)"
            let off = "Disable-NetFirewallRule -Name \(names)"
            return RemediationAction(
                summary: summary, place: .host, steps: steps.map { .firewallRule($0) },
                guardCondition: guardCondition, apply: [enable ? on : off],
                verify: "Get-NetFirewallRule -Name \(names)", rollback: [enable ? off : on], effect: effect, risk: risk)
        }
        guard enable else {
            return manual("Disable the block rules \(ids.joined(separator: ", ")) in the firewall's console")
        }
        // The group is switched as a whole: only when all of it is off now, switching it off is the way back.
        let members =
            facts.firewall.rules.value?.filter { $0.rule.group == RemoteDesktopFirewall.remoteDesktopGroup } ?? []
        guard members.allSatisfy({ $0.store == .local && !$0.rule.isActive }) else {
            return manual("Enable the rules \(ids.joined(separator: ", ")) in the firewall's console")
        }
        func group(_ state: String) -> String {
            "netsh.exe advfirewall firewall set rule 'group=\(RemoteDesktopFirewall.remoteDesktopGroup)' new enable=\(state)"
        }
        let all = members.map {
            RemediationStep.FirewallRule(id: $0.rule.id, observed: $0.rule.text, isSwitchedOn: true)
        }.sorted { $0.id < $1.id }
        return RemediationAction(
            summary: summary, place: .host,
            steps: [.firewallGroup(.init(group: RemoteDesktopFirewall.remoteDesktopGroup, members: all))],
            guardCondition: guardCondition, apply: [group("yes")],
            verify: "netsh.exe advfirewall firewall show rule name=all dir=in", rollback: [group("no")], effect: effect,
            risk: risk)
    }
}

extension HostFacts {
    /// Why Remote Desktop would still be shut out somewhere with these rules on; `nil` when it would get in.
    fileprivate func obstacle(toEnabling rules: [FirewallRule], on profiles: Set<FirewallProfile>) -> String? {
        let policy = firewall.enabling(Set(rules.map(\.id)))
        let firewall = RemoteDesktopFirewall(
            reachability: reachability.with(policy), port: remoteDesktop.listener.flatMap(\.port.effective),
            windows: windows)
        for profile in FirewallProfile.allCases where profiles.contains(profile) {
            guard case .value(let decision)? = firewall.decisions[profile] else {
                return firewall.decisions[profile]?.whyMissing ?? "the \(profile.rawValue) profile was not read"
            }
            if decision.verdict != .reachable { return "\(decision.reason) (\(profile.rawValue) profile)" }
        }
        return nil
    }
}
