import Collection
import Formats
import Foundation
import HostFacts
import Lab
import TestSupport
import Testing

/// The key of the served certificate, where its file's descriptor may not be read: what events prove, and what they don't.
@Suite struct ServedKeyUseTests {
    struct Case: Sendable, CustomStringConvertible {
        let description: String
        var start: String? = "2026-11-10T00:00:00Z"
        var schannel = "{}"
        var core = "{}"
        var connections = "{}"
        var systemOldest = "2026-01-01T00:00:00Z"
        var key = #"{"error": "80070005 X"}"#
        var securityLayer = 2
        var userAuthentication = 1
        let isUsable: Collected<Bool>
        var evidence = ""
    }

    private static let worked = #"{"140": [1, "2026-11-19T10:00:00Z"]}"#

    @Test(arguments: [
        Case(
            description: "the descriptor beats events", schannel: #"{"36870": [1, "2026-11-19T10:00:00Z"]}"#,
            key: #""O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FR;;;NS)""#, isUsable: .value(true), evidence: "descriptor"),
        Case(
            description: "a descriptor that refuses beats a connection", core: worked,
            key: #""O:SYG:SYD:PAI(A;;FA;;;SY)""#, isUsable: .value(false), evidence: "descriptor"),
        Case(description: "no event", isUsable: .accessDenied),
        Case(
            description: "a connection since the start", core: worked, isUsable: .value(true),
            evidence: "a connection worked at 2026-11-19T10:00:00Z (RdpCoreTS 140)"),
        Case(
            description: "an authenticated connection", connections: #"{"1149": [1, "2026-11-19T10:00:00Z"]}"#,
            isUsable: .value(true), evidence: "event 1149"),
        Case(
            description: "a connection before the start", start: "2026-11-19T11:00:00Z", core: worked,
            isUsable: .accessDenied),
        Case(description: "nobody knows when it started", start: nil, core: worked, isUsable: .accessDenied),
        Case(
            description: "a TCP connection proves nothing",
            core: #"{"131": [5, "2026-11-19T10:00:00Z"], "65": [5, "2026-11-19T10:00:00Z"]}"#,
            isUsable: .accessDenied),
        Case(
            description: "an error, then a connection", schannel: #"{"36870": [4, "2026-11-19T09:59:59Z"]}"#,
            core: worked,
            isUsable: .value(true)),
        Case(
            description: "a connection, then an error", schannel: #"{"36870": [1, "2026-11-19T10:00:01Z"]}"#,
            core: worked,
            connections: #"{"261": [2, "2026-11-19T10:00:01Z"]}"#, isUsable: .value(false),
            evidence: "Schannel 36870 at 2026-11-19T10:00:01Z"),
        Case(
            description: "an error at the time of an attempt", schannel: #"{"36870": [1, "2026-11-19T10:00:01Z"]}"#,
            core: #"{"131": [1, "2026-11-19T09:59:30Z"]}"#, isUsable: .value(false)),
        Case(
            description: "an error when nobody connected", schannel: #"{"36870": [1, "2026-11-19T10:00:01Z"]}"#,
            core: #"{"131": [1, "2026-11-19T09:00:00Z"]}"#, isUsable: .accessDenied),
        Case(
            description: "an error of TermService's process", schannel: #"{"36870:1000": [1, "2026-11-19T10:00:01Z"]}"#,
            core: #"{"131": [1, "2026-11-19T09:00:00Z"]}"#, isUsable: .value(false)),
        Case(
            description: "an error of another process", schannel: #"{"36870:4444": [9, "2026-11-19T10:00:01Z"]}"#,
            core: #"{"131": [1, "2026-11-19T10:00:01Z"]}"#, isUsable: .accessDenied),
        Case(
            description: "an error before the start", start: "2026-11-19T11:00:00Z",
            schannel: #"{"36870": [1, "2026-11-19T10:00:01Z"]}"#, core: #"{"131": [1, "2026-11-19T10:00:00Z"]}"#,
            isUsable: .accessDenied),
        Case(
            description: "an error before the listener came up", schannel: #"{"36870": [1, "2026-11-19T10:00:01Z"]}"#,
            connections: #"{"258": [1, "2026-11-19T10:30:00Z"], "261": [1, "2026-11-19T10:00:00Z"]}"#,
            isUsable: .accessDenied),
        Case(
            description: "a log that no longer shows errors", core: worked, systemOldest: "2026-11-19T12:00:00Z",
            isUsable: .accessDenied),
        Case(
            description: "without TLS a sign-in proves nothing", connections: #"{"1149": [1, "2026-11-19T10:00:00Z"]}"#,
            securityLayer: 1, userAuthentication: 0, isUsable: .accessDenied),
        Case(
            description: "a wrong password seen by NLA proves TLS", core: worked, securityLayer: 1,
            userAuthentication: 0, isUsable: .value(true)),
    ])
    func `the newest proof decides`(_ subject: Case) throws {
        let facts = try facts(subject)
        #expect(facts.servedKeyUse.isUsable == subject.isUsable)
        if !subject.evidence.isEmpty {
            #expect(facts.servedKeyUse.evidence.value?.contains(subject.evidence) == true)
        }
        #expect((facts.servedKeyUse.evidence.value == nil) == (subject.isUsable.value == nil))
        #expect(facts.servedKeyUse.isPresent == .value(true))
    }

    @Test func `a file that is missing decides`() throws {
        let host = try host(Case(description: "", core: Self.worked, isUsable: .absent), hasFile: false)
        let facts = RealMachine.facts(host)
        #expect(facts.servedKeyUse.isPresent == .value(false))
        #expect(facts.servedKeyUse.isReadable == .absent)
        #expect(facts.servedKeyUse.isUsable == .value(false))
    }

    private func facts(_ subject: Case) throws -> HostFacts { RealMachine.facts(try host(subject)) }

    private func host(_ subject: Case, hasFile: Bool = true) throws -> RecordedHost {
        var host = RecordedHost(registry: try RealMachine.image(Fixture.file("windows-hosts/win7-x86-lab.json")))
        let listener = Keys.winStations + #"\RDP-Tcp"#
        host.registry.set(RegistryLocation(listener, "SecurityLayer"), .dword(UInt32(subject.securityLayer)))
        host.registry.set(RegistryLocation(listener, "UserAuthentication"), .dword(UInt32(subject.userAuthentication)))
        let guid = host.registry.value(RegistryLocation(Keys.cryptography, "MachineGuid"))?.text ?? ""
        let name = KeyFileName.remoteDesktopHash + "_" + guid
        let files: [JSON] = hasFile ? [[.string(name), try JSON.parse(Array(subject.key.utf8))]] : []
        host.setItem(
            .machineKeys, "rsa", ["path": "C:\\K", "sddl": "O:SY", "count": JSON(files.count), "files": .array(files)])
        var service: [JSON.Member] = [.init("process", 1000)]
        if let start = subject.start {
            service.append(.init("started", .string(start.filter(\.isNumber) + ".000000+000")))
        }
        host.setItem(.listeners, "termService", .object(service))
        host.setItem(
            .events, "logs",
            .object(
                EventLog.allCases.map {
                    .init($0.rawValue, ["enabled": true, "oldest": .string(subject.systemOldest)])
                }))
        for (source, ids) in [
            (EventSource.schannel, subject.schannel), (.rdpCoreTS, subject.core),
            (.rcmOperational, subject.connections),
        ] {
            host.setItem(.events, source.rawValue, ["ids": try JSON.parse(Array(ids.utf8))])
        }
        return host
    }
}
