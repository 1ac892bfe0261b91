/// What Windows does when neither policy nor the component's key sets a value: absent is not zero.
///
/// Stock values of clean installations count as the default where Windows writes them at setup; each row says where it
/// is known from.
package struct OSDefaults: Sendable {
    package enum Item: String, Sendable, CaseIterable {
        case denyConnections = "fDenyTSConnections"
        case securityLayer = "SecurityLayer"
        case userAuthentication = "UserAuthentication"
        case minEncryptionLevel = "MinEncryptionLevel"
        case promptForPassword = "fPromptForPassword"
        case encryptRPCTraffic = "fEncryptRPCTraffic"
        case portNumber = "PortNumber"
        case enableWinStation = "fEnableWinStation"
        case logonDisabled = "fLogonDisabled"
        case allowSecProtocolNegotiation = "fAllowSecProtocolNegotiation"
        case lanAdapter = "LanAdapter"
        case maxInstanceCount = "MaxInstanceCount"
        case singleSessionPerUser = "fSingleSessionPerUser"
        case shadow = "Shadow"
        case drainMode = "TSServerDrainMode"
        case selectTransport = "SelectTransport"
        case lmCompatibilityLevel = "LmCompatibilityLevel"
        case disableDomainCredentials = "disabledomaincreds"
        case ntlmMinClientSecurity = "NtlmMinClientSec"
        case ntlmMinServerSecurity = "NtlmMinServerSec"
        case limitBlankPasswordUse = "LimitBlankPasswordUse"
        case localAccountTokenFilter = "LocalAccountTokenFilterPolicy"
        case rsaClientMinKeyBits = "ClientMinKeyBitLength"
        case diffieHellmanServerMinKeyBits = "ServerMinKeyBitLength"
        case disableDriveMapping = "fDisableCdm"
        case disablePasswordSaving = "DisablePasswordSaving"
        case keepAliveEnabled = "KeepAliveEnable"
        case serverAuthenticationLevel = "AuthenticationLevel"
        case clientDisableUDP = "fClientDisableUDP"
        case allowProtectedCredentials = "AllowProtectedCreds"
        case restrictedRemoteAdministration = "RestrictedRemoteAdministration"
        case fipsEnabled = "FIPSAlgorithmPolicy"
        case firewallNoExceptions = "DoNotAllowExceptions"
        case firewallInboundAction = "DefaultInboundAction"
        case firewallLocalMerge = "AllowLocalPolicyMerge"
        case firewallEnabled = "EnableFirewall"
    }

    /// A default from a build on, until the next row of the same item.
    package struct Row: Sendable {
        package let item: Item
        package let fromBuild: UInt32
        package let value: UInt32
        package let source: String
    }

    /// The default for a Windows version; `failed` when the version is not known, since the default hangs on it.
    package static func value(_ item: Item, on windows: Collected<WindowsVersion>) -> Collected<UInt32> {
        if case .value(let windows) = windows, !windows.isSupported {
            return .unsupported("\(windows.name) is older than what defaults are known for")
        }
        let candidates = rows.filter { $0.item == item }
        // One row for all versions needs no version.
        if candidates.count == 1, let only = candidates.first, only.fromBuild == 0 { return .value(only.value) }
        switch windows {
        case .value(let windows):
            guard let row = candidates.last(where: { $0.fromBuild <= windows.version.build }) else {
                return .unsupported("\(windows.name) has no \(item.rawValue)")
            }
            return .value(row.value)
        default:
            return .failed(
                "\(item.rawValue) is not set and its default hangs on the Windows version, which is not known")
        }
    }

    /// The defaults of one item, from the oldest Windows on.
    package static func rows(of item: Item) -> [Row] { rows.filter { $0.item == item } }

    private static let hives = "stock registry hives of 7, 8.1 and 10"
    private static let admx = "TerminalServer.admx"

    package static let rows: [Row] = [
        Row(item: .denyConnections, fromBuild: 0, value: 1, source: "\(hives); \(admx) text: not allowed"),
        Row(item: .securityLayer, fromBuild: 7600, value: 1, source: hives),
        Row(item: .securityLayer, fromBuild: 10240, value: 2, source: hives),
        Row(item: .userAuthentication, fromBuild: 0, value: 0, source: hives),
        Row(item: .userAuthentication, fromBuild: 9200, value: 1, source: hives),
        Row(item: .minEncryptionLevel, fromBuild: 0, value: 2, source: hives),
        Row(item: .promptForPassword, fromBuild: 0, value: 0, source: hives),
        Row(item: .encryptRPCTraffic, fromBuild: 0, value: 0, source: "\(admx): not configured"),
        Row(item: .portNumber, fromBuild: 0, value: 3389, source: hives),
        Row(item: .enableWinStation, fromBuild: 0, value: 1, source: hives),
        Row(item: .logonDisabled, fromBuild: 0, value: 0, source: hives),
        Row(item: .allowSecProtocolNegotiation, fromBuild: 0, value: 1, source: hives),
        Row(item: .lanAdapter, fromBuild: 0, value: 0, source: hives),
        Row(item: .maxInstanceCount, fromBuild: 0, value: .max, source: hives),
        Row(item: .singleSessionPerUser, fromBuild: 0, value: 1, source: hives),
        Row(item: .shadow, fromBuild: 0, value: 1, source: hives),
        Row(item: .drainMode, fromBuild: 0, value: 0, source: "Win32_TerminalServiceSetting, SessionBrokerDrainMode"),
        Row(item: .selectTransport, fromBuild: 9200, value: 2, source: "\(hives); absent on 7"),
        Row(
            item: .lmCompatibilityLevel, fromBuild: 0, value: 3,
            source: "HardeningKitty's list of defaults; absent in hives"),
        Row(item: .disableDomainCredentials, fromBuild: 0, value: 0, source: hives),
        Row(item: .ntlmMinClientSecurity, fromBuild: 7600, value: 536_870_912, source: "\(hives); 128-bit encryption"),
        Row(item: .ntlmMinServerSecurity, fromBuild: 7600, value: 536_870_912, source: "\(hives); 128-bit encryption"),
        Row(item: .limitBlankPasswordUse, fromBuild: 0, value: 1, source: hives),
        Row(item: .localAccountTokenFilter, fromBuild: 0, value: 0, source: "KB951016: absent is 0"),
        Row(
            item: .rsaClientMinKeyBits, fromBuild: 0, value: 1024,
            source: "Microsoft Learn, TLS registry settings: 1024 if unset"),
        Row(
            item: .diffieHellmanServerMinKeyBits, fromBuild: 0, value: 2048,
            source: "Microsoft Learn, TLS registry settings: 2048 if unset"),
        Row(item: .disableDriveMapping, fromBuild: 0, value: 0, source: hives),
        Row(item: .disablePasswordSaving, fromBuild: 0, value: 0, source: "\(admx): not configured"),
        Row(item: .keepAliveEnabled, fromBuild: 0, value: 0, source: "\(admx): not configured"),
        Row(item: .serverAuthenticationLevel, fromBuild: 0, value: 2, source: "\(admx): not configured warns"),
        Row(item: .clientDisableUDP, fromBuild: 0, value: 0, source: "\(admx): not configured"),
        Row(item: .allowProtectedCredentials, fromBuild: 0, value: 0, source: "CredSsp.admx: not configured"),
        Row(item: .restrictedRemoteAdministration, fromBuild: 0, value: 0, source: "CredSsp.admx: not configured"),
        Row(item: .fipsEnabled, fromBuild: 0, value: 0, source: hives),
        Row(item: .firewallNoExceptions, fromBuild: 0, value: 0, source: "[MS-FASP] 2.2.38"),
        Row(item: .firewallInboundAction, fromBuild: 0, value: 1, source: "[MS-FASP] 2.2.38: block"),
        Row(item: .firewallLocalMerge, fromBuild: 0, value: 1, source: "[MS-FASP] 2.2.38"),
        Row(item: .firewallEnabled, fromBuild: 0, value: 1, source: "[MS-FASP] 2.2.38; \(hives)"),
    ]
}
