import EventLoop

/// Misbehaviour of a WinRM host. Those that count down do so over all connections of the host.
package enum LabWinRMFault: Sendable, Hashable {
    /// Every secret is refused, the right one too.
    case refusesEveryPassword
    /// Signing in works, every operation is fault 5.
    case lacksRights
    /// TCP is accepted, then nothing, TLS included.
    case silent
    /// The secret is taken and never answered.
    case silentAtSignIn
    /// Every answer comes so late.
    case slow(Duration)
    /// The connection ends in the middle of the first answer to a Receive that carries output.
    case closesDuringReceive
    /// What comes back is not HTTP.
    case garbage
    /// The body of every answer has no end.
    case endlessBody
    /// Every authenticated request gets status 500 and no body.
    case emptyInternalError
    /// The first requests get status 503 and a closed connection.
    case unavailableFirst(Int)
    /// The first Creates find all shells in use.
    case quotaFirst(Int)
}

/// What a host does wrong at the moment.
@Reactor final class WinRMFaultPlan {
    private var faults: Set<LabWinRMFault> = []
    private var unavailableLeft = 0
    private var quotaLeft = 0

    init(_ faults: Set<LabWinRMFault>) { replace(faults) }

    /// Counters start anew.
    func replace(_ faults: Set<LabWinRMFault>) {
        self.faults = faults
        (unavailableLeft, quotaLeft) = (0, 0)
        for case .unavailableFirst(let count) in faults { unavailableLeft = count }
        for case .quotaFirst(let count) in faults { quotaLeft = count }
    }

    func contains(_ fault: LabWinRMFault) -> Bool { faults.contains(fault) }

    /// Before each answer.
    var delay: Duration? {
        for case .slow(let delay) in faults { return delay }
        return nil
    }

    func countsDownUnavailable() -> Bool {
        defer { unavailableLeft = max(0, unavailableLeft - 1) }
        return unavailableLeft > 0
    }

    func countsDownQuota() -> Bool {
        defer { quotaLeft = max(0, quotaLeft - 1) }
        return quotaLeft > 0
    }
}
