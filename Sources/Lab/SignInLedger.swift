package import EventLoop

/// Counts the sign-in attempts of a lab, for everybody who wants to prove that an account was not put at risk.
@Reactor package final class SignInLedger {
    package struct Key: Sendable, Hashable {
        /// As the client sent it: `DOMAIN\user`, or `user` when there was no domain.
        package var account: String
        /// The lab host's name.
        package var host: String
    }

    package struct Count: Sendable, Hashable {
        package var accepted = 0
        package var refused = 0
        /// The secret was presented and no answer was given (yet).
        package var unanswered = 0

        package var attempts: Int { accepted + refused + unanswered }
    }

    package private(set) var counts: [Key: Count] = [:]

    package nonisolated init() {}

    /// All attempts with accounts whose name (without its domain, whatever the case) is `user`, over all hosts.
    package func attempts(user: String) -> Count {
        counts.reduce(into: Count()) { sum, entry in
            let name = entry.key.account.split(separator: "\\").last ?? ""
            guard name.lowercased() == user.lowercased() else { return }
            sum.accepted += entry.value.accepted
            sum.refused += entry.value.refused
            sum.unanswered += entry.value.unanswered
        }
    }

    /// A secret was presented; its outcome follows.
    func present(_ key: Key) { counts[key, default: Count()].unanswered += 1 }

    func conclude(_ key: Key, accepted: Bool) {
        counts[key, default: Count()].unanswered -= 1
        if accepted {
            counts[key, default: Count()].accepted += 1
        } else {
            counts[key, default: Count()].refused += 1
        }
    }
}
