/// What a certificate was signed with (RFC 5280 4.1.1.2).
package struct X509SignatureAlgorithm: Sendable, Hashable {
    package enum Digest: String, Sendable, Hashable {
        case md2 = "MD2"
        case md4 = "MD4"
        case md5 = "MD5"
        case sha1 = "SHA-1"
        case sha224 = "SHA-224"
        case sha256 = "SHA-256"
        case sha384 = "SHA-384"
        case sha512 = "SHA-512"
        case sha3_224 = "SHA3-224"
        case sha3_256 = "SHA3-256"
        case sha3_384 = "SHA3-384"
        case sha3_512 = "SHA3-512"
    }

    /// Nil when it can't be read.
    package var algorithm: OID?
    /// As OpenSSL names it, `sha256WithRSAEncryption`; the OID when it has no name here.
    package var name: String
    /// Nil when the algorithm has none of its own (Ed25519, Ed448) or is not known.
    package var digest: Digest?

    private static let known: [OID: (name: String, digest: Digest?)] = [
        "1.2.840.113549.1.1.2": ("md2WithRSAEncryption", .md2),
        "1.2.840.113549.1.1.3": ("md4WithRSAEncryption", .md4),
        "1.2.840.113549.1.1.4": ("md5WithRSAEncryption", .md5),
        "1.2.840.113549.1.1.5": ("sha1WithRSAEncryption", .sha1),
        "1.3.14.3.2.29": ("sha1WithRSA", .sha1),
        "1.2.840.113549.1.1.10": ("rsassaPss", nil),
        "1.2.840.113549.1.1.11": ("sha256WithRSAEncryption", .sha256),
        "1.2.840.113549.1.1.12": ("sha384WithRSAEncryption", .sha384),
        "1.2.840.113549.1.1.13": ("sha512WithRSAEncryption", .sha512),
        "1.2.840.113549.1.1.14": ("sha224WithRSAEncryption", .sha224),
        "2.16.840.1.101.3.4.3.13": ("RSA-SHA3-224", .sha3_224),
        "2.16.840.1.101.3.4.3.14": ("RSA-SHA3-256", .sha3_256),
        "2.16.840.1.101.3.4.3.15": ("RSA-SHA3-384", .sha3_384),
        "2.16.840.1.101.3.4.3.16": ("RSA-SHA3-512", .sha3_512),
        "1.2.840.10045.4.1": ("ecdsa-with-SHA1", .sha1),
        "1.2.840.10045.4.3.1": ("ecdsa-with-SHA224", .sha224),
        "1.2.840.10045.4.3.2": ("ecdsa-with-SHA256", .sha256),
        "1.2.840.10045.4.3.3": ("ecdsa-with-SHA384", .sha384),
        "1.2.840.10045.4.3.4": ("ecdsa-with-SHA512", .sha512),
        "1.2.840.10040.4.3": ("dsaWithSHA1", .sha1),
        "2.16.840.1.101.3.4.3.1": ("dsa_with_SHA224", .sha224),
        "2.16.840.1.101.3.4.3.2": ("dsa_with_SHA256", .sha256),
        "1.3.101.112": ("ED25519", nil),
        "1.3.101.113": ("ED448", nil),
    ]

    private static let digests: [OID: Digest] = [
        "1.2.840.113549.2.2": .md2, "1.2.840.113549.2.4": .md4, "1.2.840.113549.2.5": .md5, "1.3.14.3.2.26": .sha1,
        "2.16.840.1.101.3.4.2.1": .sha256, "2.16.840.1.101.3.4.2.2": .sha384, "2.16.840.1.101.3.4.2.3": .sha512,
        "2.16.840.1.101.3.4.2.4": .sha224, "2.16.840.1.101.3.4.2.7": .sha3_224, "2.16.840.1.101.3.4.2.8": .sha3_256,
        "2.16.840.1.101.3.4.2.9": .sha3_384, "2.16.840.1.101.3.4.2.10": .sha3_512,
    ]
}

extension X509SignatureAlgorithm {
    /// Reads an AlgorithmIdentifier; PSS has its digest in the parameters, SHA-1 when there are none (RFC 8017 A.2.3).
    init(_ bytes: [UInt8], _ element: DERElement, problems: inout [X509Problem]) {
        name = ""
        do throws(DERError) {
            var reader = DERReader(bytes, inside: element)
            let algorithm = try reader.nextObjectIdentifier("the signature algorithm")
            let known = Self.known[algorithm]
            self.algorithm = algorithm
            name = known?.name ?? algorithm.dotted
            digest = known?.digest
            guard algorithm == "1.2.840.113549.1.1.10" else { return }
            digest = .sha1
            guard var parameters = try reader.nextIfPresent(DERTag.sequence).map(reader.inside),
                var hash = try parameters.nextIfPresent(DERTag.constructed(0)).map(reader.inside)
            else { return }
            var identifier = try hash.nextSequence("the digest")
            digest = Self.digests[try identifier.nextObjectIdentifier("the digest")]
        } catch {
            problems.append(.unreadableSignatureAlgorithm)
        }
    }
}
