// swift-tools-version: 6.2
import PackageDescription

// Everything comes from the toolchain and from Debian: docs/architecture.md says why.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// How hard the compiler works on a room in release builds: a fresh machine should not wait for code that never runs hot.
enum Pace: String {
    case hot = "-O"
    case usual = "-Osize"
    case cold = "-Onone"

    var settings: [SwiftSetting] {
        self == .hot ? [] : [.unsafeFlags([rawValue], .when(configuration: .release))]
    }
}

func room(_ name: String, uses: [Target.Dependency], resources: [Resource]? = nil, pace: Pace = .usual) -> Target {
    .target(name: name, dependencies: uses, resources: resources, swiftSettings: settings + pace.settings)
}

func library(_ name: String, package: String, pkgConfig: String? = nil) -> Target {
    .systemLibrary(name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

func tests(_ name: String, uses: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: uses, swiftSettings: settings)
}

/// The probe's text, embedded in the binary.
let probeSections = [
    "active-profiles", "credssp", "events", "export", "export-end", "export-pieces", "export-start",
    "firewall-products", "groups", "identity", "listeners", "machine-keys", "network", "os", "policy-source",
    "prelude", "quick-fixes", "rdp", "secure-channel", "served", "services",
]

/// The parts of remediation scripts that are the same on every host.
let scriptParts = [
    "head", "service", "firewall", "firewall-group", "key-file", "registry", "certificate", "tail",
]

let package = Package(
    name: "fleetaudit",
    targets: [
        .systemLibrary(name: "CEventLoop", path: "Sources/System/CEventLoop"),
        .systemLibrary(name: "CFiles", path: "Sources/System/CFiles"),
        library("CYAML", package: "libyaml-dev"),
        library("CZlib", package: "zlib1g-dev"),
        library("CSQLite", package: "libsqlite3-dev"),
        library("CLibSSH2", package: "libssh2-1-dev", pkgConfig: "libssh2"),
        library("CCurl", package: "libcurl4-openssl-dev", pkgConfig: "libcurl"),
        library("COpenSSL", package: "libssl-dev"),
        // Its pkg-config file answers with -isystem, which SwiftPM refuses; the headers are on the default path.
        library("CGSSAPI", package: "libkrb5-dev"),

        room("Console", uses: [], pace: .cold),
        room("EventLoop", uses: ["CEventLoop"], pace: .hot),
        room("Formats", uses: ["CYAML", "CZlib"], pace: .hot),
        room("Transport", uses: ["EventLoop", "CEventLoop", "Formats", "CLibSSH2", "CCurl", "COpenSSL", "CGSSAPI"]),
        room("Inventory", uses: ["Formats"]),
        room("HostFacts", uses: ["Formats", "COpenSSL"], pace: .hot),
        room(
            "Collection", uses: ["Transport", "HostFacts", "Inventory", "EventLoop", "Formats", "CFiles"],
            resources: probeSections.map { .embedInCode("Probe/Sections/\($0).ps1") }),
        room("Policy", uses: ["HostFacts", "Inventory", "Formats"], pace: .hot),
        room("Drift", uses: ["Policy", "HostFacts"]),
        room(
            "History", uses: ["Drift", "Policy", "HostFacts", "Formats", "EventLoop", "CSQLite"], pace: .hot),
        room(
            "Reports", uses: ["Drift", "Policy", "HostFacts", "Formats"],
            resources: scriptParts.map { .embedInCode("Remediation/Script/\($0).ps1") }
                + ["css", "js"].map { .embedInCode("HTML/report.\($0)") }),
        room(
            "Lab", uses: ["Collection", "HostFacts", "EventLoop", "Formats", "CEventLoop", "CGSSAPI", "COpenSSL"],
            pace: .cold),
        room(
            "PolicyCases", uses: ["Policy", "Lab", "Collection", "HostFacts", "Formats"], pace: .cold),
        .executableTarget(
            name: "fleetaudit",
            dependencies: [
                "Console", "EventLoop", "Formats", "Inventory", "Transport", "HostFacts", "Collection", "Policy",
                "Drift", "History", "Reports", "Lab", "PolicyCases",
            ],
            swiftSettings: settings + Pace.cold.settings),

        .systemLibrary(name: "CMalloc", path: "Benchmarks/CMalloc"),
        .target(name: "Measure", dependencies: ["CMalloc"], path: "Benchmarks/Measure", swiftSettings: settings),
        .executableTarget(
            name: "formats-bench", dependencies: ["Formats", "Measure"], path: "Benchmarks/formats-bench",
            swiftSettings: settings),
        .executableTarget(
            name: "facts-bench", dependencies: ["Collection", "Formats", "HostFacts", "Lab", "Measure"],
            path: "Benchmarks/facts-bench", swiftSettings: settings),

        .executableTarget(
            name: "policy-bench", dependencies: ["Collection", "Formats", "HostFacts", "Measure", "Policy"],
            path: "Benchmarks/policy-bench", swiftSettings: settings),
        .executableTarget(
            name: "reports-bench",
            dependencies: ["Drift", "HostFacts", "Lab", "Measure", "Policy", "PolicyCases", "Reports"],
            path: "Benchmarks/reports-bench", swiftSettings: settings),

        .executableTarget(
            name: "history-bench",
            dependencies: ["Collection", "Drift", "Formats", "History", "HostFacts", "Measure", "Policy"],
            path: "Benchmarks/history-bench", swiftSettings: settings),

        .target(name: "TestSupport", dependencies: ["Formats"], path: "Tests/TestSupport", swiftSettings: settings),
        .target(
            name: "HostFixtures",
            dependencies: ["Drift", "Formats", "HostFacts", "Lab", "Policy", "PolicyCases", "TestSupport"],
            path: "Tests/HostFixtures", swiftSettings: settings),
        .executableTarget(
            name: "LabPeer", dependencies: ["EventLoop", "Formats", "Lab"], path: "Tests/LabPeer",
            swiftSettings: settings),
        .target(
            name: "HistoryFixtures", dependencies: ["HostFacts", "Policy"], path: "Tests/HistoryFixtures",
            swiftSettings: settings),
        .executableTarget(
            name: "HistoryPeer", dependencies: ["History", "HistoryFixtures", "Policy"], path: "Tests/HistoryPeer",
            swiftSettings: settings),
        tests("ConsoleTests", uses: ["Console", "TestSupport"]),
        tests("TestSupportTests", uses: ["TestSupport"]),
        tests("EventLoopTests", uses: ["EventLoop", "CEventLoop"]),
        tests("FormatsTests", uses: ["Formats", "TestSupport"]),
        tests("TransportTests", uses: ["Transport", "EventLoop", "Formats", "TestSupport"]),
        tests("HostFactsTests", uses: ["HostFacts", "Collection", "Lab", "Formats", "TestSupport"]),
        tests(
            "AuditTests",
            uses: [
                "fleetaudit", "Console", "Lab", "Collection", "HostFacts", "Transport", "EventLoop", "Formats",
                "Drift", "History", "HostFixtures", "HistoryFixtures", "Policy", "TestSupport",
            ]),
        tests("InventoryTests", uses: ["Inventory", "Formats", "TestSupport"]),
        tests(
            "CollectionTests",
            uses: ["Collection", "EventLoop", "Formats", "HostFacts", "Inventory", "Lab", "TestSupport", "Transport"]),
        tests(
            "PolicyTests",
            uses: [
                "Policy", "PolicyCases", "HostFacts", "Inventory", "Collection", "Lab", "Formats", "HostFixtures",
                "TestSupport",
            ]),
        tests("DriftTests", uses: ["Drift", "Policy", "HostFacts", "Formats", "HostFixtures", "TestSupport"]),
        tests(
            "ReportsTests",
            uses: ["Reports", "Drift", "Policy", "HostFacts", "Lab", "Formats", "HostFixtures", "TestSupport"]),
        tests(
            "HistoryTests",
            uses: [
                "History", "HistoryFixtures", "HistoryPeer", "Drift", "Reports", "Policy", "HostFacts", "Formats",
                "HostFixtures", "TestSupport",
            ]),
        tests("LabTests", uses: ["CEventLoop", "EventLoop", "Formats", "Lab", "LabPeer", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
