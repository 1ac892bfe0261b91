/// The name under which a legacy CSP stores a machine key below `…\Microsoft\Crypto\RSA\MachineKeys`.
///
/// MD5 of the container name in lower case with its closing zero byte, printed as four little-endian 32-bit numbers;
/// then `_` and the MachineGuid. Checked against the seven names that public clean-up scripts know
/// (`TSSecKeySet1` gives `f686aace6942fb7f7ceb231212eef4a4`). Holds for ASCII names; others are not known.
package struct KeyFileName: Sendable, Hashable {
    package let containerHash: String
    package let machineGuid: String

    package init?(container: String, machineGuid: String) {
        guard container.utf8.allSatisfy({ $0 < 0x80 && $0 != 0 }), Self.isGUID(machineGuid) else { return nil }
        let digest = Digest.md5(Array(container.lowercased().utf8) + [0]).bytes
        let words = stride(from: 0, to: 16, by: 4).map { digest.littleEndian32(at: $0) }
        containerHash = words.map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 8 - text.count) + text
        }.joined()
        self.machineGuid = machineGuid
    }

    /// Hexadecimal digits and dashes, as Windows writes it: what a host says becomes part of a path.
    private static func isGUID(_ text: String) -> Bool {
        text.utf8.count == 36
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x46, 0x61...0x66, 0x2d: true
                default: false
                }
            }
    }

    package var text: String { containerHash + "_" + machineGuid }

    /// The container that holds the key of RDP's self-signed certificate.
    package static let remoteDesktopContainer = "TSSecKeySet1"
    package static let remoteDesktopHash = "f686aace6942fb7f7ceb231212eef4a4"
}
