import HostFacts

/// Writes a certificate store entry as Windows keeps it in the registry: the counterpart of
/// ``HostFacts/CertificateStoreEntry``.
enum CertificateBlob {
    static func make(
        der: [UInt8], container: String, provider: String, providerType: UInt32, isMadeForRemoteDesktop: Bool
    ) -> [UInt8] {
        var blob: [UInt8] = []
        func add(_ id: UInt32, _ data: [UInt8]) {
            blob += littleEndian(id) + littleEndian(1) + littleEndian(UInt32(data.count)) + data
        }
        add(3, Digest.sha1(der).bytes)
        add(2, keyProvider(container, provider, providerType))
        if isMadeForRemoteDesktop { add(0x8000, Array("TERMSRV_SELF_SIGNED_CERTIFICATE\0".utf8)) }
        add(4, Digest.md5(der).bytes)
        add(32, der)
        return blob
    }

    /// CRYPT_KEY_PROV_INFO with 32-bit offsets: a machine key for key exchange.
    private static func keyProvider(_ container: String, _ provider: String, _ type: UInt32) -> [UInt8] {
        let containerText = utf16(container)
        let providerText = utf16(provider)
        let head = [28, 28 + UInt32(containerText.count), type, 0x20, 0, 0, 1].flatMap(littleEndian)
        return head + containerText + providerText
    }

    private static func utf16(_ text: String) -> [UInt8] {
        (Array(text.utf16) + [0]).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    }

    private static func littleEndian(_ number: UInt32) -> [UInt8] {
        [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}
