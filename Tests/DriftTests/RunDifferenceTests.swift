import Drift
import Foundation
import HostFacts
import HostFixtures
import Policy
import Testing

@Suite struct RunDifferenceTests {
    typealias Host = ComparedFleet.Host
    typealias Kind = VerdictChange.Kind

    private static let setting = "rdp.listener.userAuthentication"

    /// A host whose network level authentication is as given, and what two controls say of it.
    private static func host(nla: Int64, _ outcome: Finding.Outcome, other: Finding.Outcome? = nil) -> Host {
        let path = setting + ".effective"
        var host = Host(
            outcomes: ["RDP-006": outcome, "FW-001": .pass],
            facts: [path: .integer(nla), setting + ".source": .text("local"), "os.build": .integer(17763)])
        if outcome == .fail || outcome == .waived { host.evidence["RDP-006"] = [path] }
        if let other {
            host.outcomes["RDP-008"] = other
            if other == .fail { host.evidence["RDP-008"] = [path, "rdp.listener.securityLayer.effective"] }
        }
        return host
    }

    // MARK: Verdicts

    /// Every pair of outcomes, with what the whole difference makes of it.
    @Test(
        arguments: [
            (.pass, .fail, .newlyFailing), (.notApplicable, .fail, .newlyFailing), (.unknown, .fail, .newlyFailing),
            (.waived, .fail, .unwaived), (.pass, .unknown, .becameUnknown), (.fail, .unknown, .becameUnknown),
            (.fail, .pass, .fixed), (.waived, .pass, .fixed), (.fail, .waived, .waived), (.pass, .waived, .waived),
            (.unknown, .pass, .becameKnown), (.fail, .notApplicable, .noLongerApplies),
            (.notApplicable, .pass, .nowApplies), (.fail, .fail, nil), (.unknown, .unknown, nil), (.pass, .pass, nil),
        ] as [(Finding.Outcome, Finding.Outcome, Kind?)])
    func `a verdict that changes is told once, with its kind`(
        _ before: Finding.Outcome, _ after: Finding.Outcome, _ kind: Kind?
    ) {
        let difference = ComparedFleet.difference([
            ("web01", Self.host(nla: 1, before), Self.host(nla: 1, after))
        ])
        #expect(difference.verdictChanges.map(\.kind) == [kind].compactMap { $0 })
        #expect(difference.verdictChanges.allSatisfy { $0.controls == ["RDP-006"] && $0.hosts == ["web01"] })
        #expect(difference.isEmpty == (kind == nil))
        #expect(difference.noLongerVisible == (before == .fail && after == .unknown ? ["RDP-006": 1] : [:]))
        #expect(difference.isWorse(from: .high) == (kind == .newlyFailing || kind == .unwaived))
        #expect(!difference.isWorse(from: .critical))
        #expect(difference.lostSight == (kind == .becameUnknown))
    }

    @Test func `the fact behind a new failure stands with it, and is told once for two controls`() throws {
        let difference = ComparedFleet.difference([
            ("web01", Self.host(nla: 1, .pass, other: .pass), Self.host(nla: 0, .fail, other: .fail))
        ])
        let change = try #require(difference.verdictChanges.first)
        #expect(difference.verdictChanges.count == 1)
        #expect(change.controls == ["RDP-006", "RDP-008"])
        #expect(change.facts.map(\.path) == [Self.setting])
        #expect(change.facts.first?.before.text == "1" && change.facts.first?.after.text == "0")
        #expect(difference.factDrift.isEmpty)
        #expect(difference.factCount == 0)
    }

    @Test func `the fact behind what is fixed is the one that failed before`() throws {
        let difference = ComparedFleet.difference([("web01", Self.host(nla: 0, .fail), Self.host(nla: 1, .pass))])
        let change = try #require(difference.verdictChanges.first)
        #expect(change.kind == .fixed)
        #expect(change.facts.map(\.path) == [Self.setting])
    }

    @Test func `one change on many hosts is one entry, and another value another`() throws {
        let hosts = (1...33).map { ("ws-\($0)", Self.host(nla: 0, .fail), Self.host(nla: 1, .pass)) }
        let others = (1...4).map { ("srv-\($0)", Self.host(nla: 2, .fail), Self.host(nla: 1, .pass)) }
        let changes = ComparedFleet.difference(hosts + others).verdictChanges
        #expect(changes.map(\.hosts.count) == [33, 4])
        #expect(changes.map { $0.facts.first?.before.text } == ["0", "2"])
        #expect(changes.allSatisfy { $0.differing.isEmpty })
        #expect(changes[1].hosts == ["srv-1", "srv-2", "srv-3", "srv-4"])
    }

    @Test func `values that every host has for itself are one entry with an example`() throws {
        let hosts = (10...49).shuffled().map { number in
            ("ws-\(number)", Self.host(nla: Int64(number), .fail), Self.host(nla: 1, .pass))
        }
        let change = try #require(ComparedFleet.difference(hosts).verdictChanges.first)
        #expect(change.hosts.count == 40)
        #expect(change.differing == [Self.setting])
        #expect(change.facts.first?.before.text == "10")
    }

    @Test func `hosts with more controls behind one fact are told beside those with fewer`() {
        let difference = ComparedFleet.difference([
            ("a", Self.host(nla: 1, .pass, other: .pass), Self.host(nla: 0, .fail, other: .fail)),
            ("b", Self.host(nla: 1, .pass, other: .pass), Self.host(nla: 0, .fail, other: .fail)),
            ("c", Self.host(nla: 1, .pass, other: .pass), Self.host(nla: 0, .fail, other: .waived)),
        ])
        #expect(difference.verdictChanges.map(\.kind) == [.newlyFailing, .newlyFailing, .waived])
        #expect(difference.verdictChanges.map(\.hosts) == [["a", "b"], ["c"], ["c"]])
        #expect(difference.tally.count(.newlyFailing) == 5)
        #expect(difference.verdictChanges.filter { $0.kind == .newlyFailing }.map(\.count).reduce(0, +) == 5)
    }

    @Test func `a verdict that changed with no fact says why instead`() throws {
        let difference = ComparedFleet.difference([("web01", Self.host(nla: 1, .pass), Self.host(nla: 1, .fail))])
        let change = try #require(difference.verdictChanges.first)
        #expect(change.facts.isEmpty)
        #expect(change.because == "RDP-006 on web01")
    }

    @Test func `two stories that a third control joins become one`() throws {
        let (one, two) = ("rdp.listener.userAuthentication.effective", "rdp.listener.securityLayer.effective")
        func host(_ value: Int64, _ outcome: Finding.Outcome) -> Host {
            var host = Host(outcomes: ["A-001": outcome, "A-002": outcome, "A-003": outcome])
            host.facts = [one: .integer(value), two: .integer(value)]
            if outcome == .fail { host.evidence = ["A-001": [one], "A-002": [two], "A-003": [two, one]] }
            return host
        }
        let changes = ComparedFleet.difference([("h", host(1, .pass), host(0, .fail))]).verdictChanges
        #expect(changes.map(\.controls) == [["A-001", "A-002", "A-003"]])
        #expect(changes.first?.facts.count == 2)
    }

    // MARK: Facts

    @Test func `a fact that changed no verdict is told apart, and volatile ones are not`() throws {
        var before = Self.host(nla: 1, .pass)
        var after = Self.host(nla: 1, .pass)
        before.facts?["probe.clock"] = .text("1")
        after.facts?["probe.clock"] = .text("2")
        after.facts?["os.build"] = .integer(20348)
        let difference = ComparedFleet.difference([("web01", before, after), ("web02", before, after)])
        #expect(difference.verdictChanges.isEmpty)
        #expect(difference.factCount == 2 && difference.factHosts == 2)
        #expect(difference.factDrift.map(\.change.path) == ["os.build"])
        #expect(difference.factDrift.first?.hosts == ["web01", "web02"])
    }

    @Test func `what cannot be read any more is no changed fact`() {
        var after = Self.host(nla: 1, .pass)
        after.facts?["os.build"] = .accessDenied
        let difference = ComparedFleet.difference([("web01", Self.host(nla: 1, .pass), after)])
        #expect(difference.factCount == 0)
        #expect(difference.factDrift.map(\.change.kind) == [.noLongerRead])
    }

    @Test func `hosts whose facts were not kept are counted`() {
        var after = Self.host(nla: 0, .fail)
        after.facts = nil
        let difference = ComparedFleet.difference([("web01", Self.host(nla: 1, .pass), after)])
        #expect(difference.hostsWithoutFacts == 1)
        #expect(difference.verdictChanges.map(\.kind) == [.newlyFailing])
    }

    // MARK: Hosts

    @Test(
        arguments: [
            (nil, .audited, .added), (.audited, nil, .vanished), (.audited, .unreachable, .becameUnreadable),
            (.refused, .partial, .readableAgain), (.failed, .skipped, .stillUnreadable),
            (.audited, .partial, .compared),
        ] as [(HostState?, HostState?, JudgementDifference.Presence)])
    func `what became of a host is told, and its failures are neither fixed nor forgotten`(
        _ before: HostState?, _ after: HostState?, _ presence: JudgementDifference.Presence
    ) {
        func host(_ state: HostState?) -> Host? {
            state.map { state in
                var host = Self.host(nla: 0, .fail)
                host.state = state
                host.reason = state.isJudged ? "" : "no answer"
                return host
            }
        }
        let difference = ComparedFleet.difference([("web01", host(before), host(after))])
        #expect(difference.presences.map(\.presence) == (presence == .compared ? [] : [presence]))
        #expect(difference.presences.allSatisfy { $0.reason == (after?.isJudged ?? true ? "" : "no answer") })
        #expect(difference.tally.count(.fixed) == 0)
        #expect(difference.noLongerVisible == (presence == .becameUnreadable ? ["RDP-006": 1] : [:]))
        #expect(difference.vanishedFailures == (presence == .vanished ? 1 : 0))
        #expect(difference.lostSight == (presence == .becameUnreadable))
        // Of a host that the run before did not judge, a failure is new to us, and that is said.
        let isNew = presence == .added || presence == .readableAgain
        #expect(difference.verdictChanges.map(\.circumstance) == (isNew ? [.notJudgedBefore] : []))
    }

    @Test(
        arguments: [
            (["g", "s", "n"], ["g", "s", "n"], nil), (["g", "s", "n"], ["h", "t", "n"], true),
            (["g", "s", "n"], ["h", "t", "m"], true), (["g", "s", "n"], ["g", "s", "m"], false),
            (["g", "s", "n"], ["g", "t", "n"], false), (["g", "s", "n"], ["h", "s", "n"], false),
            (["g", nil, "n"], ["h", nil, "n"], true), (["g", nil, "n"], ["g", nil, "m"], false),
            ([nil, "s", nil], [nil, "t", nil], true), (["g", "s", "n"], [nil, nil, nil], nil),
            (["G", "s", "N"], ["g", "s", "n"], nil), (["g", "s", "n"], ["g", "t", "m"], true),
        ] as [([String?], [String?], Bool?)])
    func `a machine is told by its marks together`(_ before: [String?], _ after: [String?], _ isAnother: Bool?) {
        func host(_ marks: [String?], _ nla: Int64, _ outcome: Finding.Outcome) -> Host {
            var host = Self.host(nla: nla, outcome)
            for (path, mark) in zip(["os.machineGuid", "os.machineSID", "os.computerName"], marks) {
                host.facts?[path] = mark.map { .text($0) } ?? .failed("not read")
            }
            return host
        }
        let difference = ComparedFleet.difference([("web01", host(before, 1, .pass), host(after, 0, .fail))])
        #expect(difference.machines.map(\.isAnotherMachine) == [isAnother].compactMap { $0 })
        let change = difference.verdictChanges.first
        #expect(change?.circumstance == (isAnother == true ? .anotherMachine : .compared))
        #expect(change?.facts.isEmpty == (isAnother == true))
        #expect(difference.factDrift.isEmpty)
    }

    // MARK: Baselines

    @Test func `a control that only one run knows is no change of the fleet`() throws {
        let difference = ComparedFleet.difference(
            [
                (
                    "web01", Host(outcomes: ["OLD-001": .fail, "RDP-006": .fail]),
                    Host(outcomes: ["NEW-001": .fail, "RDP-006": .fail])
                )
            ], before: ["OLD-001", "RDP-006"], after: ["NEW-001", "RDP-006"])
        #expect(difference.verdictChanges.isEmpty)
        #expect(difference.lastingFailures.map(\.control) == ["RDP-006"])
        let change = try #require(difference.baselineChange)
        #expect(change.added == ["NEW-001"] && change.removed == ["OLD-001"])
        #expect(difference.tally.count(.newlyFailing) == 0 && difference.tally.count(.fixed) == 0)
    }

    @Test func `another version of the baseline is told even with the same controls`() {
        let (old, new) = (
            ComparedFleet.run("a", controls: ["RDP-006"], version: "2.2"),
            ComparedFleet.run("b", controls: ["RDP-006"], version: "2.3")
        )
        #expect(RunDifference(from: old, to: new).baselineChange?.before == "rdp-hardened 2.2")
        #expect(RunDifference(from: new, to: new).baselineChange == nil)
    }

    // MARK: What stays

    @Test func `a failure that stays is told with the oldest date that is known`() {
        let day = ComparedFleet.start
        let difference = ComparedFleet.difference(
            [
                ("a", Self.host(nla: 0, .fail), Self.host(nla: 0, .fail)),
                ("b", Self.host(nla: 0, .fail), Self.host(nla: 0, .fail)),
                ("c", Self.host(nla: 0, .fail), Self.host(nla: 0, .fail)),
            ],
            since: [
                "a": ["RDP-006": day], "b": ["RDP-006": day.addingTimeInterval(-86_400), "FW-001": .distantPast],
            ])
        #expect(difference.lastingFailures.map(\.hosts) == [["a", "b", "c"]])
        #expect(difference.lastingFailures.first?.since == day.addingTimeInterval(-86_400))
    }

    @Test func `nothing compared with nothing is nothing`() {
        let difference = ComparedFleet.difference([])
        #expect(difference.isEmpty && difference.verdictChanges.isEmpty && difference.lastingFailures.isEmpty)
        #expect(!difference.lostSight && !difference.isWorse(from: .info))
        var nobody = difference
        nobody.add(nil, nil, facts: .same)
        #expect(nobody.isEmpty)
    }

    @Test func `a host that comes twice counts once`() {
        let twice = ("web01", Self.host(nla: 1, .pass), Self.host(nla: 0, .fail)) as (String, Host?, Host?)
        let difference = ComparedFleet.difference([twice, twice])
        #expect(difference.tally.count(.newlyFailing) == 1)
        #expect(difference.verdictChanges.map(\.hosts) == [["web01"]])
    }

    @Test(arguments: ["", "..", "a\nb", "\u{202e}x", String(repeating: "h", count: 300), "😀", "=cmd()"])
    func `hostile names are names like others`(_ name: String) {
        let difference = ComparedFleet.difference([(name, Self.host(nla: 1, .pass), Self.host(nla: 0, .fail))])
        #expect(difference.verdictChanges.first?.hosts == [name])
    }

    // MARK: Many

    /// The order in which hosts come is chance, and the figures are those of the differences one by one.
    @Test func `ten thousand hosts come to the same in any order, and add up`() throws {
        var generator = SystemRandomNumberGenerator()
        let outcomes = Finding.Outcome.allCases
        let hosts: [(name: String, before: Host?, after: Host?)] = (0..<10_000).map { number in
            func host() -> Host? {
                guard Int.random(in: 0..<50, using: &generator) > 0 else { return nil }
                var host = Self.host(
                    nla: Int64.random(in: 0..<100, using: &generator),
                    outcomes.randomElement(using: &generator) ?? .pass,
                    other: outcomes.randomElement(using: &generator))
                if Int.random(in: 0..<20, using: &generator) == 0 { host.state = .unreachable }
                return host
            }
            return ("host-\(number)", host(), host())
        }
        let difference = ComparedFleet.difference(hosts)
        let again = ComparedFleet.difference(hosts.shuffled(using: &generator))
        #expect(difference.tally.controls == again.tally.controls)
        var tally = DifferenceTally()
        for host in hosts {
            if let single = JudgementDifference(
                before: ComparedFleet.compared(host.name, host.before)?.outcomes,
                after: ComparedFleet.compared(host.name, host.after)?.outcomes)
            {
                tally.add(single)
            }
        }
        #expect(tally.controls == difference.tally.controls && tally.presences == difference.tally.presences)
        for kind in Kind.allCases where kind.isChange && kind != .added && kind != .removed {
            let told = difference.verdictChanges.filter { $0.kind == kind }
            #expect(told.map(\.count).reduce(0, +) == tally.count(kind), "\(kind)")
            #expect(Set(told.flatMap(\.hosts)).count == tally.hosts[kind] ?? 0)
        }
        #expect(difference.lastingFailures.map(\.hosts.count).reduce(0, +) == tally.count(.stillFailing))
        // Distinct values do not make entries without end.
        #expect(difference.verdictChanges.count < 2_000)
    }
}
