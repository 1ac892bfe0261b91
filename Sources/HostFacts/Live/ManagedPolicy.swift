/// Policies of mobile device management that Remote Desktop hangs on (Policy CSP), as PolicyManager keeps them: for each
/// that is set, `<policy>_WinningProvider` names the enrolment that set it.
package enum ManagedPolicy {
    static let provider = "_WinningProvider"

    static let areas: [(name: String, policies: [String])] = [
        (
            "RemoteDesktopServices",
            [
                "AllowUsersToConnectRemotely", "ClientConnectionEncryptionLevel", "DoNotAllowDriveRedirection",
                "DoNotAllowPasswordSaving", "PromptForPasswordUponConnection", "RequireSecureRPCCommunication",
            ]
        ),
        ("CredentialsDelegation", ["RemoteHostAllowsDelegationOfNonExportableCredentials"]),
    ]

    /// Those that are set, as `area/policy`.
    package static func set(in registry: RegistryReading) -> Collected<[String]> {
        var found: [String] = []
        for area in areas {
            for policy in area.policies {
                let value = registry.value(Keys.mdmPolicies + "\\" + area.name, policy + provider)
                if value.value != nil {
                    found.append("\(area.name)/\(policy)")
                } else if !value.isAbsent {
                    return value.map { _ in [] }
                }
            }
        }
        return .value(found)
    }
}
