extension FactRule {
    static let delegation: [FactRule] =
        CredentialDelegation.Permission.allCases.map { permission in
            FactRule(
                "delegation.\(permission)",
                text: "The entries of the key, where the value of the same name is not 0.",
                evidence: [
                    .value(RegistryLocation(Keys.credentialsDelegation, permission.rawValue)),
                    .key(Keys.credentialsDelegation + "\\" + permission.rawValue),
                ])
        } + [
            FactRule(
                "delegation.restrictedAdminType",
                evidence: [
                    .value(RegistryLocation(Keys.credentialsDelegation, "RestrictedRemoteAdministrationType"))
                ]),
            FactRule(
                "delegation.wide",
                text: """
                    Entries that are * or end with /*, of permissions that send a password without its being typed, or to a \
                    server that nobody could authenticate (NTLM only).
                    """,
                inputs: CredentialDelegation.Permission.allCases.filter(\.isDangerousWhenWide).map {
                    "delegation.\($0)"
                }),
        ]

    /// What the running system was asked.
    static let live: [FactRule] =
        EventSource.allCases.map { source in
            FactRule(
                "events.\(source.rawValue)",
                text: """
                    Counted by provider and id, never by text, over 14 days and at most 2,000 events a source. A log that is \
                    missing or switched off gives no number, never zero.
                    """, evidence: [.item(.events, [source.rawValue])])
        } + [
            FactRule("events.cut", evidence: EventSource.allCases.map { .item(.events, [$0.rawValue]) }),
            FactRule("events.logs", evidence: [.item(.events, ["logs"])]),
            FactRule("services.TermService.processStarted", evidence: [.item(.listeners, ["termService", "started"])]),
            FactRule(
                "rdp.listenedByTermService",
                text: """
                    The process that owns the listener's port is the one that runs TermService. Up to Windows 7 the kernel \
                    listens in its place.
                    """,
                evidence: [.item(.listeners, ["owners"]), .item(.listeners, ["termService", "process"])],
                inputs: ["rdp.listener.port.effective", "os.version"]),
            FactRule(
                "rdp.listeningUDP", evidence: [.item(.network, ["udpListeners"])],
                inputs: ["rdp.listener.port.effective"]),
            FactRule("network.smallestMTU", evidence: [.item(.network, ["interfaces"])]),
            FactRule(
                "network.knownNetworks", text: "Category of each: 0 public, 1 private, 2 domain.",
                evidence: [.key(Keys.networkProfiles)]),
            FactRule(
                "certificates.reported.agrees",
                inputs: ["certificates.reported.thumbprint", "certificates.bound.thumbprint"]),
            FactRule("certificates.reported", "rdp.reported", evidence: [.item(.served, ["settings"])]),
            FactRule("groups.remoteDesktopUsers", evidence: [.item(.groups, ["remoteDesktopUsers"])]),
            FactRule("groups.administrators", evidence: [.item(.groups, ["administrators"])]),
            FactRule("domain.member", evidence: [.item(.secureChannel, ["membership", "member"])]),
            FactRule(
                "domain.secureChannel", text: "What Netlogon remembers of its channel; it is not tried.",
                evidence: [.item(.secureChannel, ["channel"])]),
            FactRule(
                "clock.skewSeconds",
                text: "The host's clock against the time between our question and its answer.", inputs: ["probe.clock"]),
            FactRule("updates.quickFixes", evidence: [.item(.quickFixes, ["fixes"])]),
            FactRule(
                "policy.origin",
                text: """
                    The group policy object that Windows noted for the value when policy was applied last (RSoP). Where it noted \
                    none, a policy, name unknown.
                    """, evidence: [.item(.policySource, ["settings"]), .item(.policySource, ["objects"])]),
            FactRule("policy.rights", evidence: [.item(.policySource, ["rights"])]),
            FactRule("policy.managed", evidence: ManagedPolicy.areas.map { .key(Keys.mdmPolicies + "\\" + $0.name) }),
        ]

    static let fleet: [FactRule] = [
        FactRule(
            "fleet.sameMachine", text: "Hosts of the run with the same MachineGuid, machine SID and name.",
            inputs: ["os.machineGuid", "os.machineSID", "os.computerName"]),
        FactRule(
            "fleet.sharedMachineGuid", text: "Other machines of the run with the same MachineGuid.",
            inputs: ["os.machineGuid", "os.machineSID", "os.computerName"]),
        FactRule(
            "fleet.sharedMachineSID",
            text: "Other machines of the run with the same machine SID. Controllers of one domain share it rightfully.",
            inputs: ["os.machineGuid", "os.machineSID", "os.computerName", "os.role"]),
        FactRule(
            "fleet.sharedCertificate", text: "Other machines of the run that are set to serve the same certificate.",
            inputs: ["certificates.bound.thumbprint", "os.machineGuid", "os.machineSID", "os.computerName"]),
    ]
}
