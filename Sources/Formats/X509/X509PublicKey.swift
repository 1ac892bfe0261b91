/// The key that a certificate is about (RFC 5280 4.1.2.7).
package struct X509PublicKey: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case rsa = "RSA"
        case rsaPSS = "RSA-PSS"
        case ec = "EC"
        case dsa = "DSA"
        case dh = "DH"
        case ed25519 = "Ed25519"
        case ed448 = "Ed448"
        case x25519 = "X25519"
        case x448 = "X448"
        case unknown
    }

    package var kind: Kind
    /// Nil when it can't be read.
    package var algorithm: OID?
    /// The modulus' or the field's length in bits; nil when it can't be read.
    package var bits: Int?
    /// The curve as OpenSSL names it (`prime256v1`), its OID when it has no name here, or `explicit`.
    package var curve: String?
    /// RSA's public exponent when it fits 64 bits.
    package var exponent: UInt64?
    /// The whole SubjectPublicKeyInfo in ``X509Certificate/der``: what public key pins are made of.
    package var encoded: Range<Int>

    private static let curves: [OID: (name: String, bits: Int)] = [
        "1.2.840.10045.3.1.1": ("prime192v1", 192), "1.2.840.10045.3.1.7": ("prime256v1", 256),
        "1.3.132.0.33": ("secp224r1", 224), "1.3.132.0.34": ("secp384r1", 384), "1.3.132.0.35": ("secp521r1", 521),
        "1.3.132.0.10": ("secp256k1", 256), "1.3.36.3.3.2.8.1.1.7": ("brainpoolP256r1", 256),
        "1.3.36.3.3.2.8.1.1.11": ("brainpoolP384r1", 384), "1.3.36.3.3.2.8.1.1.13": ("brainpoolP512r1", 512),
    ]
}

extension X509PublicKey {
    init(_ bytes: [UInt8], _ element: DERElement, problems: inout [X509Problem]) {
        kind = .unknown
        encoded = element.encoded
        do throws(DERError) {
            var reader = DERReader(bytes, inside: element)
            var parameters = try reader.nextSequence("the key's algorithm")
            let algorithm = try parameters.nextObjectIdentifier("the key's algorithm")
            self.algorithm = algorithm
            let bitString = try reader.next(DERTag.bitString, "the key")
            // The first byte counts the unused bits of the last one.
            guard bitString.content.count > 1 else { throw DERError(offset: bitString.start, message: "an empty key") }
            let key = bitString.content.dropFirst()
            switch algorithm {
            case "1.2.840.113549.1.1.1": try readRSA(bytes, key, .rsa)
            case "1.2.840.113549.1.1.10": try readRSA(bytes, key, .rsaPSS)
            case "1.2.840.10045.2.1": try readEC(bytes, key, &parameters)
            case "1.2.840.10040.4.1": try readField(bytes, .dsa, &parameters)
            case "1.2.840.10046.2.1": try readField(bytes, .dh, &parameters)
            case "1.3.101.110": (kind, bits) = (.x25519, 253)
            case "1.3.101.111": (kind, bits) = (.x448, 448)
            case "1.3.101.112": (kind, bits) = (.ed25519, 256)
            case "1.3.101.113": (kind, bits) = (.ed448, 456)
            default: problems.append(.unknownKeyAlgorithm(algorithm))
            }
        } catch {
            problems.append(.unreadableKey)
        }
    }

    /// RFC 8017 A.1.1.
    private mutating func readRSA(_ bytes: [UInt8], _ key: Range<Int>, _ kind: Kind) throws(DERError) {
        self.kind = kind
        var outer = DERReader(bytes, in: key)
        var numbers = try outer.nextSequence("an RSA key")
        let modulus = try numbers.next(DERTag.integer, "the modulus")
        let exponent = try numbers.next(DERTag.integer, "the exponent")
        bits = Self.bitLength(bytes[modulus.content])
        let digits = bytes[exponent.content].drop { $0 == 0 }
        if digits.count <= 8 { self.exponent = digits.reduce(0) { $0 << 8 | UInt64($1) } }
    }

    /// RFC 5480 2.1.1; explicit parameters as in SEC 1 C.2.
    private mutating func readEC(
        _ bytes: [UInt8], _ key: Range<Int>, _ parameters: inout DERReader
    ) throws(DERError) {
        kind = .ec
        if parameters.nextTag == DERTag.objectIdentifier {
            let oid = try parameters.nextObjectIdentifier("the curve")
            let known = Self.curves[oid]
            curve = known?.name ?? oid.dotted
            // A point is its form, x and y, or its form and x.
            bits = known?.bits ?? (key.count - 1) / (bytes[key.lowerBound] == 4 ? 2 : 1) * 8
        } else {
            curve = "explicit"
            var explicit = try parameters.nextSequence("the curve")
            _ = try explicit.next(DERTag.integer, "the version of the curve")
            var field = try explicit.nextSequence("the field")
            _ = try field.nextObjectIdentifier("the field's type")
            bits = Self.bitLength(bytes[try field.next(DERTag.integer, "the prime").content])
        }
    }

    /// A key over a prime field whose prime is the first parameter (RFC 3279 2.3.2 and 2.3.3).
    private mutating func readField(
        _ bytes: [UInt8], _ kind: Kind, _ parameters: inout DERReader
    ) throws(DERError) {
        self.kind = kind
        guard !parameters.isAtEnd else { return }  // inherited from the issuer's key
        var numbers = try parameters.nextSequence("the key's parameters")
        bits = Self.bitLength(bytes[try numbers.next(DERTag.integer, "the prime").content])
    }

    private static func bitLength(_ number: ArraySlice<UInt8>) -> Int {
        let digits = number.drop { $0 == 0 }
        return digits.count * 8 - (digits.first?.leadingZeroBitCount ?? 0)
    }
}
