import Formats
package import HostFacts

/// One change of one thing on a host, as values: what was seen there and what shall be. Scripts are made of these; nothing
/// of them is ever carried out by us.
package enum RemediationStep: Sendable, Hashable {
    case service(Service)
    case firewallRule(FirewallRule)
    case firewallGroup(FirewallGroup)
    case keyFile(KeyFile)
    case registry(Registry)
    case certificate(Certificate)

    /// A value below HKEY_LOCAL_MACHINE; `nil` is its absence.
    package struct Registry: Sendable, Hashable {
        package let location: RegistryLocation
        package let observed: RegistryValue?
        package let wanted: RegistryValue?
        /// The keys that did not exist, the value's own first, and are to go again with the value.
        package let missingKeys: [String]

        package init(
            location: RegistryLocation, observed: RegistryValue?, wanted: RegistryValue?, missingKeys: [String]
        ) {
            self.location = location
            self.observed = observed
            self.wanted = wanted
            self.missingKeys = missingKeys
        }
    }

    package struct Service: Sendable, Hashable {
        package let service: AuditedService
        package let observedStart: ServiceStart
        package let wantedStart: ServiceStart
        /// `nil`: it could not be told, so the way back leaves it running.
        package let wasRunning: Bool?

        package init(
            service: AuditedService, observedStart: ServiceStart, wantedStart: ServiceStart, wasRunning: Bool?
        ) {
            self.service = service
            self.observedStart = observedStart
            self.wantedStart = wantedStart
            self.wasRunning = wasRunning
        }
    }

    /// One rule of the local store, switched on or off.
    package struct FirewallRule: Sendable, Hashable {
        /// The rule's identity: the registry value's name.
        package let id: String
        /// The registry value as it was seen.
        package let observed: String
        package let isSwitchedOn: Bool

        package init(id: String, observed: String, isSwitchedOn: Bool) {
            self.id = id
            self.observed = observed
            self.isSwitchedOn = isSwitchedOn
        }

        /// The registry value as it shall be: nothing but `Active` is different.
        package var wanted: String {
            let state = "Active=\(isSwitchedOn ? "TRUE" : "FALSE")"
            var fields = observed.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            if let place = fields.firstIndex(where: { $0.lowercased().hasPrefix("active=") }) {
                fields[place] = state
            } else {
                fields.insert(state, at: min(1, fields.count))
            }
            return fields.joined(separator: "|")
        }
    }

    /// Every rule of the group Remote Desktop, all of them off: the only way by command before Windows 8.
    package struct FirewallGroup: Sendable, Hashable {
        package let group: String
        package let members: [FirewallRule]

        package init(group: String, members: [FirewallRule]) {
            self.group = group
            self.members = members
        }
    }

    /// Read access for TermService's account to one key file.
    package struct KeyFile: Sendable, Hashable {
        package let path: String
        /// Owner, group and access list as they were seen.
        package let descriptor: String
        /// Accounts whose refusal of reading stands before every grant, as SIDs.
        package let refused: [String]
        /// The SID of the owner, when it is written out in the descriptor.
        package let owner: String?
        package let hasOwner: Bool

        package init(path: String, descriptor: String, refused: [String], owner: String?, hasOwner: Bool) {
            self.path = path
            self.descriptor = descriptor
            self.refused = refused
            self.owner = owner
            self.hasOwner = hasOwner
        }
    }

    /// The self-signed certificate that Windows made for Remote Desktop, deleted so that Windows makes a new one.
    package struct Certificate: Sendable, Hashable {
        package let thumbprint: String
        /// Where the store keeps it, with what stood there.
        package let entry: RegistryLocation
        package let blob: RegistryValue
        /// The key of the whole store.
        package var store: String { Keys.remoteDesktopStore }
        /// Where Windows keeps the name of the one it serves, with what stood there.
        package let current: RegistryLocation
        package let observedCurrent: RegistryValue?

        package init(
            thumbprint: String, entry: RegistryLocation, blob: RegistryValue, current: RegistryLocation,
            observedCurrent: RegistryValue?
        ) {
            self.thumbprint = thumbprint
            self.entry = entry
            self.blob = blob
            self.current = current
            self.observedCurrent = observedCurrent
        }
    }

    /// Two steps of one target are one step, or contradict each other.
    package var target: String {
        switch self {
        case .registry(let step): "registry \(step.location.description.lowercased())"
        case .service(let step): "service \(step.service.rawValue)"
        case .firewallRule(let step): "rule \(step.id.lowercased())"
        case .firewallGroup(let step): "group \(step.group)"
        case .keyFile(let step): "file \(step.path.lowercased())"
        case .certificate(let step): "certificate \(step.thumbprint)"
        }
    }

    /// In which order steps are safe on one host: services first, because the firewall's rules need its service, and TermService after those that it
    /// needs; rules
    /// before the registry may switch the firewall on; the certificate last, because it restarts TermService, with which
    /// other changes take effect.
    package var rank: Int {
        switch self {
        case .service(let step): step.service == .termService ? 1 : 0
        case .firewallRule, .firewallGroup: 2
        case .keyFile: 3
        case .registry: 4
        case .certificate: 5
        }
    }
}
