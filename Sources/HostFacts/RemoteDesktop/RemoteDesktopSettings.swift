/// How Remote Desktop is set up: the server's switches and its listener, each as policy, local value and default.
///
/// Numbers stay as Windows numbers them.
package struct RemoteDesktopSettings: Sendable {
    /// A WinStation that takes connections; `Console` is none. A class, because some twenty facts are read from it for each
    /// host, and each would copy it.
    package final class Listener: Sendable {
        package let name: String
        package let isEnabled: Setting<UInt32>
        package let port: Setting<UInt32>
        /// 0 RDP's own, 1 negotiate, 2 TLS.
        package let securityLayer: Setting<UInt32>
        /// 1: network level authentication is required.
        package let userAuthentication: Setting<UInt32>
        /// 1 low, 2 client compatible, 3 high, 4 FIPS; for RDP's own encryption only.
        package let minEncryptionLevel: Setting<UInt32>
        package let promptForPassword: Setting<UInt32>
        package let logonDisabled: Setting<UInt32>
        package let allowSecProtocolNegotiation: Setting<UInt32>
        /// 0: all adapters.
        package let lanAdapter: Setting<UInt32>
        /// 999999 or 0xFFFFFFFF: no limit.
        package let maxInstanceCount: Setting<UInt32>
        package let selectTransport: Setting<UInt32>
        /// 0 off, 1 full after asking, 2 full, 3 view after asking, 4 view.
        package let shadow: Setting<UInt32>
        /// 1: drives of the client are not mapped.
        package let disableDriveMapping: Setting<UInt32>
        /// `SSLCertificateSHA1Hash`: the certificate that somebody bound; absent when the self-signed one is used.
        package let boundThumbprint: Collected<String>

        init(name: String, registry: RegistryReading, windows: Collected<WindowsVersion>) {
            let key = Keys.winStations + "\\" + name
            func setting(_ item: OSDefaults.Item, hasPolicy: Bool) -> Setting<UInt32> {
                registry.setting(item, policy: hasPolicy ? Keys.terminalServicesPolicy : nil, local: key, on: windows)
            }
            self.name = name
            isEnabled = setting(.enableWinStation, hasPolicy: false)
            port = setting(.portNumber, hasPolicy: false)
            securityLayer = setting(.securityLayer, hasPolicy: true)
            userAuthentication = setting(.userAuthentication, hasPolicy: true)
            minEncryptionLevel = setting(.minEncryptionLevel, hasPolicy: true)
            promptForPassword = setting(.promptForPassword, hasPolicy: true)
            logonDisabled = setting(.logonDisabled, hasPolicy: false)
            allowSecProtocolNegotiation = setting(.allowSecProtocolNegotiation, hasPolicy: false)
            lanAdapter = setting(.lanAdapter, hasPolicy: false)
            maxInstanceCount = setting(.maxInstanceCount, hasPolicy: true)
            selectTransport = setting(.selectTransport, hasPolicy: true)
            shadow = setting(.shadow, hasPolicy: true)
            disableDriveMapping = setting(.disableDriveMapping, hasPolicy: true)
            boundThumbprint = registry.thumbprint(key, "SSLCertificateSHA1Hash")
        }
    }

    /// 0 allow, 1 deny.
    package let denyConnections: Setting<UInt32>
    package let singleSessionPerUser: Setting<UInt32>
    /// 0 all, 1 no new logons until restart, 2 no new logons.
    package let drainMode: Setting<UInt32>
    package let encryptRPCTraffic: Setting<UInt32>
    /// 1: saving passwords in the client is barred.
    package let disablePasswordSaving: Setting<UInt32>
    /// 1: dead sessions are found out by keep-alive messages.
    package let keepAliveEnabled: Setting<UInt32>
    /// Minutes between keep-alive messages; only policy sets it.
    package let keepAliveMinutes: Collected<UInt32>
    /// How many half-open connections the listener bears; absent: its own limit.
    package let maxOutstandingConnections: Collected<UInt32>
    package let certificateTemplate: Collected<String>
    /// The thumbprint of the self-signed certificate that TermService made.
    package let selfSignedThumbprint: Collected<String>
    /// Every listener by name, `RDP-Tcp` first.
    package let listeners: Collected<[Listener]>
    /// The one that Windows ships, or the only one.
    package let listener: Collected<Listener>

    /// Remote connections are allowed.
    package var isEnabled: Setting<Bool> { denyConnections.map { $0 == 0 } }

    package init(registry: RegistryReading, windows: Collected<WindowsVersion>) {
        let server = Keys.terminalServer
        let policy = Keys.terminalServicesPolicy
        denyConnections = registry.setting(.denyConnections, policy: policy, local: server, on: windows)
        singleSessionPerUser = registry.setting(.singleSessionPerUser, policy: policy, local: server, on: windows)
        drainMode = registry.setting(.drainMode, policy: nil, local: server, on: windows)
        encryptRPCTraffic = registry.setting(.encryptRPCTraffic, policy: policy, local: nil, on: windows)
        disablePasswordSaving = registry.setting(.disablePasswordSaving, policy: policy, local: nil, on: windows)
        keepAliveEnabled = registry.setting(.keepAliveEnabled, policy: policy, local: nil, on: windows)
        keepAliveMinutes = registry.number(policy, "KeepAliveInterval")
        maxOutstandingConnections = registry.number(server, "MaxOutstandingConnections")
        certificateTemplate = registry.text(policy, "CertTemplateName")
        selfSignedThumbprint = registry.thumbprint(Keys.winStations, "SelfSignedCertificate")
        listeners = registry.subkeys(of: Keys.winStations).map { names in
            names.filter { $0.lowercased() != "console" }
                .sorted { ($0.lowercased() != "rdp-tcp" ? 1 : 0, $0) < ($1.lowercased() != "rdp-tcp" ? 1 : 0, $1) }
                .map { Listener(name: $0, registry: registry, windows: windows) }
        }
        listener = listeners.flatMap { listeners in
            if let first = listeners.first, first.name.lowercased() == "rdp-tcp" || listeners.count == 1 {
                return .value(first)
            }
            return listeners.isEmpty ? .absent : .failed("\(listeners.count) listeners and none is called RDP-Tcp")
        }
    }
}

extension RegistryReading {
    /// A thumbprint stored as 20 bytes, or as hexadecimal text by people who paste.
    fileprivate func thumbprint(_ key: String, _ name: String) -> Collected<String> {
        value(key, name).flatMap { value in
            if let bytes = value.bytes, bytes.count == 20 { return .value(Self.hexadecimal(bytes)) }
            if let text = value.text {
                let digits = text.uppercased().filter { $0.isHexDigit && $0.isASCII }
                if digits.count == 40 { return .value(digits) }
            }
            return .failed("\(name) is not a thumbprint of 20 bytes")
        }
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }
}
