/// What the firewall means for Remote Desktop on this host.
package struct RemoteDesktopFirewall: Sendable {
    /// Who listens where; `failed` when the port or Windows is not known.
    package let connection: Collected<InboundConnection>
    package let decisions: [FirewallProfile: Collected<FirewallDecision>]
    /// The profiles that matter: the active ones where the host could say, else all three.
    package let activeProfiles: Collected<Set<FirewallProfile>>
    /// Active inbound allow rules for TermService or its port that do not fit the port it listens on.
    package let misfitRules: Collected<[String]>
    private let reachability: FirewallReachability

    /// - Parameter port: what TermService listens on.
    package init(
        reachability: FirewallReachability, port: Collected<UInt32>, windows: Collected<WindowsVersion>
    ) {
        let policy = reachability.policy
        let connection = Self.connection(port: port, windows: windows)
        self.reachability = reachability
        self.connection = connection
        activeProfiles = policy.activeProfiles
        decisions = Dictionary(
            uniqueKeysWithValues: FirewallProfile.allCases.map { profile in
                (profile, connection.flatMap { reachability.decide($0, on: profile) })
            })
        misfitRules = connection.flatMap { connection in policy.rules.map { Self.misfits($0, connection.port) } }
    }

    /// The decision for those who come from one network, with the rule that decides about them.
    package func decide(
        on profile: FirewallProfile, from network: InboundConnection.Network
    ) -> Collected<FirewallDecision> {
        connection.flatMap { reachability.decide($0.from(network), on: profile) }
    }

    private static func connection(
        port: Collected<UInt32>, windows: Collected<WindowsVersion>
    ) -> Collected<InboundConnection> {
        guard case .value(let number) = port, let port = UInt16(exactly: number), port != 0 else {
            return .failed("the port of the listener is not known")
        }
        return windows.map { windows in
            // Up to Windows 7 the kernel listens (App=System); since Windows 8 it is TermService in svchost.
            let isKernelMode = windows.version < BuildVersion(6, 2, 0)
            return InboundConnection(
                port: port, program: isKernelMode ? "System" : #"%SystemRoot%\system32\svchost.exe"#,
                service: isKernelMode ? nil : AuditedService.termService.rawValue)
        }
    }

    private static func misfits(_ rules: [FirewallPolicy.StoredRule], _ port: UInt16) -> [String] {
        rules.map(\.rule).filter { rule in
            rule.isActive && rule.direction == .inbound && rule.action == .allow && rule.protocolNumber == 6
                && !rule.localPorts.contains(port) && isForRemoteDesktop(rule)
        }.map(\.id)
    }

    /// The group "Remote Desktop" by its resource id, or an own rule for the service. (Media Center's rule for the
    /// service has its own port and its own group.)
    private static func isForRemoteDesktop(_ rule: FirewallRule) -> Bool {
        guard let group = rule.group else { return rule.conditions.service?.lowercased() == "termservice" }
        return group == remoteDesktopGroup
    }

    /// The group "Remote Desktop", in every language.
    package static let remoteDesktopGroup = "@FirewallAPI.dll,-28752"
}
