extension FactDictionary {
    static let remoteDesktopFacts: [Fact] = [
        Fact.setting("rdp.enabled", "Remote connections are allowed (fDenyTSConnections is 0)") {
            $0.remoteDesktop.isEnabled
        },
        Fact.setting("rdp.singleSessionPerUser", "1: one session per user") { $0.remoteDesktop.singleSessionPerUser },
        Fact.setting("rdp.drainMode", "0 takes new logons, 1 none until restart, 2 none") {
            $0.remoteDesktop.drainMode
        },
        Fact.setting("rdp.encryptRPCTraffic", "1: administration over RPC must be encrypted") {
            $0.remoteDesktop.encryptRPCTraffic
        },
        Fact.setting("rdp.disablePasswordSaving", "1: the client may not save passwords") {
            $0.remoteDesktop.disablePasswordSaving
        },
        Fact.setting("rdp.keepAlive.enabled", "1: dead sessions are found by keep-alive messages") {
            $0.remoteDesktop.keepAliveEnabled
        },
        Fact.listenerSetting("disableDriveMapping", "1: the client's drives are not mapped") {
            $0.disableDriveMapping
        },
        Fact.setting(
            "rdp.client.serverAuthenticationLevel",
            "This machine as a client, of a server it cannot authenticate: 0 connects, 1 refuses, 2 warns"
        ) { $0.client.serverAuthenticationLevel },
        Fact.setting("rdp.client.disableUDP", "This machine as a client: 1 uses TCP only") { $0.client.disableUDP },
        Fact.listenerSetting("enabled", "1: the listener is up (fEnableWinStation)") { $0.isEnabled },
        Fact.listenerSetting("port", "TCP port of the listener") { $0.port },
        Fact.listenerSetting("securityLayer", "0 RDP's own, 1 negotiate, 2 TLS") { $0.securityLayer },
        Fact.listenerSetting("userAuthentication", "1: network level authentication is required") {
            $0.userAuthentication
        },
        Fact.listenerSetting(
            "minEncryptionLevel", "1 low, 2 client compatible, 3 high, 4 FIPS; RDP's own encryption only"
        ) {
            $0.minEncryptionLevel
        },
        Fact.listenerSetting("promptForPassword", "1: saved passwords are not taken") { $0.promptForPassword },
        Fact.listenerSetting("logonDisabled", "1: new logons are refused") { $0.logonDisabled },
        Fact.listenerSetting("allowSecProtocolNegotiation", "1: the security protocol is negotiated") {
            $0.allowSecProtocolNegotiation
        },
        Fact.listenerSetting("lanAdapter", "0: all network adapters, else one") { $0.lanAdapter },
        Fact.listenerSetting("maxInstanceCount", "Largest number of connections; 999999 and 4294967295 are no limit") {
            $0.maxInstanceCount
        },
        Fact.listenerSetting("selectTransport", "0 both, 1 TCP only, 2 TCP and UDP") { $0.selectTransport },
        Fact.listenerSetting("shadow", "0 off, 1 full after asking, 2 full, 3 view after asking, 4 view") { $0.shadow },
        [
            Fact("rdp.listener.name", "Name of the listener") { $0.remoteDesktop.listener.map(\.name) },
            Fact("rdp.listeners", "Names of all listeners") { $0.remoteDesktop.listeners.map { $0.map(\.name) } },
            Fact("rdp.listening", "Something listens on the listener's port", stability: .volatile) { facts in
                facts.remoteDesktop.listener.flatMap(\.port.effective).flatMap { port in
                    facts.listeningPorts.map { ports in UInt16(exactly: port).map { ports.contains($0) } ?? false }
                }
            },
            Fact("rdp.hiddenLocalValues", "Settings whose local value disagrees with the policy above it") {
                $0.remoteDesktop.hiddenLocalValues
            },
            Fact("rdp.keepAlive.minutes", "Minutes between keep-alive messages, which only policy sets") {
                $0.remoteDesktop.keepAliveMinutes
            },
            Fact(
                "rdp.maxOutstandingConnections",
                "Half-open connections that the listener bears; absent: its own limit, near 100"
            ) { $0.remoteDesktop.maxOutstandingConnections },
            Fact(
                "rdp.licensing.policyMode", "Licensing mode by policy: 2 per device, 4 per user, 6 Azure AD per user"
            ) { $0.licensing.policyMode },
            Fact("rdp.licensing.localMode", "Licensing mode of the host itself, numbered in its own way") {
                $0.licensing.localMode
            },
            Fact("rdp.licensing.servers", "Licence servers by policy, else those set on the host") {
                $0.licensing.servers
            },
            Fact("rdp.licensing.clientStore", "The client's licence store is there; only per-device licences use it") {
                $0.licensing.hasClientStore
            },
            Fact("rdp.client.gateways", "RD Gateways that policy sets for users whose profiles are loaded, by SID") {
                $0.client.userGateways.map { gateways in
                    gateways.map { gateway in
                        let use = gateway.isUsed == false ? " (not used)" : ""
                        return "\(gateway.user): \(gateway.name ?? "unnamed")\(use)"
                    }.sorted()
                }
            },
            Fact("rdp.certificateTemplate", "Certificate template that policy names") {
                $0.remoteDesktop.certificateTemplate
            },
        ],
    ].flatMap { $0 }

    static let credSSPFacts: [Fact] = [
        Fact.setting("credssp.encryptionOracle", "0 force updated clients, 1 mitigated, 2 vulnerable") {
            $0.credSSP.encryptionOracle
        },
        Fact.setting("security.lmCompatibilityLevel", "0 to 5; 5 refuses LM and NTLMv1") {
            $0.securityPolicy.lmCompatibilityLevel
        },
        Fact.setting("security.disableDomainCredentials", "1: stored domain credentials are barred") {
            $0.securityPolicy.disableDomainCredentials
        },
        Fact.setting("security.fips", "FIPS mode is enforced") { $0.securityPolicy.isFIPSEnforced },
        Fact.setting(
            "security.ntlmMinClientSecurity",
            "Least NTLM security as a client, bits: 536870912 is 128-bit encryption, 524288 NTLMv2 session security"
        ) { $0.securityPolicy.ntlmMinClientSecurity },
        Fact.setting("security.ntlmMinServerSecurity", "Least NTLM security as a server, same bits") {
            $0.securityPolicy.ntlmMinServerSecurity
        },
        Fact.setting("security.limitBlankPasswordUse", "1: accounts without a password sign in at the console only") {
            $0.securityPolicy.limitBlankPasswordUse
        },
        Fact.setting(
            "security.localAccountTokenFilter", "1: local administrators keep their rights over the network"
        ) { $0.securityPolicy.localAccountTokenFilter },
        Fact.setting("delegation.restrictedAdmin", "1: remote administration must hand over no credentials") {
            $0.delegation.restrictedAdministration
        },
        Fact.setting("delegation.allowProtectedCredentials", "1: Remote Credential Guard is offered to clients") {
            $0.delegation.allowProtectedCredentials
        },
        CredentialDelegation.Permission.allCases.map { permission in
            Fact("delegation.\(permission)", "Servers named under \(permission.rawValue); absent when off") {
                $0.delegation[permission]
            }
        },
        [
            Fact(
                "delegation.restrictedAdminType",
                "1 Restricted Admin, 2 Remote Credential Guard, 3 the latter where it can be had"
            ) { $0.delegation.restrictedAdministrationType },
            Fact("delegation.wide", "Permissions that hand credentials to every server") { $0.delegation.wideEntries },
            Fact("security.restrictRemoteSAM", "Who may ask for accounts and groups over the network, SDDL") {
                $0.securityPolicy.restrictRemoteSAM
            },
            Fact("credssp.patched", "The fix for CVE-2018-0886 is there, by build or file version") {
                $0.credSSP.isPatched
            },
            Fact("credssp.packageVersion", "Product version of TSpkg.dll") { $0.credSSP.packageVersion },
            Fact("security.disableRestrictedAdmin", "0 allows Restricted Admin; absent does not") {
                $0.securityPolicy.disableRestrictedAdmin
            },
        ],
    ].flatMap { $0 }

    private static let keyLengthFacts: [Fact] = [
        Fact.setting("schannel.rsaClientMinKeyBits", "As a client: shorter RSA keys of servers are refused, in bits") {
            $0.schannel.rsaClientMinKeyBits
        },
        Fact.setting("schannel.diffieHellmanServerMinKeyBits", "As a server: length of Diffie-Hellman keys, in bits") {
            $0.schannel.diffieHellmanServerMinKeyBits
        },
    ].flatMap { $0 }

    static let schannelFacts: [Fact] =
        Schannel.ProtocolVersion.allCases.flatMap { version in
            Schannel.Side.allCases.flatMap { side -> [Fact] in
                let path = "schannel.\(version.factName).\(side.rawValue.lowercased())"
                return [
                    Fact(
                        "\(path).effective", "\(version.rawValue) as a \(side.rawValue.lowercased())",
                        choices: Schannel.State.allCases.map(\.rawValue)
                    ) { $0.schannel[version, side].state },
                    Fact(
                        "\(path).source", "\(version.rawValue) as a \(side.rawValue.lowercased()): what decides it",
                        choices: SettingSource.allCases.map(\.rawValue)
                    ) { $0.schannel[version, side].source },
                ]
            }
        } + [
            Fact("schannel.cipherOrderPolicy", "Cipher suites in the order that a policy sets, separated by commas") {
                $0.schannel.cipherOrderPolicy
            },
            Fact("schannel.cipherOrderLocal", "Cipher suites in the machine's own order, separated by commas") {
                $0.schannel.cipherOrderLocal
            },
            Fact(
                "schannel.usableByRDP", "TLS versions that Remote Desktop can serve",
                choices: Schannel.ProtocolVersion.allCases.map(\.rawValue)
            ) { $0.schannel.usableByRemoteDesktop.map { $0.map(\.rawValue) } },
        ] + keyLengthFacts
}

extension Schannel.ProtocolVersion {
    /// `tls12`, as in fact paths.
    package var factName: String {
        switch self {
        case .ssl2: "ssl2"
        case .ssl3: "ssl3"
        case .tls10: "tls10"
        case .tls11: "tls11"
        case .tls12: "tls12"
        case .tls13: "tls13"
        }
    }
}

extension RemoteDesktopSettings {
    /// Names of the settings whose local value waits below a policy that says something else.
    package var hiddenLocalValues: Collected<[String]> {
        listener.flatMap { listener in
            let settings: [(OSDefaults.Item, Collected<Bool>)] = [
                (.denyConnections, denyConnections.isLocalHiddenByPolicy),
                (.singleSessionPerUser, singleSessionPerUser.isLocalHiddenByPolicy),
                (.securityLayer, listener.securityLayer.isLocalHiddenByPolicy),
                (.userAuthentication, listener.userAuthentication.isLocalHiddenByPolicy),
                (.minEncryptionLevel, listener.minEncryptionLevel.isLocalHiddenByPolicy),
                (.promptForPassword, listener.promptForPassword.isLocalHiddenByPolicy),
                (.maxInstanceCount, listener.maxInstanceCount.isLocalHiddenByPolicy),
                (.selectTransport, listener.selectTransport.isLocalHiddenByPolicy),
                (.shadow, listener.shadow.isLocalHiddenByPolicy),
            ]
            if let missing = settings.first(where: { $0.1.value == nil }) { return missing.1.map { _ in [] } }
            return .value(settings.filter { $0.1 == .value(true) }.map(\.0.rawValue))
        }
    }
}
