import Formats
import Foundation
import HostFacts
import TestSupport
import Testing

/// What the facts say about the served certificate, held against what `cryptography` and `openssl` read in it.
@Suite(.enabled(if: Peers.hasPython, "needs FLEETAUDIT_PEERS")) struct CertificateFactPeerTests {
    @Test func `facts of odd certificates are what others read`() async throws {
        let folder = try TemporaryFolder()
        _ = try await Peer(script: "odd_certificates.py").lines(arguments: [folder.path])
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        let certificates = try names.map { name in
            (name, [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder.path(name)))))
        }
        #expect(try await compare(certificates) > 60)
    }

    @Test func `facts of certificates of Windows machines are what others read`() async throws {
        let certificates = try RealMachine.storeEntries().map { entry in
            (entry.thumbprint, try CertificateStoreEntry(thumbprint: entry.thumbprint, blob: entry.blob).der)
        }
        #expect(try await compare(certificates) == certificates.count)
    }

    /// How many we could read.
    private func compare(_ certificates: [(name: String, der: [UInt8])]) async throws -> Int {
        let answers = try await Peer(script: "x509_peer.py").answers(
            to: certificates.map { ["id": .string($0.name), "der": .string(Base64.encode($0.der))] })
        var read = 0
        for (certificate, answer) in zip(certificates, answers) {
            let facts = Self.host(serving: certificate.der)
            guard facts.servedCertificate.entry.value != nil else {
                // Refused, and the refusal is told as a fact.
                #expect(try Self.fact("certificates.damaged", facts) != .list([]), "\(certificate.name)")
                continue
            }
            read += 1
            for (peer, theirs) in [("cryptography", answer["cryptography"]), ("openssl", answer["openssl"])] {
                for field in theirs?.object ?? [] {
                    guard let (path, wanted) = Self.wanted(peer, field.key, field.value) else { continue }
                    let fact = try Self.fact("certificates.bound.\(path)", facts)
                    #expect(fact == wanted, "\(certificate.name): \(peer) \(field.key) \(field.value)")
                }
            }
            // Who issued itself, by the names that both of them read alike.
            if let issuer = answer["openssl"]?["issuer"], let subject = answer["openssl"]?["subject"], issuer != subject
            {
                #expect(try Self.fact("certificates.bound.selfIssued", facts) == .flag(false), "\(certificate.name)")
            }
            #expect(
                try Self.fact("certificates.bound.thumbprint", facts) == .text(Digest.sha1(certificate.der).hexadecimal)
            )
        }
        return read
    }

    /// The fact for a peer's field, and its value; nil for fields that are no fact. The fact's value is nil where it is
    /// absent.
    private static func wanted(_ peer: String, _ field: String, _ value: JSON) -> (String, FactValue?)? {
        func text(_ path: String) -> (String, FactValue?) { (path, value.string.map { .text($0) }) }
        switch (peer, field) {
        case ("openssl", "subject"), ("openssl", "issuer"): return text(field)
        case ("openssl", "signature"): return text("signatureAlgorithm")
        case (_, "notBefore"), (_, "notAfter"):
            return (field, value.string.flatMap { ISO8601.date($0) }.map { .date($0) })
        case ("cryptography", "key"):
            // Ed25519 and its like have no length for them.
            return value[1]?.int.map { ("keyBits", .integer($0)) }
        case ("openssl", "bits"): return ("keyBits", value.int.map { .integer($0) })
        case ("cryptography", "eku"):
            return ("extendedKeyUsage", value.array.map { .list($0.compactMap(\.string)) })
        case ("cryptography", "digest"):
            return (
                "signatureDigest",
                value.string.map {
                    .text($0.uppercased().replacing("SHA", with: "SHA-").replacing("SHA-3-", with: "SHA3-"))
                }
            )
        case ("cryptography", "san"):
            guard let names = value.array else { return ("alternativeNames", nil) }
            let read = names.compactMap(alternativeName)
            // Names of further kinds are for the X.509 reader's own tests.
            return read.count == names.count ? ("alternativeNames", .list(read)) : nil
        default: return nil
        }
    }

    private static func alternativeName(_ json: JSON) -> String? {
        let prefixes = ["dns": "DNS", "email": "email", "uri": "URI", "ip": "IP", "registeredID": "registeredID"]
        guard let prefix = json[0]?.string.flatMap({ prefixes[$0] }), let name = json[1]?.string else { return nil }
        return "\(prefix):\(name)"
    }

    private static func fact(_ path: String, _ facts: HostFacts) throws -> FactValue? {
        let fact = try #require(FactDictionary[path], "\(path)")
        return fact.read(facts).value
    }

    /// A host whose listener is bound to a certificate in My.
    private static func host(serving der: [UInt8]) -> HostFacts {
        let digest = Digest.sha1(der)
        let length = (0..<4).map { UInt8(truncatingIfNeeded: der.count >> (8 * $0)) }
        var reading = HostReading()
        let listener = Keys.winStations + #"\RDP-Tcp"#
        reading.registry.recordChildren(of: Keys.winStations, .value(["RDP-Tcp"]))
        reading.registry.record(
            listener, .values([.init("SSLCertificateSHA1Hash", .binary(digest.bytes))], isComplete: true))
        reading.registry.recordChildren(of: Keys.remoteDesktopStore, .absent)
        reading.registry.recordChildren(of: Keys.personalStore, .value([digest.hexadecimal]))
        reading.registry.record(
            Keys.personalStore + "\\" + digest.hexadecimal,
            .values([.init("Blob", .binary([32, 0, 0, 0, 1, 0, 0, 0] + length + der))], isComplete: true))
        return HostFacts(reading)
    }
}
