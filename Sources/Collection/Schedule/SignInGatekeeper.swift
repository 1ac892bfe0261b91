package import EventLoop
package import Transport

/// Keeps the hosts of a run in line at their accounts: ``LockoutBreaker`` decides, this makes them wait.
@Reactor package final class SignInGatekeeper {
    private var breaker: LockoutBreaker
    private var waiting: [(ticket: UInt64, credential: LockoutBreaker.Credential, resume: (Answer) -> Void)] = []
    private var nextTicket: UInt64 = 0

    package init(_ breaker: LockoutBreaker) {
        self.breaker = breaker
    }

    package var refusedSecrets: [Int: Int] { breaker.refusedSecrets }
    package var provenSecrets: Set<Int> { breaker.provenSecrets }

    /// The gate for one host's sign-in.
    package nonisolated func gate(_ credential: LockoutBreaker.Credential) -> any SignInGate {
        Gate(keeper: self, credential: credential)
    }

    private enum Answer: Sendable { case go, stop, askAgain, cancelled }

    private struct Gate: SignInGate {
        let keeper: SignInGatekeeper
        let credential: LockoutBreaker.Credential

        func enter() async throws(TransportError) { try await keeper.enter(credential) }
        func leave(_ outcome: SignInOutcome) async { await keeper.leave(credential, outcome) }
    }

    private func enter(_ credential: LockoutBreaker.Credential) async throws(TransportError) {
        while true {
            if Task.isCancelled { throw TransportError(.signIn, .cancelled) }
            // Asked where the wait begins: between a question and a wait that are two calls the loop may run others, and
            // a turn that comes free in between would be missed for ever.
            let answer: Answer = await Loop.shared.suspend { [self] resume in
                switch breaker.begin(credential) {
                case .go: resume(.go)
                case .stop: resume(.stop)
                case .wait:
                    nextTicket += 1
                    let ticket = nextTicket
                    waiting.append((ticket, credential, resume))
                    return {
                        self.waiting.removeAll { $0.ticket == ticket }
                        resume(.cancelled)
                    }
                }
                return {}
            }
            switch answer {
            case .go: return
            case .stop: throw TransportError(.signIn, .accountAtRisk)
            case .cancelled: throw TransportError(.signIn, .cancelled)
            case .askAgain: continue
            }
        }
    }

    private func leave(_ credential: LockoutBreaker.Credential, _ outcome: SignInOutcome) {
        guard breaker.end(credential, outcome) else { return }
        // Everybody who waits for this account or secret asks again; the first in line gets the next attempt.
        let woken = waiting.filter {
            $0.credential.account == credential.account || $0.credential.secret == credential.secret
        }
        waiting.removeAll { $0.credential.account == credential.account || $0.credential.secret == credential.secret }
        for waiter in woken { waiter.resume(.askAgain) }
    }
}
