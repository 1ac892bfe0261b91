package import FoundationEssentials

/// An X.509 certificate (RFC 5280) as an auditor meets it: read, not trusted, and read as far as it goes.
///
/// A certificate that breaks a rule is what an audit looks for, so reading throws only for bytes whose outer shape is no
/// certificate. A field that can't be read is nil or empty and named in ``problems``; all others are there. Signatures
/// and chains are not looked at here.
package struct X509Certificate: Sendable, Hashable {
    /// The bytes it was read from; the certificate ends before `trailingBytes` of ``problems``.
    package let der: [UInt8]
    /// The certificate's own bytes in ``der``: what fingerprints are made of.
    package var encoded: Range<Int>
    /// What the signature is made over, in ``der``.
    package var signedPart: Range<Int>

    /// Counted from 1: today's certificates are version 3.
    package var version: Int
    /// Lower-case hexadecimal without leading zero bytes, `00` for zero, with `-` for a negative one.
    package var serialNumber: String
    package var issuer: DistinguishedName
    package var subject: DistinguishedName
    /// Nil when it can't be read.
    package var notBefore: Date?
    /// Nil when it can't be read.
    package var notAfter: Date?
    package var publicKey: X509PublicKey
    package var signatureAlgorithm: X509SignatureAlgorithm
    /// All extensions in their order, duplicates too.
    package var extensions: [X509Extension] = []

    /// Nil when the extension is missing: the key may then be used for everything.
    package var extendedKeyUsage: [OID]?
    /// Nil when the extension is missing: the key may then be used for everything.
    package var keyUsage: X509KeyUsage?
    /// Nil when the extension is missing.
    package var subjectAlternativeNames: [GeneralName]?
    /// Nil when the extension is missing: it is no authority's certificate then.
    package var basicConstraints: X509BasicConstraints?
    /// The name of the enrollment template of version 1 (Microsoft's szOID_ENROLL_CERTTYPE_EXTENSION).
    package var templateName: String?
    /// The enrollment template of version 2 and later (Microsoft's szOID_CERTIFICATE_TEMPLATE).
    package var template: X509Template?
    /// Lower-case hexadecimal.
    package var subjectKeyIdentifier: String?
    /// Lower-case hexadecimal; nil also when only the issuer's name and serial number are given.
    package var authorityKeyIdentifier: String?
    /// Critical extensions that no rule of RFC 5280 explains: who meets one must refuse the certificate.
    package var unknownCriticalExtensions: [OID] = []
    /// What is odd, in the order in which it was met, each once.
    package var problems: [X509Problem] = []

    /// Whether issuer and subject are the same name, byte by byte. Says nothing about who signed.
    package var isSelfIssued: Bool { issuer.encoded == subject.encoded }
}

/// What a certificate's key may do (RFC 5280 4.2.1.3). The raw value's bit n is the standard's bit n.
package struct X509KeyUsage: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16
    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let digitalSignature = X509KeyUsage(rawValue: 1 << 0)
    package static let nonRepudiation = X509KeyUsage(rawValue: 1 << 1)
    package static let keyEncipherment = X509KeyUsage(rawValue: 1 << 2)
    package static let dataEncipherment = X509KeyUsage(rawValue: 1 << 3)
    package static let keyAgreement = X509KeyUsage(rawValue: 1 << 4)
    package static let keyCertSign = X509KeyUsage(rawValue: 1 << 5)
    package static let cRLSign = X509KeyUsage(rawValue: 1 << 6)
    package static let encipherOnly = X509KeyUsage(rawValue: 1 << 7)
    package static let decipherOnly = X509KeyUsage(rawValue: 1 << 8)

    /// The standard's names of the bits that are set.
    package var names: [String] {
        let all = [
            "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign",
            "cRLSign", "encipherOnly", "decipherOnly",
        ]
        return all.enumerated().filter { rawValue & 1 << $0.offset != 0 }.map(\.element)
    }
}

/// RFC 5280 4.2.1.9.
package struct X509BasicConstraints: Sendable, Hashable {
    package var isAuthority: Bool
    /// Authorities that may stand below this one; nil is any number.
    package var pathLength: Int?
}

package struct X509Template: Sendable, Hashable {
    package var id: OID
    package var majorVersion: Int?
    package var minorVersion: Int?
}

/// An extension as it stands in the certificate.
package struct X509Extension: Sendable, Hashable {
    package var id: OID
    package var isCritical: Bool
    /// The value's bytes in ``X509Certificate/der``.
    package var value: Range<Int>
}
