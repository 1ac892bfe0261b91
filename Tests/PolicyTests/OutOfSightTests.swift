import Foundation
import HostFacts
import HostFixtures
import Policy
import Testing

/// What an incomplete night could not look at is neither fixed nor new.
@Suite struct OutOfSightTests {
    private static let baseline = BaselineStatement(
        name: "b", version: "1", title: "", controls: [], catalogueAsOf: Date(timeIntervalSince1970: 0),
        fleetWide: ["ID-002"])

    private static func host(
        _ name: String, _ outcomes: [String: Finding.Outcome], state: HostState = .audited
    ) -> HostOutcomes {
        let controls = outcomes.keys.sorted()
        return HostOutcomes(
            host: name, state: state, controls: controls, outcomes: controls.compactMap { outcomes[$0] },
            reasons: controls.map { _ in "" })
    }

    private static func kinds(_ difference: JudgementDifference?) -> [String: JudgementDifference.ControlChange.Kind] {
        Dictionary((difference?.changes ?? []).map { ($0.control, $0.kind) }, uniquingKeysWith: { first, _ in first })
    }

    @Test func `a clone whose twin was not read is not fixed`() {
        let before = [Self.host("a", ["ID-002": .fail, "RDP-006": .fail]), Self.host("b", ["ID-002": .fail])]
        let after = Self.host("a", ["ID-002": .pass, "RDP-006": .pass])
        let lost = HostOutcomes.blindControls(
            Self.baseline, before: before, after: [after, Self.host("b", [:], state: .unreachable)])
        #expect(lost == ["ID-002"])
        let seen = after.doubting(lost, after: before[0])
        let kinds = Self.kinds(JudgementDifference(before: before[0], after: seen))
        #expect(kinds == ["ID-002": .becameUnknown, "RDP-006": .fixed])
        #expect(before[0].failuresOutOfSight(in: seen) == ["ID-002"])

        let whole = HostOutcomes.blindControls(
            Self.baseline, before: before, after: [after, Self.host("b", ["ID-002": .pass])])
        #expect(whole.isEmpty, "every host that was read then was read now")
        #expect(Self.kinds(JudgementDifference(before: before[0], after: after))["ID-002"] == .fixed)
    }

    @Test(
        arguments: [
            (nil, -2.0, JudgementDifference.ControlChange.Kind.stillFailing),
            (Finding.Outcome.unknown, -2, .stillFailing),
            (nil, -1, .stillFailing), (nil, -0.5, .newlyFailing), (.pass, -2, .newlyFailing),
            (.notApplicable, -2, .newlyFailing),
        ] as [(Finding.Outcome?, Double, JudgementDifference.ControlChange.Kind)])
    func `a failure that was seen before the last look is not new`(
        _ earlier: Finding.Outcome?, _ daysAgo: Double, _ kind: JudgementDifference.ControlChange.Kind
    ) {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        let before = earlier.map { Self.host("a", ["RDP-006": $0]) } ?? Self.host("a", [:], state: .unreachable)
        let difference = JudgementDifference(before: before, after: Self.host("a", ["RDP-006": .fail]))?
            .recalling(["RDP-006": now.addingTimeInterval(daysAgo * 86_400)], before: now.addingTimeInterval(-86_400))
        #expect(Self.kinds(difference) == ["RDP-006": kind])
    }

    @Test func `controls that look at the fleet are known as such`() throws {
        let baseline = try PolicyFolder(ControlFixtures.policies).baseline("rdp-hardened")
        let fleetWide = BaselineStatement(baseline).fleetWide
        #expect(fleetWide.contains("ID-002"))
        #expect(!fleetWide.contains("RDP-006"))
    }
}
