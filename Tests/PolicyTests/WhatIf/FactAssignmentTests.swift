import Policy
import Testing

@Suite struct FactAssignmentTests {
    @Test(arguments: [
        ("rdp.listener.userAuthentication=1", "rdp.listener.userAuthentication=1"),
        ("RDP.Listener.UserAuthentication.effective=0x1", "rdp.listener.userAuthentication=1"),
        ("rdp.listener.userAuthentication.local=absent", "rdp.listener.userAuthentication=absent"),
        ("rdp.listener.userAuthentication.policy=0", "rdp.listener.userAuthentication.policy=0"),
        ("rdp.encryptRPCTraffic=1", "rdp.encryptRPCTraffic=1"),
        ("rdp.encryptRPCTraffic.policy=1", "rdp.encryptRPCTraffic=1"),
        ("rdp.enabled=TRUE", "rdp.enabled=true"),
        ("services.termService.start=Disabled", "services.TermService.start=disabled"),
        ("schannel.tls12.server=disabled-by-default", "schannel.tls12.server=disabled-by-default"),
        ("firewall.rules.{a.b-c}.active=false", "firewall.rules.{a.b-c}.active=false"),
        ("os.version=10.0.17763.9245", "os.version=10.0.17763.9245"),
        ("certificates.bound.notAfter=2027-01-15", "certificates.bound.notAfter=2027-01-15T00:00:00Z"),
        ("delegation.wide=none", "delegation.wide=none"),
        ("delegation.wide=a, b", "delegation.wide=a, b"),
        ("os.domain=a=b", "os.domain=a=b"),
    ])
    func `is read as it is meant`(_ text: String, _ meant: String) throws {
        #expect(try FactAssignment(text).text == meant)
    }

    @Test(arguments: [
        ("", "is not of the form"), ("rdp.enabled", "is not of the form"), ("=1", "is not of the form"),
        ("rdp.enabled=", "is not of the form"),
        ("rdp.listner.port=1", "did you mean 'rdp.listener.port'?"),
        ("rdp.listener.port=0", "a number from 1 to 65535"), ("rdp.listener.port=65536", "a number from 1 to 65535"),
        ("rdp.listener.shadow=-1", "a number from 0 to"), ("rdp.listener.shadow=4294967296", "a number from 0 to"),
        ("rdp.listener.shadow=99999999999999999999", "a number"), ("rdp.listener.shadow=x", "a number"),
        ("rdp.enabled=yes", "true or false"), ("rdp.enabled=1", "true or false"),
        ("rdp.enabled.source=policy", "rdp.enabled.policy"), ("rdp.drainMode.policy=1", "has no policy"),
        ("rdp.encryptRPCTraffic.local=1", "only a policy sets"),
        ("schannel.tls12.server.source=local", "follows from where"),
        ("services.TermService.start=disbled", "did you mean 'disabled'?"),
        ("services.TermService.start=absent", "cannot be 'absent'"),
        ("services.TermService.state=startPending", "one of stopped"),
        ("schannel.tls12.server=off", "cannot be 'off'"),
        ("firewall.rules.x.active=1", "true or false"), ("firewall.rules.x.active=absent", "true or false"),
        ("firewall.rules..active=true", "no fact and no setting"), ("os.version=ten", "a version"),
        ("certificates.bound.notAfter=2027-02-30", "a moment"),
    ])
    func `what cannot be asked is told with the way out`(_ text: String, _ part: String) {
        let error = #expect(throws: FactAssignmentError.self) { try FactAssignment(text) }
        #expect(error?.description.contains(part) ?? false, "\(error?.description ?? "")")
    }
}
