/// What the firewall means for Remote Desktop on this host.
package struct RemoteDesktopFirewall: Sendable {
    package let decisions: [FirewallProfile: Collected<FirewallDecision>]
    /// The profiles that matter: the active ones where the host could say, else all three.
    package let activeProfiles: Collected<Set<FirewallProfile>>
    /// Active inbound allow rules for TermService or its port that do not fit the port it listens on.
    package let misfitRules: Collected<[String]>

    /// - Parameter port: what TermService listens on.
    package init(
        policy: FirewallPolicy, port: Collected<UInt32>, windows: Collected<WindowsVersion>, services: Services
    ) {
        activeProfiles = policy.activeProfiles
        guard case .value(let number) = port, let port = UInt16(exactly: number), port != 0 else {
            let missing: Collected<FirewallDecision> = .failed("the port of the listener is not known")
            decisions = Dictionary(uniqueKeysWithValues: FirewallProfile.allCases.map { ($0, missing) })
            misfitRules = .failed("the port of the listener is not known")
            return
        }
        guard case .value(let version) = windows else {
            let missing: Collected<FirewallDecision> = windows.flatMap { _ in .absent }
            decisions = Dictionary(uniqueKeysWithValues: FirewallProfile.allCases.map { ($0, missing) })
            misfitRules = windows.flatMap { _ in .absent }
            return
        }
        // Up to Windows 7 the kernel listens (App=System); since Windows 8 it is TermService in svchost.
        let isKernelMode = version.version < BuildVersion(6, 2, 0)
        let connection = InboundConnection(
            port: port, program: isKernelMode ? "System" : #"%SystemRoot%\system32\svchost.exe"#,
            service: isKernelMode ? nil : AuditedService.termService.rawValue)
        var decisions: [FirewallProfile: Collected<FirewallDecision>] = [:]
        for profile in FirewallProfile.allCases {
            decisions[profile] =
                services.whyFilteringIsUnknown.map { .failed($0) }
                ?? policy.decide(connection, on: profile, windows: windows)
        }
        self.decisions = decisions
        misfitRules = policy.rules.map { rules in
            rules.filter { stored in
                let rule = stored.rule
                return rule.isActive && rule.direction == .inbound && rule.action == .allow
                    && rule.protocolNumber == 6 && !rule.localPorts.isAny && !rule.localPorts.contains(port)
                    && Self.isForRemoteDesktop(rule)
            }.map(\.rule.id)
        }
    }

    /// The group "Remote Desktop" by its resource id, or an own rule for the service. (Media Center's rule for the
    /// service has its own port and its own group.)
    private static func isForRemoteDesktop(_ rule: FirewallRule) -> Bool {
        rule.group == remoteDesktopGroup || rule.group == nil && rule.service?.lowercased() == "termservice"
    }

    /// The group "Remote Desktop", in every language.
    package static let remoteDesktopGroup = "@FirewallAPI.dll,-28752"
}
