extension SectionName {
    /// What this section asks of the registry; `fleetaudit facts` says what each fact made of it means.
    package var registryQuestions: [RegistryQuestion] {
        switch self {
        case .os:
            [
                RegistryQuestion(
                    Keys.currentVersion,
                    .values([
                        "CurrentBuild", "CurrentBuildNumber", "UBR", "CurrentMajorVersionNumber",
                        "CurrentMinorVersionNumber", "CurrentVersion", "ProductName", "EditionID", "InstallationType",
                        "DisplayVersion", "ReleaseId", "CSDVersion", "BuildLabEx", "InstallDate",
                    ])),
                RegistryQuestion(Keys.productOptions, .values(["ProductType", "ProductSuite"])),
                RegistryQuestion(Keys.computerName, .values(["ComputerName"])),
                RegistryQuestion(Keys.tcpip, .values(["Hostname", "Domain"])),
                RegistryQuestion(Keys.cryptography, .values(["MachineGuid"])),
                RegistryQuestion(Keys.servicingRebootPending, .presence),
                RegistryQuestion(Keys.updateRebootRequired, .presence),
            ] + Keys.aboveSettings.map { RegistryQuestion($0, .presence) }
        case .rdp:
            [
                RegistryQuestion(
                    Keys.terminalServer,
                    .values([
                        "fDenyTSConnections", "fSingleSessionPerUser", "TSServerDrainMode", "TSEnabled",
                        "MaxOutstandingConnections",
                    ])),
                RegistryQuestion(Keys.winStations, .values(["SelfSignedCertificate", "SelfSignedCertStore"])),
                RegistryQuestion(
                    Keys.winStations,
                    .children([
                        "fEnableWinStation", "PortNumber", "SecurityLayer", "UserAuthentication", "MinEncryptionLevel",
                        "fPromptForPassword", "fLogonDisabled", "fAllowSecProtocolNegotiation", "LanAdapter",
                        "MaxInstanceCount", "SelectTransport", "Shadow", "SSLCertificateSHA1Hash", "fDisableCdm",
                    ])),
                RegistryQuestion(
                    Keys.terminalServicesPolicy,
                    .values([
                        "fDenyTSConnections", "SecurityLayer", "UserAuthentication", "MinEncryptionLevel",
                        "fPromptForPassword", "fEncryptRPCTraffic", "MaxInstanceCount", "fSingleSessionPerUser",
                        "SelectTransport", "Shadow", "CertTemplateName", "KeepAliveEnable", "KeepAliveInterval",
                        "LicensingMode", "LicenseServers", "fDisableCdm", "DisablePasswordSaving",
                        "AuthenticationLevel",
                    ])),
                RegistryQuestion(Keys.terminalServicesClientPolicy, .values(["fClientDisableUDP"])),
                RegistryQuestion(Keys.licensingCore, .values(["LicensingMode"])),
                RegistryQuestion(Keys.licenseServers, .values(["SpecifiedLicenseServers"])),
                RegistryQuestion(Keys.clientLicenses, .presence),
            ]
        case .credssp:
            [
                RegistryQuestion(Keys.credSSPParameters, .values(["AllowEncryptionOracle"])),
                RegistryQuestion(
                    Keys.lsa,
                    .values([
                        "LmCompatibilityLevel", "disabledomaincreds", "DisableRestrictedAdmin", "RestrictRemoteSAM",
                        "LimitBlankPasswordUse",
                    ])),
                RegistryQuestion(Keys.msv1, .values(["NtlmMinClientSec", "NtlmMinServerSec"])),
                RegistryQuestion(Keys.systemPolicies, .values(["LocalAccountTokenFilterPolicy"])),
                RegistryQuestion(Keys.fipsPolicy, .values(["Enabled"])),
            ]
        case .delegation:
            [
                RegistryQuestion(
                    Keys.credentialsDelegation,
                    .values(
                        CredentialDelegation.Permission.allCases.map(\.rawValue) + [
                            "RestrictedRemoteAdministration", "RestrictedRemoteAdministrationType",
                            "AllowProtectedCreds",
                        ]))
            ]
                + CredentialDelegation.Permission.allCases.map {
                    RegistryQuestion(Keys.credentialsDelegation + "\\" + $0.rawValue, .everyValue(limit: 1_000))
                }
        case .certificates:
            [
                RegistryQuestion(Keys.remoteDesktopStore, .children(["Blob"])),
                RegistryQuestion(Keys.personalStore, .children(["Blob"])),
                RegistryQuestion(Keys.disallowedStore, .children([])),
                RegistryQuestion(Keys.disallowedPolicyStore, .children([])),
            ]
        case .machineKeys, .identity, .activeProfiles, .events, .served, .groups, .listeners, .policySource,
            .firewallProducts, .secureChannel, .quickFixes:
            []
        case .network:
            [RegistryQuestion(Keys.networkProfiles, .children(["Category", "Managed"]))]
        case .mdm:
            ManagedPolicy.areas.map { area in
                RegistryQuestion(
                    Keys.mdmPolicies + "\\" + area.name, .values(area.policies.map { $0 + ManagedPolicy.provider }))
            }
        case .firewall:
            firewallQuestions
        case .services:
            AuditedService.allCases.map {
                RegistryQuestion(Keys.services + "\\" + $0.rawValue, .values(["Start", "Type", "ObjectName"]))
            }
        case .schannel:
            [
                RegistryQuestion(Keys.schannelProtocols, .tree(["Enabled", "DisabledByDefault"])),
                RegistryQuestion(Keys.rsaKeyExchange, .values(["ClientMinKeyBitLength"])),
                RegistryQuestion(Keys.diffieHellman, .values(["ServerMinKeyBitLength"])),
                RegistryQuestion(Keys.cipherOrderPolicy, .values(["Functions"])),
                RegistryQuestion(Keys.cipherOrderLocal, .values(["Functions"])),
            ]
        case .updates:
            [
                RegistryQuestion(
                    Keys.packages,
                    .childrenLike(
                        [
                            "Package_for_KB*", "Package_*_for_KB*", "Package_for_RollupFix*",
                            "Package_for_ServicingStack*",
                        ],
                        names: ["CurrentState"]))
            ]
        }
    }

    private var firewallQuestions: [RegistryQuestion] {
        let stores = [
            Keys.firewall + #"\FirewallRules"#,
            Keys.firewall + #"\Mdm\FirewallRules"#,
            Keys.firewall + #"\RestrictedServices\Static\System"#,
            Keys.firewall + #"\RestrictedServices\Configurable\System"#,
            Keys.firewallPolicy + #"\FirewallRules"#,
        ]
        let profileValues = [
            "EnableFirewall", "DoNotAllowExceptions", "DefaultInboundAction", "AllowLocalPolicyMerge",
        ]
        let profiles =
            ["DomainProfile", "StandardProfile", "PublicProfile"].map { Keys.firewall + "\\" + $0 }
            + ["DomainProfile", "PrivateProfile", "PublicProfile", "StandardProfile"].map {
                Keys.firewallPolicy + "\\" + $0
            }
        return stores.map { RegistryQuestion($0, .everyValue(limit: 20_000)) }
            + profiles.map { RegistryQuestion($0, .values(profileValues)) }
            + [RegistryQuestion(Keys.firewall + #"\RestrictedServices\AppIso\FirewallRules"#, .count)]
    }
}
