package import Transport

/// An account as a directory or a host counts its failed sign-ins.
package struct Account: Sendable, Hashable {
    /// The host for a local account, else the domain as far as it is known.
    package let authority: String
    package let user: String

    package init(authority: String, user: String) {
        self.authority = authority
        self.user = user
    }
}

/// Decides when a secret may be sent, so that no audit ever locks an account (design 7). Pure: time, tasks and hosts are
/// somebody else's.
///
/// Until a pair of account and secret has succeeded once, one attempt with that account, and one with that secret, is
/// under way at a time. After `limit` refusals without a success the account, or the secret, is not tried again: one
/// wrong local password on 3,000 hosts is a spray alarm. An attempt without an outcome counts as a refusal. After a
/// success, a refusal is that host's own matter.
package struct LockoutBreaker: Sendable {
    /// What was sent, without the secret itself.
    package struct Credential: Sendable, Hashable {
        package let account: Account
        /// The account as it is spelled: an account that may have two names is proven only under the one that signed in.
        package let name: String
        /// Names the secret: equal secrets have equal numbers in one run.
        package let secret: Int

        package init(account: Account, name: String, secret: Int) {
            self.account = account
            self.name = name.lowercased()
            self.secret = secret
        }
    }

    package enum Decision: Sendable, Hashable {
        case go, wait
        case stop
    }

    private struct Tally {
        /// Refusals, and attempts without an outcome.
        var refusals = 0
        /// Refusals that the host pronounced in this run.
        var confirmed = 0
        var underWay = 0
    }

    private let limit: Int
    private var proven: Set<Credential> = []
    /// Secrets that some host accepted.
    package private(set) var provenSecrets: Set<Int> = []
    private var accounts: [Account: Tally] = [:]
    private var secrets: [Int: Tally] = [:]

    /// - Parameter limit: refusals without a success after which nothing more is sent; many domains lock at 3.
    package init(limit: Int = 2) {
        self.limit = max(1, limit)
    }

    /// A secret that earlier runs saw refused so often, and that has not changed since.
    ///
    /// - Returns: whether it may still be tried.
    package mutating func distrust(secret: Int, refusals: Int) -> Bool {
        secrets[secret, default: Tally()].refusals += max(0, min(refusals, limit))
        return refusals < limit
    }

    /// May it be sent now? `.go` counts as under way until ``end(_:_:)``.
    package mutating func begin(_ credential: Credential) -> Decision {
        if proven.contains(credential) { return .go }
        let account = accounts[credential.account] ?? Tally()
        let secret = secrets[credential.secret] ?? Tally()
        let isSecretProven = provenSecrets.contains(credential.secret)
        if account.refusals >= limit || !isSecretProven && secret.refusals >= limit { return .stop }
        // Attempts that are under way may all be refused: together with those they must stay below the limit, and until
        // something is known, one at a time is enough to find out.
        if account.underWay > 0 || !isSecretProven && secret.underWay > 0 { return .wait }
        accounts[credential.account, default: Tally()].underWay += 1
        secrets[credential.secret, default: Tally()].underWay += 1
        return .go
    }

    /// - Returns: whether others that wait should ask again.
    package mutating func end(_ credential: Credential, _ outcome: SignInOutcome) -> Bool {
        guard !proven.contains(credential) else { return false }
        accounts[credential.account]?.underWay -= 1
        secrets[credential.secret]?.underWay -= 1
        switch outcome {
        case .accepted:
            proven.insert(credential)
            // The account's tally stays: another secret of it, refused before, must not get two further tries.
            provenSecrets.insert(credential.secret)
        case .refused, .unknown:
            accounts[credential.account]?.refusals += 1
            if !provenSecrets.contains(credential.secret) { secrets[credential.secret]?.refusals += 1 }
            if outcome == .refused { secrets[credential.secret]?.confirmed += 1 }
        }
        return true
    }

    /// Secrets that hosts refused in this run and none accepted, with how often: what later runs must know. Attempts
    /// without an outcome count in their own run only: a slow host says nothing about a password.
    package var refusedSecrets: [Int: Int] {
        secrets.filter { $0.value.confirmed > 0 && !provenSecrets.contains($0.key) }.mapValues(\.confirmed)
    }
}
