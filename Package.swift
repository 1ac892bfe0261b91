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

        room("EventLoop", uses: ["CEventLoop"]),
        room("Formats", uses: ["CYAML", "CZlib"]),
        room("Lab", uses: ["CEventLoop", "EventLoop", "Formats", "CGSSAPI", "COpenSSL"]),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        .executableTarget(
            name: "LabPeer", dependencies: ["EventLoop", "Formats", "Lab"], path: "Tests/LabPeer", swiftSettings: settings),
        tests("EventLoopTests", uses: ["EventLoop", "CEventLoop"]),
        tests("FormatsTests", uses: ["Formats", "TestSupport"]),
        tests("LabTests", uses: ["CEventLoop", "EventLoop", "Formats", "Lab", "LabPeer", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6]
)
