/// What WMI says of a listener: Win32_TSGeneralSetting. It is the Terminal Services provider's view of the outcome.
package struct ServedSettings: Sendable, Hashable {
    /// Who decides a value there: `PolicySource…`.
    package enum Source: Int, Sendable, Hashable, CaseIterable {
        case server = 0, policy, osDefault
    }

    /// `SSLCertificateSHA1HashType`.
    package enum CertificateKind: Int, Sendable, Hashable, CaseIterable {
        case invalid = 0, selfSigned, policy, custom
    }

    package struct Value: Sendable, Hashable {
        package let value: UInt32?
        package let source: Source?

        package init(value: UInt32?, source: Source?) {
            self.value = value
            self.source = source
        }
    }

    package let listener: String
    /// Upper-case hexadecimal.
    package let thumbprint: String?
    package let certificateKind: CertificateKind?
    package let securityLayer: Value
    package let userAuthentication: Value
    package let minEncryptionLevel: Value

    package init(
        listener: String, thumbprint: String?, certificateKind: CertificateKind?, securityLayer: Value,
        userAuthentication: Value, minEncryptionLevel: Value
    ) {
        self.listener = listener
        self.thumbprint = thumbprint
        self.certificateKind = certificateKind
        self.securityLayer = securityLayer
        self.userAuthentication = userAuthentication
        self.minEncryptionLevel = minEncryptionLevel
    }
}

/// Win32_TerminalServiceSetting.
package struct LicensingReading: Sendable {
    /// TerminalServerMode: 1 is a session host, 0 serves administrators only.
    package let mode: Int
    /// LicensingType: 1 administration, 2 per device, 4 per user, 5 not configured.
    package let type: Int?
    /// SessionBrokerDrainMode.
    package let drainMode: Int?
    /// Days that are left without a licence server; `unsupported` where there is no session host.
    package let graceDays: Collected<Int>

    package init(mode: Int, type: Int?, drainMode: Int?, graceDays: Collected<Int>) {
        self.mode = mode
        self.type = type
        self.drainMode = drainMode
        self.graceDays = graceDays
    }
}
