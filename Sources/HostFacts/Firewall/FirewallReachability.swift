import Synchronization

/// Who gets through the firewall of this host to any of its ports, as far as the rules decide it.
package struct FirewallReachability: Sendable {
    let policy: FirewallPolicy
    private let windows: Collected<WindowsVersion>
    /// Something else than the rules decides what is filtered: `nil` when nothing does.
    private let whyUndecided: String?
    private let memo = DecisionMemo()

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
        if let whyUndecided { return .failed(whyUndecided) }
        return memo.decision(on: connection, profile) { policy.decide(connection, on: profile, windows: windows) }
    }
}

/// Decisions that were made already: several facts ask for each, and it goes through all rules of the host.
private final class DecisionMemo: Sendable {
    private struct Question: Hashable {
        let connection: InboundConnection
        let profile: FirewallProfile
    }

    private let known = Mutex<[Question: Collected<FirewallDecision>]>([:])

    func decision(
        on connection: InboundConnection, _ profile: FirewallProfile, _ decide: () -> Collected<FirewallDecision>
    ) -> Collected<FirewallDecision> {
        let question = Question(connection: connection, profile: profile)
        if let decision = known.withLock({ $0[question] }) { return decision }
        let decision = decide()
        known.withLock { $0[question] = decision }
        return decision
    }
}
