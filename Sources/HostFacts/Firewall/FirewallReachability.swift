/// Who gets through the firewall of this host to any of its ports, as far as the rules decide it.
package struct FirewallReachability: Sendable {
    let policy: FirewallPolicy
    private let windows: Collected<WindowsVersion>
    /// Something else than the rules decides what is filtered: `nil` when nothing does.
    private let whyUndecided: String?

    /// - Parameter otherFirewall: that another product filters, in words; `nil` when none is known to.
    package init(
        policy: FirewallPolicy, windows: Collected<WindowsVersion>, services: Services, otherFirewall: String?
    ) {
        self.policy = policy
        self.windows = windows
        whyUndecided = otherFirewall ?? services.whyFilteringIsUnknown
    }

    /// The same host with other rules: what a change would lead to.
    package func with(_ policy: FirewallPolicy) -> FirewallReachability {
        FirewallReachability(policy: policy, windows: windows, whyUndecided: whyUndecided)
    }

    private init(policy: FirewallPolicy, windows: Collected<WindowsVersion>, whyUndecided: String?) {
        self.policy = policy
        self.windows = windows
        self.whyUndecided = whyUndecided
    }

    /// From where a connection is let in on a profile, with the rule or setting that decides it.
    package func decide(
        _ connection: InboundConnection, on profile: FirewallProfile
    ) -> Collected<FirewallDecision> {
        whyUndecided.map { .failed($0) } ?? policy.decide(connection, on: profile, windows: windows)
    }
}
