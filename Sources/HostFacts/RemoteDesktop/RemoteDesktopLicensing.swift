/// Where a session host gets its client access licences from, by the registry.
package struct RemoteDesktopLicensing: Sendable {
    /// Policy's `LicensingMode`: 2 per device, 4 per user, 6 Azure AD per user (TerminalServer.admx).
    package let policyMode: Collected<UInt32>
    /// RCM's own `LicensingMode`, numbered in its own way: 1 is what clients and servers without the role have.
    package let localMode: Collected<UInt32>
    /// Names that policy gives, else those set on the host.
    package let servers: Collected<[String]>
    /// The client's own licence store is there; only per-device licences use it. Its contents are never read.
    package let hasClientStore: Collected<Bool>

    package init(registry: RegistryReading) {
        policyMode = registry.number(Keys.terminalServicesPolicy, "LicensingMode")
        localMode = registry.number(Keys.licensingCore, "LicensingMode")
        let byPolicy = registry.text(Keys.terminalServicesPolicy, "LicenseServers").map { text in
            text.split { $0 == "," || $0 == ";" || $0 == " " }.map(String.init)
        }
        servers =
            byPolicy.isAbsent
            ? registry.value(Keys.licenseServers, "SpecifiedLicenseServers").flatMap { value in
                if case .multiString(let names) = value { return .value(names.filter { !$0.isEmpty }) }
                return value.text.map { .value([$0]) } ?? .failed("SpecifiedLicenseServers is \(value.typeName)")
            } : byPolicy
        hasClientStore = registry.exists(Keys.clientLicenses)
    }
}
