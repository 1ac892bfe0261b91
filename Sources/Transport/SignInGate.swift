/// The lock-out breaker's side of a sign-in: who may send an account's secret, and what came of it.
///
/// A transport enters it right before the secret, or the proof made from it, leaves this machine, and leaves it at the
/// host's first answer to that. Nothing else is waited for in between, so a dead host holds nobody up.
package protocol SignInGate: Sendable {
    /// Waits until the secret may be sent, or refuses with ``TransportError/Reason/accountAtRisk``.
    func enter() async throws(TransportError)
    /// Called exactly once after each ``enter()`` that returned, also when the task was cancelled.
    func leave(_ outcome: SignInOutcome) async
}

/// What a host said to a secret.
package enum SignInOutcome: Sendable, Hashable {
    case accepted
    case refused
    /// The secret may have arrived, and no answer came: lost, timed out, cancelled, or not to be believed.
    case unknown
}

/// No breaker: for tests and single hosts.
package struct OpenGate: SignInGate {
    package init() {}
    package func enter() async throws(TransportError) {}
    package func leave(_ outcome: SignInOutcome) async {}
}
