import Collection
import Formats
import Foundation
import HostFacts
import TestSupport
import Testing

@Suite struct HostReadingTests {
    private func reading(_ section: SectionName, _ data: String) throws -> HostReading {
        HostReading(sections: [section: .data(try JSON.parse(Array(data.utf8)))])
    }

    @Test func `the engine is read`() throws {
        let engine = try reading(
            .os,
            #"{"engine": {"version": "5.1.17763.1", "bits": 64, "elevated": true, "clock": "2026-11-20T02:00:00Z"}}"#
        ).engine.value
        #expect(engine?.version == "5.1.17763.1")
        #expect(engine?.is64Bit == true)
        #expect(engine?.isElevated == true)
        #expect(engine?.clock == Date(timeIntervalSince1970: 1_795_140_000))
    }

    @Test(arguments: [
        "{}", #"{"engine": 5}"#, #"{"engine": {}}"#,
        #"{"engine": {"version": 5, "bits": 64, "elevated": true, "clock": "2026-11-20T02:00:00Z"}}"#,
        #"{"engine": {"version": "5", "bits": "64", "elevated": true, "clock": "2026-11-20T02:00:00Z"}}"#,
        #"{"engine": {"version": "5", "bits": 64, "elevated": 1, "clock": "2026-11-20T02:00:00Z"}}"#,
        #"{"engine": {"version": "5", "bits": 64, "elevated": true, "clock": "yesterday"}}"#,
        #"{"engine": {"version": "5", "bits": 64, "elevated": true, "clock": ""}}"#,
        #"{"engine": {"version": "5", "bits": 64, "elevated": true, "clock": 99999999999999999999}}"#,
        #"{"engine": {"error": "80131500 X"}}"#, #"{"engine": []}"#, "[]",
    ])
    func `an engine that is none is unknown, never half`(_ data: String) throws {
        guard case .failed = try reading(.os, data).engine else {
            Issue.record("\(data)")
            return
        }
    }

    @Test(arguments: [
        (#"{"tspkg": [10, 0, 17763, 1]}"#, Collected.value(BuildVersion(10, 0, 17763, 1))),
        (#"{"tspkg": null}"#, .absent),
        (#"{"tspkg": [10, 0]}"#, .failed("the host gave an unreadable answer")),
        (#"{"tspkg": [10, 0, 1, -1]}"#, .failed("the host gave an unreadable answer")),
        (#"{"tspkg": [10, 0, 1, 4294967296]}"#, .failed("the host gave an unreadable answer")),
        (#"{"tspkg": ["x", 10, 0, 1, 2]}"#, .failed("the host gave an unreadable answer")),
        (#"{"tspkg": "10.0.1.1"}"#, .failed("the host gave an unreadable answer")),
        (#"{"tspkg": {"error": "80070005 X"}}"#, .accessDenied), (#"{"tspkg": {"error": "80070002 X"}}"#, .absent),
        (#"{"tspkg": {"error": "ffffffff not-recorded"}}"#, .failed("it was not recorded")),
        ("{}", .failed("the host did not say")),
    ])
    func `a file's version is four numbers or unknown`(_ data: String, _ version: Collected<BuildVersion>) throws {
        #expect(try reading(.credssp, data).credSSPPackage == version)
    }

    @Test(arguments: [
        (#"{"listeners": [3389, 22, 3389]}"#, Collected.value(Set<UInt16>([22, 3389]))),
        (#"{"listeners": []}"#, .value([])),
        (#"{"listeners": [3389, 70000]}"#, .failed("the host gave an unreadable answer")),
        (#"{"listeners": [3389, "x"]}"#, .failed("the host gave an unreadable answer")),
        (#"{"listeners": 3389}"#, .failed("the host gave an unreadable answer")), (#"{"listeners": null}"#, .absent),
    ])
    func `ports are numbers of 16 bits or unknown`(_ data: String, _ ports: Collected<Set<UInt16>>) throws {
        #expect(try reading(.network, data).listeningPorts == ports)
    }

    @Test(arguments: [
        (1, [FirewallProfile.domain]), (2, [.private]), (4, [.public]), (7, FirewallProfile.allCases), (0, []),
        (2147483647, FirewallProfile.allCases),
    ])
    func `profiles are bits`(_ bits: Int, _ profiles: [FirewallProfile]) throws {
        #expect(try reading(.activeProfiles, "{\"activeProfiles\": \(bits)}").activeProfiles == .value(Set(profiles)))
    }

    @Test func `services are states, absent, or an error that names itself`() throws {
        let all = AuditedService.allCases
        let name = all[0]
        func state(_ json: String) throws -> Collected<ServiceState>? {
            try reading(.services, "{\"states\": {\"\(name.rawValue)\": \(json)}}").serviceStates[name]
        }
        #expect(try state("4") == .value(.running))
        #expect(try state("\"80070424 Win32Exception\"") == .absent)
        #expect(try state("\"80070005 Win32Exception\"") == .accessDenied)
        for odd in ["99", "-1", "null", "true", "[]", "\"\"", "\"CouldNotX\""] {
            guard case .failed = try state(odd) else {
                Issue.record("\(odd)")
                continue
            }
        }
        let denied = try reading(.services, #"{"states": {"error": "80070005 X"}}"#)
        #expect(all.allSatisfy { denied.serviceStates[$0] == .accessDenied })
        let silent = try reading(.services, "{}")
        #expect(all.allSatisfy { silent.serviceStates[$0]?.whyMissing != nil })
    }

    @Test func `key folders are read with what was asked of each file`() throws {
        let reading = try reading(
            .machineKeys,
            #"{"rsa": {"path": "C:\\K", "sddl": "O:SY", "count": 300, "files": [["a", "O:BA"], ["b", null], ["c", {"error": "80070005 X"}], ["d"], [5], 7]}, "cng": null, "siblings": ["MachineKeys", 5]}"#
        ).machineKeys.value
        let folder = try #require(reading?.rsa.value)
        #expect(folder.path == "C:\\K")
        #expect(folder.count == 300)
        #expect(!folder.isComplete)
        #expect(folder.files.map(\.name) == ["a", "b", "c", "d"])
        #expect(folder.files[0].descriptor == .value("O:BA"))
        #expect(folder.files[1].descriptor == nil)
        #expect(folder.files[2].descriptor == .accessDenied)
        #expect(reading?.cng.isAbsent == true)
        #expect(reading?.siblings == .value(["MachineKeys"]))
    }

    @Test func `sizes and times of key files are read, and a host that says none is no error`() throws {
        let reading = try reading(
            .machineKeys,
            #"{"rsa": {"path": "C:\\K", "sddl": "O:SY", "count": 2, "bytes": 3052, "newest": "2026-11-01T10:20:30Z", "files": [["a", null, 2931, "2026-11-01T10:20:30Z"], ["b", null, -1, "x"]]}, "cng": {"path": "C:\\C", "count": 0, "bytes": 0}}"#
        ).machineKeys.value
        let folder = try #require(reading?.rsa.value)
        #expect(folder.bytes == 3052)
        #expect(folder.newest == ISO8601.date("2026-11-01T10:20:30Z"))
        #expect(folder.files[0].size == 2931 && folder.files[0].modified == folder.newest)
        #expect(folder.files[1].modified == nil)
        let cng = try #require(reading?.cng.value)
        #expect(cng.bytes == 0 && cng.newest == nil && cng.isComplete)
    }

    @Test(
        arguments: [
            (#"{"userGateways": []}"#, .value([])),
            (
                #"{"userGateways": [["S-1-5-21-1-500", [4, 1], [1, "gw.example"]], ["S-1-5-21-1-501", null, [1, "gw2"]]]}"#,
                .value([
                    .init(user: "S-1-5-21-1-500", name: "gw.example", isUsed: true),
                    .init(user: "S-1-5-21-1-501", name: "gw2", isUsed: nil),
                ])
            ),
            (
                #"{"userGateways": [["S-1-5-21-1-500", [4, 0], [3, "AAA="]]]}"#,
                .value([.init(user: "S-1-5-21-1-500", name: nil, isUsed: false)])
            ),
            // One profile that could not be asked: the list is not known to be whole.
            (#"{"userGateways": [["S-1-5-21-1-500", "80070005 X"]]}"#, .accessDenied),
            (#"{"userGateways": [[5]]}"#, .failed("the host gave an unreadable answer")),
            (#"{"userGateways": 7}"#, .failed("the host gave an unreadable answer")),
            ("{}", .failed("the host did not say")),
        ] as [(String, Collected<[RemoteDesktopClient.UserGateway]>)])
    func `gateways of users are read`(_ data: String, _ gateways: Collected<[RemoteDesktopClient.UserGateway]>) throws {
        #expect(try reading(.rdp, data).userGateways == gateways)
    }

    @Test func `a section that is missing, failed or damaged is unknown with its reason`() throws {
        let reading = HostReading(sections: [
            .os: SectionAnswer(.json(["ms": 1, "failed": ["error": "timeout", "message": "no answer within 5 ms"]])),
            .network: SectionAnswer(.damaged("its line is cut")),
            .identity: SectionAnswer(
                .json(["failed": ["error": "System.X", "hresult": "80131500", "message": "nein"]])),
            .credssp: SectionAnswer(.json(["ms": 1])), .machineKeys: SectionAnswer(.json(["data": 5])),
        ])
        #expect(reading.engine == .failed("the section took too long: no answer within 5 ms"))
        #expect(reading.listeningPorts == .failed("the section is damaged: its line is cut"))
        #expect(reading.machineSID == .failed("the section failed: System.X 0x80131500, nein"))
        #expect(reading.credSSPPackage.whyMissing?.contains("neither data") == true)
        #expect(reading.machineKeys.whyMissing?.contains("neither data") == true)
        #expect(reading.activeProfiles == .failed("the host did not answer the section active-profiles"))
    }

    @Test(arguments: try Fixture.all("probe-lines", suffix: ".txt").filter { $0.name != "bootstrap.txt" })
    func `no mutation of what a section says traps`(_ fixture: Fixture) throws {
        var generator = SeededGenerator(seed: 11)
        for section in ProbeReply(try fixture.bytes).sections {
            guard case .json(let json) = section.content, let data = json["data"] else { continue }
            for _ in 0..<8 {
                _ = HostFacts(HostReading(sections: [section.name: .data(Self.mutated(data, &generator))]))
            }
        }
    }

    private static func mutated(_ json: JSON, _ generator: inout SeededGenerator) -> JSON {
        if Int.random(in: 0..<20, using: &generator) == 0 {
            return [.null, -1, 4_294_967_296, "", "80070005 X", [], [:], true, [4, -1], 1e300].randomElement(
                using: &generator) ?? .null
        }
        switch json {
        case .array(let elements): return .array(elements.map { mutated($0, &generator) })
        case .object(let members): return .object(members.map { .init($0.key, mutated($0.value, &generator)) })
        default: return json
        }
    }
}
