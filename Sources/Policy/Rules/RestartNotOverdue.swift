import Formats
import FoundationEssentials
import HostFacts

/// No restart has been pending for long. Windows does not say since when it waits; what is sure is that a host runs at
/// least as long as TermService's process, and that the sign goes away with a restart.
struct RestartNotOverdue: Rule {
    static let name = "restart-not-overdue"
    let days: RuleArgument?

    var wanted: String { "no restart pending for days" }
    let facts: [Fact] = ["os.rebootPending", "services.TermService.processStarted"].compactMap { FactDictionary[$0] }

    var arguments: [(name: String, value: RuleArgument?)] { [("days", days)] }

    func misuse(_ context: JudgingContext) -> String? {
        if case .integer(1...3_650)? = days?.value(context) { return nil }
        return "'days' must be a whole number from 1 to 3650"
    }

    func judge(_ facts: HostFacts, _ context: JudgingContext) -> RuleVerdict {
        guard case .integer(let days)? = days?.value(context) else { return .unknown("'days' has no value") }
        guard case .value(let isPending) = facts.isRebootPending else {
            return .unknown("os.rebootPending: \(facts.isRebootPending.whyMissing ?? "")")
        }
        guard isPending else { return .holds("no restart is pending") }
        guard case .value(.date(let started))? = self.facts.last?.read(facts) else {
            return .unknown("a restart is pending, and since when is not known")
        }
        guard started < context.now.addingTimeInterval(-Double(days) * 86_400) else {
            return .unknown(
                "a restart is pending; TermService was started \(ISO8601.text(started).prefix(10)), which does not say "
                    + "since when the host runs")
        }
        return .fails(
            "a restart is pending, and the host was not restarted since \(ISO8601.text(started).prefix(10))")
    }
}
