/// What is odd about a certificate that could be read.
package enum X509Problem: Sendable, Hashable, CustomStringConvertible {
    package enum Field: String, Sendable, Hashable {
        case issuer, subject, subjectAltName, notBefore, notAfter
    }

    /// Bytes behind the certificate.
    case trailingBytes(Int)
    /// A length takes more bytes than it needs: BER, not DER.
    case longLength
    /// The version is none of 1, 2 and 3.
    case unknownVersion(Int)
    /// Extensions in a certificate whose version has none.
    case extensionsBeforeVersion3
    /// The serial number has no bytes.
    case emptySerialNumber
    /// The serial number is zero or negative (RFC 5280 4.1.2.2).
    case serialNumberNotPositive
    /// The serial number has leading bytes that DER forbids.
    case paddedSerialNumber
    /// The serial number has more than 20 bytes (RFC 5280 4.1.2.2).
    case longSerialNumber(Int)
    /// A text is none of its type, or the name is no name; what could be read is kept.
    case unreadableName(Field)
    /// A NUL or another control character, as used to show one name and mean another.
    case controlCharacter(Field)
    /// A DNS name, address or URI that is not ASCII: it matches no host.
    case nonASCIIName(Field)
    /// An IP address that has neither 4 nor 16 bytes.
    case impossibleAddress(bytes: Int)
    case unreadableTime(Field)
    /// A time in a form that DER forbids: no seconds, a fraction, an offset.
    case unusualTime(Field)
    /// The signed part names another signature algorithm than the signature does (RFC 5280 4.1.1.2).
    case signatureAlgorithmsDiffer
    case unreadableSignatureAlgorithm
    case unreadableKey
    case unknownKeyAlgorithm(OID)
    /// The list of extensions breaks off.
    case unreadableExtensions
    case unreadableExtension(OID)
    /// The extension stands more than once; the first one is used.
    case repeatedExtension(OID)

    package var description: String {
        switch self {
        case .trailingBytes(let count): "\(count) bytes stand behind the certificate"
        case .longLength: "a length is longer than it need be (BER, not DER)"
        case .unknownVersion(let version): "version \(version) does not exist"
        case .extensionsBeforeVersion3: "it has extensions, and its version has none"
        case .emptySerialNumber: "the serial number is empty"
        case .serialNumberNotPositive: "the serial number is zero or negative"
        case .paddedSerialNumber: "the serial number has leading bytes that mean nothing"
        case .longSerialNumber(let count): "the serial number has \(count) bytes; 20 are allowed"
        case .unreadableName(let field): "\(field.rawValue) can't be read in full"
        case .controlCharacter(let field): "\(field.rawValue) holds a NUL or another control character"
        case .nonASCIIName(let field): "\(field.rawValue) holds a name that is not ASCII and matches no host"
        case .impossibleAddress(let bytes): "subjectAltName holds an IP address of \(bytes) bytes"
        case .unreadableTime(let field): "\(field.rawValue) is no time"
        case .unusualTime(let field): "\(field.rawValue) is written in a form that is not allowed"
        case .signatureAlgorithmsDiffer: "two different signature algorithms are named"
        case .unreadableSignatureAlgorithm: "the signature algorithm can't be read"
        case .unreadableKey: "the public key can't be read"
        case .unknownKeyAlgorithm(let oid): "the key algorithm \(oid) is not known"
        case .unreadableExtensions: "the list of extensions breaks off"
        case .unreadableExtension(let oid): "the extension \(oid) can't be read"
        case .repeatedExtension(let oid): "the extension \(oid) stands more than once"
        }
    }
}
