import Formats
import HostFacts
import TestSupport
import Testing

/// What others measured and published about Windows versions that no recorded machine here has.
@Suite struct PublicFactTests {
    private static func items(_ file: String, _ list: String) throws -> [YAMLNode] {
        let items = try YAML.parse(Fixture.file("public-facts/" + file).bytes).root?[list]?.sequence
        return try #require(items.flatMap { $0.isEmpty ? nil : $0 }, "\(file) has no \(list)")
    }

    private static func keys(folder: String, key: String?, build: UInt32) throws -> HostFacts {
        let guid = "8d0fbb5c-3a7c-4a0e-9f3e-2a1b5d0c7e11"
        var host = StatedRegistry(build: build)
        host.set(Keys.cryptography, "MachineGuid", .string(guid))
        let entry = try RealMachine.remoteDesktopEntry()
        host.list(Keys.remoteDesktopStore, [entry.thumbprint])
        host.set(Keys.remoteDesktopStore + "\\" + entry.thumbprint, "Blob", .binary(entry.blob))
        host.set(Keys.winStations, "SelfSignedCertificate", .binary(Hex.decode(entry.thumbprint.utf8) ?? []))
        let files = key.map {
            [KeyFolderReading.File(name: KeyFileName.remoteDesktopHash + "_" + guid, descriptor: .value($0))]
        }
        host.reading.machineKeys = .value(
            MachineKeysReading(
                rsa: .value(
                    KeyFolderReading(
                        path: "K", descriptor: .value(folder), count: files?.count ?? 0, files: files ?? [])),
                cng: .absent, siblings: .value(["MachineKeys"])))
        return host.facts
    }

    private static func builds(_ item: YAMLNode) throws -> [UInt32] {
        try (#require(item["builds"]?.sequence)).map { try #require($0.int.flatMap { UInt32(exactly: $0) }) }
    }

    @Test func `the folder's published access lists are told from each other`() throws {
        for item in try Self.items("machine-keys.yaml", "folders") {
            let sddl = try #require(item["sddl"]?.string)
            #expect(item["source"]?.string?.isEmpty == false)
            for build in try Self.builds(item) {
                let facts = try Self.keys(folder: sddl, key: nil, build: build)
                #expect(facts.machineKeys.hasStockFolderAccess == (item["stock"]?.bool).map { .value($0) }, "\(sddl)")
                let owner = try #require(FactDictionary["machineKeys.folder.owner"]).read(facts)
                #expect(owner == (item["owner"]?.string).map { .value(.text($0)) }, "\(sddl)")
            }
        }
    }

    @Test func `the key file's published access lists let TermService read, or do not`() throws {
        let stock = "O:SYG:SYD:PAI(A;;0x12019f;;;WD)(A;;FA;;;BA)"
        for item in try Self.items("machine-keys.yaml", "keys") {
            let sddl = try #require(item["sddl"]?.string)
            #expect(item["source"]?.string?.isEmpty == false)
            for build in try Self.builds(item) {
                let key = try Self.keys(folder: stock, key: sddl, build: build).machineKeys.servedKey
                #expect(key.isPresent == .value(true), "\(sddl)")
                #expect(key.networkServiceCanRead == (item["readable"]?.bool).map { .value($0) }, "\(sddl)")
            }
        }
    }

    @Test func `clean installations are called by their names, and their updates are evidence`() throws {
        for item in try Self.items("installations.yaml", "installations") {
            let build = try #require(item["build"]?.int.flatMap { UInt32(exactly: $0) })
            var host = StatedRegistry(build: build, type: try #require(item["type"]?.string))
            if let revision = item["revision"]?.int { host.set(Keys.currentVersion, "UBR", .dword(UInt32(revision))) }
            host.set(Keys.currentVersion, "InstallationType", .string(try #require(item["installation"]?.string)))
            let kbs = try (#require(item["kbs"]?.sequence)).map { try #require($0.int) }.sorted()
            let packages = kbs.map { "Package_for_KB\($0)~31bf3856ad364e35~amd64~~10.0.1.0" }
            host.list(Keys.packages, packages)
            for package in packages { host.set(Keys.packages + "\\" + package, "CurrentState", .dword(112)) }
            let facts = host.facts
            #expect(facts.windows.value?.name == item["name"]?.string)
            #expect(facts.windows.value?.version.revision == item["revision"]?.int.map { UInt32($0) })
            #expect(facts.updates.installed == .value(kbs.map { UInt32($0) }))
            // What is not listed may be held by what is.
            #expect(facts.updates.has(1_234_567).value == nil)
        }
    }
}
