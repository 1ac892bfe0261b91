import COpenSSL

/// OpenSSH's way from a passphrase to a key: PBKDF2 over bcrypt (bcrypt_pbkdf(3) of OpenBSD), which OpenSSL lacks.
/// libssh2 has it too, but would do it anew for every host, a tenth of a second each, on the loop.
enum BcryptPBKDF {
    /// Nil when OpenSSL's digests are not available.
    static func derive(
        _ length: Int, passphrase: UnsafeRawBufferPointer, salt: [UInt8], rounds: Int
    ) -> [UInt8]? {
        let stride = (length + 31) / 32
        guard let hashedPassphrase = sha512(Array(passphrase)) else { return nil }
        var key = [UInt8](repeating: 0, count: length)
        for block in 1...stride {
            guard var salted = sha512(salt + SSHWriter.uint32(block)) else { return nil }
            var hash = Bcrypt.hash(hashedPassphrase, salted)
            var sum = hash
            for _ in 1..<max(1, rounds) {
                guard let next = sha512(hash) else { return nil }
                salted = next
                hash = Bcrypt.hash(hashedPassphrase, salted)
                for index in sum.indices { sum[index] ^= hash[index] }
            }
            // The bytes of one block are spread over the whole key.
            for index in sum.indices where index * stride + block - 1 < length {
                key[index * stride + block - 1] = sum[index]
            }
        }
        return key
    }

    private static func sha512(_ bytes: [UInt8]) -> [UInt8]? {
        let digest = Digest.digest(bytes, EVP_sha512())
        return digest.isEmpty ? nil : digest
    }
}

/// bcrypt as its PBKDF uses it: 64 expensive key schedules over hashed inputs, then a fixed text encrypted 64 times.
private enum Bcrypt {
    private static let text = Array("OxychromaticBlowfishSwatDynamite".utf8)

    /// 32 bytes; both inputs are 64.
    static func hash(_ passphrase: [UInt8], _ salt: [UInt8]) -> [UInt8] {
        var tables = BlowfishTables.initial
        let key = words(passphrase), saltWords = words(salt)
        var words = words(text)
        tables.withUnsafeMutableBufferPointer { tables in
            expand(tables, key: key, salt: saltWords)
            for _ in 0..<64 {
                expand(tables, key: saltWords, salt: nil)
                expand(tables, key: key, salt: nil)
            }
            words.withUnsafeMutableBufferPointer { words in
                guard let start = words.baseAddress else { return }
                for _ in 0..<64 {
                    for pair in stride(from: 0, to: 8, by: 2) {
                        cssl_blowfish_encrypt(start + pair, tables.baseAddress)
                    }
                }
            }
        }
        return words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
    }

    /// Blowfish's key schedule; with a salt, the salt is mixed into each step.
    private static func expand(_ tables: UnsafeMutableBufferPointer<UInt32>, key: [UInt32], salt: [UInt32]?) {
        for index in 0..<18 { tables[index] ^= key[index % key.count] }
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2) { pair in
            guard let block = pair.baseAddress else { return }
            block.initialize(repeating: 0, count: 2)
            var position = 0
            for index in stride(from: 0, to: BlowfishTables.count, by: 2) {
                if let salt {
                    block[0] ^= salt[position % salt.count]
                    block[1] ^= salt[(position + 1) % salt.count]
                    position += 2
                }
                cssl_blowfish_encrypt(block, tables.baseAddress)
                tables[index] = block[0]
                tables[index + 1] = block[1]
            }
        }
    }

    private static func words(_ bytes: [UInt8]) -> [UInt32] {
        stride(from: 0, to: bytes.count, by: 4).map { at in
            bytes[at..<(at + 4)].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}

/// Blowfish's tables before any key: the fraction of pi, 32 bits a word (P, then S). Computed, since OpenSSL does not
/// give its own away.
enum BlowfishTables {
    static let count = 18 + 4 * 256
    static let initial = fractionOfPi(words: count)

    /// Machin: pi = 16 arctan(1/5) - 4 arctan(1/239), in fixed point with two words to spare for rounding.
    private static func fractionOfPi(words: Int) -> [UInt32] {
        var pi = FixedPoint(words: words + 2)
        pi.addArctangent(ofInverse: 5, times: 16, isNegative: false)
        pi.addArctangent(ofInverse: 239, times: 4, isNegative: true)
        return Array(pi.fraction.prefix(words))
    }
}

/// A number with an integer part of one word and a fraction, the most significant word first.
private struct FixedPoint {
    private var words: [UInt32]

    init(words count: Int) { words = [UInt32](repeating: 0, count: count + 1) }

    var fraction: ArraySlice<UInt32> { words.dropFirst() }

    /// Adds or subtracts `factor` * arctan(1/x) = factor/x - factor/3x³ + factor/5x⁵ …
    mutating func addArctangent(ofInverse x: UInt32, times factor: UInt32, isNegative: Bool) {
        var power = FixedPoint(words: words.count - 1)
        power.words[0] = factor
        power.divide(by: x)
        var odd: UInt32 = 1
        var subtracts = isNegative
        while power.words.contains(where: { $0 != 0 }) {
            var term = power
            term.divide(by: odd)
            add(term, isNegative: subtracts)
            power.divide(by: x * x)
            odd += 2
            subtracts.toggle()
        }
    }

    private mutating func divide(by divisor: UInt32) {
        var remainder: UInt64 = 0
        for index in words.indices {
            let (quotient, rest) = (remainder << 32 | UInt64(words[index])).quotientAndRemainder(
                dividingBy: UInt64(divisor))
            words[index] = UInt32(truncatingIfNeeded: quotient)
            remainder = rest
        }
    }

    private mutating func add(_ other: FixedPoint, isNegative: Bool) {
        var carry: Int64 = 0
        for index in words.indices.reversed() {
            let term = isNegative ? -Int64(other.words[index]) : Int64(other.words[index])
            let sum = Int64(words[index]) + term + carry
            words[index] = UInt32(truncatingIfNeeded: sum)
            carry = sum >> 32
        }
    }
}
