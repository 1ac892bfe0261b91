import COpenSSL
import Formats

/// A certificate and its key, as values.
struct ServerIdentity: Sendable {
    /// The certificate's DER.
    var certificate: [UInt8]
    /// The key's DER (RFC 5915).
    var key: Secret
}

/// The certification authority of one lab, made at its start. ECDSA with P-256 and SHA-256 throughout.
struct CertificateAuthority: Sendable {
    private let identity: ServerIdentity

    init() throws(LabError) {
        identity = try Self.issue(name: "FleetAudit lab", alternativeNames: nil, issuer: nil)
    }

    /// The CA's certificate for the trust stores of clients.
    var certificatePEM: String {
        var text = "-----BEGIN CERTIFICATE-----\n", rest = Base64.encode(identity.certificate)[...]
        while !rest.isEmpty {
            text += rest.prefix(64) + "\n"
            rest = rest.dropFirst(64)
        }
        return text + "-----END CERTIFICATE-----\n"
    }

    /// A certificate for a host's name and address.
    func issue(name: String, address: String) throws(LabError) -> ServerIdentity {
        let isName = !name.isEmpty && name.utf8.allSatisfy { ($0 | 32) >= 97 && ($0 | 32) <= 122 || isNameByte($0) }
        guard isName, name.utf8.count <= 64 else {
            throw LabError("making a certificate", "\"\(name)\" is no host name")
        }
        return try Self.issue(name: name, alternativeNames: "DNS:\(name),IP:\(address)", issuer: identity)
    }

    private func isNameByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    private static func issue(
        name: String, alternativeNames: String?, issuer: ServerIdentity?
    ) throws(LabError) -> ServerIdentity {
        ERR_clear_error()
        defer { ERR_clear_error() }
        let failure = LabError("making a certificate", "OpenSSL refused a step for \"\(name)\"")
        guard let key = tls_server_new_key() else { throw failure }
        defer { EVP_PKEY_free(key) }
        guard let certificate = X509_new() else { throw failure }
        defer { X509_free(certificate) }
        let issuerCertificate = issuer.flatMap { decode($0.certificate, d2i_X509) }
        defer { X509_free(issuerCertificate) }
        let issuerKey = issuer.flatMap { issuer in
            issuer.key.withBytes { decode(Array($0)) { d2i_AutoPrivateKey($0, $1, $2) } }
        }
        defer { EVP_PKEY_free(issuerKey) }
        guard (issuer == nil) == (issuerCertificate == nil), (issuer == nil) == (issuerKey == nil) else {
            throw failure
        }

        let day = 86_400
        let fields = [
            X509_set_version(certificate, 2),
            ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), .random(in: 1 ... .max >> 1)),
            X509_gmtime_adj(X509_getm_notBefore(certificate), -day) == nil ? 0 : 1,
            X509_gmtime_adj(X509_getm_notAfter(certificate), 30 * day) == nil ? 0 : 1,
            X509_set_pubkey(certificate, key),
            X509_NAME_add_entry_by_txt(
                X509_get_subject_name(certificate), "CN", MBSTRING_UTF8, Array(name.utf8), Int32(name.utf8.count), -1, 0
            ),
            X509_set_issuer_name(certificate, X509_get_subject_name(issuerCertificate ?? certificate)),
        ]
        let extensions =
            alternativeNames.map {
                [
                    (NID_subject_alt_name, $0), (NID_basic_constraints, "critical,CA:FALSE"),
                    (NID_key_usage, "critical,digitalSignature"), (NID_ext_key_usage, "serverAuth"),
                ]
            } ?? [
                (NID_basic_constraints, "critical,CA:TRUE"), (NID_key_usage, "critical,keyCertSign,cRLSign"),
            ]
        let areAdded =
            ([(NID_subject_key_identifier, "hash")] + extensions + [(NID_authority_key_identifier, "keyid")])
            .allSatisfy { add($0.0, $0.1, to: certificate, issuer: issuerCertificate ?? certificate) }
        guard fields.allSatisfy({ $0 == 1 }), areAdded, X509_sign(certificate, issuerKey ?? key, EVP_sha256()) > 0,
            let der = encode({ i2d_X509(certificate, $0) }), let keyDER = encode({ i2d_PrivateKey(key, $0) })
        else { throw failure }
        return ServerIdentity(certificate: der, key: Secret(bytes: keyDER))
    }

    private static func add(
        _ id: Int32, _ value: String, to certificate: OpaquePointer, issuer: OpaquePointer
    ) -> Bool {
        var context = X509V3_CTX()
        X509V3_set_ctx(&context, issuer, certificate, nil, nil, 0)
        guard let new = X509V3_EXT_conf_nid(nil, &context, id, value) else { return false }
        defer { X509_EXTENSION_free(new) }
        return X509_add_ext(certificate, new, -1) == 1
    }

    private static func decode(
        _ der: [UInt8],
        _ read: (
            UnsafeMutablePointer<OpaquePointer?>?, UnsafeMutablePointer<UnsafePointer<UInt8>?>?, Int
        ) -> OpaquePointer?
    ) -> OpaquePointer? {
        der.withUnsafeBufferPointer { bytes in
            var at = bytes.baseAddress
            return read(nil, &at, bytes.count)
        }
    }

    /// Asks for the length first, then for the bytes.
    private static func encode(_ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8]? {
        let length = write(nil)
        guard length > 0 else { return nil }
        return [UInt8](unsafeUninitializedCapacity: Int(length)) { buffer, count in
            var at = buffer.baseAddress
            count = max(0, Int(write(&at)))
        }
    }
}
