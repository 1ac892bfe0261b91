import FoundationEssentials
import HostFacts

/// One line of a condition in words; a line that is indented deeper belongs to the one above it.
package struct ConditionSentence: Sendable, Hashable {
    /// 0 for the whole condition.
    package let depth: Int
    /// Without a full stop: `rdp.listener.port.effective: 3389 (Listening port)`.
    package let text: String
}

extension Condition {
    /// What it asks, in words and with the parameters that are in force.
    package func sentences(_ parameters: [String: PolicyValue]) -> [ConditionSentence] {
        // Neither the moment nor the catalogue shows in the words.
        let context = JudgingContext(now: .distantPast, parameters: parameters, catalogue: UpdateCatalogue())
        var sentences: [ConditionSentence] = []
        collect(context, depth: 0, into: &sentences)
        return sentences
    }

    private func collect(_ context: JudgingContext, depth: Int, into sentences: inout [ConditionSentence]) {
        func group(_ heading: String, _ parts: [Condition]) {
            if parts.count == 1, let only = parts.first {
                only.collect(context, depth: depth, into: &sentences)
                return
            }
            sentences.append(ConditionSentence(depth: depth, text: heading))
            for part in parts { part.collect(context, depth: depth + 1, into: &sentences) }
        }
        switch self {
        case .compare(let comparison):
            sentences.append(ConditionSentence(depth: depth, text: comparison.sentence(context)))
        case .rule(let rule): sentences.append(ConditionSentence(depth: depth, text: rule.sentence(context)))
        case .all(let parts): group("all of these hold:", parts)
        case .any(let parts): group("at least one of these holds:", parts)
        case .not(let part):
            sentences.append(ConditionSentence(depth: depth, text: "this does not hold:"))
            part.collect(context, depth: depth + 1, into: &sentences)
        }
    }
}

extension Comparison {
    fileprivate func sentence(_ context: JudgingContext) -> String {
        let absent =
            switch whenAbsent {
            case nil: ""
            case .pass: "; when absent it counts as held"
            case .fail: "; when absent it counts as not held"
            case .notApplicable: "; when absent it is left out"
            }
        return "\(fact.path): \(wanted(context)) (\(fact.meaning))\(absent)"
    }
}

extension Rule {
    fileprivate func sentence(_ context: JudgingContext) -> String {
        let given = arguments.compactMap { argument in
            argument.value?.value(context).map { "\(argument.name) \($0.shown)" }
        }
        return "\(wanted) (rule \(Self.name)\(given.isEmpty ? "" : ": \(given.joined(separator: "; "))"))"
    }
}
