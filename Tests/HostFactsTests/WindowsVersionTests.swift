import HostFacts
import TestSupport
import Testing

@Suite struct WindowsVersionTests {
    @Test(arguments: [
        ("10.0.17763.6414", BuildVersion(10, 0, 17763, 6414)), ("17763.6414", BuildVersion(10, 0, 17763, 6414)),
        ("6.1.7601", BuildVersion(6, 1, 7601)),
        ("0.0.0.0", BuildVersion(0, 0, 0, 0)), ("4294967295.0.0.1", BuildVersion(.max, 0, 0, 1)),
    ])
    func `a version is read and printed`(_ text: String, _ version: BuildVersion) {
        #expect(BuildVersion(text) == version)
        #expect(BuildVersion(version.description) == version)
    }

    @Test(arguments: [
        "", "10", "10.", ".1.2", "1.2.3.4.5", "1..2", "a.b", "1.2.3.x", " 1.2.3", "1.2.3 ", "-1.2.3", "1.4294967296.0",
        "٣.1.1",
    ])
    func `a text that is no version is none`(_ text: String) { #expect(BuildVersion(text) == nil) }

    @Test func `versions are ordered by number, not by text`() {
        let ordered = ["6.1.7601", "6.3.9600.20000", "10.0.9999.9", "10.0.17763.9", "10.0.17763.10", "10.0.26100.1"]
            .compactMap { BuildVersion($0) }
        #expect(ordered.count == 6 && ordered.sorted() == ordered)
        #expect(BuildVersion(10, 0, 17763) == BuildVersion(10, 0, 17763) && !BuildVersion(10, 0, 17763).hasRevision)
    }

    private static func registry(_ values: [(String, RegistryValue)], product: String? = "ServerNT") -> RegistryReading
    {
        var registry = RegistryReading()
        registry.record(Keys.currentVersion, .values(values.map { .init($0.0, $0.1) }, isComplete: true))
        registry.record(
            Keys.productOptions,
            product.map { .values([.init("ProductType", .string($0))], isComplete: true) } ?? .absent)
        return registry
    }

    @Test(arguments: [
        ("7601", "ServerNT", "Windows Server 2008 R2 SP1"), ("7601", "WinNT", "Windows 7 SP1"),
        ("9600", "LanmanNT", "Windows Server 2012 R2"),
        ("14393", "ServerNT", "Windows Server 2016"), ("17763", "ServerNT", "Windows Server 2019"),
        ("17763", "WinNT", "Windows 10 1809"),
        ("19045", "WinNT", "Windows 10 22H2"), ("20348", "ServerNT", "Windows Server 2022"),
        ("22631", "WinNT", "Windows 11 23H2"),
        ("26100", "WinNT", "Windows 11 24H2"), ("26100", "ServerNT", "Windows Server 2025"),
        ("99999", "ServerNT", "Windows Server (build 99999)"),
    ])
    func `the name comes from the build and the role, not from ProductName`(
        _ build: String, _ product: String, _ name: String
    ) throws {
        var values: [(String, RegistryValue)] = [
            ("CurrentBuildNumber", .string(build)), ("ProductName", .string("Windows 10 Pro")),
        ]
        if build.count == 5 {
            values += [
                ("CurrentMajorVersionNumber", .dword(10)), ("CurrentMinorVersionNumber", .dword(0)), ("UBR", .dword(1)),
            ]
        } else {
            values.append(("CurrentVersion", .string(build == "9600" ? "6.3" : "6.1")))
        }
        #expect(WindowsVersion.read(Self.registry(values, product: product)).value?.name == name)
    }

    @Test(arguments: [
        [("CurrentBuildNumber", RegistryValue.dword(17763))], [("CurrentBuildNumber", .string("17763x"))], [],
        [("CurrentBuildNumber", .string("17763"))],
        [("CurrentBuildNumber", .string("7601")), ("CurrentVersion", .string("six"))],
        [("CurrentBuild", .string("Obsolete data - do not use"))],
    ])
    func `a version that cannot be told is not guessed`(_ values: [(String, RegistryValue)]) {
        #expect(WindowsVersion.read(Self.registry(values)).value == nil)
    }

    /// Absent is not zero: a default counts for the versions that it is known for, and for no other.
    @Test(
        arguments: [
            (OSDefaults.Item.securityLayer, 7601, 1), (.securityLayer, 9600, 1), (.securityLayer, 10240, 2),
            (.userAuthentication, 7601, 0),
            (.userAuthentication, 9200, 1), (.portNumber, 17763, 3389), (.selectTransport, 7601, nil),
            (.selectTransport, 9600, 2),
            (.portNumber, 3790, nil),
        ] as [(OSDefaults.Item, UInt32, UInt32?)])
    func `Windows' defaults hang on the build`(_ item: OSDefaults.Item, _ build: UInt32, _ value: UInt32?) {
        let (major, minor): (UInt32, UInt32) =
            build >= 10240 ? (10, 0) : build >= 7600 ? (6, build >= 9600 ? 3 : build >= 9200 ? 2 : 1) : (5, 2)
        let windows = WindowsVersion(
            version: BuildVersion(major, minor, build), role: .absent, installationType: .absent)
        #expect(OSDefaults.value(item, on: .value(windows)).value == value)
    }

    @Test func `every default says where it is known from`() {
        for row in OSDefaults.rows { #expect(!row.source.isEmpty) }
        #expect(Set(OSDefaults.rows.map(\.item)) == Set(OSDefaults.Item.allCases))
    }
}
