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

/// Named logic that a policy refers to by `rule:`; pure, like everything that judges.
package protocol Rule: Sendable {
    static var name: String { get }
    /// The wanted state as reports say it.
    var wanted: String { get }
    /// The facts it looks at, for `explain` and as evidence.
    var facts: [Fact] { get }
    func judge(_ facts: HostFacts, _ context: JudgingContext) -> RuleVerdict
    /// Whether any host can fail it: some evidence can show that something is there and never that it is not.
    func canFail(_ context: JudgingContext) -> Bool
    /// What is wrong with its arguments, found when a baseline is loaded; `nil` when nothing is.
    func misuse(_ context: JudgingContext) -> String?
    /// What stands under `with:`, for people.
    var arguments: [(name: String, value: RuleArgument?)] { get }
    /// What it needs to know of the other hosts of the fleet, gathered before the first host is judged.
    var peerQuestions: [PeerQuestion] { get }
}

extension Rule {
    package func canFail(_ context: JudgingContext) -> Bool { true }
    package func misuse(_ context: JudgingContext) -> String? { nil }
    package var arguments: [(name: String, value: RuleArgument?)] { [] }
    package var peerQuestions: [PeerQuestion] { [] }
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
