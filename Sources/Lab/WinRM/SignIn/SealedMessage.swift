/// The `multipart/encrypted` framing of message encryption ([MS-WSMV] 2.2.9.1.1), the SPNEGO form. Pure.
enum SealedMessage {
    static let contentType =
        #"multipart/encrypted;protocol="application/HTTP-SPNEGO-session-encrypted";boundary="Encrypted Boundary""#

    private static let head = """
        --Encrypted Boundary\r
        \tContent-Type: application/HTTP-SPNEGO-session-encrypted\r
        \tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=
        """
    private static let middle = """
        \r
        --Encrypted Boundary\r
        \tContent-Type: application/octet-stream\r

        """
    private static let tail = "--Encrypted Boundary--\r\n"

    /// True for the Content-Type of a request that is framed this way.
    static func isContentType(_ text: String?) -> Bool {
        text?.lowercased().hasPrefix("multipart/encrypted") ?? false
    }

    /// - Parameters:
    ///   - sealed: signature and sealed data, as gss_wrap makes them.
    ///   - plainLength: bytes of the text inside.
    static func frame(_ sealed: [UInt8], plainLength: Int) -> [UInt8] {
        let length = AcceptorContext.signatureLength
        return Array((head + "\(plainLength)" + middle).utf8) + [UInt8(length), 0, 0, 0] + sealed + Array(tail.utf8)
    }

    struct Parts: Sendable, Hashable {
        /// Signature and sealed data, for gss_unwrap.
        var sealed: [UInt8]
        /// Bytes that the text inside must have.
        var plainLength: Int
    }

    /// nil unless it is framed byte by byte as Windows' own client does it: the lab is there to notice what a Windows
    /// might refuse.
    static func parse(_ body: [UInt8]) -> Parts? {
        guard body.starts(with: head.utf8) else { return nil }
        let digits = body[head.utf8.count...].prefix { (48...57).contains($0) }
        guard (1...9).contains(digits.count), let plainLength = Int(String(decoding: digits, as: UTF8.self)),
            body[digits.endIndex...].starts(with: middle.utf8)
        else { return nil }
        // The data is binary and may hold the boundary itself: only the last one counts.
        let data = body[(digits.endIndex + middle.utf8.count)...]
        let tailBytes = Array(tail.utf8)
        guard data.count >= 4 + AcceptorContext.signatureLength + tailBytes.count,
            data.suffix(tailBytes.count).elementsEqual(tailBytes),
            data.prefix(4).elementsEqual([UInt8(AcceptorContext.signatureLength), 0, 0, 0])
        else { return nil }
        let sealed = Array(data.dropFirst(4).dropLast(tailBytes.count))
        guard sealed.count == AcceptorContext.signatureLength + plainLength else { return nil }
        return Parts(sealed: sealed, plainLength: plainLength)
    }
}
