/// CredSSP, which network level authentication rides on, and what became of CVE-2018-0886.
package struct CredSSP: Sendable {
    /// `AllowEncryptionOracle`: 0 force updated clients, 1 mitigated, 2 vulnerable. Absent means 1 on a host with the
    /// update of May 2018 (KB4093492).
    package let encryptionOracle: Setting<UInt32>
    /// Product version of `System32\TSpkg.dll`.
    package let packageVersion: Collected<BuildVersion>
    /// The fix for CVE-2018-0886 is there.
    package let isPatched: Collected<Bool>

    package init(
        registry: RegistryReading, windows: Collected<WindowsVersion>, packageVersion: Collected<BuildVersion>
    ) {
        self.packageVersion = packageVersion
        isPatched = windows.flatMap { Self.isPatched($0, packageVersion) }
        let osDefault: Collected<UInt32> = isPatched.flatMap { isPatched in
            isPatched
                ? .value(1) : .unsupported("the CredSSP update of May 2018 is missing, so the setting has no effect")
        }
        encryptionOracle = Setting(
            policy: registry.number(Keys.credSSPParameters, "AllowEncryptionOracle"), local: .absent,
            osDefault: osDefault,
            places: SettingPlaces(policy: RegistryLocation(Keys.credSSPParameters, "AllowEncryptionOracle")))
    }

    /// By the build where updates are cumulative, by the file before that (KB4295591); never by a list of KBs.
    private static func isPatched(
        _ windows: WindowsVersion, _ file: Collected<BuildVersion>
    ) -> Collected<Bool> {
        guard windows.isSupported else { return .unsupported("\(windows.name) got no CredSSP update") }
        let version = windows.version
        if version.build >= 17134 { return .value(true) }
        guard let row = thresholds.last(where: { $0.build <= version.build }) else {
            // Windows 7 and Server 2008 R2 without service pack never got it.
            return .value(false)
        }
        // A file of another build compares as newer or older by its build alone.
        guard row.build == version.build else {
            return .failed("which build of \(windows.name) has the CredSSP update is not known")
        }
        if version.major == 10, let revision = version.revision {
            return .value(revision >= row.fixed.revision ?? 0)
        }
        return file.map { $0 >= row.fixed }
    }

    /// First fixed version of TSpkg.dll, or of Windows 10, by build (KB4295591, KB4103716).
    private static let thresholds: [(build: UInt32, fixed: BuildVersion)] = [
        (7601, BuildVersion(6, 1, 7601, 24117)),
        (9200, BuildVersion(6, 2, 9200, 22432)),
        (9600, BuildVersion(6, 3, 9600, 18999)),
        (10240, BuildVersion(10, 0, 10240, 17861)),
        (14393, BuildVersion(10, 0, 14393, 2248)),
        (15063, BuildVersion(10, 0, 15063, 1088)),
        (16299, BuildVersion(10, 0, 16299, 431)),
    ]
}
