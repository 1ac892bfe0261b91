import Formats
import Foundation
import HostFacts
import HostFixtures
import Policy
import Testing

/// What a change shuts, and what ends until a day.
@Suite struct ConsequenceTests {
    @Test func `without TLS 1.2 neither Remote Desktop nor our own way over HTTPS is left`() throws {
        var host = try WhatIfHost()
        host.authentication = "basic"
        let answer = try host.ask("schannel.tls12.server=disabled")
        #expect(answer.closed == ["rdp no", "winrm-https yes"])
        #expect(answer.cautions.isEmpty, "the way is shut for all, not for some")
        // Over HTTP nothing of TLS is needed, and nobody listens for HTTPS.
        host.authentication = "ntlm"
        #expect(
            try host.ask("schannel.tls12.server=disabled").closed.filter { $0 != "winrm-https maybe" } == ["rdp no"])
        // What is not against somebody's default stays.
        #expect(try host.ask("schannel.tls10.server=disabled").closed.isEmpty)
    }

    @Test func `a service that does not start again shuts its way`() throws {
        var host = try WhatIfHost()
        #expect(try host.ask("services.TermService.start=disabled").closed == ["rdp no"])
        #expect(try host.ask("services.TermService.state=stopped").closed == ["rdp no"])
        #expect(try host.ask("services.SessionEnv.start=disabled").closed.isEmpty)
        host.transport = "ssh"
        host.set(Keys.services + #"\sshd"#, "Start", .dword(2))
        #expect(try host.ask("services.sshd.start=disabled").closed == ["ssh yes"])
    }

    @Test func `what was shut before is not cut off`() throws {
        let host = try WhatIfHost("switched-off")
        #expect(try host.ask("services.TermService.start=disabled").closed.isEmpty)
    }

    @Test func `somebody is shut out although the way stays open`() throws {
        var host = try WhatIfHost()
        host.set(Keys.systemPolicies, "LocalAccountTokenFilterPolicy", .dword(1))
        #expect(try host.ask("security.localAccountTokenFilter=0").cautions == [.localAdministrators])
        host.transport = "ssh"
        #expect(try host.ask("security.localAccountTokenFilter=0").cautions.isEmpty)
        #expect(try host.ask("credssp.encryptionOracle=0").cautions == [.unpatchedClients])
        host.set(Keys.winStations + #"\RDP-Tcp"#, "UserAuthentication", .dword(0))
        #expect(try host.ask("rdp.listener.userAuthentication=1").cautions == [.clientsWithoutNLA])
        host.set(Keys.schannelProtocols + #"\TLS 1.1\Server"#, "Enabled", .dword(1))
        host.set(Keys.schannelProtocols + #"\TLS 1.1\Server"#, "DisabledByDefault", .dword(0))
        #expect(try host.ask("schannel.tls11.server=disabled").cautions == [.oldTLSClients])
    }

    // MARK: Certificates

    private static func days(_ host: WhatIfHost) throws -> Double {
        let end = try #require(HostFacts(host.reading).servedCertificate.entry.value?.certificate.notAfter)
        return (end.timeIntervalSince(ControlFixtures.now) / 86_400).rounded(.up)
    }

    @Test func `Windows renews its own certificate while nothing stands in the way`() throws {
        let host = try WhatIfHost()
        let days = try Self.days(host)
        #expect(try host.ask(days: days - 2).certificate == nil)
        for later in [days, days + 400] {
            let answer = try host.ask(days: later)
            #expect(answer.certificate?.renewal == .byWindows)
            #expect(!answer.changed.contains { $0.hasPrefix("CERT-") }, "\(answer.changed)")
        }
    }

    @Test(arguments: ["TermService", "SessionEnv", "KeyIso", "CryptSvc"])
    func `a disabled service keeps Windows from renewing it`(_ service: String) throws {
        let host = try WhatIfHost()
        let answer = try host.ask("services.\(service).start=disabled", days: Self.days(host))
        #expect(answer.certificate?.renewal == .impossible("the service \(service) is disabled"))
        #expect(answer.changed.contains("CERT-002 newly-failing"))
    }

    @Test func `a key that cannot be used, or read, keeps it from being renewed, or known`() throws {
        let host = try WhatIfHost()
        let days = try Self.days(host)
        var reading = host.reading
        reading.machineKeys = reading.machineKeys.map { keys in
            var keys = keys
            keys.rsa = keys.rsa.map { folder in
                var folder = folder
                folder.files = []
                folder.count = 0
                return folder
            }
            return keys
        }
        guard case .impossible? = try host.ask(days: days, reading: reading).certificate?.renewal else {
            Issue.record("without its key file it cannot be renewed")
            return
        }
        reading.machineKeys = .accessDenied
        let answer = try host.ask(days: days, reading: reading)
        guard case .unknown? = answer.certificate?.renewal else {
            Issue.record("\(String(describing: answer.certificate))")
            return
        }
        #expect(answer.changed.contains("CERT-002 became-unknown"))
    }

    @Test func `a certificate that is bound by its thumbprint ends`() throws {
        var host = try WhatIfHost()
        let days = try Self.days(host)
        let thumbprint = try #require(HostFacts(host.reading).servedCertificate.thumbprint.value)
        host.set(
            Keys.winStations + #"\RDP-Tcp"#, "SSLCertificateSHA1Hash",
            .binary(try #require(Hex.decode(thumbprint.utf8))))
        guard case .impossible? = try host.ask(days: days).certificate?.renewal else {
            Issue.record("nobody binds another one")
            return
        }
        #expect(try host.ask("rdp.enabled=false", days: days).certificate == nil, "it is not served")
    }
}
