import Foundation
import HostFacts
import Testing

@Suite struct MachineKeyFactTests {
    private static let guid = "8d0fbb5c-3a7c-4a0e-9f3e-2a1b5d0c7e11"
    private static let hash = KeyFileName.remoteDesktopHash
    private static let moment = Date(timeIntervalSince1970: 1_795_140_000)

    private static func host(
        _ names: [String], count: Int? = nil, bytes: Int64? = nil, newest: Date? = nil, guid: String? = guid
    ) -> StatedRegistry {
        var host = StatedRegistry()
        if let guid { host.set(Keys.cryptography, "MachineGuid", .string(guid)) }
        let files = names.map { KeyFolderReading.File(name: $0, descriptor: nil, size: 2_931, modified: moment) }
        let folder = KeyFolderReading(
            path: "K", descriptor: .value("O:SYG:SYD:PAI(A;;FA;;;BA)"), count: count ?? files.count, files: files,
            bytes: bytes, newest: newest)
        host.reading.machineKeys = .value(
            MachineKeysReading(rsa: .value(folder), cng: .accessDenied, siblings: .value(["MachineKeys"])))
        return host
    }

    @Test func `key files of another identifier are what a clone brought along`() throws {
        let own = Self.hash.uppercased() + "_" + Self.guid
        let foreign = Self.hash + "_11111111-2222-3333-4444-555555555555"
        let host = Self.host([own, foreign, "c2319c42033a5ca7f44e731bfd3fa2b5_" + Self.guid])
        #expect(try host.fact("machineKeys.rdpKey.fileCount") == .value(.integer(2)))
        #expect(try host.fact("machineKeys.rdpKey.foreignFiles") == .value(.list([foreign])))
        #expect(try Self.host([own]).fact("machineKeys.rdpKey.foreignFiles") == .value(.list([])))
        #expect(try Self.host([own], guid: nil).fact("machineKeys.rdpKey.foreignFiles").value == nil)
    }

    @Test func `size and age of the folder are told, and what was not said is unknown`() throws {
        let host = Self.host(["a"], bytes: 2_931, newest: Self.moment)
        #expect(try host.fact("machineKeys.bytes") == .value(.integer(2_931)))
        #expect(try host.fact("machineKeys.newest") == .value(.date(Self.moment)))
        let silent = Self.host(["a"])
        #expect(try silent.fact("machineKeys.bytes") == .failed("the host did not say"))
        #expect(try silent.fact("machineKeys.newest") == .failed("the host did not say"))
        #expect(try Self.host([], bytes: 0).fact("machineKeys.newest") == .absent)
        #expect(try host.fact("machineKeys.cngFolder.sddl") == .accessDenied)
    }

    @Test func `a thumbprint that the machine distrusts is found in its own list and in policy's`() throws {
        let thumbprint = String(repeating: "AB", count: 20)
        var host = StatedRegistry()
        host.set(Keys.winStations, "SelfSignedCertificate", .binary([UInt8](repeating: 0xAB, count: 20)))
        #expect(try host.fact("certificates.bound.disallowed") == .value(.flag(false)))
        for store in [Keys.disallowedStore, Keys.disallowedPolicyStore] {
            var distrusting = host
            distrusting.list(store, [thumbprint.lowercased()])
            #expect(try distrusting.fact("certificates.bound.disallowed") == .value(.flag(true)), "\(store)")
        }
    }
}
