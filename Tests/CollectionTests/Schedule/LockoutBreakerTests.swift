import Collection
import EventLoop
import Synchronization
import TestSupport
import Testing
import Transport

@Suite struct LockoutBreakerTests {
    private static func credential(_ account: Int, _ secret: Int, name: String = "u") -> LockoutBreaker.Credential {
        .init(account: Account(authority: "domain d\(account)", user: "u"), name: name, secret: secret)
    }

    @Test func `one attempt at a time until one has succeeded`() {
        var breaker = LockoutBreaker()
        let credential = Self.credential(1, 1)
        #expect(breaker.begin(credential) == .go)
        #expect(breaker.begin(credential) == .wait)
        #expect(breaker.begin(Self.credential(1, 2)) == .wait, "another secret of the account")
        #expect(breaker.begin(Self.credential(2, 1)) == .wait, "another account with the secret")
        #expect(breaker.begin(Self.credential(2, 2)) == .go, "nothing in common")
        _ = breaker.end(credential, .accepted)
        for _ in 0..<100 { #expect(breaker.begin(credential) == .go) }
        #expect(breaker.provenSecrets == [1])
    }

    @Test(arguments: [SignInOutcome.refused, .unknown]) func `after two refusals nothing more is sent`(
        _ outcome: SignInOutcome
    ) {
        var breaker = LockoutBreaker()
        let credential = Self.credential(1, 1)
        for _ in 0..<2 {
            #expect(breaker.begin(credential) == .go)
            _ = breaker.end(credential, outcome)
        }
        #expect(breaker.begin(credential) == .stop)
        #expect(breaker.begin(Self.credential(1, 2)) == .stop, "the account is at risk with every secret")
        #expect(breaker.begin(Self.credential(2, 1)) == .stop, "the secret is wrong for every account")
        #expect(breaker.begin(Self.credential(2, 2)) == .go)
        #expect(breaker.refusedSecrets == (outcome == .refused ? [1: 2] : [:]))
        #expect(breaker.provenSecrets.isEmpty)
    }

    @Test func `after a success a refusal is that host's own matter`() {
        var breaker = LockoutBreaker()
        let credential = Self.credential(1, 1)
        #expect(breaker.begin(credential) == .go)
        _ = breaker.end(credential, .refused)
        #expect(breaker.begin(credential) == .go)
        _ = breaker.end(credential, .accepted)
        for _ in 0..<10 {
            #expect(breaker.begin(credential) == .go)
            _ = breaker.end(credential, .refused)
        }
        #expect(breaker.begin(credential) == .go)
        #expect(breaker.refusedSecrets.isEmpty)
    }

    @Test func `a secret that one host accepted is tried at the others, twice each at most`() {
        var breaker = LockoutBreaker()
        #expect(breaker.begin(Self.credential(1, 1)) == .go)
        _ = breaker.end(Self.credential(1, 1), .accepted)
        for account in 2..<50 {
            for _ in 0..<2 {
                #expect(breaker.begin(Self.credential(account, 1)) == .go)
                _ = breaker.end(Self.credential(account, 1), .refused)
            }
            #expect(breaker.begin(Self.credential(account, 1)) == .stop)
        }
    }

    @Test func `a success under one name proves no other name of what may be the same account`() {
        var breaker = LockoutBreaker()
        #expect(breaker.begin(Self.credential(1, 1, name: "CORP\\u")) == .go)
        _ = breaker.end(Self.credential(1, 1, name: "CORP\\u"), .accepted)
        #expect(breaker.begin(Self.credential(1, 1, name: "corp\\U")) == .go, "the same name")
        let other = Self.credential(1, 1, name: "u@other.example")
        for _ in 0..<2 {
            #expect(breaker.begin(other) == .go)
            #expect(breaker.begin(other) == .wait)
            _ = breaker.end(other, .refused)
        }
        #expect(breaker.begin(other) == .stop)
        #expect(breaker.begin(Self.credential(1, 1, name: "CORP\\u")) == .go)
    }

    @Test func `a right secret gives a wrong one of the account no further tries`() {
        var breaker = LockoutBreaker()
        let wrong = Self.credential(1, 1), right = Self.credential(1, 2)
        #expect(breaker.begin(wrong) == .go)
        _ = breaker.end(wrong, .refused)
        #expect(breaker.begin(right) == .go)
        _ = breaker.end(right, .accepted)
        #expect(breaker.begin(wrong) == .go)
        _ = breaker.end(wrong, .refused)
        #expect(breaker.begin(wrong) == .stop)
        #expect(breaker.begin(right) == .go)
    }

    @Test func `what an earlier run saw refused is not tried`() {
        var breaker = LockoutBreaker()
        let mayTry = breaker.distrust(secret: 1, refusals: 2)
        #expect(!mayTry)
        #expect(breaker.begin(Self.credential(1, 1)) == .stop)
        #expect(breaker.begin(Self.credential(1, 2)) == .go)
        #expect(breaker.refusedSecrets.isEmpty, "nothing new was learnt")
    }

    @Test func `what an earlier run saw refused once has one try left`() {
        var breaker = LockoutBreaker()
        let mayTry = breaker.distrust(secret: 1, refusals: 1)
        #expect(mayTry)
        #expect(breaker.begin(Self.credential(1, 1)) == .go)
        _ = breaker.end(Self.credential(1, 1), .refused)
        #expect(breaker.begin(Self.credential(2, 1)) == .stop)
        #expect(breaker.refusedSecrets == [1: 1])
    }

    @Test(arguments: [(-1, 1), (0, 1), (1, 1), (3, 3)]) func `the limit is at least one`(_ limit: Int, _ tries: Int) {
        var breaker = LockoutBreaker(limit: limit)
        for _ in 0..<tries {
            #expect(breaker.begin(Self.credential(1, 1)) == .go)
            _ = breaker.end(Self.credential(1, 1), .refused)
        }
        #expect(breaker.begin(Self.credential(1, 1)) == .stop)
    }

    // MARK: Whatever the interleaving

    /// A fleet of accounts and secrets of which some fit, and what the accounts' owners counted.
    struct World {
        let fits: Set<Int>
        /// Attempts that were not accepted.
        var tries: [LockoutBreaker.Credential: Int] = [:]
        var refusalsOfAccount: [Account: Int] = [:]
        var refusalsOfSecret: [Int: Int] = [:]
        var accepted: Set<LockoutBreaker.Credential> = []

        init(accounts: Int, secrets: Int, _ generator: inout SeededGenerator) {
            var fits: Set<Int> = []
            for account in 0..<accounts where Bool.random(using: &generator) {
                fits.insert(account * 100 + Int.random(in: 0..<secrets, using: &generator))
            }
            self.fits = fits
        }
    }

    @Test(arguments: 0..<300) func `no account and no wrong secret is ever tried a third time`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let accounts = Int.random(in: 1...6, using: &generator), secrets = Int.random(in: 1...4, using: &generator)
        var world = World(accounts: accounts, secrets: secrets, &generator)
        var breaker = LockoutBreaker()
        var waiting: [(account: Int, secret: Int)] = (0..<60).map { _ in
            (Int.random(in: 0..<accounts, using: &generator), Int.random(in: 0..<secrets, using: &generator))
        }
        var underWay: [(account: Int, secret: Int)] = []
        var stopped: [(account: Int, secret: Int)] = []
        while !waiting.isEmpty || !underWay.isEmpty {
            let mayEnd = !underWay.isEmpty
            var hasBegun = false
            if !waiting.isEmpty, !mayEnd || Bool.random(using: &generator) {
                // In any order: whoever comes first asks first.
                for index in waiting.indices.shuffled(using: &generator) {
                    let next = waiting[index]
                    let credential = Self.credential(next.account, next.secret)
                    let decision = breaker.begin(credential)
                    if decision == .wait { continue }
                    hasBegun = true
                    waiting.remove(at: index)
                    if decision == .stop {
                        stopped.append(next)
                    } else {
                        underWay.append(next)
                    }
                    break
                }
                try #require(hasBegun || mayEnd, "everybody waits for nobody")
            }
            guard !hasBegun, let index = underWay.indices.randomElement(using: &generator) else { continue }
            let next = underWay.remove(at: index)
            let credential = Self.credential(next.account, next.secret)
            let isRight = world.fits.contains(next.account * 100 + next.secret)
            // Some right ones get lost on the way: nobody can tell, so they count.
            let outcome: SignInOutcome =
                isRight
                ? (Int.random(in: 0..<8, using: &generator) == 0 ? .unknown : .accepted)
                : (Int.random(in: 0..<4, using: &generator) == 0 ? .unknown : .refused)
            if outcome != .accepted { world.tries[credential, default: 0] += 1 }
            if outcome == .accepted {
                world.accepted.insert(credential)
            } else if !isRight {
                world.refusalsOfAccount[credential.account, default: 0] += 1
                world.refusalsOfSecret[credential.secret, default: 0] += 1
            }
            _ = breaker.end(credential, outcome)
        }
        for (account, count) in world.refusalsOfAccount { #expect(count <= 2, "\(account)") }
        for (secret, count) in world.refusalsOfSecret where !world.accepted.contains(where: { $0.secret == secret }) {
            #expect(count <= 2, "secret \(secret)")
        }
        // Nobody is stopped who did not get near the limit.
        for next in stopped {
            let credential = Self.credential(next.account, next.secret)
            let tries = world.tries.filter {
                $0.key.account == credential.account || $0.key.secret == credential.secret
            }
            #expect(tries.values.reduce(0, +) >= 2)
        }
    }

    // MARK: The gate

    private final class Counter: Sendable {
        private let state = Mutex((sent: [LockoutBreaker.Credential: Int](), underWay: 0, most: 0))
        var sent: [LockoutBreaker.Credential: Int] { state.withLock { $0.sent } }
        var most: Int { state.withLock { $0.most } }
        func begin(_ credential: LockoutBreaker.Credential) {
            state.withLock {
                $0.sent[credential, default: 0] += 1
                $0.underWay += 1
                $0.most = max($0.most, $0.underWay)
            }
        }
        func end() { state.withLock { $0.underWay -= 1 } }
    }

    /// Signs in at `count` hosts at once; returns how many were let through and how many were refused by the gate.
    private func signIn(
        _ count: Int, _ credential: @escaping @Sendable (Int) -> LockoutBreaker.Credential,
        outcome: @escaping @Sendable (Int) -> SignInOutcome
    ) async throws -> (counter: Counter, atRisk: Int) {
        let counter = Counter()
        let atRisk = try await onLoop {
            let keeper = SignInGatekeeper(LockoutBreaker())
            return await withTaskGroup(of: Bool.self) { group in
                for host in 0..<count {
                    group.addTask {
                        let gate = keeper.gate(credential(host))
                        do throws(TransportError) { try await gate.enter() } catch {
                            #expect(error.reason == .accountAtRisk)
                            return true
                        }
                        counter.begin(credential(host))
                        try? await Loop.shared.sleep(until: .after(.microseconds(Int.random(in: 0...3_000))))
                        counter.end()
                        await gate.leave(outcome(host))
                        return false
                    }
                }
                var atRisk = 0
                for await isAtRisk in group where isAtRisk { atRisk += 1 }
                return atRisk
            }
        }
        return (counter, atRisk)
    }

    @Test func `of a thousand hosts two see a wrong domain password`() async throws {
        let (counter, atRisk) = try await signIn(1_000, { _ in Self.credential(1, 1) }, outcome: { _ in .refused })
        #expect(counter.sent.values.reduce(0, +) == 2)
        #expect(counter.most == 1)
        #expect(atRisk == 998)
    }

    @Test func `of a thousand hosts two see a wrong local password`() async throws {
        let (counter, atRisk) = try await signIn(1_000, { Self.credential($0, 1) }, outcome: { _ in .refused })
        #expect(counter.sent.values.reduce(0, +) == 2)
        #expect(atRisk == 998)
    }

    @Test func `a right password reaches all hosts, side by side after the first`() async throws {
        let (counter, atRisk) = try await signIn(500, { _ in Self.credential(1, 1) }, outcome: { _ in .accepted })
        #expect(counter.sent.values.reduce(0, +) == 500)
        #expect(counter.most > 10)
        #expect(atRisk == 0)
    }

    @Test func `different accounts with different secrets do not wait for each other`() async throws {
        let (counter, atRisk) = try await signIn(200, { Self.credential($0, $0) }, outcome: { _ in .refused })
        #expect(counter.sent.count == 200)
        #expect(counter.most > 10)
        #expect(atRisk == 0)
    }

    @Test func `a host that gives up in line lets the others on`() async throws {
        try await onLoop {
            let keeper = SignInGatekeeper(LockoutBreaker())
            let gate = keeper.gate(Self.credential(1, 1))
            try await gate.enter()
            let impatient = Task { () async -> TransportError? in
                do throws(TransportError) { try await gate.enter() } catch { return error }
                return nil
            }
            let patient = Task { () async -> Bool in
                do throws(TransportError) { try await gate.enter() } catch { return false }
                await gate.leave(.accepted)
                return true
            }
            try await Loop.shared.sleep(until: .after(.milliseconds(20)))
            impatient.cancel()
            #expect(await impatient.value?.reason == .cancelled)
            await gate.leave(.refused)
            #expect(await patient.value)
            let late = Task { () async -> TransportError? in
                do throws(TransportError) { try await gate.enter() } catch { return error }
                return nil
            }
            late.cancel()
            #expect(await late.value?.reason == .cancelled)
        }
    }
}
