package import HostFacts

/// A fact held against a constant or a parameter. A class, because judging passes it on for every host.
package final class Comparison: Sendable {
    package enum Operator: String, Sendable, Hashable, CaseIterable {
        case equals
        case notEquals = "not-equals"
        case atLeast = "at-least"
        case atMost = "at-most"
        case moreThan = "more-than"
        case lessThan = "less-than"
        case oneOf = "one-of"
        case noneOf = "none-of"
        case contains
        /// The list holds each of these.
        case containsAll = "contains-all"
        /// The list holds not one of these.
        case containsNone = "contains-none"
        /// The list holds nothing but these.
        case only
        /// A text fits a pattern with `*` and `?`, whatever its case.
        case matches
        case notMatches = "not-matches"
        case before
        case after
        /// More than a span of time before the moment of judging.
        case olderThan = "older-than"
        /// Less than a span of time before the moment of judging, or after it.
        case youngerThan = "younger-than"
        /// `true`: the fact is there; `false`: it is absent.
        case isPresent = "is-present"
        /// `true`: the list or text is empty.
        case isEmpty = "is-empty"
    }

    /// What of the fact the operator looks at.
    package enum Subject: String, Sendable, Hashable, CaseIterable {
        /// The value as it is.
        case whole
        /// Each entry of a list; true of an empty one.
        case every
        /// At least one entry of a list; false of an empty one.
        case some
        /// Not one entry of a list; true of an empty one.
        case no = "none"
        /// How many entries a list has.
        case count

        /// Those that stand as a key of their own around an operator.
        package static let quantifiers: [Subject] = [.every, .some, .no, .count]

        /// The type of what is compared, of a fact of a type; `nil`: it has no such thing.
        package func type(of fact: FactType) -> FactType? {
            switch self {
            case .whole: fact
            case .every, .some, .no: fact == .list ? .text : nil
            case .count: fact == .list ? .integer : nil
            }
        }
    }

    package enum Operand: Sendable, Hashable {
        case constant(PolicyValue)
        case parameter(String)
    }

    /// What an absent fact means here. Without it an absent fact is unknown: absent is not zero.
    package enum WhenAbsent: String, Sendable, Hashable, CaseIterable {
        case pass, fail
        case notApplicable = "not-applicable"
    }

    package let fact: Fact
    package let subject: Subject
    package let `operator`: Operator
    package let operand: Operand
    package let whenAbsent: WhenAbsent?
    /// Who decides the value; `nil` for a fact that is not a setting's effective value.
    private let sourceFact: Fact?
    /// A constant, made ready once; a parameter's value is made ready when it is known.
    private let constant: Criterion?

    package init(
        fact: Fact, subject: Subject = .whole, operator: Operator, operand: Operand, whenAbsent: WhenAbsent? = nil
    ) {
        self.fact = fact
        self.subject = subject
        self.operator = `operator`
        self.operand = operand
        self.whenAbsent = whenAbsent
        sourceFact =
            fact.setting?.part == .effective ? fact.setting.flatMap { FactDictionary[$0.path + ".source"] } : nil
        if case .constant(let value) = operand {
            constant = Criterion(value, for: `operator`, type: subject.type(of: fact.type))
        } else {
            constant = nil
        }
    }

    /// Who decides the effective value on a host.
    func source(_ facts: HostFacts) -> SettingSource? {
        guard case .value(.text(let text))? = sourceFact?.read(facts) else { return nil }
        return SettingSource(rawValue: text)
    }

    /// The constant, or the parameter's value.
    package func expected(_ context: JudgingContext) -> PolicyValue? {
        switch operand {
        case .constant(let value): value
        case .parameter(let name): context.parameters[name]
        }
    }

    /// What to hold the fact against; `nil` when the parameter has no value that fits.
    func criterion(_ context: JudgingContext) -> Criterion? {
        if let constant { return constant }
        return expected(context).flatMap { Criterion($0, for: self.operator, type: subject.type(of: fact.type)) }
    }
}
