/// Where the private key of a store entry lies: CRYPT_KEY_PROV_INFO in the form the registry holds, whose pointers are
/// 32-bit offsets from its start, on 64-bit Windows too.
package struct KeyProviderInfo: Sendable, Hashable {
    package let container: String
    package let provider: String
    /// PROV_RSA_FULL (1) and its like are legacy CSPs; 0 is a CNG key storage provider.
    package let providerType: UInt32
    /// CRYPT_MACHINE_KEYSET (0x20): the key belongs to the machine.
    package let flags: UInt32
    /// AT_KEYEXCHANGE (1) or AT_SIGNATURE (2).
    package let keySpec: UInt32

    package var isLegacy: Bool { providerType != 0 }
    package var isMachineKey: Bool { flags & 0x20 != 0 }

    init(_ data: ArraySlice<UInt8>, at offset: Int) throws(PropertyListError) {
        let bytes = Array(data)
        guard bytes.count >= 28 else { throw PropertyListError(offset: offset, problem: "key provider info is cut") }
        func text(_ field: Int, _ name: String) throws(PropertyListError) -> String {
            let start = Int(bytes.littleEndian32(at: field))
            guard start >= 28, start <= bytes.count else {
                throw PropertyListError(offset: offset, problem: "\(name) of the key provider info runs past the end")
            }
            return String(utf16LittleEndian: bytes[start...])
        }
        container = try text(0, "container name")
        provider = try text(4, "provider name")
        providerType = bytes.littleEndian32(at: 8)
        flags = bytes.littleEndian32(at: 12)
        keySpec = bytes.littleEndian32(at: 24)
    }
}
