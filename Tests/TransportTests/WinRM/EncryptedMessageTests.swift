import Testing
import Transport

@Suite struct EncryptedMessageTests {
    private static let signature = [UInt8](1...16)
    private static let sealed = Array("sealed text".utf8)
    private static let message = EncryptedMessage(plainLength: 11, signature: signature, sealed: sealed)

    /// The body that Windows sends, with parts to vary.
    private static func body(
        tab: String = "\t", delimiter: String = "--Encrypted Boundary", length: String = "11",
        signatureLength: UInt32 = 16,
        data: [UInt8] = signature + sealed, closing: String = "--Encrypted Boundary--\r\n",
        original: String = "OriginalContent: type=application/soap+xml;charset=UTF-8;Length="
    ) -> [UInt8] {
        let head =
            "\(delimiter)\r\n\(tab)Content-Type: application/HTTP-SPNEGO-session-encrypted\r\n"
            + "\(tab)\(original)\(length)\r\n\(delimiter)\r\n\(tab)Content-Type: application/octet-stream\r\n"
        let count = (0..<4).map { UInt8(truncatingIfNeeded: signatureLength >> ($0 * 8)) }
        return Array(head.utf8) + count + data + Array(closing.utf8)
    }

    @Test func `a message is written byte by byte as Windows does`() {
        #expect(Self.message.body == Self.body())
    }

    @Test(arguments: [
        body(), body(tab: ""), body(tab: " "), body(closing: "--Encrypted Boundary--\r\n\r\n"),
        body(closing: "--Encrypted Boundary--"),
        body(delimiter: "-- Encrypted Boundary", closing: "-- Encrypted Boundary--\r\n"),
        body(original: "originalcontent: type=application/soap+xml;charset=utf-8;length="),
    ])
    func `what Windows, OMI and Exchange write is read`(_ body: [UInt8]) throws {
        #expect(try EncryptedMessage(body) == Self.message)
    }

    @Test(arguments: [
        "--Encrypted Boundary\r\n", "--Encrypted Boundary--\r\n", "\r\n--Encrypted Boundary--", "--", "\r\n\r\n", "",
    ])
    func `sealed data may hold anything, boundaries too`(_ text: String) throws {
        let data = Array(text.utf8) + [0, 255]
        let message = EncryptedMessage(plainLength: data.count, signature: Self.signature, sealed: data)
        #expect(try EncryptedMessage(message.body) == message)
    }

    @Test(
        arguments: [
            ([], EncryptedMessageError.noBoundary), (Array("<html></html>".utf8), .noBoundary),
            (Array("--Encrypted Boundary".utf8), .noBoundary), (body(delimiter: "--Other"), .noBoundary),
            (Array("--Encrypted Boundary\r\n".utf8), .truncated),
            (Array("--Encrypted Boundary\r\n--Encrypted Boundary\r\n".utf8), .noLength),
            (body(length: ""), .noLength), (body(length: "-1"), .noLength), (body(length: "0x10"), .noLength),
            (body(length: "99999999999999999999"), .noLength), (body(length: "11;Length=12"), nil),
            (body(original: "Other: "), .noLength), (body(length: "11\r\nOriginalContent: x;Length=12"), .noLength),
            (body(closing: ""), .noClosingBoundary), (body(closing: "--Encrypted Boundary"), .noClosingBoundary),
            (body(closing: "--Encrypted Boundary--\r\nmore"), .noClosingBoundary),
            (body(signatureLength: 0), .wrongSignatureLength), (body(signatureLength: 28), .wrongSignatureLength),
            (body(signatureLength: 1025), .wrongSignatureLength), (body(signatureLength: .max), .wrongSignatureLength),
            (body(data: []), .wrongSignatureLength),
            (Array("--Encrypted Boundary\r\n\(String(repeating: "X: y\r\n", count: 100))".utf8), .truncated),
            (Array("--Encrypted Boundary\r\n\(String(repeating: "y", count: 100_000))\r\n".utf8), .truncated),
        ] as [([UInt8], EncryptedMessageError?)])
    func `a body that lies is refused with what is wrong`(_ body: [UInt8], error: EncryptedMessageError?) {
        if let error {
            #expect(throws: error) { try EncryptedMessage(body) }
        } else {
            #expect(throws: Never.self) { try EncryptedMessage(body) }
        }
    }

    @Test func `no truncation passes, and no flipped byte traps`() {
        let body = Self.body(closing: "--Encrypted Boundary--")
        for count in 0..<body.count {
            #expect(throws: EncryptedMessageError.self) { try EncryptedMessage(Array(body[..<count])) }
        }
        for index in body.indices {
            for bit in [0x01, 0x80] as [UInt8] {
                var copy = body
                copy[index] ^= bit
                _ = try? EncryptedMessage(copy).plainLength
            }
        }
    }
}
