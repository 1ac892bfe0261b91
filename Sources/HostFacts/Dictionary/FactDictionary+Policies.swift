extension FactDictionary {
    /// Who is behind a policy: evidence for the place where a change belongs.
    static let policyFacts: [Fact] =
        policyOwned.map { name, location in
            Fact(
                "policy.origin.\(name)", "Group policy object that sets \(location.name); absent when no policy does",
                registry: [location]
            ) { $0.live.origin(of: location, in: $0.registry) }
        } + [
            right("allowRemoteLogon", "SeRemoteInteractiveLogonRight", "may sign in through Remote Desktop"),
            right("denyRemoteLogon", "SeDenyRemoteInteractiveLogonRight", "may not sign in through Remote Desktop"),
            right("allowNetworkLogon", "SeNetworkLogonRight", "may reach the machine from the network, as NLA needs"),
            right("denyNetworkLogon", "SeDenyNetworkLogonRight", "may not reach the machine from the network"),
            Fact("policy.managed", "Policies of device management (MDM) that Remote Desktop hangs on and that are set")
            {
                ManagedPolicy.set(in: $0.registry)
            },
        ]

    private static let policyOwned: [(String, RegistryLocation)] =
        [
            "fDenyTSConnections", "SecurityLayer", "UserAuthentication", "MinEncryptionLevel", "fPromptForPassword",
            "fEncryptRPCTraffic", "SelectTransport", "CertTemplateName", "LicensingMode",
        ].map { ($0, RegistryLocation(Keys.terminalServicesPolicy, $0)) } + [
            ("AllowEncryptionOracle", RegistryLocation(Keys.credSSPParameters, "AllowEncryptionOracle")),
            ("cipherOrder", RegistryLocation(Keys.cipherOrderPolicy, "Functions")),
        ]

    private static func right(_ name: String, _ right: String, _ meaning: String) -> Fact {
        Fact("policy.rights.\(name)", "Who, by a group policy object, \(meaning) (\(right))") {
            $0.live.accounts(of: right)
        }
    }
}
