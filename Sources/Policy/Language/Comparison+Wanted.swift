import HostFacts

extension Comparison {
    /// The wanted state in a few words: `at least 3`.
    func wanted(_ context: JudgingContext) -> String {
        let wanted = Self.wanted(self.operator, expected(context)?.text ?? "?", expected(context))
        return switch subject {
        case .whole: wanted
        case .every: "every entry \(wanted)"
        case .some: "at least one entry \(wanted)"
        case .no: "no entry \(wanted)"
        case .count: "\(wanted) in number"
        }
    }

    private static func wanted(_ name: Operator, _ value: String, _ expected: PolicyValue?) -> String {
        switch name {
        case .equals: value
        case .notEquals: "not \(value)"
        case .atLeast: "at least \(value)"
        case .atMost: "at most \(value)"
        case .moreThan: "more than \(value)"
        case .lessThan: "less than \(value)"
        case .oneOf: "one of \(value)"
        case .noneOf: "none of \(value)"
        case .contains: "with \(value)"
        case .containsAll: "with all of \(value)"
        case .containsNone: "without \(value)"
        case .only: "only \(value)"
        case .matches: "like \(value)"
        case .notMatches: "not like \(value)"
        case .before: "before \(value)"
        case .after: "after \(value)"
        case .olderThan: "older than \(value)"
        case .youngerThan: "younger than \(value)"
        case .isPresent: expected == .flag(true) ? "present" : "absent"
        case .isEmpty: expected == .flag(true) ? "none" : "some"
        }
    }
}
