/// Which servers this machine's users may hand their credentials to: CredSsp.admx, "Credentials Delegation".
///
/// `HKLM\SOFTWARE\Policies\Microsoft\Windows\CredentialsDelegation`: a DWORD of 1 switches a permission on, the key of the
/// same name lists service principal names, each with at most one `*`.
package struct CredentialDelegation: Sendable {
    package enum Permission: String, Sendable, Hashable, CaseIterable {
        case allowDefault = "AllowDefaultCredentials"
        case allowDefaultOverNTLM = "AllowDefCredentialsWhenNTLMOnly"
        case allowFresh = "AllowFreshCredentials"
        case allowFreshOverNTLM = "AllowFreshCredentialsWhenNTLMOnly"
        case allowSaved = "AllowSavedCredentials"
        case allowSavedOverNTLM = "AllowSavedCredentialsWhenNTLMOnly"
        case denyDefault = "DenyDefaultCredentials"
        case denyFresh = "DenyFreshCredentials"
        case denySaved = "DenySavedCredentials"

        /// Passwords go where nobody could prove to be the server that was meant (`…NTLMOnly`), or go without being typed
        /// (default credentials).
        package var isDangerousWhenWide: Bool {
            switch self {
            case .allowDefault, .allowDefaultOverNTLM, .allowFreshOverNTLM, .allowSavedOverNTLM: true
            case .allowFresh, .allowSaved, .denyDefault, .denyFresh, .denySaved: false
            }
        }
    }

    private let servers: [Permission: Collected<[String]>]
    /// 1: remote administration of other hosts must hand over no credentials.
    package let restrictedAdministration: Setting<UInt32>
    /// 1 Restricted Admin, 2 Remote Credential Guard, 3 the latter where it can be had.
    package let restrictedAdministrationType: Collected<UInt32>
    /// 1: Remote Credential Guard is offered to clients.
    package let allowProtectedCredentials: Setting<UInt32>

    package init(registry: RegistryReading, windows: Collected<WindowsVersion>) {
        let key = Keys.credentialsDelegation
        var servers: [Permission: Collected<[String]>] = [:]
        for permission in Permission.allCases {
            servers[permission] = registry.number(key, permission.rawValue).flatMap { flag in
                flag == 0 ? .absent : Self.names(registry, key + "\\" + permission.rawValue)
            }
        }
        self.servers = servers
        restrictedAdministration = registry.setting(
            .restrictedRemoteAdministration, policy: key, local: nil, on: windows)
        restrictedAdministrationType = registry.number(key, "RestrictedRemoteAdministrationType")
        allowProtectedCredentials = registry.setting(.allowProtectedCredentials, policy: key, local: nil, on: windows)
    }

    /// The service principal names of a permission; `absent` when it is not switched on.
    package subscript(_ permission: Permission) -> Collected<[String]> {
        servers[permission] ?? .failed("not asked")
    }

    /// Entries that hand credentials to every server: `AllowDefaultCredentials: TERMSRV/*`.
    package var wideEntries: Collected<[String]> {
        var wide: [String] = []
        for permission in Permission.allCases where permission.isDangerousWhenWide {
            switch self[permission] {
            case .value(let names):
                wide += names.filter(Self.isWide).map { "\(permission.rawValue): \($0)" }
            case .absent, .unsupported: continue
            case .accessDenied: return .accessDenied
            case .failed(let reason): return .failed(reason)
            }
        }
        return .value(wide)
    }

    /// `*` and `TERMSRV/*`; `*.corp.example` names a domain and is not meant.
    private static func isWide(_ name: String) -> Bool {
        name == "*" || name.split(separator: "/", maxSplits: 1).last.map { $0 == "*" } ?? false
    }

    private static func names(_ registry: RegistryReading, _ key: String) -> Collected<[String]> {
        switch registry.values(key) {
        case .value(let values):
            let names = values.map { $0.value?.text }
            guard names.allSatisfy({ $0 != nil }) else { return .failed("an entry of \(key) is no text") }
            return .value(names.compactMap { $0 })
        // Switched on without a list names nobody.
        case .absent: return .value([])
        case .accessDenied: return .accessDenied
        case .unsupported(let reason), .failed(let reason): return .failed(reason)
        }
    }
}
