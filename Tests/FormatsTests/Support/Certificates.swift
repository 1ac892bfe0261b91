import Formats
import Foundation
import TestSupport

/// Certificates to read, by what they are.
struct CertificateCase: Sendable, CustomStringConvertible {
    let id: String
    let der: [UInt8]
    var description: String { id }

    /// About a hundred with one thing odd in each, made by `odd_certificates.py`.
    static func odd() async throws -> [CertificateCase] {
        let folder = try TemporaryFolder()
        _ = try await Peer(script: "odd_certificates.py").lines(arguments: [folder.path])
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        return try names.map { name in
            let file = URL(fileURLWithPath: folder.path(name))
            return CertificateCase(id: String(name.dropLast(4)), der: [UInt8](try Data(contentsOf: file)))
        }
    }

    /// Those of real Windows machines, from the registry blobs of the fixtures.
    static func windows() throws -> [CertificateCase] {
        try Fixture.all("windows-hosts", suffix: ".json").flatMap { fixture in
            let document = try JSON.parse(try fixture.bytes)
            return (document["keys"]?.object ?? []).compactMap { key -> CertificateCase? in
                guard let text = key.value["values"]?["Blob"]?["data"]?["base64"]?.string,
                    let blob = Base64.decode(text), let der = certificate(inBlob: blob)
                else { return nil }
                return CertificateCase(id: "\(fixture.name)-\(key.key.suffix(40))", der: der)
            }
        }
    }

    /// Property 32 of a registry blob: id, 1, length, data, little-endian.
    private static func certificate(inBlob blob: [UInt8]) -> [UInt8]? {
        var rest = blob[...]
        func number() -> Int {
            defer { rest = rest.dropFirst(4) }
            return rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        while rest.count >= 12 {
            let id = number()
            _ = number()
            let length = number()
            if id == 32 { return Array(rest.prefix(length)) }
            rest = rest.dropFirst(length)
        }
        return nil
    }

    /// The authorities that browsers trust, as Python's certifi has them.
    static func roots() async throws -> [CertificateCase] {
        try await Peer(script: "x509_peer.py").lines(arguments: ["--roots"]).compactMap { line in
            guard let id = line["id"]?.string, let der = line["der"]?.string.flatMap(Base64.decode) else { return nil }
            return CertificateCase(id: id, der: der)
        }
    }
}
