package import FoundationEssentials
package import Formats
import HostFacts

/// Which secrets earlier runs saw refused, kept as salted fingerprints until the secret changes or somebody clears the
/// file: a wrong password that is tried twice every night locks its account just as well.
package struct RefusedSecrets: Sendable {
    private struct Entry {
        let salt: [UInt8]
        let fingerprint: [UInt8]
        let since: String
    }

    private let path: String
    private var entries: [Entry] = []

    /// Reads the file; one that is missing or unreadable knows nothing.
    package init(path: String) {
        self.path = path
        guard let data = FileManager.default.contents(atPath: path), let json = try? JSON.parse(Array(data)) else { return }
        entries = (json["refused"]?.array ?? []).compactMap { entry in
            guard let salt = entry["salt"]?.string.flatMap({ Base64.decode($0) }), salt.count == 16,
                let fingerprint = entry["fingerprint"]?.string.flatMap({ Base64.decode($0) }),
                let since = entry["since"]?.string
            else { return nil }
            return Entry(salt: salt, fingerprint: fingerprint, since: since)
        }
    }

    package var isEmpty: Bool { entries.isEmpty }

    /// The places of the secrets that were refused before, with the day.
    package func known(among secrets: [Secret]) -> [Int: String] {
        var known: [Int: String] = [:]
        for entry in entries {
            for (index, secret) in secrets.enumerated()
            where known[index] == nil && SecretFingerprint(secret, salt: entry.salt).bytes == entry.fingerprint {
                known[index] = entry.since
            }
        }
        return known
    }

    /// Notes the secrets that this run saw refused (0600, whole or not at all). Secrets that were accepted are forgotten.
    package mutating func update(refused: [Secret], accepted: [Secret], on date: Date) throws(SnapshotError) {
        let forgotten = known(among: accepted)
        entries.removeAll { entry in
            accepted.enumerated().contains { index, secret in
                forgotten[index] != nil && SecretFingerprint(secret, salt: entry.salt).bytes == entry.fingerprint
            }
        }
        let already = known(among: refused)
        for (index, secret) in refused.enumerated() where already[index] == nil {
            var generator = SystemRandomNumberGenerator()
            let salt = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
            entries.append(
                Entry(
                    salt: salt, fingerprint: SecretFingerprint(secret, salt: salt).bytes,
                    since: String(ISO8601.text(date).prefix(10))))
        }
        guard !entries.isEmpty || FileManager.default.fileExists(atPath: path) else { return }
        let json: JSON = [
            "fleetaudit": "refused-secrets",
            "refused": .array(
                entries.map { entry in
                    [
                        "salt": .string(Base64.encode(entry.salt)), "fingerprint": .string(Base64.encode(entry.fingerprint)),
                        "since": .string(entry.since),
                    ]
                }),
        ]
        try AtomicFile.write(JSON.write(json, style: [.pretty]) + [0x0a], to: path)
    }
}
