import HostFacts
import Policy
import Testing

@Suite struct JudgementDifferenceTests {
    typealias Kind = JudgementDifference.ControlChange.Kind

    private static func outcomes(
        _ outcomes: [Finding.Outcome], controls: [String] = ["A-001", "A-002"], state: HostState = .audited
    ) -> HostOutcomes {
        HostOutcomes(
            host: "web01", state: state, controls: Array(controls.prefix(outcomes.count)), outcomes: outcomes,
            reasons: outcomes.map { "is \($0.rawValue)" })
    }

    /// Every pair, so that no change is told twice or not at all.
    @Test(
        arguments: [
            (
                Finding.Outcome.pass,
                [Finding.Outcome.pass: nil, .fail: Kind.newlyFailing, .notApplicable: .noLongerApplies]
            ),
            (.fail, [.pass: .fixed, .fail: .stillFailing, .notApplicable: .noLongerApplies]),
            (.notApplicable, [.pass: .nowApplies, .fail: .newlyFailing, .notApplicable: nil]),
            (.unknown, [.pass: .becameKnown, .fail: .newlyFailing, .notApplicable: .becameKnown]),
        ] as [(Finding.Outcome, [Finding.Outcome: Kind?])])
    func `each pair of outcomes is one kind of change`(_ before: Finding.Outcome, _ expected: [Finding.Outcome: Kind?])
        throws
    {
        for (after, kind) in expected {
            let difference = try #require(
                JudgementDifference(before: Self.outcomes([before]), after: Self.outcomes([after])))
            #expect(difference.changes.map(\.kind) == [kind].compactMap { $0 }, "\(before) to \(after)")
            #expect(difference.isChange == (kind.map { $0 != .stillFailing } ?? false))
        }
        let unknown = try #require(
            JudgementDifference(before: Self.outcomes([before]), after: Self.outcomes([.unknown])))
        #expect(unknown.changes.map(\.kind) == [before == .unknown ? .stillUnknown : .becameUnknown])
    }

    @Test(arguments: Finding.Outcome.allCases.filter { $0 != .waived })
    func `a waiver is neither a fix nor a new failure`(_ other: Finding.Outcome) throws {
        func kind(_ before: Finding.Outcome, _ after: Finding.Outcome) -> Kind? {
            JudgementDifference(before: Self.outcomes([before]), after: Self.outcomes([after]))?.changes.first?.kind
        }
        #expect(kind(other, .waived) == .waived)
        let back: [Finding.Outcome: Kind] = [
            .pass: .fixed, .fail: .unwaived, .notApplicable: .noLongerApplies, .unknown: .becameUnknown,
        ]
        #expect(kind(.waived, other) == back[other])
    }

    @Test(
        arguments: [
            (nil, HostState.audited, JudgementDifference.Presence.added), (.audited, nil, .vanished),
            (.audited, .partial, .compared), (.partial, .unreachable, .becameUnreadable),
            (.refused, .audited, .readableAgain), (.failed, .skipped, .stillUnreadable),
        ] as [(HostState?, HostState?, JudgementDifference.Presence)])
    func `what became of the host is told beside its controls`(
        _ before: HostState?, _ after: HostState?, _ presence: JudgementDifference.Presence
    ) throws {
        func host(_ state: HostState?) -> HostOutcomes? {
            state.map { Self.outcomes($0.isJudged ? [.pass, .fail] : [], state: $0) }
        }
        let difference = try #require(JudgementDifference(before: host(before), after: host(after)))
        #expect(difference.presence == presence)
        #expect(difference.host == "web01")
        // Of a host that was not judged before, only what is wrong is told; of one that is not any more, nothing.
        let kinds: [Kind] = presence == .compared ? [.stillFailing] : after?.isJudged ?? false ? [.newlyFailing] : []
        #expect(difference.changes.map(\.kind) == kinds)
        #expect(JudgementDifference(before: nil, after: nil) == nil)
    }

    @Test func `controls of two baselines are matched by id, whatever their order`() throws {
        let before = Self.outcomes([.pass, .fail, .unknown], controls: ["A-001", "A-002", "A-003"])
        let after = Self.outcomes([.pass, .fail, .fail], controls: ["A-002", "A-001", "A-004"])
        let difference = try #require(JudgementDifference(before: before, after: after))
        let changes = difference.changes
        #expect(changes.map(\.control) == ["A-002", "A-001", "A-004", "A-003"])
        #expect(changes.map(\.kind) == [.fixed, .newlyFailing, .newlyFailing, .removed])
        #expect(changes.map(\.before) == [.fail, .pass, nil, .unknown])
        #expect(changes.map(\.because) == ["is pass", "is fail", "is fail", ""])
    }

    @Test func `a control given twice is compared once`() throws {
        let before = Self.outcomes([.pass, .fail], controls: ["A-001", "A-001"])
        let after = Self.outcomes([.fail], controls: ["A-001"])
        #expect(JudgementDifference(before: before, after: after)?.changes.map(\.kind) == [.newlyFailing])
    }

    @Test func `many hosts are counted by control, kind and host`() throws {
        var tally = DifferenceTally()
        for (before, after) in [
            ([Finding.Outcome.pass, .pass], [Finding.Outcome.fail, .fail]), ([.fail, .pass], [.pass, .fail]),
            ([.pass, .pass], [.pass, .pass]),
        ] {
            tally.add(try #require(JudgementDifference(before: Self.outcomes(before), after: Self.outcomes(after))))
        }
        #expect(tally.presences == [.compared: 3])
        #expect(tally.count(.newlyFailing) == 3)
        #expect(tally.hosts == [.newlyFailing: 2, .fixed: 1])
        #expect(tally.controls["A-001"] == [.newlyFailing: 1, .fixed: 1])
        #expect(tally.worse == ["A-001", "A-002"])
    }
}
