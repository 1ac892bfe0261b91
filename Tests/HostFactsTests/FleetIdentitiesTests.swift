import HostFacts
import Testing

@Suite struct FleetIdentitiesTests {
    private static func reading(
        _ name: String, guid: String, sid: String? = nil, type: String = "ServerNT", served: String? = nil
    ) -> HostReading {
        var reading = HostReading()
        var registry = RegistryReading()
        func values(_ key: String, _ pairs: [(String, RegistryValue?)]) {
            registry.record(key, .values(pairs.map { .init($0.0, $0.1) }, isComplete: true))
        }
        values(Keys.computerName, [("ComputerName", .string(name))])
        values(Keys.cryptography, [("MachineGuid", .string(guid))])
        values(Keys.productOptions, [("ProductType", .string(type))])
        values(
            Keys.currentVersion,
            [("CurrentBuildNumber", .string("17763")), ("CurrentMajorVersionNumber", .dword(10))])
        let bytes = served.map { thumbprint in [UInt8](repeating: UInt8(thumbprint) ?? 0, count: 20) }
        values(Keys.winStations, [("SelfSignedCertificate", bytes.map { .binary($0) })])
        registry.recordChildren(of: Keys.winStations, .value(["RDP-Tcp"]))
        values(Keys.winStations + #"\RDP-Tcp"#, [])
        reading.registry = registry
        if let sid { reading.machineSID = SID(sid).map { .value($0) } ?? .failed("no SID") }
        return reading
    }

    private static func places(_ hosts: [(String, HostReading)]) -> [String: FleetPlace] {
        var identities = FleetIdentities()
        for (name, reading) in hosts { identities.add(name, reading) }
        return identities.places
    }

    private let sid = "S-1-5-21-1-2-3"

    @Test func `two names of one machine are one machine, not clones`() throws {
        let host = Self.reading("SRV1", guid: "AA", sid: sid, served: "1")
        let places = Self.places([("srv1", host), ("10.0.0.1", host)])
        let place = try #require(places["srv1"])
        #expect(place.sameMachine == .value(["10.0.0.1"]))
        #expect(place.sharedMachineGuid == .value([]))
        #expect(place.sharedMachineSID == .value([]))
        #expect(place.sharedCertificate == .value([]))
    }

    @Test func `machines that share what setup makes are clones`() throws {
        let places = Self.places([
            ("a", Self.reading("A", guid: "AA", sid: sid, served: "1")),
            ("b", Self.reading("B", guid: "aa", sid: sid, served: "1")),
            ("c", Self.reading("C", guid: "CC", sid: "S-1-5-21-9-9-9", served: "2")),
        ])
        let place = try #require(places["a"])
        #expect(place.sameMachine == .value([]))
        #expect(place.sharedMachineGuid == .value(["b"]))
        #expect(place.sharedMachineSID == .value(["b"]))
        #expect(place.sharedCertificate == .value(["b"]))
        #expect(places["c"]?.sharedMachineSID == .value([]))
    }

    @Test func `controllers of one domain share their SID rightfully, a member that has it does not`() throws {
        let places = Self.places([
            ("dc1", Self.reading("DC1", guid: "A", sid: sid, type: "LanmanNT")),
            ("dc2", Self.reading("DC2", guid: "B", sid: sid, type: "LanmanNT")),
            ("member", Self.reading("MEMBER", guid: "C", sid: sid)),
        ])
        #expect(places["dc1"]?.sharedMachineSID == .value(["member"]))
        #expect(places["member"]?.sharedMachineSID == .value(["dc1", "dc2"]))
    }

    @Test func `what a host did not say of itself is unknown, never unshared`() throws {
        let places = Self.places([
            ("a", Self.reading("A", guid: "AA")), ("b", Self.reading("B", guid: "AA", sid: sid)),
        ])
        let place = try #require(places["a"])
        #expect(place.sharedMachineSID.value == nil && !place.sharedMachineSID.isAbsent)
        #expect(place.sameMachine.value == nil)
        #expect(place.sharedMachineGuid == .value(["b"]))
        #expect(place.sharedCertificate.value == nil)
    }

    @Test func `without a fleet nothing is known of one`() throws {
        let facts = HostFacts(Self.reading("A", guid: "AA"))
        let fact = try #require(FactDictionary["fleet.sharedMachineSID"])
        #expect(fact.read(facts) == .failed("the fleet was not looked at"))
    }
}
