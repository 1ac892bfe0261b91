import Formats
import Foundation
import HostFacts
import Lab
import TestSupport
import Testing

@Suite struct CertificateStoreTests {
    @Test func `every entry of a real store is read to its end`() throws {
        let blobs = try RealMachine.storeEntries()
        #expect(blobs.count == 8)
        for (thumbprint, blob) in blobs {
            let entry = try CertificateStoreEntry(thumbprint: thumbprint, blob: blob)
            #expect(entry.hasMatchingThumbprint && entry.thumbprint == thumbprint.uppercased(), "\(thumbprint)")
            #expect(blob.suffix(entry.der.count).elementsEqual(entry.der))
        }
        #expect(
            try blobs.contains {
                try CertificateStoreEntry(thumbprint: $0.thumbprint, blob: $0.blob).isMadeForRemoteDesktop
            })
    }

    @Test func `RDP's own entry names its key`() throws {
        let (thumbprint, blob) = try RealMachine.remoteDesktopEntry()
        let provider = try #require(try CertificateStoreEntry(thumbprint: thumbprint, blob: blob).keyProvider)
        #expect(provider.container == "TSSecKeySet1" && provider.provider == "Microsoft Strong Cryptographic Provider")
        #expect(provider.isLegacy && provider.isMachineKey && provider.keySpec == 1)
    }

    @Test func `an entry that is cut anywhere is refused, never half read`() throws {
        let (thumbprint, blob) = try RealMachine.remoteDesktopEntry()
        for length in 0..<blob.count {
            let cut = Array(blob[..<length])
            #expect(throws: PropertyListError.self, "\(length) bytes") {
                try CertificateStoreEntry(thumbprint: thumbprint, blob: cut)
            }
        }
    }

    @Test func `no changed bit of an entry traps`() throws {
        let (thumbprint, blob) = try RealMachine.remoteDesktopEntry()
        var read = 0
        for index in blob.indices {
            for bit in [0, 3, 7] {
                var changed = blob
                changed[index] ^= 1 << bit
                if let entry = try? CertificateStoreEntry(thumbprint: thumbprint, blob: changed) {
                    read += 1
                    _ = entry.certificate.problems.count
                    // A changed certificate no longer has its name.
                    if entry.der != blob.suffix(entry.der.count) { #expect(!entry.hasMatchingThumbprint) }
                }
            }
        }
        #expect(read > 100)
    }

    @Test(arguments: [
        ([UInt8](), "no certificate"), ([1, 0, 0, 0], "cut property"),
        ([3, 0, 0, 0, 1, 0, 0, 0, 255, 255, 255, 255], "runs past the end"),
        ([32, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0], "unreadable"),
        ([2, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 28, 0, 0, 0], "cut"),
    ])
    func `a damaged entry says what is wrong`(_ blob: [UInt8], _ words: String) {
        let error = #expect(throws: PropertyListError.self) { try CertificateStoreEntry(thumbprint: "AA", blob: blob) }
        #expect(error?.problem.contains(words) == true, "\(error?.problem ?? "")")
    }

    @Test func `pointers of the key provider that leave it are refused`() throws {
        for (container, provider) in [(27, 28), (0, 28), (28, 27), (29, 28), (28, 29), (0xffff_ffff, 28)]
            as [(UInt32, UInt32)]
        {
            var data = [container, provider, 1, 0x20, 0, 0, 1].flatMap { value in
                (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
            }
            let isRight = (container, provider) == (28, 28)
            data = [2, 0, 0, 0, 1, 0, 0, 0, UInt8(data.count), 0, 0, 0] + data
            let error = #expect(throws: PropertyListError.self) {
                try CertificateStoreEntry(thumbprint: "AA", blob: data)
            }
            #expect(isRight || error?.problem.contains("provider info") == true)
        }
    }

    @Test(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS"))
    func `odd certificates are read or refused, and odd ones say so`() async throws {
        let folder = try TemporaryFolder()
        let python = try #require(Peers.python)
        let made = try await run(
            python, [Fixture.repository + "/Tests/Peers/odd_certificates.py", folder.path], timeLimit: 120)
        #expect(made.exitCode == 0, "\(made.errorText)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".der") }
            .sorted()
        #expect(names.count > 80)
        var read = 0
        for name in names {
            let der = [UInt8](try #require(FileManager.default.contents(atPath: folder.path(name))))
            let length = (0..<4).map { UInt8(truncatingIfNeeded: der.count >> (8 * $0)) }
            let blob = [32, 0, 0, 0, 1, 0, 0, 0] + length + der
            guard let entry = try? CertificateStoreEntry(thumbprint: Digest.sha1(der).hexadecimal, blob: blob) else {
                continue
            }
            read += 1
            #expect(entry.der == der && entry.hasMatchingThumbprint, "\(name)")
            // Each of its facts can be asked for without harm.
            let certificate = entry.certificate
            #expect(
                certificate.subject.text.utf8.count < 1 << 20
                    && certificate.signatureAlgorithm.name.utf8.count < 1 << 16, "\(name)")
        }
        #expect(read > 60, "\(read) of \(names.count)")
    }

    @Test(arguments: [
        ("TSSecKeySet1", "f686aace6942fb7f7ceb231212eef4a4"), ("iisWasKey", "76944fb33636aeddb9590521c2e8815a"),
        ("iisConfigurationKey", "6de9cb26d2b98c01ec4e9e8b34824aa2"),
        ("NetFrameworkConfigurationKey", "d6d986f09a1ee04e24c949879fdb506c"),
        ("MS IIS DCOM Server", "7a436fe806e483969f48a894af2fe9a1"),
        ("Microsoft Internet Information Server", "c2319c42033a5ca7f44e731bfd3fa2b5"),
        ("WMSvc Certificate Key Container", "bedbf0b4da5f8061b6444baedf4c00b1"),
        ("tsseckeyset1", "f686aace6942fb7f7ceb231212eef4a4"),
    ])
    func `the name of a key file is foretold`(_ container: String, _ hash: String) {
        let guid = "c5d2b969-b61a-4159-8f78-6391a1c805db"
        #expect(KeyFileName(container: container, machineGuid: guid)?.text == hash + "_" + guid)
    }

    @Test(arguments: [
        ("Schlüssel", "c5d2b969-b61a-4159-8f78-6391a1c805db"), ("a\0b", "c5d2b969-b61a-4159-8f78-6391a1c805db"),
        ("x", ""),
        ("x", #"..\..\..\Windows\System32\config\SAM1"#), ("x", "c5d2b969-b61a-4159-8f78-6391a1c805d\""),
        ("x", "c5d2b969"),
    ])
    func `what makes no file name foretells none`(_ container: String, _ guid: String) {
        #expect(KeyFileName(container: container, machineGuid: guid) == nil)
    }
}
