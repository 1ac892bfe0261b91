import Collection
import Formats
import Foundation
import HostFacts
import Lab
import TestSupport
import Testing

/// What the running system answered, decoded: wrong types, missing members and huge numbers never become a fact.
@Suite struct LiveReadingTests {
    private func live(_ section: SectionName, _ data: String) throws -> LiveReading {
        HostReading(sections: [section: .data(try JSON.parse(Array(data.utf8)))]).live
    }

    private static let unreadable = "the host gave an unreadable answer"

    // MARK: Events

    @Test func `events are counted by id, those of several processes together`() throws {
        let events = try live(
            .events,
            #"""
            {"schannel": {"read": 6, "ids": {"36870": [1, "2026-11-18T10:00:00Z", null],
              "36870:1234": [3, "2026-11-19T10:00:00Z", ["1234"]], "36874": [2, null, null]}},
             "logs": {"System": {"enabled": true, "oldest": "2026-11-01T00:00:00Z"}}}
            """#
        ).events
        #expect(events.count(36870, of: .schannel) == .value(4))
        #expect(events.newest(36870, of: .schannel) == .value(try #require(ISO8601.date("2026-11-19T10:00:00Z"))))
        #expect(events.count(36874, of: .schannel) == .value(2))
        #expect(events.newest(36874, of: .schannel) == .absent, "its event had no time")
        #expect(events.count(36888, of: .schannel) == .value(0))
        #expect(events.newest(36888, of: .schannel) == .absent)
        #expect(events[.schannel].value?.entries.compactMap(\.process) == [1234])
        #expect(events[.system].value?.isEnabled == true)
        #expect(events[.coreTS].whyMissing != nil)
    }

    @Test(arguments: [
        (#"{"termDD": {"ids": {"56": [1, "2026-11-18T10:00:00Z"]}}}"#, Collected<Int>.value(1)),
        (#"{"termDD": {"ids": {}}}"#, .value(0)),
        (
            #"{"termDD": {"ids": {}}, "logs": {"System": {"enabled": false, "oldest": null}}}"#,
            .failed("the log System is switched off")
        ),
        (#"{"termDD": {"ids": {"56": [9223372036854775807, null]}}}"#, .value(.max)),
        (
            #"{"termDD": {"since": "2026-11-18T10:00:00Z", "ids": {}}}"#,
            .failed("only the newest events of TermDD were read, none of them 56")
        ),
        (#"{"termDD": {"since": null, "ids": {"56": [2000, null]}}}"#, .value(2000)),
        // A log that does not exist has no events: that is not none.
        (#"{"termDD": {"error": "80131500 System.Diagnostics.Eventing.Reader.EventLogNotFoundException"}}"#, .absent),
        (#"{"termDD": {"error": "80070005 System.UnauthorizedAccessException"}}"#, .accessDenied),
        (#"{"termDD": {"error": "ffffffff not-recorded"}}"#, .failed("it was not recorded")),
        (#"{"termDD": null}"#, .absent), ("{}", .failed("the host did not say")),
        (#"{"termDD": {}}"#, .failed(unreadable)), (#"{"termDD": {"ids": []}}"#, .failed(unreadable)),
        (#"{"termDD": {"ids": {"56": [0, null]}}}"#, .failed(unreadable)),
        (#"{"termDD": {"ids": {"56": [-1, null]}}}"#, .failed(unreadable)),
        (#"{"termDD": {"ids": {"56": ["2", null]}}}"#, .failed(unreadable)),
        (#"{"termDD": {"ids": {"56": 2}}}"#, .failed(unreadable)),
        (#"{"termDD": {"ids": {"56": [99999999999999999999, null]}}}"#, .failed(unreadable)),
        (#"{"termDD": {"ids": {"": [1, null]}}}"#, .failed(unreadable)),
        (#"{"termDD": {"ids": {"-56": [1, null]}}}"#, .failed(unreadable)),
        (#"{"termDD": {"ids": {"56:": [1, null]}}}"#, .failed(unreadable)),
        (#"{"termDD": {"ids": {"56:1:2": [1, null]}}}"#, .failed(unreadable)),
        (#"{"termDD": {"ids": {"56:99999999999": [1, null]}}}"#, .failed(unreadable)),
    ])
    func `none is said only of what was read to the end`(_ data: String, _ count: Collected<Int>) throws {
        #expect(try live(.events, data).events.count(56, of: .termDD) == count)
    }

    @Test func `codes look the same whichever way Windows prints them`() throws {
        let data = #"""
            {"schannel": {"ids": {"36870:1000": [1, null, ["1000", null, null, "-2146893043", "10001"]],
              "36871": [1, null, [null, "0x8009030D", "10013"]], "36874": [1, null, null], "36888": [1, null, [5, {}]]}}}
            """#
        let facts = HostFacts(HostReading(sections: [.events: .data(try JSON.parse(Array(data.utf8)))]))
        #expect(
            FactDictionary["events.schannel.codes"]?.read(facts)
                == .value(.list(["36870: 1000 0x8009030d 10001", "36871: 0x8009030d 10013"])))
    }

    @Test func `counts that would overflow are none`() throws {
        let data = #"{"schannel": {"ids": {"36870": [9223372036854775807, null], "36870:4": [1, null]}}}"#
        #expect(try live(.events, data).events.count(36870, of: .schannel) == .value(.max))
    }

    @Test(arguments: [
        (#"{"logs": {"System": {"enabled": true, "oldest": null}}}"#, "value"),
        (#"{"logs": {"System": {"enabled": true, "oldest": "yesterday"}}}"#, "value"),
        (#"{"logs": {"System": "80131500 System.Diagnostics.Eventing.Reader.EventLogNotFoundException"}}"#, "absent"),
        (#"{"logs": {"System": "80070005 X"}}"#, "access denied"), (#"{"logs": {"System": 5}}"#, unreadable),
        (#"{"logs": {"System": {"enabled": "yes"}}}"#, unreadable),
        (#"{"logs": {}}"#, "the host did not say"), (#"{"logs": []}"#, "the host did not say"),
        (#"{"logs": {"error": "80131500 X"}}"#, "the host answered X 0x80131500"),
    ])
    func `a log is described or unknown`(_ data: String, _ answer: String) throws {
        #expect((try live(.events, data).events[.system].whyMissing ?? "value") == answer)
    }

    // MARK: Processes and network

    @Test(arguments: [
        ("20261120020000.500000+060", "2026-11-20T01:00:00.500Z"),
        ("20261120020000.000000-480", "2026-11-20T10:00:00Z"),
        ("20261120020000.000000+000", "2026-11-20T02:00:00Z"), ("16010101000000.000000+000", "1601-01-01T00:00:00Z"),
        ("", nil), ("20261120020000", nil), ("20261320020000.000000+000", nil), ("20261120020000.000000*000", nil),
        ("20261120020000.000000+0a0", nil), ("2026112002000x.000000+000", nil), ("**************.******+***", nil),
        ("20261120020000.000000+00\u{e9}", nil), (String(repeating: "9", count: 100_000), nil),
    ])
    func `a moment of WMI is read with its offset`(_ text: String, _ moment: String?) throws {
        let data: JSON = ["termService": ["process": 12, "started": .string(text)]]
        let service = HostReading(sections: [.listeners: .data(data)]).live.termService.value
        #expect(service?.process == 12)
        #expect(service?.started == moment.flatMap { ISO8601.date($0) })
    }

    @Test(arguments: [
        (#"{"owners": [[3389, 1000], [445, 4]]}"#, "2"), (#"{"owners": []}"#, "0"),
        (#"{"owners": [[70000, 1]]}"#, unreadable), (#"{"owners": [[3389, -1]]}"#, unreadable),
        (#"{"owners": [[3389]]}"#, unreadable), (#"{"owners": [3389]}"#, unreadable), (#"{"owners": {}}"#, unreadable),
        (#"{"owners": [["3389", 4]]}"#, unreadable), (#"{"owners": {"error": "80041003 X"}}"#, "access denied"),
    ])
    func `owners of ports are numbers or unknown`(_ data: String, _ answer: String) throws {
        let owners = try live(.listeners, data).portOwners
        #expect((owners.whyMissing ?? "\(owners.value?.count ?? -1)") == answer)
    }

    @Test(arguments: [
        (#"{"interfaces": [[6, 1500], [71, null], [131, 1280]]}"#, Collected<Int>.value(1280)),
        (#"{"interfaces": [[6, -1]]}"#, .absent), (#"{"interfaces": []}"#, .absent),
        (#"{"interfaces": [["6", 1500]]}"#, .failed(unreadable)), (#"{"interfaces": 1500}"#, .failed(unreadable)),
    ])
    func `the smallest MTU counts`(_ data: String, _ mtu: Collected<Int>) throws {
        let facts = HostFacts(HostReading(sections: [.network: .data(try JSON.parse(Array(data.utf8)))]))
        #expect(FactDictionary["network.smallestMTU"]?.read(facts) == mtu.map { .integer(Int64($0)) })
    }

    // MARK: Groups, policy, products

    @Test(arguments: [
        (#"[["S-1-5-21-1-2-3-512", "Group"], ["S-1-5-21-1-2-3-500", "User"]]"#, "value"), ("[]", "value"),
        (#"[["S-1-5-21-1-2-3-1104", ""]]"#, "value"),
        (#"[["S-1-5-21-1-2-3-500", "User"], [null, "", "80070005 X"]]"#, "1 of 2 members or more could not be told"),
        (#"[["S-1-5-21-1-2-3-500", "User"], null]"#, "1 of 2 members or more could not be told"),
        (#"[["nobody", "User"]]"#, unreadable), (#"[["S-1-5-32-544"]]"#, unreadable), (#"{"a": 1}"#, unreadable),
        (#"[5]"#, unreadable), ("null", "absent"), (#"{"error": "80041003 X"}"#, "access denied"),
    ])
    func `members are SIDs, all of them or unknown`(_ members: String, _ answer: String) throws {
        let data = try JSON.parse(Array(#"{"remoteDesktopUsers": \#(members)}"#.utf8))
        let fact = try #require(FactDictionary["groups.remoteDesktopUsers"])
        #expect((fact.read(HostFacts(HostReading(sections: [.groups: .data(data)]))).whyMissing ?? "value") == answer)
    }

    @Test func `a policy's value names its object, and is a policy's even where none is named`() throws {
        let key = #"SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services"#
        let sections: [SectionName: SectionAnswer] = [
            .rdp: .data(
                try JSON.parse(
                    Array(
                        #"{"keys": {"\#(key)": {"SecurityLayer": [4, 2], "UserAuthentication": [4, 1], "fDenyTSConnections": null}}}"#
                            .utf8))),
            .policySource: .data(
                try JSON.parse(
                    Array(
                        #"""
                        {"settings": [["Software\\Policies\\Microsoft\\Windows NT\\TERMINAL SERVICES", "securitylayer", "cn={1},DC=x", false],
                          ["Software\\Policies\\Microsoft\\Windows NT\\Terminal Services", "UserAuthentication", "cn={1},DC=x", true],
                          ["Software\\Policies\\Microsoft\\Windows NT\\Terminal Services", null, "cn={1},DC=x", false]],
                         "objects": [["CN={1},dc=x", "{1}", "RDP baseline"]],
                         "rights": [["SeRemoteInteractiveLogonRight", "x", ["S-1-5-32-555", "S-1-5-32-544"]]]}
                        """#.utf8))),
        ]
        let facts = HostFacts(HostReading(sections: sections))
        func read(_ path: String) throws -> Collected<FactValue> { try #require(FactDictionary[path]).read(facts) }
        #expect(try read("policy.origin.SecurityLayer") == .value(.text("RDP baseline {1}")))
        // What policy deletes it does not set.
        #expect(try read("policy.origin.UserAuthentication") == .value(.text("a policy, name unknown")))
        #expect(try read("policy.origin.fDenyTSConnections") == .absent)
        #expect(try read("policy.rights.allowRemoteLogon") == .value(.list(["S-1-5-32-544", "S-1-5-32-555"])))
        #expect(try read("policy.rights.denyRemoteLogon") == .absent)
    }

    @Test(arguments: [
        (#"[["a", null, "x", false, 1]]"#, false), (#"[["a", "b", "x", "no"]]"#, false),
        (#"[[1, "b", "x", false]]"#, false),
        (#"[["a", "b", 5, false]]"#, true), ("[]", true), (#"[["a", "b", "x"]]"#, false), ("5", false),
    ])
    func `odd settings of a policy make all of them unknown`(_ settings: String, _ isRead: Bool) throws {
        #expect((try live(.policySource, #"{"settings": \#(settings)}"#).policySettings.value != nil) == isRead)
    }

    @Test(arguments: [
        (#"{"registered": [["Shield", [0, 1, 2, 3]]], "securityCenter": []}"#, Collected<String>.value("Shield")),
        (#"{"registered": [["Shield", [1, 3]]], "securityCenter": []}"#, .absent),
        (#"{"registered": [], "securityCenter": [["Guard", 266240]]}"#, .value("Guard")),  // 0x41000
        (#"{"registered": [], "securityCenter": [["Guard", 262144]]}"#, .absent),  // 0x40000: off
        (#"{"registered": [], "securityCenter": [["Guard", 270336]]}"#, .absent),  // 0x42000: snoozed
        (#"{"registered": [], "securityCenter": [["Guard", 274432]]}"#, .absent),  // 0x43000: expired
        (
            #"{"registered": [], "securityCenter": {"error": "8004100e System.Management.ManagementException"}}"#,
            .absent
        ),
        (#"{"registered": [], "securityCenter": {"error": "80041003 X"}}"#, .accessDenied),
        (#"{"registered": {"error": "80040154 X"}, "securityCenter": []}"#, .failed("the host answered X 0x80040154")),
        (#"{"registered": {"error": "80040154 X"}, "securityCenter": [["Guard", 266240]]}"#, .value("Guard")),
        (#"{"registered": [["Shield", 2]], "securityCenter": []}"#, .failed(unreadable)),
        (#"{"registered": [["Shield", ["2"]]], "securityCenter": []}"#, .failed(unreadable)),
        (#"{"registered": [], "securityCenter": [["Guard", -1]]}"#, .failed(unreadable)),
    ])
    func `another firewall counts when it is on`(_ data: String, _ product: Collected<String>) throws {
        #expect(try live(.firewallProducts, data).otherFirewall == product)
    }

    // MARK: Domain, licensing, served

    @Test(arguments: [
        ("[0, 0, \"dc1.corp.example\"]", Collected<UInt32>.value(0)), ("[0, 1311, null]", .value(1311)),
        ("[0, 5, null]", .value(5)), ("[1, 5, null]", .accessDenied),
        ("[1, 1355, null]", .failed("nltest.exe ended with exit code 1")),
        ("[0, null, null]", .failed("nltest.exe printed no status")), ("null", .failed("nltest.exe said nothing")),
        ("[]", .failed(unreadable)), ("[0, -5, null]", .failed("nltest.exe printed no status")),
    ])
    func `the secure channel is what nltest says and no more`(_ channel: String, _ status: Collected<UInt32>) throws {
        let data = #"{"membership": {"role": 3, "member": true, "domain": "x"}, "channel": \#(channel)}"#
        let facts = HostFacts(HostReading(sections: [.secureChannel: .data(try JSON.parse(Array(data.utf8)))]))
        #expect(FactDictionary["domain.secureChannel.status"]?.read(facts) == status.map { .integer(Int64($0)) })
    }

    @Test(arguments: [
        (#"{"role": 2, "member": false, "domain": null}"#, "the machine is in no domain"),
        (#"{"role": 5, "member": true, "domain": "x"}"#, "a domain controller needs no channel to itself"),
        (#"{"role": 3}"#, unreadable), ("null", "absent"),
    ])
    func `without a domain there is no channel`(_ membership: String, _ reason: String) throws {
        let data = #"{"membership": \#(membership), "channel": null}"#
        let facts = HostFacts(HostReading(sections: [.secureChannel: .data(try JSON.parse(Array(data.utf8)))]))
        #expect(FactDictionary["domain.secureChannel.works"]?.read(facts).whyMissing == reason)
    }

    @Test func `licensing and what is served are read by name`() throws {
        let served = try live(
            .served,
            #"""
            {"settings": [{"listener": "RDP-Tcp", "thumbprint": "ab", "SSLCertificateSHA1HashType": 3, "SecurityLayer": 2,
              "PolicySourceSecurityLayer": 1, "UserAuthenticationRequired": null, "MinEncryptionLevel": -1}],
             "licensing": {"TerminalServerMode": 1, "LicensingType": 5, "days": 0}}
            """#)
        let settings = try #require(served.served.value?.first)
        #expect(settings.thumbprint == "AB")
        #expect(settings.certificateKind == .custom)
        #expect(settings.securityLayer == .init(value: 2, source: .policy))
        #expect(settings.userAuthentication == .init(value: nil, source: nil))
        #expect(settings.minEncryptionLevel.value == nil)
        #expect(served.licensing.value?.graceDays == .value(0))
        let admin = try live(.served, #"{"settings": [], "licensing": {"TerminalServerMode": 0}}"#)
        #expect(admin.licensing.value?.graceDays == .unsupported("the machine is no session host"))
        #expect(try live(.served, #"{"settings": [{}]}"#).served == .failed(Self.unreadable))
        #expect(try live(.served, #"{"licensing": {"LicensingType": 5}}"#).licensing.whyMissing == Self.unreadable)
    }

    @Test(arguments: [
        ("2026-11-20T02:00:00Z", Collected<Int>.value(0)), ("2026-11-20T02:00:05Z", .value(0)),
        ("2026-11-20T02:10:10Z", .value(600)), ("2026-11-20T01:50:00Z", .value(-600)),
        ("2036-11-20T02:00:10Z", .value(315_619_200)), ("1601-01-01T00:00:00Z", .value(-13_439_613_600)),
    ])
    func `a clock is off only by what lies outside the time of asking`(_ clock: String, _ skew: Collected<Int>) throws {
        var record = HostRecord(
            name: "h", address: "h", groups: [], role: nil, site: nil, state: .audited,
            started: try #require(ISO8601.date("2026-11-20T02:00:00Z")))
        record.seconds = 10
        let engine: JSON = ["version": "5.1", "bits": 64, "elevated": true, "clock": .string(clock)]
        record.sections = [.init("os", ["ms": 1, "data": ["engine": engine]])]
        let fact = try #require(FactDictionary["clock.skewSeconds"])
        #expect(fact.read(HostFacts(record.reading)) == skew.map { .integer(Int64($0)) })
        #expect(fact.read(HostFacts(HostReading(sections: [.os: .data(["engine": engine])]))).value == nil)
    }

    // MARK: Program and lab

    @Test(arguments: SectionName.allCases.filter { RecordedHost.itemNames[$0] != nil })
    func `the lab knows every item that the probe adds`(_ section: SectionName) throws {
        let lines = ProbeProgram.text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(
            lines.firstIndex {
                $0.hasPrefix("Section '\(section.rawValue)'") || $0.hasPrefix("StartSection '\(section.rawValue)'")
            })
        let body = lines[(start + 1)...].prefix { !$0.hasPrefix("Section '") && !$0.hasPrefix("StartSection '") }
        let items = body.compactMap { line -> String? in
            guard line.hasPrefix("Item '") || line.hasPrefix("Events '") else { return nil }
            return line.split(separator: "'", maxSplits: 2)[1].description
        }
        #expect(!items.isEmpty && items.sorted() == RecordedHost.itemNames[section]?.sorted())
    }

    @Test func `the lab composes what the running system says, and refuses what it does not know`() throws {
        func compose(_ text: String) throws -> (LiveReading, problems: Int) {
            var composer = HostComposer(recordings: [""], certificates: "", templates: [:], file: "f")
            let node = try #require(try YAML.parse(Array(text.utf8)).root)
            let composed = composer.compose("h", node)
            let host = try #require(composed)
            var sections: [SectionName: SectionAnswer] = [:]
            for section in SectionName.allCases { sections[section] = .data(host.data(section)) }
            return (HostReading(sections: sections).live, composer.diagnostics.errorCount)
        }
        let (live, problems) = try compose(
            """
            groups: { remoteDesktopUsers: [S-1-5-21-1-2-3-1105] }
            term-service: 2026-11-01T00:00:00Z
            events: { rdpCoreTS: null, schannel: { '36870:8': [2, 2026-11-02T00:00:00Z] } }
            """)
        #expect(problems == 0)
        #expect(live.groups[.remoteDesktopUsers]?.value?.map(\.sid?.text) == ["S-1-5-21-1-2-3-1105"])
        #expect(live.groups[.administrators] == .failed("it was not recorded"))
        #expect(live.termService.value?.started == ISO8601.date("2026-11-01T00:00:00Z"))
        #expect(live.events.count(140, of: .rdpCoreTS) == .absent)
        #expect(live.events.count(36870, of: .schannel) == .value(2))
        #expect(live.events.count(56, of: .termDD) == .value(0))
        #expect(live.served.whyMissing == "it was not recorded")
        #expect(try compose("{ groups: { guests: [] }, term-service: x, events: { nobody: {} } }").problems == 3)
        #expect(try compose("events: 5").problems == 1)
    }

    @Test func `a query of events is short enough for Windows and names each id once`() {
        for source in EventSource.allCases {
            #expect(source.idCondition.split(separator: " or ").count <= 8, "\(source)")
            #expect(Set(source.ids).count == source.ids.count)
        }
        #expect(
            Set(EventSource.allCases.flatMap(\.ids)).isSuperset(of: [1056, 1057, 1058, 36870, 36874, 1149, 140, 6167]))
        #expect(
            EventSource.rcm.idCondition
                == "(EventID >= 1050 and EventID <= 1058) or (EventID >= 1062 and EventID <= 1064)")
    }

    @Test func `no mutation of what the running system says traps`() throws {
        var generator = SeededGenerator(seed: 5)
        let odd: [JSON] = [
            .null, -1, 4_294_967_296, "", "80070005 X", [], [:], true, [4, -1], 1e300, .uint(.max),
            [.null, .null, .null],
            ["error": 5], ["ids": ["1": [1]]], [["a", "b", "c", true]], ["process": 1], ["TerminalServerMode": 1],
        ]
        for section in SectionName.allCases {
            for _ in 0..<200 {
                let members = (RecordedHost.itemNames[section] ?? []).map {
                    JSON.Member($0, odd.randomElement(using: &generator) ?? .null)
                }
                let facts = HostFacts(HostReading(sections: [section: .data(.object(members))]))
                for fact in FactDictionary.all { _ = fact.read(facts) }
            }
        }
    }
}
