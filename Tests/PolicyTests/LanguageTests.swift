import Foundation
import HostFacts
import HostFixtures
import Policy
import TestSupport
import Testing

@Suite struct LanguageTests {
    private static let holds = Condition.rule(Fixed(.holds(""))), fails = Condition.rule(Fixed(.fails("")))
    private static let unknown = Condition.rule(Fixed(.unknown("u"))),
        absent = Condition.rule(Fixed(.notApplicable("n")))

    private struct Fixed: Rule {
        static let name = "fixed"
        let wanted = "", facts: [Fact] = []
        let verdict: RuleVerdict
        init(_ verdict: RuleVerdict) { self.verdict = verdict }
        func judge(_ facts: HostFacts, _ context: JudgingContext) -> RuleVerdict { verdict }
    }

    /// Kleene's logic, with parts that do not apply left out.
    @Test func `what is unknown decides nothing that another part decides`() {
        let context = JudgingContext(
            now: ControlFixtures.now, parameters: [:],
            catalogue: UpdateCatalogue())
        let facts = HostFacts(HostReading())
        func truth(_ condition: Condition) -> Truth { condition.truth(facts, context) }
        let (t, f, u, n) = (Self.holds, Self.fails, Self.unknown, Self.absent)
        let (yes, no, unsure, none) = (Truth.holds, Truth.fails, Truth.unknown("u"), Truth.notApplicable("n"))
        let table: [([Condition], Truth, Truth)] = [
            ([t, t], yes, yes), ([t, f], no, yes), ([f, f], no, no), ([u, t], unsure, yes), ([u, f], no, unsure),
            ([u, u], unsure, unsure), ([n, t], yes, yes), ([n, f], no, no), ([n, u], unsure, unsure),
            ([n, n], none, none),
            ([n], none, none), ([u], unsure, unsure),
        ]
        for (parts, all, any) in table {
            #expect(truth(.all(parts)) == all && truth(.all(parts.reversed())) == all)
            #expect(truth(.any(parts)) == any && truth(.any(parts.reversed())) == any)
        }
        #expect(truth(.not(t)) == no && truth(.not(f)) == yes && truth(.not(u)) == unsure && truth(.not(n)) == none)
    }

    /// 45 days: a month's updates and the time to publish them.
    @Test(arguments: [
        ("KB-001", -400), ("KB-001", 0), ("KB-001", 45), ("KB-001", 46), ("KB-002", 45), ("KB-002", 46),
        ("KB-002", 4000),
    ])
    func `a pass that rests on an old catalogue is none`(_ id: String, _ days: Int) throws {
        let facts = ControlCase.facts(try ControlFixtures.template("server"))
        let catalogue = try PolicyFolder(ControlFixtures.policies).catalogue.asOf
        for seconds in [0.0, 86_399] {
            let finding = try SoleControl(id).judge(
                facts, now: catalogue.addingTimeInterval(Double(days) * 86_400 + seconds))
            #expect(finding.outcome == (days <= 45 ? .pass : .unknown), "\(finding.because)")
        }
    }
}
