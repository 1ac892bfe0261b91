import Formats
import FoundationEssentials
import HostFacts
import Testing
import Transport

@testable import Collection

/// The time of a run is up: whoever is under way may end, and the others are left for another time.
@Suite struct RunTimeTests {
    // MARK: What is done next

    private func hosts(_ names: String...) -> [PlannedHost] { names.map { Scripted.host($0, Scripted.answer) } }

    /// `begin a`, `wait`, `cut off`, `end`.
    private func word(_ action: FleetTurn.Action) -> String {
        switch action {
        case .begin(let host): "begin \(host.name)"
        case .wait: "wait"
        case .cutOff: "cut off"
        case .end: "end"
        }
    }

    @Test func `without an end of time everybody is asked`() {
        let all = hosts("a", "b", "c")
        var turn = FleetTurn(all, limits: [:], concurrency: 2)
        #expect(word(turn.next()) == "begin a")
        #expect(word(turn.next()) == "begin b")
        #expect(word(turn.next()) == "wait")
        turn.handle(.ended(all[1], isRecorded: true))
        #expect(word(turn.next()) == "begin c")
        #expect(word(turn.next()) == "wait")
        turn.handle(.ended(all[0], isRecorded: true))
        #expect(word(turn.next()) == "wait")
        turn.handle(.ended(all[2], isRecorded: true))
        #expect(word(turn.next()) == "end")
        #expect(turn.leftOver.isEmpty)
    }

    @Test func `when the time is up nobody is begun, and those under way may end`() {
        let all = hosts("a", "b", "c", "d")
        var turn = FleetTurn(all, limits: [:], concurrency: 2)
        _ = turn.next()
        _ = turn.next()
        turn.handle(.closed)
        #expect(word(turn.next()) == "wait")
        turn.handle(.ended(all[0], isRecorded: true))
        #expect(word(turn.next()) == "wait")
        turn.handle(.ended(all[1], isRecorded: true))
        #expect(word(turn.next()) == "end")
        #expect(turn.leftOver.map(\.name) == ["c", "d"])
    }

    @Test func `when the grace is over as well they are cut off, once, and are left over too`() {
        let all = hosts("a", "b", "c")
        var turn = FleetTurn(all, limits: [:], concurrency: 2)
        _ = turn.next()
        _ = turn.next()
        turn.handle(.closed)
        turn.handle(.graceOver)
        #expect(word(turn.next()) == "cut off")
        #expect(word(turn.next()) == "wait")
        turn.handle(.ended(all[0], isRecorded: false))
        // It had answered at the last moment.
        turn.handle(.ended(all[1], isRecorded: true))
        #expect(word(turn.next()) == "end")
        #expect(turn.leftOver.map(\.name) == ["a", "c"])
    }

    @Test func `a clock that rings behind the last host changes nothing`() {
        let all = hosts("a")
        var turn = FleetTurn(all, limits: [:], concurrency: 2)
        _ = turn.next()
        turn.handle(.ended(all[0], isRecorded: true))
        turn.handle(.closed)
        turn.handle(.graceOver)
        #expect(word(turn.next()) == "end")
        #expect(turn.leftOver.isEmpty)
    }

    // MARK: In a run

    private func run(
        _ hosts: [PlannedHost], _ log: Scripted.Log, _ change: (inout FleetSchedule.Options) -> Void
    ) async throws -> [String] {
        var options = FleetSchedule.Options()
        options.retries = 0
        options.shuffleSeed = 1
        change(&options)
        let chosen = options
        let left = try await onLoop {
            let schedule = FleetSchedule(options: chosen, gatekeeper: SignInGatekeeper(LockoutBreaker()))
            return try await schedule.run(hosts) {
                log.start($0.name)
            } finished: { record throws(SnapshotError) in
                log.add(record)
            }
        }
        return left.map(\.name)
    }

    @Test(.timeLimit(.minutes(1))) func `a run that is out of time hands back exactly who was not handed over`()
        async throws
    {
        let log = Scripted.Log()
        let stuck = (0..<6).map { index in
            Scripted.host("stuck\(index)") { _ throws(TransportError) in
                try await Scripted.sleep(.seconds(600))
                return RemoteOutput([])
            }
        }
        let hosts = stuck + (0..<20).map { Scripted.host("good\($0)", Scripted.answer) }
        let left = try await run(hosts, log) {
            $0.concurrency = 2
            $0.maxDuration = .milliseconds(300)
            $0.grace = .milliseconds(50)
        }
        let recorded = log.records.map(\.name), begun = log.started
        #expect(Set(recorded + left) == Set(hosts.map(\.name)))
        #expect(recorded.count + left.count == hosts.count, "each host once")
        #expect(begun.count { $0.hasPrefix("stuck") } <= 2)
        #expect(left.count { $0.hasPrefix("stuck") } == 6, "those that were cut off, and those that were never begun")
        #expect(Set(begun).symmetricDifference(recorded).allSatisfy { $0.hasPrefix("stuck") })
        #expect(log.records.allSatisfy { $0.state == .audited })
    }

    @Test(.timeLimit(.minutes(1))) func `a host that answers within the grace counts, and nobody waits for its end`()
        async throws
    {
        let log = Scripted.Log()
        let late = Scripted.host("late") { _ throws(TransportError) in
            try await Scripted.sleep(.milliseconds(200))
            return RemoteOutput(ProbeLines.whole())
        }
        let left = try await run([late, Scripted.host("next", Scripted.answer)], log) {
            $0.concurrency = 1
            $0.shuffleSeed = Self.seedThatKeepsTwo
            $0.maxDuration = .milliseconds(20)
            $0.grace = .seconds(600)
        }
        #expect(log.records.map(\.name) == ["late"])
        #expect(left == ["next"])
    }

    /// Of two hosts the first stays the first.
    private static let seedThatKeepsTwo: UInt64 = {
        (1...100).first { seed in
            var generator = SplitMix(state: seed)
            return [1, 2].shuffled(using: &generator) == [1, 2]
        } ?? 1
    }()

    @Test func `a run that has time enough hands nobody back`() async throws {
        let log = Scripted.Log()
        let hosts = (0..<20).map { Scripted.host("h\($0)", Scripted.answer) }
        #expect(try await run(hosts, log) { $0.maxDuration = .seconds(3_600) }.isEmpty)
        #expect(log.records.count == 20)
    }

    // MARK: On disk

    @Test func `a host that is left over says so on disk, and comes back as it was`() throws {
        let host = Scripted.host("h", groups: ["rdsh"], Scripted.answer)
        let record = HostRecord(
            leftOver: host, at: .init(timeIntervalSince1970: 1_795_140_000), reason: "the time was up", advice: "go on")
        #expect(record.state == .skipped)
        #expect(record.groups == ["rdsh"])
        let again = try HostRecord(json: record.json)
        #expect(again.isLeftOver)
        #expect(again.json == record.json)
        var other = record
        other.isLeftOver = false
        #expect(other.json["leftOver"] == nil)
        #expect(try HostRecord(json: other.json).isLeftOver == false)
    }
}
