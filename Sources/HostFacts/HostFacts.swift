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
    package let licensing: RemoteDesktopLicensing
    package let client: RemoteDesktopClient
    package let credSSP: CredSSP
    package let delegation: CredentialDelegation
    package let securityPolicy: SecurityPolicy
    package let schannel: Schannel
    package let certificates: CertificateStores
    package let servedCertificate: ServedCertificate
    package let machineKeys: MachineKeys
    package let services: Services
    package let firewall: FirewallPolicy
    package let reachability: FirewallReachability
    package let remoteDesktopFirewall: RemoteDesktopFirewall
    package let listeningPorts: Collected<Set<UInt16>>
    package let updates: InstalledUpdates
    package let live: LiveReading
    package let servedKeyUse: ServedKeyUse
    /// What it shares with others of its fleet; known only where a whole fleet is looked at.
    package var fleet: Collected<FleetPlace> = .failed("the fleet was not looked at")
    /// Facts of the dictionary that are taken as given in place of what the host said, by path; what is derived from them
    /// does not follow.
    package var assumed: [String: Collected<FactValue>] = [:]
    /// What hosts that are like it have, for the questions that were asked of the whole fleet.
    package var peers: [PeerQuestion: Collected<PeerView>] = [:]

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
        licensing = RemoteDesktopLicensing(registry: registry)
        client = RemoteDesktopClient(registry: registry, windows: windows, userGateways: reading.userGateways)
        delegation = CredentialDelegation(registry: registry, windows: windows)
        securityPolicy = SecurityPolicy(registry: registry, windows: windows)
        updates = InstalledUpdates(registry: registry)
        schannel = Schannel(registry: registry, windows: windows, updates: updates)
        certificates = CertificateStores(registry: registry)
        servedCertificate = ServedCertificate(settings: remoteDesktop, stores: certificates)
        machineKeys = MachineKeys(
            reading: reading.machineKeys, machineGuid: identity.machineGuid, served: servedCertificate)
        services = Services(registry: registry, states: reading.serviceStates)
        firewall = FirewallPolicy(registry: registry, windows: windows, activeProfiles: reading.activeProfiles)
        reachability = FirewallReachability(
            policy: firewall, windows: windows, services: services, otherFirewall: reading.live.whyRulesDoNotDecide)
        remoteDesktopFirewall = RemoteDesktopFirewall(
            reachability: reachability, port: remoteDesktop.listener.flatMap(\.port.effective), windows: windows)
        listeningPorts = reading.listeningPorts
        live = reading.live
        servedKeyUse = ServedKeyUse(key: machineKeys.servedKey, live: reading.live, settings: remoteDesktop)
    }

    /// Servicing or Windows Update waits for a restart; until then the build number is the old one.
    private static func isRebootPending(_ registry: RegistryReading) -> Collected<Bool> {
        let signs = [Keys.servicingRebootPending, Keys.updateRebootRequired].map { registry.exists($0) }
        if signs.contains(.value(true)) { return .value(true) }
        return signs.first { $0.value == nil } ?? .value(false)
    }
}
