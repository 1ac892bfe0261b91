import HostFacts

extension SectionName {
    /// The commands that this section's answer is made of.
    var commandSteps: [CommandStep] { registryQuestions.flatMap(\.commandSteps) + ownSteps }

    /// What console programs tell beside the registry; what is not here only PowerShell can tell.
    private var ownSteps: [CommandStep] {
        switch self {
        case .services: AuditedService.allCases.map { .service($0.rawValue) }
        case .machineKeys:
            [
                .programData, .folders(""), .folders(KeyFolder.rsaParent), .listable(KeyFolder.rsa),
                .listable(KeyFolder.cng), .accessList(KeyFolder.rsa), .accessList(KeyFolder.cng),
                .accessList(KeyFolder.remoteDesktopFiles), .files(KeyFolder.rsa), .files(KeyFolder.cng),
            ]
        case .network: [.listeners]
        case .identity: [.account]
        default: []
        }
    }
}

/// The folders of machine keys, below `%ProgramData%\Microsoft\Crypto`.
enum KeyFolder {
    static let rsaParent = "RSA"
    static let rsa = #"RSA\MachineKeys"#
    static let cng = "Keys"
    static let remoteDesktopFiles = rsa + "\\" + KeyFileName.remoteDesktopHash + "_*"
}

extension RegistryQuestion {
    /// The commands that answer this question.
    ///
    /// A key is listed whole, and what was not asked for is dropped before anything is kept; a key that may hold a secret is
    /// asked value by value, so that the secret is not even read.
    var commandSteps: [CommandStep] {
        switch scope {
        case .values(let names):
            holdsSecret ? [.presence(key)] + names.map { .value(key, name: $0) } : [.key(key)]
        case .presence: [.presence(key)]
        case .everyValue: [.key(key)]
        case .children(let names): listing + shownBelow(names)
        case .childrenLike(_, let names): listing + names.map { .found(key, name: $0) }
        case .tree(let names):
            listing + (holdsSecret ? names.map { .value(key, name: $0) } : []) + shownBelow(names)
        case .count: [.presence(key), .count(key)]
        }
    }

    /// Whether the key is there, and the names of its subkeys.
    private var listing: [CommandStep] { holdsSecret ? [.presence(key), .subkeys(key)] : [.key(key)] }

    /// The values of the keys below.
    private func shownBelow(_ names: [String]) -> [CommandStep] {
        if names.isEmpty { return [] }
        return holdsSecretBelow || names.count == 1 ? names.map { .found(key, name: $0) } : [.below(key)]
    }

    /// A value of the key, or the key itself, may hold a secret.
    var holdsSecret: Bool {
        Self.secretValues.contains { path in
            let secret = path.lowercased()
            let folded = key.lowercased()
            return secret == folded || folded.hasPrefix(secret + "\\")
                || secret.lastIndex(of: "\\").map { secret[..<$0] == folded } == true
        }
    }

    /// Something at the key or below it may hold a secret.
    var holdsSecretBelow: Bool {
        holdsSecret || Self.secretValues.contains { $0.lowercased().hasPrefix(key.lowercased() + "\\") }
    }
}
