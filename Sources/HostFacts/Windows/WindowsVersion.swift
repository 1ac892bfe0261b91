/// Which Windows a host runs: what defaults, listeners and updates hang on.
package struct WindowsVersion: Sendable, Hashable {
    /// ProductType of `…\Control\ProductOptions`.
    package enum Role: String, Sendable, Hashable, CaseIterable {
        case workstation, server
        case domainController = "domain-controller"
    }

    package let version: BuildVersion
    package let role: Collected<Role>
    /// `Client`, `Server`, `Server Core`, …: which servicing line it is on, since Windows 11 24H2 and Server 2025 share
    /// a build number but not their revisions.
    package let installationType: Collected<String>

    package init(version: BuildVersion, role: Collected<Role>, installationType: Collected<String>) {
        self.version = version
        self.role = role
        self.installationType = installationType
    }

    package var isServer: Collected<Bool> { role.map { $0 != .workstation } }

    /// Windows 7 and Server 2008 R2 are the oldest whose Remote Desktop we know.
    package var isSupported: Bool { version >= BuildVersion(6, 1, 7600) }

    /// The name that people use, as `Windows Server 2019` or `Windows 10 22H2`; made from the build, because
    /// ProductName says "Windows 10" on Windows 11.
    package var name: String {
        let family = Self.families.last {
            (version.major, version.minor, version.build) >= ($0.major, $0.minor, $0.build)
        }
        guard let family else { return "Windows \(version.major).\(version.minor)" }
        switch isServer {
        case .value(true): return family.server ?? "Windows Server (build \(version.build))"
        case .value(false): return family.client ?? "Windows (build \(version.build))"
        default: return [family.client, family.server].compactMap { $0 }.joined(separator: " or ")
        }
    }

    private typealias Family = (major: UInt32, minor: UInt32, build: UInt32, client: String?, server: String?)

    /// First build of each release, oldest first.
    private static let families: [Family] = [
        (3, 0, 0, "Windows NT", "Windows NT Server"),
        (4, 0, 1381, "Windows NT 4.0 Workstation", "Windows NT 4.0 Server"),
        (5, 0, 2195, "Windows 2000", "Windows 2000 Server"),
        (5, 1, 2600, "Windows XP", nil),
        (5, 2, 3790, "Windows XP x64", "Windows Server 2003"),
        (6, 0, 6000, "Windows Vista", "Windows Server 2008"),
        (6, 1, 7600, "Windows 7", "Windows Server 2008 R2"),
        (6, 1, 7601, "Windows 7 SP1", "Windows Server 2008 R2 SP1"),
        (6, 2, 9200, "Windows 8", "Windows Server 2012"),
        (6, 3, 9600, "Windows 8.1", "Windows Server 2012 R2"),
        (10, 0, 10240, "Windows 10 1507", nil),
        (10, 0, 10586, "Windows 10 1511", nil),
        (10, 0, 14393, "Windows 10 1607", "Windows Server 2016"),
        (10, 0, 15063, "Windows 10 1703", nil),
        (10, 0, 16299, "Windows 10 1709", "Windows Server 1709"),
        (10, 0, 17134, "Windows 10 1803", "Windows Server 1803"),
        (10, 0, 17763, "Windows 10 1809", "Windows Server 2019"),
        (10, 0, 18362, "Windows 10 1903", "Windows Server 1903"),
        (10, 0, 18363, "Windows 10 1909", "Windows Server 1909"),
        (10, 0, 19041, "Windows 10 2004", "Windows Server 2004"),
        (10, 0, 19042, "Windows 10 20H2", "Windows Server 20H2"),
        (10, 0, 19043, "Windows 10 21H1", nil),
        (10, 0, 19044, "Windows 10 21H2", nil),
        (10, 0, 19045, "Windows 10 22H2", nil),
        (10, 0, 20348, nil, "Windows Server 2022"),
        (10, 0, 22000, "Windows 11 21H2", nil),
        (10, 0, 22621, "Windows 11 22H2", nil),
        (10, 0, 22631, "Windows 11 23H2", nil),
        (10, 0, 25398, nil, "Windows Server 23H2"),
        (10, 0, 26100, "Windows 11 24H2", "Windows Server 2025"),
        (10, 0, 26200, "Windows 11 25H2", nil),
        (10, 0, 28000, "Windows 11 26H1", nil),
    ]
}

extension WindowsVersion {
    /// Reads the version out of the registry.
    ///
    /// `CurrentBuildNumber` comes before `CurrentBuild`: the latter holds the text "Obsolete data - do not use" before
    /// Windows Vista. `UBR` counts only since Windows 10.
    package static func read(_ registry: RegistryReading) -> Collected<WindowsVersion> {
        func text(_ name: String) -> Collected<String> {
            registry.value(Keys.currentVersion, name).flatMap { value in
                value.text.map { .value($0) } ?? .failed("\(name) is not text")
            }
        }
        let build = text("CurrentBuildNumber").asBuild ?? text("CurrentBuild").asBuild
        guard let build else {
            return text("CurrentBuildNumber").flatMap { .failed("CurrentBuildNumber is no number: \($0)") }
        }
        let version: BuildVersion
        if case .value(let major) = registry.value(Keys.currentVersion, "CurrentMajorVersionNumber"),
            let major = major.number
        {
            let minor = registry.value(Keys.currentVersion, "CurrentMinorVersionNumber").value?.number ?? 0
            let revision = registry.value(Keys.currentVersion, "UBR").value?.number
            version = BuildVersion(major, minor, build, revision)
        } else {
            let numbers = text("CurrentVersion").value?.utf8.split(separator: 0x2e).map { UInt32(digits: $0) } ?? []
            guard numbers.count == 2, let major = numbers[0], let minor = numbers[1] else {
                return .failed("CurrentVersion is no version: \(text("CurrentVersion").value ?? "absent")")
            }
            version = BuildVersion(major, minor, build)
        }
        return .value(
            WindowsVersion(version: version, role: role(registry), installationType: text("InstallationType")))
    }

    private static func role(_ registry: RegistryReading) -> Collected<Role> {
        registry.value(Keys.productOptions, "ProductType").flatMap { value in
            switch value.text?.lowercased() {
            case "winnt": .value(.workstation)
            case "servernt": .value(.server)
            case "lanmannt": .value(.domainController)
            default: .failed("ProductType is neither WinNT, ServerNT nor LanmanNT")
            }
        }
    }
}

extension Collected where Value == String {
    fileprivate var asBuild: UInt32? { value.flatMap { UInt32(digits: $0.utf8) } }
}
