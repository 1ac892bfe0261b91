import Collection
import Formats
import Foundation
import HostFacts
import Lab
import TestSupport
import Testing

/// The real machines of `Tests/Fixtures/windows-hosts`, as the probe would have found them.
enum RealMachine {
    static func all() throws -> [Fixture] { try Fixture.all("windows-hosts", suffix: ".json") }

    static func image(_ fixture: Fixture) throws -> RegistryImage {
        try RegistryImage(extract: try JSON.parse(fixture.bytes))
    }

    static func facts(_ fixture: Fixture) throws -> HostFacts {
        facts(RecordedHost(registry: try image(fixture)))
    }

    /// Every entry of a certificate store of a real machine.
    static func storeEntries() throws -> [(thumbprint: String, blob: [UInt8])] {
        try all().flatMap { machine -> [(String, [UInt8])] in
            let keys = try JSON.parse(machine.bytes)["keys"]?.object ?? []
            return keys.compactMap { key in
                guard key.key.contains(#"SystemCertificates"#), key.key.contains(#"\Certificates\"#),
                    let text = key.value["values"]?["Blob"]?["data"]?["base64"]?.string,
                    let blob = Base64.decode(text.utf8)
                else { return nil }
                return (String(key.key.split(separator: "\\").last ?? ""), blob)
            }
        }
    }

    /// The entry of a certificate that Windows made for Remote Desktop.
    static func remoteDesktopEntry() throws -> (thumbprint: String, blob: [UInt8]) {
        try #require(
            try storeEntries().first {
                try CertificateStoreEntry(thumbprint: $0.thumbprint, blob: $0.blob).keyProvider != nil
            })
    }

    /// A real machine with everything else known that facts of Remote Desktop rest on: no policy, no certificates, a
    /// build, and a firewall that runs.
    static func whole(build: UInt32 = 18_362) throws -> RecordedHost {
        var registry = try image(Fixture.file("windows-hosts/win10-1903-family.json"))
        registry.delete(#"SOFTWARE\Policies"#)
        registry.make(Keys.personalStore)
        registry.make(Keys.remoteDesktopStore)
        registry.set(RegistryLocation(Keys.currentVersion, "CurrentBuildNumber"), .string(String(build)))
        registry.set(
            RegistryLocation(Keys.currentVersion, "CurrentMajorVersionNumber"), .dword(build < 10_000 ? 6 : 10))
        registry.set(RegistryLocation(Keys.currentVersion, "CurrentMinorVersionNumber"), .dword(build < 10_000 ? 1 : 0))
        return ["MpsSvc", "BFE"].reduce(RecordedHost(registry: registry)) { $0.with(service: $1, state: 4) }
    }

    /// Through the same JSON and decoder as a live host.
    static func facts(_ host: RecordedHost) -> HostFacts {
        var sections: [SectionName: SectionAnswer] = [:]
        for section in SectionName.allCases { sections[section] = .data(host.data(section)) }
        return HostFacts(HostReading(sections: sections))
    }
}

extension RecordedHost {
    /// As the service control manager would say it (4 runs, 1 stopped).
    func with(service: String, state: Int64) -> RecordedHost {
        var host = self
        let others = host.item(.services, "states")?.object ?? []
        host.setItem(.services, "states", .object(others.filter { $0.key != service } + [.init(service, .int(state))]))
        return host
    }
}
