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
        Entry(
            name: RestartNotOverdue.name,
            arguments: [Argument(name: "days", isRequired: true, meaning: "how many days a restart may wait")]
        ) { RestartNotOverdue(days: $0["days"]) },
        Entry(name: RemoteDesktopPortOwned.name, arguments: []) { _ in RemoteDesktopPortOwned() },
        Entry(name: KeyFileStockAccess.name, arguments: []) { _ in KeyFileStockAccess() },
        Entry(
            name: TLS13NotForced.name,
            arguments: [Argument(name: "side", isRequired: true, meaning: "server or client")]
        ) { TLS13NotForced(side: $0["side"]) },
        Entry(
            name: NoCertificateErrors.name,
            arguments: [
                Argument(name: "tolerated", isRequired: false, meaning: "how many of an event are borne; none: 0")
            ]
        ) { NoCertificateErrors(tolerated: $0["tolerated"]) },
        Entry(
            name: OutlierAmongPeers.name,
            arguments: [
                Argument(name: "fact", isRequired: true, meaning: "path of the fact to compare"),
                Argument(
                    name: "among", isRequired: true,
                    meaning: "whom to compare with: role, group (just the same), site, all"
                ),
                Argument(
                    name: "least-peers", isRequired: false, meaning: "fewer other hosts decide nothing; 5 without it"),
                Argument(
                    name: "share", isRequired: false, meaning: "percent of them that must agree; 90 without it"),
            ]
        ) {
            OutlierAmongPeers(
                fact: $0["fact"], among: $0["among"], leastPeers: $0["least-peers"], share: $0["share"])
        },
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
