package import Formats
package import FoundationEssentials
import HostFacts

/// Which secrets earlier runs saw refused, and how often, kept as salted fingerprints until the secret changes or is
/// accepted somewhere: a wrong password that is tried twice every night locks its account just as well.
package struct RefusedSecrets: Sendable {
    /// What is known of one secret.
    package struct Refusal: Sendable, Hashable {
        /// The day of the first refusal, UTC.
        package let since: String
        /// Over all runs; at least 1.
        package var count: Int

        package init(since: String, count: Int) {
            self.since = since
            self.count = count
        }
    }

    /// Secrets that are remembered; the oldest are forgotten first.
    private static let capacity = 1000

    private let path: String
    /// One for the whole file, so that a run fingerprints each of its secrets once.
    private let salt: [UInt8]
    private var entries: [(fingerprint: [UInt8], refusal: Refusal)] = []

    /// Reads the file; one that is missing or unreadable knows nothing.
    package init(path: String) {
        self.path = path
        let json = FileManager.default.contents(atPath: path).flatMap { try? JSON.parse(Array($0)) }
        guard let json, let salt = json["salt"]?.string.flatMap({ Base64.decode($0) }), salt.count == 16 else {
            var generator = SystemRandomNumberGenerator()
            self.salt = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
            return
        }
        self.salt = salt
        entries = (json["refused"]?.array ?? []).compactMap { entry in
            guard let fingerprint = entry["fingerprint"]?.string.flatMap({ Base64.decode($0) }), !fingerprint.isEmpty,
                let since = entry["since"]?.string, let count = entry["count"]?.int, count > 0
            else { return nil }
            return (fingerprint, Refusal(since: since, count: Int(clamping: count)))
        }
    }

    package var isEmpty: Bool { entries.isEmpty }

    /// What is known of these secrets, by their places. Takes some milliseconds for each.
    package func known(among secrets: [Secret]) -> [Int: Refusal] {
        guard !entries.isEmpty else { return [:] }
        var known: [Int: Refusal] = [:]
        for (index, secret) in secrets.enumerated() {
            known[index] = place(of: secret).map { entries[$0].refusal }
        }
        return known
    }

    /// Adds what this run saw (0600, whole or not at all): secrets that were refused and nowhere accepted, with the number
    /// of refusals; those that were accepted are forgotten.
    package mutating func update(
        refused: [(secret: Secret, count: Int)], accepted: [Secret], on date: Date
    ) throws(SnapshotError) {
        if !entries.isEmpty {
            for secret in accepted { if let place = place(of: secret) { entries.remove(at: place) } }
        }
        for (secret, count) in refused where count > 0 {
            if let place = place(of: secret) {
                let sum = entries[place].refusal.count.addingReportingOverflow(count)
                entries[place].refusal.count = sum.overflow ? .max : sum.partialValue
            } else {
                let since = String(ISO8601.text(date).prefix(10))
                entries.append((fingerprint(secret), Refusal(since: since, count: count)))
            }
        }
        entries.removeFirst(max(0, entries.count - Self.capacity))
        guard !entries.isEmpty || FileManager.default.fileExists(atPath: path) else { return }
        let json: JSON = [
            "fleetaudit": "refused-secrets", "salt": .string(Base64.encode(salt)),
            "refused": .array(
                entries.map { fingerprint, refusal in
                    [
                        "fingerprint": .string(Base64.encode(fingerprint)), "since": .string(refusal.since),
                        "count": JSON(refusal.count),
                    ]
                }),
        ]
        try AtomicFile.write(JSON.write(json, style: [.pretty]) + [0x0a], to: path)
    }

    private func place(of secret: Secret) -> Int? {
        let wanted = fingerprint(secret)
        return entries.firstIndex { $0.fingerprint == wanted }
    }

    private func fingerprint(_ secret: Secret) -> [UInt8] { SecretFingerprint(secret, salt: salt).bytes }
}
