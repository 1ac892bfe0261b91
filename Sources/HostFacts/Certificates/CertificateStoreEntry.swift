package import Formats

/// Why the bytes of a certificate store entry could not be read.
package struct PropertyListError: Error, Sendable, Hashable, CustomStringConvertible {
    package let offset: Int
    package let problem: String

    package var description: String { "damaged certificate store entry: \(problem) at byte \(offset)" }
}

/// An entry of a certificate store as it stands in the registry: a list of properties, one of which is the certificate.
///
/// `HKLM\SOFTWARE\Microsoft\SystemCertificates\<store>\Certificates\<thumbprint>`, value `Blob`: id, 1, length (32-bit
/// little-endian each), data, and so on to the end. Reading it needs no access to the private key and keeps the key's
/// provider. The property ids are CERT_*_PROP_ID of wincrypt.h.
package struct CertificateStoreEntry: Sendable {
    /// The name of the registry key: SHA-1 of the certificate in upper-case hexadecimal.
    package let thumbprint: String
    /// Which key and provider belong to it; `nil` when the entry claims no private key.
    package let keyProvider: KeyProviderInfo?
    package let friendlyName: String?
    /// Windows made it for RDP (property 0x8000 holds `TERMSRV_SELF_SIGNED_CERTIFICATE`).
    package let isMadeForRemoteDesktop: Bool
    /// The certificate in DER.
    package let der: [UInt8]
    package let certificate: X509Certificate

    package init(thumbprint: String, blob: [UInt8]) throws(PropertyListError) {
        self.thumbprint = thumbprint.uppercased()
        var provider: KeyProviderInfo?
        var name: String?
        var marker = false
        var der: [UInt8]?
        for property in try Self.properties(of: blob) {
            switch property.id {
            case 2: provider = try KeyProviderInfo(property.data, at: property.offset)
            case 11: name = String(utf16LittleEndian: property.data)
            case 32: der = Array(property.data)
            case 0x8000: marker = property.data.starts(with: "TERMSRV_SELF_SIGNED_CERTIFICATE".utf8)
            default: break
            }
        }
        guard let der else { throw PropertyListError(offset: blob.count, problem: "no certificate (property 32)") }
        do throws(DERError) {
            certificate = try X509Certificate(der)
        } catch {
            throw PropertyListError(offset: error.offset, problem: "the certificate is unreadable, \(error.message)")
        }
        self.der = der
        keyProvider = provider
        friendlyName = name
        isMadeForRemoteDesktop = marker
    }

    /// The thumbprint is the SHA-1 of the certificate; an entry under another name is damage or deceit.
    package var hasMatchingThumbprint: Bool { Digest.sha1(der).hexadecimal == thumbprint }

    struct Property {
        let id: UInt32
        let data: ArraySlice<UInt8>
        let offset: Int
    }

    static func properties(of blob: [UInt8]) throws(PropertyListError) -> [Property] {
        var properties: [Property] = []
        var at = 0
        while at < blob.count {
            guard blob.count - at >= 12 else { throw PropertyListError(offset: at, problem: "a cut property") }
            let id = blob.littleEndian32(at: at)
            let length = Int(blob.littleEndian32(at: at + 8))
            guard length <= blob.count - at - 12 else {
                throw PropertyListError(offset: at, problem: "property \(id) runs past the end")
            }
            properties.append(Property(id: id, data: blob[at + 12..<at + 12 + length], offset: at + 12))
            at += 12 + length
        }
        return properties
    }
}

extension Array<UInt8> {
    /// The caller has checked that four bytes are there.
    func littleEndian32(at index: Int) -> UInt32 {
        UInt32(self[index]) | UInt32(self[index + 1]) << 8 | UInt32(self[index + 2]) << 16 | UInt32(self[index + 3])
            << 24
    }
}

extension String {
    /// UTF-16LE up to a closing zero; half a surrogate pair becomes U+FFFD.
    package init(utf16LittleEndian bytes: some Collection<UInt8>) {
        var units: [UInt16] = []
        var low: UInt8?
        for byte in bytes {
            guard let first = low else {
                low = byte
                continue
            }
            let unit = UInt16(first) | UInt16(byte) << 8
            if unit == 0 { break }
            units.append(unit)
            low = nil
        }
        self.init(decoding: units, as: UTF16.self)
    }
}
