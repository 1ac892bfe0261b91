package import HostFacts

/// What a control asks, as a tree of comparisons.
package indirect enum Condition: Sendable {
    case compare(Comparison)
    /// Named logic written in Swift.
    case rule(any Rule)
    case all([Condition])
    case any([Condition])
    case not(Condition)
}

/// A fact held against a constant or a parameter.
package struct Comparison: Sendable {
    package enum Operator: String, Sendable, Hashable, CaseIterable {
        case equals
        case notEquals = "not-equals"
        case atLeast = "at-least"
        case atMost = "at-most"
        case oneOf = "one-of"
        case contains
        /// The list holds nothing but these.
        case only
        /// A text fits a pattern with `*` and `?`, whatever its case.
        case matches
        case before
        case after
        /// `true`: the fact is there; `false`: it is absent.
        case isPresent = "is-present"
        /// `true`: the list or text is empty.
        case isEmpty = "is-empty"
    }

    package enum Operand: Sendable {
        case constant(PolicyValue)
        case parameter(String)
    }

    /// What an absent fact means here. Without it an absent fact is unknown: absent is not zero.
    package enum WhenAbsent: String, Sendable, Hashable, CaseIterable {
        case pass, fail
        case notApplicable = "not-applicable"
    }

    package let fact: Fact
    package let `operator`: Operator
    package let operand: Operand
    package let whenAbsent: WhenAbsent?
}

/// Named logic that a policy refers to by `rule:`; pure, like everything that judges.
package protocol Rule: Sendable {
    static var name: String { get }
    /// The wanted state as reports say it.
    var wanted: String { get }
    /// The facts it looks at, for `explain` and as evidence.
    var facts: [Fact] { get }
    func judge(_ facts: HostFacts, _ context: JudgingContext) -> RuleVerdict
    /// What is wrong with its arguments, found when a baseline is loaded; `nil` when nothing is.
    func misuse(_ context: JudgingContext) -> String?
}

extension Rule {
    package func misuse(_ context: JudgingContext) -> String? { nil }
}

/// A rule's verdict, with the sentence that explains it.
package struct RuleVerdict: Sendable {
    package let truth: Truth
    package let because: String
    /// What it rests on beside the host's facts: entries of the update catalogue.
    package var evidence: [Finding.Evidence] = []

    package static func holds(_ because: String) -> RuleVerdict { RuleVerdict(truth: .holds, because: because) }
    package static func fails(_ because: String) -> RuleVerdict { RuleVerdict(truth: .fails, because: because) }
    package static func unknown(_ reason: String) -> RuleVerdict {
        RuleVerdict(truth: .unknown(reason), because: reason)
    }
    package static func notApplicable(_ reason: String) -> RuleVerdict {
        RuleVerdict(truth: .notApplicable(reason), because: reason)
    }
}

/// Whether a condition holds. What could not be read makes it unknown; what a Windows does not have makes it not
/// applicable; neither is ever true or false.
package enum Truth: Sendable, Hashable {
    case holds, fails
    case unknown(String)
    case notApplicable(String)
}
