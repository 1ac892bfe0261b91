/// Every rule that a policy can name, and how its `with:` is read.
package enum RuleCatalogue {
    /// What a rule takes under `with:`.
    package struct Argument: Sendable {
        package let name: String
        package let isRequired: Bool
        package let meaning: String
    }

    package struct Entry: Sendable {
        package let name: String
        package let arguments: [Argument]
        package let make: @Sendable ([String: RuleArgument]) -> any Rule
    }

    package static let all: [Entry] = [
        Entry(
            name: RemoteDesktopReachable.name,
            arguments: [
                Argument(
                    name: "networks", isRequired: false,
                    meaning: "networks that must reach it, as 10.20.0.0/16; none: somebody must")
            ]
        ) { RemoteDesktopReachable(networks: $0["networks"]) },
        Entry(name: NoBlockRule.name, arguments: []) { _ in NoBlockRule() },
        Entry(name: CertificateNamesHost.name, arguments: []) { _ in CertificateNamesHost() },
        Entry(name: CipherOrderUsable.name, arguments: []) { _ in CipherOrderUsable() },
        Entry(
            name: BuildAtLeast.name,
            arguments: [Argument(name: "requirement", isRequired: true, meaning: "id in the update catalogue")]
        ) { BuildAtLeast(requirement: $0["requirement"]) },
        Entry(name: NoKnownRegression.name, arguments: []) { _ in NoKnownRegression() },
    ]

    package static subscript(_ name: String) -> Entry? { all.first { $0.name == name } }
}

/// A rule's argument: a constant, or the name of a parameter.
package enum RuleArgument: Sendable, Hashable {
    case constant(PolicyValue)
    case parameter(String)

    func value(_ context: JudgingContext) -> PolicyValue? {
        switch self {
        case .constant(let value): value
        case .parameter(let name): context.parameters[name]
        }
    }
}

extension RuleArgument? {
    func list(_ context: JudgingContext) -> [String] {
        switch self?.value(context) {
        case .list(let items)?: items
        case .text(let text)?: text.isEmpty ? [] : [text]
        default: []
        }
    }

    func text(_ context: JudgingContext) -> String? {
        if case .text(let text)? = self?.value(context) { text } else { nil }
    }
}
