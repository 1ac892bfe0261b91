import Formats

/// The variables that are ours: Ansible knows none of them, so that nobody else would notice a misspelt one.
enum FleetAuditVariable {
    private static let prefix = "fleetaudit_"
    /// Without the prefix, which would make all of them look alike.
    private static let names = [
        "role", "site", "computer_name", "recording", "known_hosts", "password_file", "allow_unencrypted_basic",
        "probe",
    ]

    /// What is wrong with a variable's name: empty unless it begins as ours do and is none.
    static func mistake(_ entry: YAMLNode.Entry, file: String) -> Diagnostics {
        guard entry.name.hasPrefix(prefix) else { return Diagnostics() }
        let name = String(entry.name.dropFirst(prefix.count))
        if names.contains(name) { return Diagnostics() }
        return Diagnostics([
            entry.key.diagnostic(
                file: file, "there is no variable '\(entry.name)'",
                help: closest(to: name, among: names).map { "did you mean '\(prefix)\($0)'?" }
                    ?? "there are \(names.map { prefix + $0 }.joined(separator: ", "))")
        ])
    }
}
