import HostFacts

extension RemediationTemplate {
    /// Enables exactly the rules that are off, so that the way back is exact as well.
    func enableRules(_ facts: HostFacts) -> RemediationAction {
        guard case .value(let windows) = facts.windows, case .value(let rules) = facts.firewall.rules,
            case .value(let port) = facts.remoteDesktop.listener.flatMap(\.port.effective)
        else { return manual("\(summary); its rules could not be read") }
        let fitting = rules.filter { stored in
            stored.store == .local && stored.rule.group == RemoteDesktopFirewall.remoteDesktopGroup
                && stored.rule.direction == .inbound && !stored.rule.isActive
                && (stored.rule.protocolNumber == 6 || stored.rule.protocolNumber == 17)
                && !stored.rule.localPorts.isAny && UInt16(exactly: port).map { stored.rule.localPorts.contains($0) } ?? false
        }
        guard !fitting.isEmpty else {
            return manual(
                "Allow TCP port \(port) for TermService in the firewall: the built-in rules of Remote Desktop do not fit "
                    + "that port or are on already")
        }
        return change(fitting.map(\.rule), windows, enable: true)
    }

    /// Block rules of a policy can only be changed there.
    func disableRules(_ facts: HostFacts) -> RemediationAction {
        guard case .value(let windows) = facts.windows, case .value(let rules) = facts.firewall.rules else {
            return manual("\(summary); the rules could not be read")
        }
        var ids: Set<String> = []
        for case .value(let decision) in facts.remoteDesktopFirewall.decisions.values { ids.formUnion(decision.blockedBy) }
        let blocking = rules.filter { ids.contains($0.rule.id) && $0.rule.action == .block && $0.rule.isActive }
        guard blocking.allSatisfy({ $0.store == .local }) else {
            return RemediationAction(
                summary: "Remove the block rule \(blocking.first { $0.store != .local }?.rule.id ?? "") in the policy that "
                    + "sets it", place: .policy, policyPath: policyPath, effect: effect, risk: risk)
        }
        guard !blocking.isEmpty else { return manual("\(summary): none was found") }
        return change(blocking.map(\.rule), windows, enable: false)
    }

    /// By rule name (the registry value's name), which no language changes. The cmdlets exist since Windows 8; before,
    /// only a whole group can be named in every language.
    private func change(_ rules: [FirewallRule], _ windows: WindowsVersion, enable: Bool) -> RemediationAction {
        let ids = rules.map(\.id).sorted()
        let values = ids.map { RegistryLocation(Keys.firewall + #"\FirewallRules"#, $0) }
        let guardCondition = zip(values, rules.sorted { $0.id < $1.id }).map { location, rule in
            "\(PowerShellText.literal(rule.text)) -ceq [Microsoft.Win32.Registry]::GetValue('HKEY_LOCAL_MACHINE\\"
                + "\(location.key)',\(PowerShellText.literal(location.name)),$null)"
        }.joined(separator: " -and ")
        if windows.version >= BuildVersion(6, 2, 0) {
            let names = ids.map(PowerShellText.literal).joined(separator: ",")
            let on = "Enable-NetFirewallRule -Name \(names)"
            let off = "Disable-NetFirewallRule -Name \(names)"
            return RemediationAction(
                summary: summary, place: .host, guardCondition: guardCondition, apply: [enable ? on : off],
                verify: "Get-NetFirewallRule -Name \(names)", rollback: [enable ? off : on], effect: effect, risk: risk)
        }
        guard enable else {
            return manual("Disable the block rules \(ids.joined(separator: ", ")) in the firewall's console")
        }
        func group(_ state: String) -> String {
            "netsh.exe advfirewall firewall set rule group='\(RemoteDesktopFirewall.remoteDesktopGroup)' new enable=\(state)"
        }
        return RemediationAction(
            summary: summary, place: .host, guardCondition: guardCondition, apply: [group("yes")],
            verify: "netsh.exe advfirewall firewall show rule name=all dir=in", rollback: [group("no")], effect: effect,
            risk: risk)
    }
}
