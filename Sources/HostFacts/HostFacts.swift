/// What one host said, typed and derived: the spine between asking and judging.
///
/// Everything here is computed from a ``HostReading`` by pure rules, so a snapshot of last year can be read again with
/// today's rules.
package struct HostFacts: Sendable {
    /// The raw registry, for evidence and for computing the way back of a change.
    package let registry: RegistryReading
    package let windows: Collected<WindowsVersion>
    package let identity: HostIdentity
    package let engine: Collected<ProbeEngine>
    package let isRebootPending: Collected<Bool>
    package let remoteDesktop: RemoteDesktopSettings
    package let credSSP: CredSSP
    package let securityPolicy: SecurityPolicy
    package let schannel: Schannel
    package let certificates: CertificateStores
    package let servedCertificate: ServedCertificate
    package let machineKeys: MachineKeys
    package let services: Services
    package let firewall: FirewallPolicy
    package let remoteDesktopFirewall: RemoteDesktopFirewall
    package let listeningPorts: Collected<Set<UInt16>>
    package let updates: InstalledUpdates

    package init(_ reading: HostReading) {
        let registry = reading.registry
        let windows = WindowsVersion.read(registry)
        self.registry = registry
        self.windows = windows
        identity = HostIdentity(registry: registry, machineSID: reading.machineSID)
        engine = reading.engine
        isRebootPending = Self.isRebootPending(registry)
        remoteDesktop = RemoteDesktopSettings(registry: registry, windows: windows)
        credSSP = CredSSP(registry: registry, windows: windows, packageVersion: reading.credSSPPackage)
        securityPolicy = SecurityPolicy(registry: registry, windows: windows)
        schannel = Schannel(registry: registry, windows: windows)
        certificates = CertificateStores(registry: registry)
        servedCertificate = ServedCertificate(settings: remoteDesktop, stores: certificates)
        machineKeys = MachineKeys(
            reading: reading.machineKeys, machineGuid: identity.machineGuid, served: servedCertificate)
        services = Services(registry: registry, states: reading.serviceStates)
        firewall = FirewallPolicy(registry: registry, windows: windows, activeProfiles: reading.activeProfiles)
        remoteDesktopFirewall = RemoteDesktopFirewall(
            policy: firewall, port: remoteDesktop.listener.flatMap(\.port.effective), windows: windows,
            services: services)
        listeningPorts = reading.listeningPorts
        updates = InstalledUpdates(registry: registry)
    }

    /// Servicing or Windows Update waits for a restart; until then the build number is the old one.
    private static func isRebootPending(_ registry: RegistryReading) -> Collected<Bool> {
        let signs = [Keys.servicingRebootPending, Keys.updateRebootRequired].map { registry.exists($0) }
        if signs.contains(.value(true)) { return .value(true) }
        return signs.first { $0.value == nil } ?? .value(false)
    }
}
