import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import TestSupport
import Testing

@Suite struct OutlierTests {
    private static let question = PeerQuestion(fact: "os.build", among: .role)

    private static func rule(_ arguments: [String: PolicyValue]) throws -> any Rule {
        let entry = try #require(RuleCatalogue["outlier-among-peers"])
        return entry.make(arguments.mapValues { .constant($0) })
    }

    private static let usual: [String: PolicyValue] = ["fact": .text("os.build"), "among": .text("role")]
    private static let context = JudgingContext(
        now: ControlFixtures.now, parameters: [:], catalogue: UpdateCatalogue())

    private static func host(_ view: Collected<PeerView>?) throws -> HostFacts {
        var facts = ControlCase.facts(try ControlFixtures.template("server"))
        facts.peers = [:]
        if let view { facts.peers[question] = view }
        return facts
    }

    private static func view(_ agreeing: Int, of count: Int, isShared: Bool = false) -> Collected<PeerView> {
        .value(PeerView(count: count, agreeing: agreeing, commonest: "20348", isShared: isShared))
    }

    @Test(arguments: [
        // Who agrees, of how many, whether the host itself does, and the verdict at 90 percent of five.
        (9, 10, false, Truth.fails), (8, 10, false, .holds), (10, 10, false, .fails), (10, 10, true, .holds),
        (5, 5, false, .fails), (18, 20, false, .fails), (17, 20, false, .holds),
    ])
    func `a host that differs from nearly all of its peers fails`(
        _ agreeing: Int, _ count: Int, _ isShared: Bool, _ truth: Truth
    ) throws {
        let verdict = try Self.rule(Self.usual).judge(
            Self.host(Self.view(agreeing, of: count, isShared: isShared)), Self.context)
        #expect(verdict.truth == truth, "\(verdict.because)")
        if truth == .fails {
            #expect(verdict.because.contains("\(agreeing) of \(count) other hosts of its role have 20348"))
            #expect(verdict.evidence.map(\.fact) == ["peers.os.build"])
        }
    }

    @Test func `too few peers, no role and no fleet are no verdict`() throws {
        let rule = try Self.rule(Self.usual)
        func truth(_ view: Collected<PeerView>?) throws -> Truth { rule.judge(try Self.host(view), Self.context).truth }
        #expect(
            try truth(Self.view(4, of: 4))
                == .notApplicable("of 4 other hosts of its role os.build is known, and it takes 5 to compare"))
        #expect(try truth(.absent) == .notApplicable("the host has no role"))
        #expect(try truth(nil) == .unknown("the fleet was not looked at"))
        var facts = HostFacts(HostReading())
        facts.peers[Self.question] = Self.view(10, of: 10)
        guard case .unknown(let reason) = rule.judge(facts, Self.context).truth else {
            Issue.record("a fact that was not read decided")
            return
        }
        #expect(reason.hasPrefix("os.build: "))
    }

    @Test func `share and the least number of peers are as the policy says`() throws {
        let rule = try Self.rule(Self.usual.merging(["least-peers": .integer(20), "share": .integer(51)]) { $1 })
        func truth(_ view: Collected<PeerView>) throws -> Truth { rule.judge(try Self.host(view), Self.context).truth }
        #expect(try truth(Self.view(11, of: 20)) == .fails)
        #expect(try truth(Self.view(10, of: 20)) == .holds)
        guard case .notApplicable = try truth(Self.view(19, of: 19)) else {
            Issue.record("19 are fewer than 20")
            return
        }
    }

    @Test(arguments: [
        ("fact", PolicyValue.text("os.biuld"), "did you mean 'os.build'?"),
        ("fact", .text("fleet.sharedMachineSID"), "about the fleet itself"),
        ("fact", .text("services.TermService.state"), "volatile"), ("among", .text("rolle"), "role, group, site, all"),
        ("least-peers", .integer(1), "from 2 on"), ("least-peers", .text("many"), "from 2 on"),
        ("share", .integer(50), "51 to 100"), ("share", .integer(101), "51 to 100"),
    ])
    func `arguments that make no sense are refused when a baseline is loaded`(
        _ name: String, _ value: PolicyValue, _ words: String
    ) throws {
        let problem = try Self.rule(Self.usual.merging([name: value]) { $1 }).misuse(Self.context)
        #expect(problem?.contains(words) == true, "\(problem ?? "nothing")")
        #expect(try Self.rule(Self.usual).misuse(Self.context) == nil)
    }

    @Test func `a baseline asks the fleet what its rules want to know, once`() throws {
        let folder = try TemporaryFolder()
        for id in ["TST-001", "TST-002"] {
            try folder.write(
                "id: \(id)\ntitle: t\nseverity: low\nwhy: w\n"
                    + "check: { rule: outlier-among-peers, with: { fact: os.build, among: role } }\n",
                to: "controls/rdp/\(id).yaml")
        }
        try folder.write(
            "name: b\nversion: '1'\ntitle: B\ncontrols: [TST-001, TST-002]\n", to: "baselines/b.yaml")
        let baseline = try PolicyFolder(folder.path).baseline("b")
        #expect(baseline.needsFleet && baseline.peerQuestions == [Self.question])
        // Who shares an identity is looked for in every baseline, what peers have only where it is asked for.
        #expect(try PolicyFolder(ControlFixtures.policies).baseline("rdp-connectivity").peerQuestions.isEmpty)
    }
}
