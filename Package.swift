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

func room(_ name: String, uses: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .target(name: name, dependencies: uses, resources: resources, swiftSettings: settings)
}

func library(_ name: String, package: String, pkgConfig: String? = nil) -> Target {
    .systemLibrary(name: name, path: "Sources/System/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

func tests(_ name: String, uses: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: uses, swiftSettings: settings)
}

/// The probe's text, embedded in the binary.
let probeSections = [
    "active-profiles", "credssp", "identity", "machine-keys", "network", "os", "prelude", "services",
]

let package = Package(
    name: "fleetaudit",
    targets: [
        .systemLibrary(name: "CEventLoop", path: "Sources/System/CEventLoop"),
        library("CYAML", package: "libyaml-dev"),
        library("CZlib", package: "zlib1g-dev"),
        library("CLibSSH2", package: "libssh2-1-dev", pkgConfig: "libssh2"),
        library("CCurl", package: "libcurl4-openssl-dev", pkgConfig: "libcurl"),
        library("COpenSSL", package: "libssl-dev"),
        // Its pkg-config file answers with -isystem, which SwiftPM refuses; the headers are on the default path.
        library("CGSSAPI", package: "libkrb5-dev"),

        room("Console", uses: []),
        room("EventLoop", uses: ["CEventLoop"]),
        room("Formats", uses: ["CYAML", "CZlib"]),
        room("Transport", uses: ["EventLoop", "Formats", "CLibSSH2", "CCurl", "COpenSSL", "CGSSAPI"]),
        room("Inventory", uses: ["Formats"]),
        room("HostFacts", uses: ["Formats", "COpenSSL"]),
        room(
            "Collection", uses: ["Transport", "HostFacts", "Inventory", "EventLoop", "Formats"],
            resources: probeSections.map { .embedInCode("Probe/Sections/\($0).ps1") }),
        room("Policy", uses: ["HostFacts", "Formats"]),
        room("Reports", uses: ["Policy", "HostFacts", "Formats"]),
        room(
            "Lab", uses: ["Collection", "HostFacts", "EventLoop", "Formats", "CEventLoop", "CGSSAPI", "COpenSSL"]),
        .executableTarget(
            name: "fleetaudit",
            dependencies: [
                "Console", "EventLoop", "Formats", "Inventory", "Transport", "HostFacts", "Collection", "Policy", "Reports",
                "Lab",
            ],
            swiftSettings: settings),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        .executableTarget(
            name: "LabPeer", dependencies: ["EventLoop", "Formats", "Lab"], path: "Tests/LabPeer",
            swiftSettings: settings),
        tests("ConsoleTests", uses: ["Console", "TestSupport"]),
        tests("EventLoopTests", uses: ["EventLoop", "CEventLoop"]),
        tests("FormatsTests", uses: ["Formats", "TestSupport"]),
        tests("TransportTests", uses: ["Transport", "EventLoop", "Formats", "TestSupport"]),
        tests("HostFactsTests", uses: ["HostFacts", "Collection", "Lab", "Formats", "TestSupport"]),
        tests("LabTests", uses: ["CEventLoop", "EventLoop", "Formats", "Lab", "LabPeer", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
