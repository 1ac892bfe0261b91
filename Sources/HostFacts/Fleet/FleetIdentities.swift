/// The identities of a fleet, gathered host by host: which names are one machine, and which machines are clones.
///
/// A machine is its MachineGuid, its machine SID and its name together: clones share the first two, two names in the
/// inventory share all three.
package struct FleetIdentities: Sendable {
    private struct Machine: Hashable {
        let guid: String
        let sid: String
        let name: String
    }

    private struct Host {
        let name: String
        let guid: Collected<String>
        let sid: Collected<String>
        let certificate: Collected<String>
        let machine: Collected<Machine>
        /// `nil` when the host did not say; a domain controller's SID is its domain's.
        let isDomainController: Bool?
    }

    private var hosts: [Host] = []
    private var byGuid: [String: [Int]] = [:]
    private var bySID: [String: [Int]] = [:]
    private var byCertificate: [String: [Int]] = [:]

    package init() {}

    /// The sections of the probe that an identity is made of.
    package static let sections: Set<SectionName> = [.os, .identity, .rdp]

    /// Takes in what one host says of itself; ``sections`` of its reading are enough.
    package mutating func add(_ name: String, _ reading: HostReading) {
        let identity = HostIdentity(registry: reading.registry, machineSID: reading.machineSID)
        let windows = WindowsVersion.read(reading.registry)
        let settings = RemoteDesktopSettings(registry: reading.registry, windows: windows)
        let bound = settings.listener.flatMap(\.boundThumbprint)
        let guid = identity.machineGuid.map { $0.lowercased() }
        let sid = identity.machineSID.map(\.text)
        let host = Host(
            name: name, guid: guid, sid: sid, certificate: bound.isAbsent ? settings.selfSignedThumbprint : bound,
            machine: guid.flatMap { guid in
                sid.flatMap { sid in
                    identity.computerName.map { Machine(guid: guid, sid: sid, name: $0.lowercased()) }
                }
            },
            isDomainController: windows.flatMap(\.role).value.map { $0 == .domainController })
        let index = hosts.count
        hosts.append(host)
        if let guid = host.guid.value { byGuid[guid, default: []].append(index) }
        if let sid = host.sid.value { bySID[sid, default: []].append(index) }
        if let certificate = host.certificate.value { byCertificate[certificate, default: []].append(index) }
    }

    /// What the host with this name shares with others; `nil` for a name that was not added.
    package func place(of name: String) -> FleetPlace? {
        guard let host = hosts.first(where: { $0.name == name }) else { return nil }
        return place(of: host)
    }

    /// All places by name, in one pass.
    package var places: [String: FleetPlace] {
        Dictionary(hosts.map { ($0.name, place(of: $0)) }, uniquingKeysWith: { first, _ in first })
    }

    private func place(of host: Host) -> FleetPlace {
        func others(_ key: Collected<String>, _ index: [String: [Int]]) -> Collected<[Host]> {
            key.map { key in (index[key] ?? []).map { hosts[$0] }.filter { $0.name != host.name } }
        }
        /// Another machine, as far as can be told: a name of this one is no clone.
        func isAnother(_ other: Host) -> Bool { other.machine.value == nil || other.machine != host.machine }
        func names(_ hosts: [Host]) -> [String] { hosts.map(\.name).sorted() }
        let sameSID = others(host.sid, bySID)
        return FleetPlace(
            sameMachine: host.machine.flatMap { machine in
                others(host.guid, byGuid).map { names($0.filter { $0.machine == .value(machine) }) }
            },
            sharedMachineGuid: others(host.guid, byGuid).map { names($0.filter(isAnother)) },
            sharedMachineSID: sameSID.flatMap { same in
                let clones = same.filter(isAnother)
                guard !clones.isEmpty else { return .value([]) }
                switch host.isDomainController {
                case true?: return .value(names(clones.filter { $0.isDomainController == false }))
                case false?: return .value(names(clones))
                case nil: return .failed("whether this is a domain controller is not known")
                }
            },
            sharedCertificate: others(host.certificate, byCertificate).map { names($0.filter(isAnother)) })
    }
}
