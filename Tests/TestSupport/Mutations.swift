import Foundation

/// Documents that are nearly right: bytes flipped, put in, taken out, doubled, cut off.
package struct Mutations {
    private var generator: SeededGenerator
    /// Bytes that mean something in the format.
    private let alphabet: [UInt8]

    /// How much longer than usual a sweep shall be: `FLEETAUDIT_SWEEP=20 swift test --filter Peer` hunts.
    private static let factor = ProcessInfo.processInfo.environment["FLEETAUDIT_SWEEP"].flatMap { Int($0) } ?? 1

    package init(seed: UInt64, alphabet: String) {
        generator = SeededGenerator(seed: seed)
        self.alphabet = Array(alphabet.utf8)
    }

    /// So many mutations of each document, or more in a long sweep.
    package mutating func sweep(_ documents: [[UInt8]], each count: Int) -> [[UInt8]] {
        documents.flatMap { document in (0..<count * Self.factor).map { _ in mutate(document) } }
    }

    package mutating func mutate(_ document: [UInt8]) -> [UInt8] {
        var bytes = document
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            guard !bytes.isEmpty else { return bytes }
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            case 4: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: place)
            case 5: bytes[place] = alphabet.randomElement(using: &generator) ?? 0
            case 6:
                let length = Int.random(in: 1...16, using: &generator)
                bytes.insert(contentsOf: bytes[place..<min(place + length, bytes.count)], at: place)
            default: bytes.removeSubrange(place..<min(place + Int.random(in: 1...8, using: &generator), bytes.count))
            }
        }
        return bytes
    }
}
