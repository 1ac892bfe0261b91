/// What a fact tells a stranger about a network, so that copies of a report that travel leave it out.
package enum FactSensitivity: String, Sendable, Hashable, CaseIterable {
    /// Where other machines are found: servers, gateways, the names that credentials may be handed to.
    case address
    /// Accounts and members of groups.
    case account
    /// A security descriptor.
    case descriptor
    /// Names in certificates.
    case certificate
    case thumbprint
    /// What tells this machine from every other: identifiers, names of its key files.
    case machine
    /// Names of hosts and domains.
    case name
}

extension Fact {
    /// `nil` when its value says nothing of the kind. Text that hosts choose freely (rules, listeners) is not marked: it
    /// is searched for what looks sensitive.
    package var sensitivity: FactSensitivity? { Self.sensitivities[path] }

    private static let sensitivities: [String: FactSensitivity] = {
        var table: [String: FactSensitivity] = [
            "os.computerName": .name, "os.domain": .name, "os.machineGuid": .machine, "os.machineSID": .machine,
            "fleet.sameMachine": .name, "fleet.sharedMachineGuid": .name, "fleet.sharedMachineSID": .name,
            "fleet.sharedCertificate": .name,
            "domain.secureChannel.controller": .address, "rdp.licensing.servers": .address,
            "rdp.client.gateways": .address, "delegation.wide": .address,
            "groups.administrators": .account, "groups.remoteDesktopUsers": .account,
            "machineKeys.folder.owner": .account, "machineKeys.rdpKey.owner": .account,
            "machineKeys.folder.sddl": .descriptor, "machineKeys.cngFolder.sddl": .descriptor,
            "machineKeys.rdpKey.sddl": .descriptor, "security.restrictRemoteSAM": .descriptor,
            "machineKeys.rdpKey.name": .machine, "machineKeys.rdpKey.foreignFiles": .machine,
            "certificates.bound.keyContainer": .machine,
            "certificates.bound.subject": .certificate, "certificates.bound.issuer": .certificate,
            "certificates.bound.alternativeNames": .certificate,
            "certificates.bound.thumbprint": .thumbprint, "certificates.reported.thumbprint": .thumbprint,
            "certificates.remoteDesktop.thumbprints": .thumbprint, "certificates.personal.thumbprints": .thumbprint,
            "certificates.misnamed": .thumbprint,
        ]
        for permission in CredentialDelegation.Permission.allCases {
            table["delegation.\(permission)"] = .address
        }
        return table
    }()
}
