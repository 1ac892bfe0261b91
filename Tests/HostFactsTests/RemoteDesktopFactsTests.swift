import HostFacts
import Testing

@Suite struct RemoteDesktopFactsTests {
    // MARK: Delegation

    @Test func `a permission names servers only when it is switched on`() throws {
        var host = StatedRegistry()
        let list = Keys.credentialsDelegation + #"\AllowSavedCredentials"#
        host.set(list, "1", .string("TERMSRV/*.corp.example"))
        #expect(try host.fact("delegation.allowSaved") == .absent)
        host.set(Keys.credentialsDelegation, "AllowSavedCredentials", .dword(1))
        #expect(try host.fact("delegation.allowSaved") == .value(.list(["TERMSRV/*.corp.example"])))
    }

    @Test(arguments: [
        ("AllowDefaultCredentials", "TERMSRV/*", true), ("AllowDefaultCredentials", "*", true),
        ("AllowDefCredentialsWhenNTLMOnly", "WSMAN/*", true), ("AllowFreshCredentialsWhenNTLMOnly", "TERMSRV/*", true),
        ("AllowSavedCredentialsWhenNTLMOnly", "TERMSRV/*", true), ("AllowFreshCredentials", "TERMSRV/*", false),
        ("AllowDefaultCredentials", "TERMSRV/*.corp.example", false),
        ("AllowDefaultCredentials", "TERMSRV/srv1", false), ("DenyDefaultCredentials", "TERMSRV/*", false),
    ])
    func `handing credentials to every server is told from naming servers`(
        _ permission: String, _ server: String, _ isWide: Bool
    ) throws {
        var host = StatedRegistry()
        host.set(Keys.credentialsDelegation, permission, .dword(1))
        host.set(Keys.credentialsDelegation + "\\" + permission, "1", .string(server))
        #expect(try host.fact("delegation.wide") == .value(.list(isWide ? ["\(permission): \(server)"] : [])))
    }

    @Test func `a permission of a wrong type is unknown, and so is what rests on it`() throws {
        var host = StatedRegistry()
        host.set(Keys.credentialsDelegation, "AllowDefaultCredentials", .string("1"))
        #expect(try host.fact("delegation.wide").value == nil)
        #expect(try host.fact("delegation.wide") != .absent)
        var list = StatedRegistry()
        list.set(Keys.credentialsDelegation, "AllowDefaultCredentials", .dword(1))
        list.set(Keys.credentialsDelegation + #"\AllowDefaultCredentials"#, "1", .dword(7))
        #expect(try list.fact("delegation.allowDefault").value == nil)
    }

    // MARK: Schannel

    @Test(
        arguments: [
            (17763, ["TLS 1.0", "TLS 1.1", "TLS 1.2"]), (20348, ["TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"]),
            (9600, ["TLS 1.0", "TLS 1.1", "TLS 1.2"]), (7601, ["TLS 1.0"]),
        ] as [(UInt32, [String])])
    func `the versions that RDP can serve follow the defaults of Windows`(_ build: UInt32, _ versions: [String]) throws
    {
        #expect(try StatedRegistry(build: build).fact("schannel.usableByRDP") == .value(.list(versions)))
    }

    @Test func `a version that is only disabled by default is none for RDP`() throws {
        var host = StatedRegistry()
        let key = Keys.schannelProtocols + #"\TLS 1.2\Server"#
        host.list(Keys.schannelProtocols, ["TLS 1.2"])
        host.list(Keys.schannelProtocols + #"\TLS 1.2"#, ["Server"])
        host.set(key, "Enabled", .dword(1))
        host.set(key, "DisabledByDefault", .dword(1))
        #expect(try host.fact("schannel.usableByRDP") == .value(.list(["TLS 1.0", "TLS 1.1"])))
    }

    @Test func `the listener of Windows 7 needs an update for TLS 1.2, and its absence proves nothing`() throws {
        func windows7(_ packages: [(String, UInt32)]) -> StatedRegistry {
            var host = StatedRegistry(build: 7601)
            for version in ["TLS 1.1", "TLS 1.2"] {
                let key = Keys.schannelProtocols + "\\" + version + #"\Server"#
                host.set(key, "Enabled", .dword(1))
                host.set(key, "DisabledByDefault", .dword(0))
            }
            host.list(Keys.packages, packages.map(\.0))
            for (name, state) in packages { host.set(Keys.packages + "\\" + name, "CurrentState", .dword(state)) }
            return host
        }
        let package = "Package_for_KB3080079~31bf3856ad364e35~x86~~6.1.1.0"
        #expect(
            try windows7([(package, 112)]).fact("schannel.usableByRDP")
                == .value(.list(["TLS 1.0", "TLS 1.1", "TLS 1.2"])))
        #expect(
            try windows7([(package, 80)]).fact("schannel.usableByRDP")
                == .value(.list(["TLS 1.0", "TLS 1.1", "TLS 1.2"])))
        #expect(try windows7([(package, 64)]).fact("schannel.usableByRDP") == .value(.list(["TLS 1.0"])))
        #expect(try windows7([("Package_for_KB976902~x", 112)]).fact("schannel.usableByRDP").value == nil)
    }

    // MARK: Licensing, client, limits

    @Test func `licence servers of a policy come before the host's own`() throws {
        var host = StatedRegistry()
        #expect(try host.fact("rdp.licensing.servers") == .absent)
        host.set(Keys.licenseServers, "SpecifiedLicenseServers", .multiString(["lic1", "", "lic2"]))
        #expect(try host.fact("rdp.licensing.servers") == .value(.list(["lic1", "lic2"])))
        host.set(Keys.terminalServicesPolicy, "LicenseServers", .string("lic9, lic8"))
        #expect(try host.fact("rdp.licensing.servers") == .value(.list(["lic9", "lic8"])))
    }

    @Test func `the client's licence store is there or not, and nothing of it is told`() throws {
        var host = StatedRegistry()
        #expect(try host.fact("rdp.licensing.clientStore") == .value(.flag(false)))
        host.set(Keys.clientLicenses, "ClientHWID", .binary([1]))
        #expect(try host.fact("rdp.licensing.clientStore") == .value(.flag(true)))
    }

    @Test(arguments: [
        ("rdp.client.disableUDP", Keys.terminalServicesClientPolicy, "fClientDisableUDP", 0),
        ("rdp.client.serverAuthenticationLevel", Keys.terminalServicesPolicy, "AuthenticationLevel", 2),
        ("rdp.disablePasswordSaving", Keys.terminalServicesPolicy, "DisablePasswordSaving", 0),
        ("rdp.keepAlive.enabled", Keys.terminalServicesPolicy, "KeepAliveEnable", 0),
        ("rdp.listener.disableDriveMapping", Keys.terminalServicesPolicy, "fDisableCdm", 0),
        ("delegation.restrictedAdmin", Keys.credentialsDelegation, "RestrictedRemoteAdministration", 0),
        ("delegation.allowProtectedCredentials", Keys.credentialsDelegation, "AllowProtectedCreds", 0),
    ])
    func `a policy beats the default, and a wrong type beats nobody`(
        _ path: String, _ key: String, _ name: String, _ byDefault: Int64
    ) throws {
        #expect(try StatedRegistry().fact(path + ".effective") == .value(.integer(byDefault)))
        #expect(try StatedRegistry().fact(path + ".source") == .value(.text("default")))
        var host = StatedRegistry()
        host.set(key, name, .dword(0xFFFF_FFFF))
        #expect(try host.fact(path + ".effective") == .value(.integer(0xFFFF_FFFF)))
        #expect(try host.fact(path + ".source") == .value(.text("policy")))
        var wrong = StatedRegistry()
        wrong.set(key, name, .string("1"))
        #expect(try wrong.fact(path + ".effective") == .failed("\(name) is REG_SZ, not REG_DWORD"))
    }

    @Test(arguments: [
        ("security.ntlmMinClientSecurity", Keys.msv1, "NtlmMinClientSec", 536_870_912),
        ("security.ntlmMinServerSecurity", Keys.msv1, "NtlmMinServerSec", 536_870_912),
        ("security.limitBlankPasswordUse", Keys.lsa, "LimitBlankPasswordUse", 1),
        ("security.localAccountTokenFilter", Keys.systemPolicies, "LocalAccountTokenFilterPolicy", 0),
        ("schannel.rsaClientMinKeyBits", Keys.rsaKeyExchange, "ClientMinKeyBitLength", 1024),
        ("schannel.diffieHellmanServerMinKeyBits", Keys.diffieHellman, "ServerMinKeyBitLength", 2048),
    ])
    func `a value of the machine beats the default`(
        _ path: String, _ key: String, _ name: String, _ byDefault: Int64
    ) throws {
        #expect(try StatedRegistry().fact(path + ".effective") == .value(.integer(byDefault)))
        var host = StatedRegistry()
        host.set(key, name, .dword(3))
        #expect(try host.fact(path + ".effective") == .value(.integer(3)))
        #expect(try host.fact(path + ".source") == .value(.text("local")))
    }
}
