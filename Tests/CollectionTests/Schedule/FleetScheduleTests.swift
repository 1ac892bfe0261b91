import EventLoop
import Formats
import Foundation
import HostFacts
import Synchronization
import TestSupport
import Testing
import Transport

@testable import Collection
@testable import Inventory

private typealias Log = Scripted.Log
private typealias Script = Scripted.Script
private let answer = Scripted.answer

private func host(
    _ name: String, groups: [String] = [], credential: LockoutBreaker.Credential? = nil, expectedName: String? = nil,
    _ script: @escaping Script
) -> PlannedHost {
    Scripted.host(name, groups: groups, credential: credential, expectedName: expectedName, script)
}

private func sleep(_ duration: Duration) async throws(TransportError) { try await Scripted.sleep(duration) }

@Suite struct FleetScheduleTests {
    private func run(
        _ hosts: [PlannedHost], _ log: Log = Log(), breaker: LockoutBreaker = LockoutBreaker(),
        options change: (inout FleetSchedule.Options) -> Void = { _ in }
    ) async throws -> Log {
        var options = FleetSchedule.Options()
        options.retries = 0
        change(&options)
        let chosen = options
        try await onLoop {
            let schedule = FleetSchedule(options: chosen, gatekeeper: SignInGatekeeper(breaker))
            try await schedule.run(hosts) {
                log.start($0.name)
            } finished: { record throws(SnapshotError) in
                log.add(record)
            }
        }
        return log
    }

    // MARK: Bounds

    @Test(arguments: [1, 7, 50, 1_000]) func `no more hosts than allowed are asked at once, and all are asked`(
        _ limit: Int
    ) async throws {
        let log = Log()
        let hosts = (0..<150).map { index in
            host("h\(index)") { _ throws(TransportError) in
                log.enter("all")
                try await sleep(.milliseconds(5))
                log.leave("all")
                return RemoteOutput(ProbeLines.whole())
            }
        }
        _ = try await run(hosts, log) { $0.concurrency = limit }
        #expect(log.most("all") == min(limit, 150))
        #expect(log.records.count == 150)
        #expect(Set(log.records.map(\.name)).count == 150)
        #expect(log.started.count == 150)
        #expect(
            log.records.allSatisfy { $0.state == .audited && $0.attempts == 1 && $0.probe == ProbeProgram.fingerprint })
    }

    @Test(arguments: [0, -5]) func `a limit of nothing still asks everybody`(_ limit: Int) async throws {
        let hosts = (0..<5).map { host("h\($0)", groups: ["slow"], answer) }
        let log = try await run(hosts) {
            $0.concurrency = limit
            $0.groupLimits = ["slow": limit]
        }
        #expect(log.records.count == 5)
    }

    @Test func `a group has its own limit, and a host of two groups obeys both`() async throws {
        let log = Log()
        let hosts = (0..<60).map { index in
            let groups = index % 3 == 0 ? ["slow", "slower"] : index % 3 == 1 ? ["slow"] : []
            return host("h\(index)", groups: groups) { _ throws(TransportError) in
                for group in groups { log.enter(group) }
                try await sleep(.milliseconds(4))
                for group in groups { log.leave(group) }
                return RemoteOutput(ProbeLines.whole())
            }
        }
        _ = try await run(hosts, log) { $0.groupLimits = ["slow": 3, "slower": 1, "nobody": 1] }
        #expect(log.records.count == 60)
        #expect(log.most("slow") == 3)
        #expect(log.most("slower") == 1)
    }

    @Test func `the order is shuffled, and repeatable with a seed`() async throws {
        let hosts = (0..<100).map { host("h\($0)", answer) }
        func order(_ seed: UInt64?) async throws -> [String] {
            try await run(hosts) {
                $0.concurrency = 1
                $0.shuffleSeed = seed
            }.started
        }
        let first = try await order(1)
        #expect(first != hosts.map(\.name))
        #expect(try await order(1) == first)
        #expect(try await order(2) != first)
        #expect(Set(first).count == 100)
    }

    @Test func `ten thousand hosts with a thin group are chosen from in no time`() throws {
        let hosts = (0..<10_000).map { host("h\($0)", groups: $0 % 2 == 0 ? ["slow"] : [], answer) }
        var queue = HostQueue(hosts, limits: ["slow": 1])
        let began = ContinuousClock.now
        var count = 0, underWay: [PlannedHost] = []
        while let next = queue.next() {
            count += 1
            underWay.append(next)
            if underWay.count == 100 { queue.finished(underWay.removeFirst()) }
        }
        #expect(count >= 5_001)
        #expect(ContinuousClock.now - began < .seconds(120))
    }

    // MARK: Failures

    @Test(.timeLimit(.minutes(1))) func `whatever one host does, the others complete`() async throws {
        let lost = TransportError(.receive, .connectionLost)
        let log = Log()
        let bad: [(String, HostState, Script)] = [
            (
                "dead", .unreachable,
                { _ throws(TransportError) in throw TransportError(.connect, .timedOut(.seconds(1))) }
            ),
            (
                "refusing", .refused,
                { _ throws(TransportError) in throw TransportError(.signIn, .authenticationRefused(offered: [])) }
            ),
            ("garbage", .failed, { _ throws(TransportError) in RemoteOutput(Array("x".utf8)) }),
            ("mute", .failed, { _ throws(TransportError) in RemoteOutput([]) }),
            (
                "cut", .partial,
                { _ throws(TransportError) in
                    RemoteOutput(ProbeLines.line(1, "os", #"{"data":{}}"#), end: .interrupted(lost))
                }
            ),
            (
                "endless", .failed,
                { _ throws(TransportError) in
                    RemoteOutput(
                        Array(repeating: 0x41, count: 100_000),
                        end: .interrupted(TransportError(.receive, .outputTooLarge(limit: 100_000))))
                }
            ),
            (
                "slow", .unreachable,
                { _ throws(TransportError) in
                    // Until all others are done, which they never are when it holds more than its own slot.
                    while log.records.count < 107 { try await sleep(.milliseconds(5)) }
                    throw TransportError(.receive, .timedOut(.milliseconds(700)))
                }
            ),
            (
                "impostor", .wrongHost,
                { _ throws(TransportError) in throw TransportError(.hostKey, .hostKey(.changed, fingerprint: "x")) }
            ),
        ]
        let hosts = bad.map { host($0.0, $0.2) } + (0..<100).map { host("good\($0)", answer) }
        _ = try await run(hosts, log) { $0.concurrency = 4 }
        #expect(log.records.count == hosts.count)
        for (name, state, _) in bad {
            #expect(log.state(name) == state, "\(name)")
            #expect(log.record(name)?.reason.isEmpty == false)
        }
        #expect(log.records.count { $0.state == .audited } == 100)
    }

    @Test func `a failure that may pass is tried again, and no other`() async throws {
        let log = Log()
        func once(_ name: String, _ reason: TransportError.Reason) -> PlannedHost {
            host(name) { _ throws(TransportError) in
                if log.count(up: name) == 1 { throw TransportError(.connect, reason) }
                return RemoteOutput(ProbeLines.whole())
            }
        }
        let hosts = [
            once("lost", .connectionLost), once("timeout", .timedOut(.seconds(1))), once("busy", .busy),
            once("refused", .authenticationRefused(offered: [])), once("unauthorised", .notAuthorised),
            once("key", .hostKey(.unknown, fingerprint: "")),
            once("name", .nameNotFound), once("risk", .accountAtRisk), once("protocol", .protocolViolation),
        ]
        _ = try await run(hosts, log) { $0.retries = 1 }
        for name in ["lost", "timeout", "busy"] {
            #expect(log.count(name) == 2)
            #expect(log.state(name) == .audited)
            #expect(log.record(name)?.attempts == 2)
        }
        for name in ["refused", "unauthorised", "key", "name", "risk", "protocol"] {
            #expect(log.count(name) == 1, "\(name)")
        }
    }

    @Test func `a host that is dead for good is tried as often as asked`() async throws {
        let log = Log()
        let dead = host("dead") { _ throws(TransportError) in
            log.count(up: "dead")
            throw TransportError(.connect, .refused)
        }
        let began = ContinuousClock.now
        _ = try await run([dead], log) { $0.retries = 2 }
        #expect(log.count("dead") == 3)
        #expect(log.record("dead")?.attempts == 3)
        // Half a second at least after the first, one after the second.
        #expect(ContinuousClock.now - began >= .milliseconds(1_500))
    }

    @Test func `another machine than the one asked for is no audit of it`() async throws {
        func named(_ name: String, expecting: String?) -> PlannedHost {
            host(name + (expecting ?? ""), expectedName: expecting) { _ throws(TransportError) in
                RemoteOutput(ProbeLines.whole(named: name))
            }
        }
        let log = try await run([
            named("SRV1", expecting: "srv1"), named("SRV2", expecting: "other"), named("SRV3", expecting: nil),
            named("ABCDEFGHIJKLMNO", expecting: "abcdefghijklmnopqrst"),
        ])
        #expect(log.state("SRV1srv1") == .audited)
        #expect(log.state("SRV2other") == .wrongHost)
        #expect(log.record("SRV2other")?.reason == "the computer that answered is called SRV2, and other was asked for")
        #expect(log.state("SRV3") == .audited)
        #expect(log.state("ABCDEFGHIJKLMNOabcdefghijklmnopqrst") == .audited, "NetBIOS names end after 15")
    }

    @Test func `a host that cannot be asked is skipped with the reason`() async throws {
        let unusable = PlannedHost(
            host: InventoryHost(name: "x", groups: ["all", "web"], variables: [:]), address: "x", role: nil, site: nil,
            expectedName: nil, way: .unusable("there is no account"))
        let log = try await run([unusable])
        #expect(log.state("x") == .skipped)
        #expect(log.record("x")?.reason == "there is no account")
        #expect(log.record("x")?.groups == ["web"])
        #expect(log.record("x")?.attempts == 0)
    }

    // MARK: Ends

    @Test func `a full disk begins no further host, and hands over those under way`() async throws {
        let log = Log()
        let hosts = (0..<100).map { index in
            host("h\(index)") { _ throws(TransportError) in
                try await sleep(.milliseconds(10))
                return RemoteOutput(ProbeLines.whole())
            }
        }
        let error = try await onLoop { () async -> SnapshotError? in
            var options = FleetSchedule.Options()
            options.concurrency = 10
            do throws(SnapshotError) {
                try await FleetSchedule(options: options, gatekeeper: SignInGatekeeper(LockoutBreaker())).run(hosts) {
                    log.start($0.name)
                } finished: { record throws(SnapshotError) in
                    log.add(record)
                    if log.count(up: "finished") >= 25 { throw SnapshotError(problem: "full \(log.count("finished"))") }
                }
                return nil
            } catch {
                return error
            }
        }
        #expect(error?.problem.hasPrefix("full 2") == true)
        #expect(log.started.count < 50)
        #expect(log.records.count == log.started.count, "every host that was begun is handed over")
    }

    @Test func `an interrupted run keeps what was finished, at once, and nothing that was cut off`() async throws {
        let log = Log()
        var hosts = (0..<20).map { host("fast\($0)", answer) }
        hosts += (0..<20).map { index in
            host("slow\(index)") { _ throws(TransportError) in
                log.count(up: "slow")
                try await sleep(.seconds(60))
                return RemoteOutput(ProbeLines.whole())
            }
        }
        // A transport keeps what came before the interruption.
        hosts.append(
            host("half") { _ throws(TransportError) in
                log.count(up: "slow")
                do throws(TransportError) { try await sleep(.seconds(60)) } catch {
                    return RemoteOutput(ProbeLines.line(1, "os", #"{"data":{}}"#), end: .interrupted(error))
                }
                return RemoteOutput([])
            })
        // One that had answered when the interruption came.
        hosts.append(
            host("just") { _ throws(TransportError) in
                log.count(up: "slow")
                do throws(TransportError) { try await sleep(.seconds(60)) } catch {
                    return RemoteOutput(ProbeLines.whole(), end: .interrupted(error))
                }
                return RemoteOutput([])
            })
        // A refusal is known, and forgetting it would try the secret again.
        hosts.append(
            host("refusing") { _ throws(TransportError) in
                log.count(up: "slow")
                do throws(TransportError) { try await sleep(.seconds(60)) } catch {
                    throw TransportError(.signIn, .authenticationRefused(offered: []))
                }
                return RemoteOutput([])
            })
        let all = hosts
        let task = Task { try await run(all, log) }
        while log.count("slow") < 23 || log.records.count < 20 { try await Task.sleep(for: .milliseconds(5)) }
        let cancelled = ContinuousClock.now
        task.cancel()
        _ = try await task.value
        #expect(ContinuousClock.now - cancelled < .seconds(5))
        let names = Set(log.records.map(\.name))
        #expect(names == Set((0..<20).map { "fast\($0)" } + ["just", "refusing"]))
        #expect(log.state("just") == .audited)
        #expect(log.state("refusing") == .refused)
    }

    // MARK: The breaker in a run

    private func signIn(
        _ name: String, _ credential: LockoutBreaker.Credential, _ log: Log, accepts: Bool, isDead: Bool = false
    ) -> PlannedHost {
        host(name, credential: credential) { gate throws(TransportError) in
            try await sleep(.microseconds(Int.random(in: 0...2_000)))
            if isDead { throw TransportError(.connect, .timedOut(.seconds(1))) }
            try await gate.enter()
            log.count(up: "sent")
            log.count(up: "sent to \(credential.account.authority)")
            try await sleep(.microseconds(Int.random(in: 0...2_000)))
            await gate.leave(accepts ? .accepted : .refused)
            if !accepts { throw TransportError(.signIn, .authenticationRefused(offered: [])) }
            return RemoteOutput(ProbeLines.whole())
        }
    }

    private static let domain = LockoutBreaker.Credential(
        account: Account(authority: "domain corp", user: "u"), name: "CORP\\u", secret: 0)

    @Test(arguments: [1, 20, 500]) func `a wrong domain password reaches two hosts of five hundred`(_ concurrency: Int)
        async throws
    {
        let log = Log()
        let hosts = (0..<500).map { signIn("h\($0)", Self.domain, log, accepts: false) }
        _ = try await run(hosts, log) {
            $0.concurrency = concurrency
            $0.retries = 3
        }
        #expect(log.count("sent") == 2)
        #expect(log.records.count { $0.state == .refused } == 2)
        #expect(log.records.count { $0.state == .skipped && $0.reason.isEmpty == false } == 498)
    }

    @Test func `one wrong local password of all hosts reaches two of them`() async throws {
        let log = Log()
        let hosts = (0..<300).map {
            signIn(
                "h\($0)", .init(account: Account(authority: "host h\($0)", user: "admin"), name: "admin", secret: 0),
                log, accepts: false)
        }
        _ = try await run(hosts, log)
        #expect(log.count("sent") == 2)
    }

    @Test func `dead hosts neither count as refusals nor hold anybody up`() async throws {
        let log = Log()
        let hosts = (0..<200).map { signIn("h\($0)", Self.domain, log, accepts: true, isDead: $0 % 2 == 0) }
        _ = try await run(hosts, log)
        #expect(log.count("sent") == 100)
        #expect(log.records.count { $0.state == .audited } == 100)
        #expect(log.records.count { $0.state == .unreachable } == 100)
    }

    @Test func `a host that refuses a proven password is its own matter`() async throws {
        let log = Log()
        // The first sign-in is that of a host that accepts: it alone is asked first.
        let first = signIn("first", Self.domain, log, accepts: true)
        let breaker = LockoutBreaker()
        var options = FleetSchedule.Options()
        options.retries = 0
        let rest = (0..<50).map { signIn("h\($0)", Self.domain, log, accepts: $0 % 2 == 0) }
        let chosen = options
        try await onLoop {
            let keeper = SignInGatekeeper(breaker)
            for hosts in [[first], rest] {
                try await FleetSchedule(options: chosen, gatekeeper: keeper).run(hosts) { _ in
                } finished: { record throws(SnapshotError) in
                    log.add(record)
                }
            }
        }
        #expect(log.count("sent") == 51)
        #expect(log.records.count { $0.state == .refused } == 25)
        #expect(log.records.count { $0.state == .audited } == 26)
    }

    @Test func `a sign-in that gets no answer counts, and is not repeated for ever`() async throws {
        let log = Log()
        let hosts = (0..<50).map { index in
            host("h\(index)", credential: Self.domain) { gate throws(TransportError) in
                try await gate.enter()
                log.count(up: "sent")
                await gate.leave(.unknown)
                throw TransportError(.signIn, .connectionLost)
            }
        }
        _ = try await run(hosts, log) { $0.retries = 3 }
        #expect(log.count("sent") == 2)
    }
}
