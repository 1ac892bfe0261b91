import Formats
import HostFacts

extension Comparison.Operator {
    /// What it takes when it compares something of a type; `nil` when it does not fit.
    func operandKind(for type: FactType) -> PolicyValueReader.Kind? {
        switch (type, self) {
        case (_, .isPresent): .flag
        case (.flag, .equals), (.flag, .notEquals): .flag
        case (.integer, .equals), (.integer, .notEquals), (.integer, .atLeast), (.integer, .atMost),
            (.integer, .moreThan), (.integer, .lessThan):
            .integer
        case (.integer, .oneOf), (.integer, .noneOf), (.text, .oneOf), (.text, .noneOf): .list
        case (.text, .equals), (.text, .notEquals), (.text, .matches), (.text, .notMatches): .text
        case (.text, .isEmpty), (.list, .isEmpty): .flag
        case (.version, .equals), (.version, .notEquals), (.version, .atLeast), (.version, .atMost),
            (.version, .moreThan), (.version, .lessThan):
            .version
        case (.date, .before), (.date, .after): .moment
        case (.date, .olderThan), (.date, .youngerThan): .span
        case (.list, .contains): .text
        case (.list, .equals), (.list, .notEquals), (.list, .only), (.list, .containsAll), (.list, .containsNone): .list
        default: nil
        }
    }
}

/// A value of the right kind that a fact can never be: it would compare as different for ever, and `not-equals: disabeld`
/// would always hold.
struct Misfit {
    let code: String
    let message: String
    let label: String?
    let help: String
}

extension Fact {
    /// What is wrong with a value that an operator holds this fact, or its entries, against.
    func misfit(of value: PolicyValue, _ name: Comparison.Operator, _ type: FactType) -> Misfit? {
        switch (value, type) {
        case (.list(let items), .integer):
            guard let wrong = items.first(where: { Int64($0) == nil }) else { return impossible(among: items) }
            return Misfit(
                code: "P113", message: "'\(path)' is a number, and '\(wrong)' is none", label: nil,
                help: "write whole numbers, as [0, 3389]")
        case (.integer(let number), .integer) where name == .equals || name == .notEquals:
            return self.type == .integer ? impossible(among: [String(number)]) : nil
        case (.text(let pattern), _) where name == .matches || name == .notMatches:
            guard !choices.isEmpty, !choices.contains(where: { Wildcard(pattern).matches($0) }) else { return nil }
            return never(pattern)
        case (.text(let word), _): return impossible(among: [word])
        case (.list(let words), _): return impossible(among: words)
        default: return nil
        }
    }

    private func impossible(among words: [String]) -> Misfit? {
        guard !choices.isEmpty else { return nil }
        return words.first { !choices.contains($0) }.map(never)
    }

    private func never(_ word: String) -> Misfit {
        Misfit(
            code: "P116", message: "'\(path)' is never '\(word)'", label: "no such word",
            help: closest(to: word, among: choices).map { "did you mean '\($0)'?" }
                ?? "it is one of \(choices.joined(separator: ", "))")
    }
}

extension Comparison {
    /// What is wrong with the value that a baseline gives its parameter; `nil` for a constant, which was checked before.
    func misuse(_ context: JudgingContext) -> String? {
        guard case .parameter(let name) = operand, let value = context.parameters[name],
            let type = subject.type(of: fact.type), let misfit = fact.misfit(of: value, self.operator, type)
        else { return nil }
        return "parameter '\(name)': \(misfit.message): \(misfit.help)"
    }
}

extension Condition {
    /// What is wrong with the arguments or parameters of a leaf, found when a baseline is loaded.
    func misuse(_ context: JudgingContext) -> String? {
        switch self {
        case .compare(let comparison): comparison.misuse(context)
        case .rule(let rule): rule.misuse(context)
        case .all, .any, .not: nil
        }
    }
}
