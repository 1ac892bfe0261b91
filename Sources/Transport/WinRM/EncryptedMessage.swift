/// One sealed SOAP message as `multipart/encrypted` ([MS-WSMV] 2.2.9.1.1, SPNEGO).
package struct EncryptedMessage: Sendable, Hashable {
    /// The value of Content-Type.
    package static let contentType =
        "multipart/encrypted;protocol=\"application/HTTP-SPNEGO-session-encrypted\";boundary=\"Encrypted Boundary\""
    private static let boundary = Array("Encrypted Boundary".utf8)
    /// Bytes of one header line, and lines of one part.
    private static let lineLimit = 512, partLimit = 16
    /// Bytes of a signature; the largest one known is Kerberos' 72.
    private static let signatureLimit = 1024

    /// Bytes of the message when it is opened, as the header says.
    package var plainLength: Int
    package var signature: [UInt8]
    package var sealed: [UInt8]

    package init(plainLength: Int, signature: [UInt8], sealed: [UInt8]) {
        self.plainLength = plainLength
        self.signature = signature
        self.sealed = sealed
    }

    /// The body of a request, byte by byte as Windows sends it.
    package var body: [UInt8] {
        let head =
            "--Encrypted Boundary\r\n\tContent-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
            + "\tOriginalContent: type=application/soap+xml;charset=UTF-8;Length=\(plainLength)\r\n"
            + "--Encrypted Boundary\r\n\tContent-Type: application/octet-stream\r\n"
        var body = Array(head.utf8)
        body.reserveCapacity(body.count + 4 + signature.count + sealed.count + 24)
        for shift in [0, 8, 16, 24] { body.append(UInt8(truncatingIfNeeded: signature.count >> shift)) }
        body += signature
        body += sealed
        body += Array("--Encrypted Boundary--\r\n".utf8)
        return body
    }

    /// Reads an answer. Lenient where peers differ: OMI leaves out the tabs and adds a line end, Exchange puts a space
    /// before the boundary. The sealed data may hold anything, the boundary too: it ends at the last one.
    package init(_ body: [UInt8]) throws(EncryptedMessageError) {
        var lines = LineReader(body)
        guard let opening = lines.next(), Self.isDelimiter(opening) else { throw .noBoundary }
        plainLength = try Self.readFirstPart(&lines)
        try Self.readSecondPart(&lines)
        var data = lines.rest
        guard Self.removeClosing(&data) else { throw .noClosingBoundary }
        guard data.count >= 4 else { throw .truncated }
        let length = data.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        data = data.dropFirst(4)
        guard length > 0, length <= Self.signatureLimit, length <= data.count else { throw .wrongSignatureLength }
        signature = Array(data.prefix(length))
        sealed = Array(data.dropFirst(length))
    }

    /// Up to the second boundary; the announced length.
    private static func readFirstPart(_ lines: inout LineReader) throws(EncryptedMessageError) -> Int {
        var length: Int?
        for _ in 0..<partLimit {
            guard let line = lines.next() else { throw .truncated }
            if isDelimiter(line) {
                guard let length else { throw .noLength }
                return length
            }
            let text = String(decoding: line, as: UTF8.self).lowercased()
            guard text.hasPrefix("originalcontent:") else { continue }
            guard length == nil, let field = text.split(separator: ";").last, field.hasPrefix("length="),
                let number = UInt32(field.dropFirst(7))
            else { throw .noLength }
            length = Int(number)
        }
        throw .truncated
    }

    /// Up to where the data starts: right behind the line with the content type, there is no empty line.
    private static func readSecondPart(_ lines: inout LineReader) throws(EncryptedMessageError) {
        for _ in 0..<partLimit {
            guard let line = lines.next() else { throw .truncated }
            if String(decoding: line, as: UTF8.self).lowercased().contains("application/octet-stream") {
                return
            }
        }
        throw .truncated
    }

    private static func isDelimiter(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.starts(with: Array("--".utf8)) else { return false }
        return line.dropFirst(2).drop { $0 == UInt8(ascii: " ") }.elementsEqual(boundary)
    }

    /// Cuts `--boundary--` and the line ends behind it off; false when it is not there.
    private static func removeClosing(_ data: inout ArraySlice<UInt8>) -> Bool {
        while data.suffix(2).elementsEqual([0x0D, 0x0A]) { data.removeLast(2) }
        for closing in ["--Encrypted Boundary--", "-- Encrypted Boundary--"] {
            let bytes = Array(closing.utf8)
            guard data.suffix(bytes.count).elementsEqual(bytes) else { continue }
            data.removeLast(bytes.count)
            return true
        }
        return false
    }

    /// Lines that end in CR LF, without it and without a tab or spaces before them.
    private struct LineReader {
        private(set) var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) { rest = bytes[...] }

        mutating func next() -> ArraySlice<UInt8>? {
            let window = rest.prefix(lineLimit)
            guard
                let end = window.indices.first(where: { at in
                    window[at] == 0x0D && at + 1 < window.endIndex && window[at + 1] == 0x0A
                })
            else { return nil }
            defer { rest = rest[(end + 2)...] }
            return rest[..<end].drop { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: " ") }
        }
    }
}

/// What is wrong with a `multipart/encrypted` body.
package enum EncryptedMessageError: String, Error, Sendable, Hashable, CaseIterable {
    case noBoundary = "it does not start with the boundary"
    case noLength = "it does not say once how long the message is"
    case truncated = "it ends too early"
    case noClosingBoundary = "it does not end with the boundary"
    case wrongSignatureLength = "the length of its signature is wrong"
}
