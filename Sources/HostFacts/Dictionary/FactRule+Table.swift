extension FactRule {
    /// Every rule, the first that is about a fact counts. Tests hold that each row is about a fact, and that what it names
    /// is there.
    package static let table: [FactRule] =
        windows + certificates + machineKeys + firewall + schannel + others
        + delegation + live + fleet

    private static let windowsVersion: [Evidence] = [
        .value(RegistryLocation(Keys.currentVersion, "CurrentBuildNumber")),
        .value(RegistryLocation(Keys.currentVersion, "CurrentBuild")),
        .value(RegistryLocation(Keys.currentVersion, "CurrentMajorVersionNumber")),
        .value(RegistryLocation(Keys.currentVersion, "CurrentMinorVersionNumber")),
        .value(RegistryLocation(Keys.currentVersion, "CurrentVersion")),
        .value(RegistryLocation(Keys.currentVersion, "UBR")),
    ]
    private static let productType: Evidence = .value(RegistryLocation(Keys.productOptions, "ProductType"))

    private static let windows: [FactRule] = [
        FactRule(
            "os.name",
            text: """
                The release whose first build is not above the host's, for a server or a workstation as ProductType says. \
                ProductName is not used: it says Windows 10 on Windows 11.
                """, evidence: windowsVersion + [productType]),
        FactRule(
            "os.version", "os.build", "os.revision", "os.supported",
            text: """
                CurrentBuildNumber, else CurrentBuild. Before it CurrentMajorVersionNumber and CurrentMinorVersionNumber, \
                on Windows older than 10 CurrentVersion; behind it UBR, which counts since Windows 10.
                """, evidence: windowsVersion),
        FactRule(
            "os.role", text: "WinNT is a workstation, ServerNT a server, LanmanNT a domain controller.",
            evidence: [productType]),
        FactRule(
            "os.installationType", evidence: [.value(RegistryLocation(Keys.currentVersion, "InstallationType"))]),
        FactRule("os.computerName", evidence: [.value(RegistryLocation(Keys.computerName, "ComputerName"))]),
        FactRule("os.domain", evidence: [.value(RegistryLocation(Keys.tcpip, "Domain"))]),
        FactRule("os.machineGuid", evidence: [.value(RegistryLocation(Keys.cryptography, "MachineGuid"))]),
        FactRule(
            "os.machineSID", text: "The SID of the account domain that is called as the computer is.",
            evidence: [.item(.identity, ["machineSID"])]),
        FactRule(
            "os.rebootPending",
            text: "True when either key is there. Until the restart the build number is the old one.",
            evidence: [.key(Keys.servicingRebootPending), .key(Keys.updateRebootRequired)]),
        FactRule("probe.elevated", evidence: [.item(.os, ["engine", "elevated"])]),
        FactRule("probe.powershell", evidence: [.item(.os, ["engine", "version"])]),
        FactRule("probe.clock", evidence: [.item(.os, ["engine", "clock"])]),
    ]

    private static let listenerKey = Keys.winStations + #"\RDP-Tcp"#

    private static let certificates: [FactRule] = [
        FactRule(
            "certificates.bound.binding", "certificates.bound.thumbprint",
            text: """
                As TermService looks for it: the thumbprint that somebody bound to the listener (SSLCertificateSHA1Hash, \
                KB3042780); without one, a certificate in My of the template that policy names; without that, the \
                self-signed one that TermService made itself. What is really served only the wire can tell: TermService \
                reads this when it starts.
                """,
            evidence: [
                .value(RegistryLocation(listenerKey, "SSLCertificateSHA1Hash")),
                .value(RegistryLocation(Keys.terminalServicesPolicy, "CertTemplateName")),
                .value(RegistryLocation(Keys.winStations, "SelfSignedCertificate")),
            ]),
        FactRule(
            "certificates.bound.present", "certificates.bound.store",
            text: """
                A bound thumbprint is looked for in My, then in Remote Desktop; the self-signed one in Remote Desktop only.
                """, evidence: [.key(Keys.personalStore), .key(Keys.remoteDesktopStore)],
            inputs: ["certificates.bound.thumbprint"]),
        FactRule(
            "certificates.bound",
            text:
                "Read from the certificate in the store entry of the served thumbprint; the private key is not needed.",
            evidence: [.key(Keys.personalStore), .key(Keys.remoteDesktopStore)],
            inputs: ["certificates.bound.thumbprint"]),
        FactRule("certificates.remoteDesktop", evidence: [.key(Keys.remoteDesktopStore)]),
        FactRule("certificates.personal", evidence: [.key(Keys.personalStore)]),
        FactRule(
            "certificates.damaged", "certificates.misnamed",
            evidence: [.key(Keys.personalStore), .key(Keys.remoteDesktopStore)]),
    ]

    private static let machineKeys: [FactRule] = [
        FactRule(
            "machineKeys.folder.owner", text: "The owner in the folder's descriptor.",
            inputs: ["machineKeys.folder.sddl"]),
        FactRule("machineKeys.bytes", evidence: [.item(.machineKeys, ["rsa", "bytes"])]),
        FactRule("machineKeys.newest", evidence: [.item(.machineKeys, ["rsa", "newest"])]),
        FactRule("machineKeys.cngFolder.sddl", evidence: [.item(.machineKeys, ["cng", "sddl"])]),
        FactRule(
            "machineKeys.rdpKey.foreignFiles",
            text: "Files with the hash of the container TSSecKeySet1 and another MachineGuid than the host's.",
            evidence: [.item(.machineKeys, ["rsa", "files"])], inputs: ["os.machineGuid"]),
        FactRule(
            "machineKeys.rdpKey.owner", text: "The owner in the file's descriptor.",
            inputs: ["machineKeys.rdpKey.sddl"]),
        FactRule(
            "machineKeys.servedKey",
            text: """
                By the key file's descriptor where it could be read. Else by events since the process of TermService \
                started: an error 36870 of Schannel says that the key could not be used, a connection that got past the \
                handshake that it could. Without either it is unknown.
                """,
            evidence: [
                .item(.events, ["schannel"]), .item(.events, ["rdpCoreTS"]), .item(.events, ["rcmOperational"]),
            ],
            inputs: [
                "machineKeys.rdpKey.present", "machineKeys.rdpKey.networkServiceCanRead",
                "services.TermService.processStarted",
            ]),
        FactRule("machineKeys.folder.sddl", evidence: [.item(.machineKeys, ["rsa", "sddl"])]),
        FactRule(
            "machineKeys.folder.stockAccess",
            text: """
                True when the list is protected and holds exactly the two entries of a stock Windows: Everyone may list \
                and create, Administrators have full access. The owner does not count.
                """, inputs: ["machineKeys.folder.sddl"]),
        FactRule("machineKeys.count", evidence: [.item(.machineKeys, ["rsa", "count"])]),
        FactRule("machineKeys.cngCount", evidence: [.item(.machineKeys, ["cng", "count"])]),
        FactRule(
            "machineKeys.renamedFolders", text: "Folders beside MachineKeys whose name begins so.",
            evidence: [.item(.machineKeys, ["siblings"])]),
        FactRule(
            "machineKeys.rdpKey.name",
            text: """
                The store entry of the served certificate names its key container. Windows calls the key file after the \
                MD5 of that name, an underscore, and the MachineGuid. Keys of CNG cannot be told from outside.
                """, inputs: ["certificates.bound.thumbprint", "os.machineGuid"]),
        FactRule(
            "machineKeys.rdpKey.fileCount",
            text: """
                Files whose name begins with the hash of the container TSSecKeySet1: two or more after cloning, or after \
                the MachineGuid was changed.
                """, evidence: [.item(.machineKeys, ["rsa", "files"])]),
        FactRule(
            "machineKeys.rdpKey.present", "machineKeys.rdpKey.sddl", "machineKeys.rdpKey.modified",
            evidence: [.item(.machineKeys, ["rsa", "files"])], inputs: ["machineKeys.rdpKey.name"]),
        FactRule(
            "machineKeys.rdpKey.networkServiceCanRead",
            text: """
                The file's access list is read as Windows reads it for the token of NETWORK SERVICE: entries in their \
                order, a denial before a grant. A conditional entry that matters makes it unknown.
                """, inputs: ["machineKeys.rdpKey.sddl"]),
    ]

    private static let firewall: [FactRule] = [
        FactRule(
            "firewall.rdp.reachable", "firewall.rdp.openToAny", "firewall.rdp.scope", "firewall.rdp.blockedBy",
            "firewall.rdp.decidedBy",
            text: """
                Every active inbound rule of the local, policy and MDM stores is held against a connection to TermService \
                on the listener's TCP port, on this profile ([MS-FASP] 2.2.36). A block rule wins over an allow rule; \
                without a match the profile's inbound action decides. A profile that does not filter lets everything in; \
                one that takes no exceptions, or a policy that does not merge local rules, leaves allow rules out. Rules \
                that cannot be decided from here (a condition on the user, an unreadable text, a service that does not \
                run) make the answer unknown where they could change it.
                """,
            evidence: [
                .key(Keys.firewall + #"\FirewallRules"#), .key(Keys.firewallPolicy + #"\FirewallRules"#),
                .key(Keys.firewall + #"\Mdm\FirewallRules"#),
            ],
            inputs: [
                "rdp.listener.port.effective", "services.MpsSvc.state", "services.BFE.state", "os.version",
                "firewall.otherProduct",
            ]),
        FactRule(
            "firewall.ports",
            text: """
                As for Remote Desktop's own port, with the port's service or program: every active inbound rule of the local, \
                policy and MDM stores is held against it on this profile.
                """,
            evidence: [
                .key(Keys.firewall + #"\FirewallRules"#), .key(Keys.firewallPolicy + #"\FirewallRules"#),
                .key(Keys.firewall + #"\Mdm\FirewallRules"#),
            ], inputs: ["services.MpsSvc.state", "services.BFE.state", "os.version", "firewall.otherProduct"]),
        FactRule(
            "firewall.otherProduct", "firewall.products",
            text: """
                What has registered itself with Windows' firewall, and on clients with the Security Center. Where another \
                product filters, the rules of Windows decide nothing.
                """,
            evidence: [
                .item(.firewallProducts, ["registered"]), .item(.firewallProducts, ["securityCenter"]),
            ]),
        FactRule(
            "firewall.rdp.misfitRules",
            text: """
                Active inbound TCP allow rules of the group Remote Desktop, or for TermService without a group, whose \
                ports do not hold the listener's.
                """,
            evidence: [
                .key(Keys.firewall + #"\FirewallRules"#), .key(Keys.firewallPolicy + #"\FirewallRules"#),
                .key(Keys.firewall + #"\Mdm\FirewallRules"#),
            ], inputs: ["rdp.listener.port.effective"]),
        FactRule(
            "firewall.ruleCount", "firewall.unreadableRules",
            evidence: [
                .key(Keys.firewall + #"\FirewallRules"#), .key(Keys.firewallPolicy + #"\FirewallRules"#),
                .key(Keys.firewall + #"\Mdm\FirewallRules"#),
            ]),
        FactRule("firewall.activeProfiles", evidence: [.item(.activeProfiles, ["activeProfiles"])]),
        FactRule(
            "firewall.appContainerRuleCount",
            evidence: [.key(Keys.firewall + #"\RestrictedServices\AppIso\FirewallRules"#)]),
    ]

    private static let schannel: [FactRule] =
        Schannel.ProtocolVersion.allCases.flatMap { version in
            Schannel.Side.allCases.map { side in
                let key = Keys.schannelProtocols + "\\" + version.rawValue + "\\" + side.rawValue
                return FactRule(
                    "schannel.\(version.factName).\(side.rawValue.lowercased())",
                    text: """
                        Enabled 0 switches it off; any other number switches it on, for everybody when DisabledByDefault \
                        is 0 as well, else only for programs that ask for it by name, which RDP does not. What is not set \
                        is as this Windows ships it (Microsoft Learn, Protocols in TLS/SSL). A version that this Windows \
                        does not have is unsupported, whatever is set.
                        """,
                    evidence: [
                        .value(RegistryLocation(key, "Enabled")), .value(RegistryLocation(key, "DisabledByDefault")),
                    ],
                    inputs: ["os.version"])
            }
        } + [
            FactRule(
                "schannel.cipherOrderPolicy", evidence: [.value(RegistryLocation(Keys.cipherOrderPolicy, "Functions"))]),
            FactRule(
                "schannel.cipherOrderLocal", evidence: [.value(RegistryLocation(Keys.cipherOrderLocal, "Functions"))]),
            FactRule(
                "schannel.usableByRDP",
                text: """
                    The versions of TLS that are enabled for servers: the listener speaks no SSL ([MS-RDPBCGR] 5.4.5.1), and \
                    does not ask for what is disabled by default. On Windows 7 and Server 2008 R2 it speaks TLS 1.1 and 1.2 \
                    only with KB3080079.
                    """,
                inputs: Schannel.ProtocolVersion.allCases.map { "schannel.\($0.factName).server.effective" } + [
                    "updates.installed"
                ]),
        ]

    private static let others: [FactRule] =
        [
            FactRule(
                "rdp.listener.name", "rdp.listeners",
                text: """
                    The keys below WinStations without Console, RDP-Tcp first. The listener is the one called RDP-Tcp, or the \
                    only one; with several others it cannot be told.
                    """, evidence: [.key(Keys.winStations)]),
            FactRule(
                "rdp.listening",
                text: "True when some program listens on the listener's TCP port; which one is not asked here.",
                evidence: [.item(.network, ["listeners"])], inputs: ["rdp.listener.port.effective"]),
            FactRule(
                "rdp.keepAlive.minutes",
                evidence: [.value(RegistryLocation(Keys.terminalServicesPolicy, "KeepAliveInterval"))]),
            FactRule(
                "rdp.maxOutstandingConnections",
                evidence: [.value(RegistryLocation(Keys.terminalServer, "MaxOutstandingConnections"))]),
            FactRule(
                "rdp.licensing.policyMode",
                evidence: [.value(RegistryLocation(Keys.terminalServicesPolicy, "LicensingMode"))]),
            FactRule(
                "rdp.licensing.localMode", evidence: [.value(RegistryLocation(Keys.licensingCore, "LicensingMode"))]),
            FactRule(
                "rdp.licensing.servers", text: "The policy's list where there is one, else the host's own.",
                evidence: [
                    .value(RegistryLocation(Keys.terminalServicesPolicy, "LicenseServers")),
                    .value(RegistryLocation(Keys.licenseServers, "SpecifiedLicenseServers")),
                ]),
            FactRule(
                "rdp.licensing.clientStore", text: "Whether the key is there; what it holds is never read.",
                evidence: [.key(Keys.clientLicenses)]),
            FactRule("rdp.licensing", evidence: [.item(.served, ["licensing"])]),
            FactRule(
                "rdp.client.gateways",
                text: """
                    UseProxy and ProxyName of the policies of each user whose profile is loaded. One that may not be read makes \
                    the list unknown.
                    """, evidence: [.item(.rdp, ["userGateways"])]),
            FactRule(
                "rdp.hiddenLocalValues",
                text: """
                    Settings of the server and the listener whose policy and local value are both set and differ: the local \
                    value is without effect, and comes back when the policy goes.
                    """),
            FactRule(
                "rdp.certificateTemplate",
                evidence: [.value(RegistryLocation(Keys.terminalServicesPolicy, "CertTemplateName"))]),
            FactRule(
                "credssp.encryptionOracle",
                text: """
                    Only the policy key exists. When it is not set, 1 (mitigated) holds on a host that has the update of May \
                    2018; without that update the value has no effect.
                    """, inputs: ["credssp.patched"]),
            FactRule(
                "credssp.patched",
                text: """
                    Windows 10 1803 and later ship with the fix. Before, the revision decides where updates are cumulative \
                    (Windows 10), and the product version of TSpkg.dll where they are not (7, 8, 8.1 and their servers): \
                    KB4295591, KB4103716. A list of installed KBs is never used: cumulative updates remove their predecessors.
                    """, inputs: ["os.version", "credssp.packageVersion"]),
            FactRule("credssp.packageVersion", evidence: [.item(.credssp, ["tspkg"])]),
            FactRule(
                "security.disableRestrictedAdmin",
                evidence: [.value(RegistryLocation(Keys.lsa, "DisableRestrictedAdmin"))]),
            FactRule(
                "updates.installed",
                text: """
                    KB numbers in the names of packages below Component Based Servicing whose CurrentState is 112, installed. \
                    A cumulative update takes its predecessors off the list: builds decide, packages only prove that \
                    something is there.
                    """, evidence: [.key(Keys.packages)]),
            FactRule(
                "updates.staged", text: "As updates.installed, with a CurrentState of 64.",
                evidence: [.key(Keys.packages)]),
            FactRule(
                "security.restrictRemoteSAM",
                evidence: [.value(RegistryLocation(Keys.lsa, "RestrictRemoteSAM"))]),
        ]
        + AuditedService.allCases.map { service in
            FactRule("services.\(service.rawValue).state", evidence: [.item(.services, ["states", service.rawValue])])
        }
}
