import HostFacts
import Policy
import Testing

@Suite struct AssignmentEffectTests {
    @Test func `a setting that nobody else decides is changed, and what is derived follows`() throws {
        let answer = try WhatIfHost().ask("rdp.listener.userAuthentication=0")
        #expect(answer.effects == [.changed])
        // The policy folder decides which control this is; that one fails now is what counts.
        #expect(try WhatIfHost().ask("rdp.listener.userAuthentication=1").effects == [.alreadySo])
        let moved = try WhatIfHost().ask("rdp.listener.port=3390")
        #expect(moved.changed.contains("FW-001 newly-failing"))
        #expect(moved.cautions == [.portMoved])
        #expect(moved.closed == ["rdp no"])
        #expect(!moved.changed.contains { $0.hasPrefix("RDP-003") }, "TermService will listen there")
    }

    @Test func `a policy above it reverts a local value, and says who it is`() throws {
        var host = try WhatIfHost()
        host.set(Keys.terminalServicesPolicy, "UserAuthentication", .dword(0))
        var reading = host.reading
        let place = RegistryLocation(Keys.terminalServicesPolicy, "UserAuthentication")
        reading.live.policySettings = .value([PolicySetting(location: place, object: "cn={1}")])
        reading.live.policyObjects = .value([PolicyObject(id: "CN={1}", guid: "{1}", name: "Session hosts")])
        let answer = try host.ask("rdp.listener.userAuthentication=1", reading: reading)
        guard case .reverted(let hold)? = answer.effects.first else {
            Issue.record("\(answer.effects)")
            return
        }
        #expect(hold.place == place && hold.value == "0" && hold.origin == "Session hosts {1}")
        #expect(try host.ask("rdp.listener.userAuthentication=0").effects == [.alreadySo])
        #expect(try host.ask("rdp.listener.userAuthentication.policy=1").effects == [.changed])
        // Without the policy the local value, which is 1, comes back.
        #expect(try host.ask("rdp.listener.userAuthentication.policy=absent").effects == [.changed])
        let both = try host.ask(
            "rdp.listener.userAuthentication.policy=absent", "rdp.listener.userAuthentication.local=1")
        #expect(both.effects == [.changed, .changed])
    }

    @Test func `a policy that could not be read leaves the effect unknown`() throws {
        let host = try WhatIfHost()
        var reading = host.reading
        reading.registry.record(Keys.terminalServicesPolicy, .accessDenied)
        let answer = try host.ask("rdp.listener.userAuthentication=0", reading: reading)
        guard case .unknown? = answer.effects.first else {
            Issue.record("\(answer.effects)")
            return
        }
    }

    @Test func `the switch for Remote Desktop is turned round in the registry`() throws {
        let answer = try WhatIfHost().ask("rdp.enabled=false")
        #expect(answer.effects == [.changed])
        #expect(answer.cutOffs.map(\.because) == ["remote connections are not allowed"])
        let on = try WhatIfHost("switched-off").ask("rdp.enabled=true")
        #expect(on.effects == [.changed])
        #expect(on.cutOffs.isEmpty)
    }

    @Test func `what a host does not have cannot be set there`() throws {
        let host = try WhatIfHost()
        var reading = host.reading
        reading.registry.record(Keys.services + #"\Tssdis"#, .absent)
        for text in [
            "schannel.tls13.server=enabled", "firewall.rules.no-such-rule.active=false", "services.Tssdis.start=manual",
        ] {
            guard case .impossible? = try host.ask(text, reading: reading).effects.first else {
                Issue.record("\(text)")
                continue
            }
        }
    }

    @Test func `a rule's text is changed in nothing but whether it is active`() throws {
        let rule = "firewall.rules.RemoteDesktop-UserMode-In-TCP.active"
        let answer = try WhatIfHost().ask("\(rule)=false")
        #expect(answer.effects == [.changed])
        #expect(answer.changed.contains("FW-001 newly-failing"))
        #expect(answer.closed == ["rdp no"])
        let same = try WhatIfHost().ask("\(rule)=true")
        #expect(same.effects == [.alreadySo])
        #expect(same.changed.isEmpty)
    }

    @Test func `a rule of a policy is not the host's to change`() throws {
        var host = try WhatIfHost()
        host.set(
            Keys.firewallPolicy + #"\FirewallRules"#, "Corp-RDP", .string("v2.30|Action=Block|Active=TRUE|Dir=In|"))
        guard case .reverted(let hold)? = try host.ask("firewall.rules.Corp-RDP.active=false").effects.first else {
            Issue.record("not reverted")
            return
        }
        #expect(hold.place.key == Keys.firewallPolicy + #"\FirewallRules"#)
    }

    @Test func `any other fact is taken as given, and nothing derived from it follows`() throws {
        let answer = try WhatIfHost().ask("certificates.bound.present=false")
        #expect(answer.effects == [.takenAsGiven])
        #expect(answer.changed.contains("CERT-001 newly-failing"))
        #expect(try WhatIfHost().ask("certificates.bound.present=true").effects == [.alreadySo])
        #expect(try WhatIfHost().ask("certificates.bound.present=true").changed.isEmpty)
    }

    @Test func `a registry value is put, replaced and taken away, whatever was known of its key`() {
        let place = RegistryLocation(#"SOFTWARE\Key"#, "Name")
        let other = RegistryLocation(#"software\KEY"#, "other")
        let before: [(KeyAnswer, Collected<RegistryValue>)] = [
            (.absent, .absent),
            (.values([.init("NAME", .dword(1)), .init("Other", .dword(2))], isComplete: true), .value(.dword(2))),
            (.values([.init("Other", .dword(2))], isComplete: false), .value(.dword(2))),
        ]
        for (answer, rest) in before {
            var registry = RegistryReading()
            registry.record(place.key, answer)
            registry.replace(place, with: .dword(7))
            #expect(registry.value(place) == .value(.dword(7)))
            #expect(registry.value(other) == rest)
            registry.replace(place, with: nil)
            #expect(registry.value(place) == .absent)
            #expect(registry.value(other) == rest)
        }
        var denied = RegistryReading()
        denied.record(place.key, .accessDenied)
        denied.replace(place, with: .dword(7))
        #expect(denied.value(place) == .value(.dword(7)))
        #expect(denied.value(other).value == nil && !denied.value(other).isAbsent)
        var listed = RegistryReading()
        listed.record(place.key, .values([.init("Name", .string("x"))], isComplete: true))
        listed.replace(place, with: nil)
        #expect(listed.values(place.key) == .value([]), "a list that is whole names nothing that is gone")
    }
}
