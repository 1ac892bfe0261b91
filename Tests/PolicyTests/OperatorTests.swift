import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import TestSupport
import Testing

/// What each operator means, for values of every type, and for facts that have none.
@Suite struct OperatorTests {
    /// An operator with its operand, values for which it holds, and values for which it does not.
    struct Row: Sendable, CustomTestStringConvertible {
        let name: Comparison.Operator
        let operand: PolicyValue
        var subject = Comparison.Subject.whole
        let holds: [FactValue]
        let fails: [FactValue]

        var testDescription: String { "\(subject) \(name.rawValue) \(operand.text)" }
    }

    private static let now = ControlFixtures.now
    private static func days(_ days: Double) -> FactValue { .date(now.addingTimeInterval(days * 86_400)) }
    private static func version(_ text: String) -> FactValue { BuildVersion(text).map { .version($0) } ?? .text(text) }
    private static func wanted(_ text: String) -> PolicyValue { BuildVersion(text).map { .version($0) } ?? .text(text) }
    private static func span(_ text: String) -> PolicyValue { TimeSpan(text).map { .span($0) } ?? .text(text) }
    private static func moment(_ text: String) -> PolicyValue { Moment(text).map { .moment($0) } ?? .text(text) }

    static let rows: [Row] = [
        Row(name: .equals, operand: .flag(true), holds: [.flag(true)], fails: [.flag(false)]),
        Row(name: .notEquals, operand: .flag(true), holds: [.flag(false)], fails: [.flag(true)]),

        Row(name: .equals, operand: .integer(3), holds: [.integer(3)], fails: [.integer(2), .integer(4)]),
        Row(name: .notEquals, operand: .integer(3), holds: [.integer(2)], fails: [.integer(3)]),
        Row(name: .atLeast, operand: .integer(3), holds: [.integer(3), .integer(4)], fails: [.integer(2)]),
        Row(name: .atMost, operand: .integer(3), holds: [.integer(3), .integer(-1)], fails: [.integer(4)]),
        Row(name: .moreThan, operand: .integer(3), holds: [.integer(4)], fails: [.integer(3), .integer(2)]),
        Row(name: .lessThan, operand: .integer(3), holds: [.integer(2)], fails: [.integer(3), .integer(4)]),
        Row(
            name: .oneOf, operand: .list(["1", "-3"]), holds: [.integer(1), .integer(-3)],
            fails: [.integer(0), .integer(13)]),
        Row(name: .noneOf, operand: .list(["1", "3"]), holds: [.integer(2)], fails: [.integer(1), .integer(3)]),

        Row(
            name: .equals, operand: .text("Ab"), holds: [.text("ab"), .text("AB")], fails: [.text("a"), .text("abc")]),
        Row(name: .notEquals, operand: .text("Ab"), holds: [.text("a")], fails: [.text("AB")]),
        Row(
            name: .oneOf, operand: .list(["x", "É"]), holds: [.text("X"), .text("é")], fails: [.text("e"), .text("")]),
        Row(name: .noneOf, operand: .list(["x", "y"]), holds: [.text("z")], fails: [.text("Y")]),
        Row(
            name: .matches, operand: .text("srv-?*"), holds: [.text("SRV-01"), .text("srv-a")],
            fails: [.text("srv-"), .text("asrv-1")]),
        Row(name: .notMatches, operand: .text("srv*"), holds: [.text("web")], fails: [.text("SRV")]),
        Row(name: .isEmpty, operand: .flag(true), holds: [.text("")], fails: [.text(" ")]),
        Row(name: .isEmpty, operand: .flag(false), holds: [.text("a"), .list(["a"])], fails: [.text(""), .list([])]),

        Row(
            name: .equals, operand: wanted("10.0.17763.5"), holds: [version("10.0.17763.5")],
            fails: [version("10.0.17763.6"), version("10.0.17764")]),
        Row(
            name: .notEquals, operand: wanted("10.0.17763.5"), holds: [version("10.0.17763.6")],
            fails: [version("10.0.17763.5")]),
        Row(
            name: .atLeast, operand: wanted("10.0.17763.5"), holds: [version("10.0.17763.5"), version("10.0.20348.1")],
            fails: [version("10.0.17763.4"), version("6.3.9600.99999")]),
        Row(
            name: .lessThan, operand: wanted("10.0.17763.5"), holds: [version("10.0.17763.4"), version("6.1.7601")],
            fails: [version("10.0.17763.5"), version("10.0.17764.1")]),
        // Without a revision the whole build is meant.
        Row(
            name: .equals, operand: wanted("10.0.17763"), holds: [version("10.0.17763.5"), version("10.0.17763")],
            fails: [version("10.0.17764.0")]),
        Row(
            name: .atMost, operand: wanted("10.0.17763"), holds: [version("10.0.17763.9999"), version("6.1.7601")],
            fails: [version("10.0.17764.0")]),
        Row(
            name: .moreThan, operand: wanted("10.0.17763"), holds: [version("10.0.17764.1")],
            fails: [version("10.0.17763.9999")]),

        Row(name: .before, operand: moment("now+30d"), holds: [days(29.9)], fails: [days(30), days(31)]),
        Row(name: .after, operand: moment("now-1d"), holds: [days(-0.5), days(9)], fails: [days(-1), days(-2)]),
        Row(name: .olderThan, operand: span("30d"), holds: [days(-30.1)], fails: [days(-30), days(-1), days(5)]),
        Row(name: .youngerThan, operand: span("36h"), holds: [days(-1.4), days(3)], fails: [days(-1.5), days(-2)]),

        Row(name: .contains, operand: .text("b"), holds: [.list(["a", "B"])], fails: [.list([]), .list(["ab"])]),
        Row(
            name: .containsAll, operand: .list(["a", "b"]), holds: [.list(["B", "c", "A"])],
            fails: [.list(["a"]), .list([])]),
        Row(
            name: .containsNone, operand: .list(["a", "b"]), holds: [.list(["c"]), .list([])],
            fails: [.list(["c", "B"])]),
        Row(
            name: .only, operand: .list(["a", "b"]), holds: [.list(["B"]), .list([])],
            fails: [.list(["a", "c"])]),
        Row(
            name: .equals, operand: .list(["a", "b"]), holds: [.list(["B", "a"]), .list(["a", "b", "A"])],
            fails: [.list(["a"]), .list(["a", "b", "c"]), .list([])]),
        Row(name: .notEquals, operand: .list(["a", "b"]), holds: [.list(["a"])], fails: [.list(["b", "A"])]),

        Row(
            name: .matches, operand: .text("S-1-5-*"), subject: .every,
            holds: [.list(["S-1-5-1", "s-1-5-2"]), .list([])],
            fails: [.list(["S-1-5-1", "S-1-1-0"])]),
        Row(
            name: .equals, operand: .text("a"), subject: .some, holds: [.list(["b", "A"])],
            fails: [.list([]), .list(["b"])]),
        Row(
            name: .oneOf, operand: .list(["a", "b"]), subject: .no, holds: [.list([]), .list(["c"])],
            fails: [.list(["c", "B"])]),
        Row(
            name: .atMost, operand: .integer(1), subject: .count, holds: [.list([]), .list(["a"])],
            fails: [.list(["a", "a"])]),
        Row(
            name: .oneOf, operand: .list(["0", "2"]), subject: .count, holds: [.list([]), .list(["a", "b"])],
            fails: [.list(["a"])]),
    ]

    private static func fact(_ value: Collected<FactValue>, like shape: FactValue) -> Fact {
        switch shape {
        case .flag:
            Fact("test.fact", "A fact") { _ in value.map { if case .flag(let flag) = $0 { flag } else { false } } }
        case .integer:
            Fact("test.fact", "A fact") { _ in value.map { if case .integer(let n) = $0 { n } else { Int64(0) } } }
        case .text: Fact("test.fact", "A fact") { _ in value.map { if case .text(let text) = $0 { text } else { "" } } }
        case .version:
            Fact("test.fact", "A fact") { _ in
                value.map { if case .version(let version) = $0 { version } else { BuildVersion(0, 0, 0) } }
            }
        case .date:
            Fact("test.fact", "A fact") { _ in value.map { if case .date(let date) = $0 { date } else { Date() } } }
        case .list:
            Fact("test.fact", "A fact") { _ in value.map { if case .list(let list) = $0 { list } else { [String]() } } }
        }
    }

    private static func truth(
        _ row: Row, _ value: Collected<FactValue>, like shape: FactValue, absent: Comparison.WhenAbsent? = nil,
        asParameter: Bool = false
    ) -> Truth {
        let comparison = Comparison(
            fact: fact(value, like: shape), subject: row.subject, operator: row.name,
            operand: asParameter ? .parameter("p") : .constant(row.operand), whenAbsent: absent)
        let context = JudgingContext(now: now, parameters: ["p": row.operand], catalogue: UpdateCatalogue())
        return Condition.compare(comparison).truth(HostFacts(HostReading()), context)
    }

    @Test(arguments: rows)
    func `an operator holds for what it should and for nothing else`(_ row: Row) {
        for asParameter in [false, true] {
            for value in row.holds {
                #expect(Self.truth(row, .value(value), like: value, asParameter: asParameter) == .holds, "\(value)")
            }
            for value in row.fails {
                #expect(Self.truth(row, .value(value), like: value, asParameter: asParameter) == .fails, "\(value)")
            }
        }
    }

    @Test func `every operator and every quantifier has its row`() {
        let tried = Set(Self.rows.map(\.name)).union([.isPresent])
        #expect(tried == Set(Comparison.Operator.allCases))
        #expect(Set(Self.rows.map(\.subject)) == Set(Comparison.Subject.allCases))
    }

    /// Absent is not empty and not zero, and what could not be read is never true or false.
    @Test(arguments: rows)
    func `what was not read is never true or false`(_ row: Row) throws {
        let shape = try #require(row.holds.first)
        func truth(_ value: Collected<FactValue>, _ absent: Comparison.WhenAbsent? = nil) -> Truth {
            Self.truth(row, value, like: shape, absent: absent)
        }
        #expect(truth(.absent) == .unknown("test.fact is absent"))
        #expect(truth(.absent, .pass) == .holds && truth(.absent, .fail) == .fails)
        #expect(truth(.absent, .notApplicable) == .notApplicable("test.fact is absent"))
        for absent in [nil, Comparison.WhenAbsent.pass, .fail, .notApplicable] {
            #expect(truth(.accessDenied, absent) == .unknown("test.fact: access denied"))
            #expect(truth(.failed("why"), absent) == .unknown("test.fact: why"))
            #expect(truth(.unsupported("old"), absent) == .notApplicable("old"))
        }
    }

    @Test(arguments: [
        (true, Truth.holds, Truth.fails), (false, .fails, .holds),
    ])
    func `presence asks for nothing but the fact`(_ wanted: Bool, _ present: Truth, _ absent: Truth) {
        let row = Row(name: .isPresent, operand: .flag(wanted), holds: [], fails: [])
        #expect(Self.truth(row, .value(.text("")), like: .text("")) == present)
        #expect(Self.truth(row, .absent, like: .text("")) == absent)
        #expect(Self.truth(row, .accessDenied, like: .text("")) == .unknown("test.fact: access denied"))
    }

    /// A build whose revision the host did not tell is neither before nor behind a revision.
    @Test(arguments: [Comparison.Operator.equals, .notEquals, .atLeast, .atMost, .moreThan, .lessThan])
    func `a version without its revision is unknown where the revision decides`(_ name: Comparison.Operator) {
        let value = Self.version("10.0.17763")
        let row = Row(name: name, operand: Self.wanted("10.0.17763.5"), holds: [], fails: [])
        #expect(
            Self.truth(row, .value(value), like: value)
                == .unknown("test.fact is 10.0.17763, and its revision is not known"))
        // Another build decides by itself.
        for other in ["10.0.17762", "10.0.17764"] {
            let truth = Self.truth(row, .value(Self.version(other)), like: value)
            #expect(truth == .holds || truth == .fails)
        }
    }

    @Test func `a parameter that has no value, or none that fits, is unknown`() {
        let comparison = Comparison(
            fact: Self.fact(.value(.integer(1)), like: .integer(1)), operator: .oneOf, operand: .parameter("p"))
        for parameters: [String: PolicyValue] in [[:], ["p": .list(["one"])]] {
            let context = JudgingContext(now: Self.now, parameters: parameters, catalogue: UpdateCatalogue())
            #expect(
                Condition.compare(comparison).truth(HostFacts(HostReading()), context)
                    == .unknown("the parameter for test.fact has no value"))
        }
    }

    @Test(arguments: [("30d", "30 days"), ("1d", "1 day"), ("48h", "2 days"), ("90m", "90 minutes"), ("0d", "0 days")])
    func `a span reads back as people say it`(_ text: String, _ shown: String) {
        #expect(TimeSpan(text)?.text == shown)
    }

    @Test(arguments: ["", "d", "30", "30w", "-30d", "+30d", "3.5d", "100001d", "30 d", "99999999999999999999d"])
    func `a span that is none is refused`(_ text: String) { #expect(TimeSpan(text) == nil) }

    @Test(arguments: [
        ("2027-01-15T00:00:00", true), ("2027-01-15 00:00:00", true), ("2027-01-15T00:00", true),
        ("2027-01-15", false), ("2027-01-15T00:00:00Z", false), ("2027-01-15T00:00:00+01:00", false), ("soon", false),
    ])
    func `a time without its zone is known as such`(_ text: String, _ lacksZone: Bool) {
        #expect(Moment.lacksZone(text) == lacksZone)
        if lacksZone { #expect(Moment(text) == nil) }
    }
}
