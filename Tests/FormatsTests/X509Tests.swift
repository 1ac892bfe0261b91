import Formats
import Foundation
import Testing

@Suite struct X509Tests {
    private func read(_ change: (inout CertificateBuilder) -> Void = { _ in }) throws -> X509Certificate {
        try X509Certificate(CertificateBuilder.make(change))
    }

    @Test func `an ordinary certificate has no problems`() throws {
        let certificate = try read {
            $0.extensions = [
                DER.extension("2.5.29.15", DER.bits([0x30], unused: 4), isCritical: true),
                DER.extension("2.5.29.37", DER.sequence(DER.oid("1.3.6.1.5.5.7.3.1"))),
                DER.extension("2.5.29.17", DER.sequence(DER.text("a.example", 0x82), DER.value(0x87, [10, 0, 0, 1]))),
                DER.extension("2.5.29.19", DER.sequence([1, 1, 0xff], DER.integer(2)), isCritical: true),
                DER.extension("2.5.29.14", DER.octets([0xab, 0xcd])),
                DER.extension("2.5.29.35", DER.sequence(DER.value(0x80, [0xef]))),
                DER.extension("1.3.6.1.4.1.311.20.2", DER.value(DERTag.bmpString, [0, 0x4d])),
                DER.extension("1.3.6.1.4.1.311.21.7", DER.sequence(DER.oid("1.2.3"), DER.integer(100), DER.integer(7))),
            ]
        }
        #expect(certificate.problems == [] && certificate.version == 3 && certificate.serialNumber == "1234")
        #expect(certificate.issuer.text == "CN=ca" && certificate.subject.commonName == "host.example.com")
        #expect(!certificate.isSelfIssued)
        #expect(certificate.notBefore.map { ISO8601.text($0) } == "2025-01-01T00:00:00Z")
        #expect(certificate.notAfter.map { ISO8601.text($0) } == "2035-12-31T23:59:59Z")
        #expect(certificate.publicKey.kind == .rsa && certificate.publicKey.bits == 16)
        #expect(certificate.publicKey.exponent == 65_537)
        #expect(certificate.signatureAlgorithm.name == "sha256WithRSAEncryption")
        #expect(certificate.signatureAlgorithm.digest == .sha256)
        #expect(certificate.keyUsage == [.keyEncipherment, .dataEncipherment])
        #expect(certificate.keyUsage?.names == ["keyEncipherment", "dataEncipherment"])
        #expect(certificate.extendedKeyUsage == ["1.3.6.1.5.5.7.3.1"])
        #expect(certificate.subjectAlternativeNames == [.dns("a.example"), .ip("10.0.0.1")])
        #expect(certificate.basicConstraints?.isAuthority == true && certificate.basicConstraints?.pathLength == 2)
        #expect(certificate.subjectKeyIdentifier == "abcd" && certificate.authorityKeyIdentifier == "ef")
        #expect(certificate.templateName == "M")
        #expect(certificate.template?.id == "1.2.3")
        #expect(certificate.template?.majorVersion == 100 && certificate.template?.minorVersion == 7)
        #expect(certificate.extensions.map(\.isCritical) == [true, false, false, true, false, false, false, false])
        #expect(certificate.unknownCriticalExtensions == [])
        #expect(certificate.der[certificate.encoded] == certificate.der[...])
        #expect(certificate.der[certificate.signedPart].first == 0x30 && certificate.signedPart.lowerBound == 4)
        #expect(certificate.der[certificate.publicKey.encoded] == CertificateBuilder().key[...])
    }

    struct Odd: Sendable, CustomStringConvertible {
        let description: String
        let der: [UInt8]
        let problems: [X509Problem]

        init(_ problems: X509Problem..., change: (inout CertificateBuilder) -> Void) {
            self.init(problems, change)
        }

        init(_ problems: [X509Problem], _ change: (inout CertificateBuilder) -> Void) {
            self.problems = problems
            description = problems.map(\.description).joined(separator: ", ")
            der = CertificateBuilder.make(change)
        }
    }

    private static func unusable(_ id: String, _ content: [UInt8]) -> Odd {
        Odd(.unreadableExtension(OID(stringLiteral: id))) { $0.extensions = [DER.extension(id, content)] }
    }

    private static func names(_ problem: X509Problem, names: [UInt8]) -> Odd {
        Odd(problem) { $0.extensions = [DER.extension("2.5.29.17", DER.sequence(names))] }
    }

    private static let odd: [Odd] = [
        Odd(.unknownVersion(10)) { $0.version = DER.value(0xa0, DER.integer(9)) },
        Odd(.unknownVersion(-1)) { $0.version = DER.value(0xa0, DER.integer(0xfe)) },
        Odd(.unknownVersion(0)) { $0.version = DER.value(0xa0, DER.value(2, [UInt8](repeating: 1, count: 9))) },
        Odd(.unknownVersion(0)) {
            $0.version = DER.value(0xa0, DER.value(2, [0x7f] + [UInt8](repeating: 0xff, count: 7)))
        },
        Odd(.unknownVersion(0)) { $0.version = DER.value(0xa0, []) },
        Odd(.extensionsBeforeVersion3) {
            $0.version = []
            $0.extensions = [DER.extension("1.2.3", [])]
        },
        Odd(.emptySerialNumber) { $0.serial = DER.integer() },
        Odd(.serialNumberNotPositive) { $0.serial = DER.integer(0) },
        Odd(.serialNumberNotPositive) { $0.serial = DER.integer(0x80) },
        Odd(.paddedSerialNumber) { $0.serial = DER.integer(0, 1) },
        Odd(.paddedSerialNumber, .serialNumberNotPositive) { $0.serial = DER.integer(0xff, 0x80) },
        Odd(.longSerialNumber(21)) { $0.serial = DER.value(2, [UInt8](repeating: 1, count: 21)) },
        Odd(.unreadableName(.issuer)) { $0.issuer = DER.sequence([0x31, 5]) },
        Odd(.unreadableName(.subject)) { $0.subject = DER.name(("2.5.4.3", DER.value(0x0c, [0xff]))) },
        Odd(.unreadableName(.subject)) { $0.subject = DER.name(("2.5.4.3", DER.integer(1))) },
        Odd(.controlCharacter(.subject)) { $0.subject = DER.commonName("a\0.b") },
        Odd(.controlCharacter(.issuer)) { $0.issuer = DER.commonName("\u{1b}[2J") },
        Odd(.unreadableTime(.notBefore)) { $0.notBefore = DER.text("", DERTag.utcTime) },
        Odd(.unreadableTime(.notAfter)) { $0.notAfter = DER.text("20250230000000Z", DERTag.generalizedTime) },
        Odd(.unreadableTime(.notAfter)) { $0.notAfter = [] },
        Odd(.unusualTime(.notBefore)) { $0.notBefore = DER.text("2501010000Z", DERTag.utcTime) },
        Odd(.unusualTime(.notAfter)) { $0.notAfter = DER.text("351231235959+0100", DERTag.utcTime) },
        Odd(.unusualTime(.notAfter)) { $0.notAfter = DER.text("20351231235959.5Z", DERTag.generalizedTime) },
        Odd(.signatureAlgorithmsDiffer) { $0.innerAlgorithm = DER.sequence(DER.oid("1.2.3")) },
        Odd(.signatureAlgorithmsDiffer, .unreadableSignatureAlgorithm) { $0.outerAlgorithm = DER.sequence() },
        Odd(.unreadableKey) { $0.key = DER.sequence() },
        Odd(.unreadableKey) {
            $0.key = DER.sequence(DER.sequence(DER.oid("1.2.840.113549.1.1.1")), DER.bits([]))
        },
        Odd(.unknownKeyAlgorithm("1.2.3")) { $0.key = DER.sequence(DER.sequence(DER.oid("1.2.3")), DER.bits([1])) },
        Odd(.unreadableExtensions) { $0.extensions = [DER.extension("1.2.3", []), [0x30, 3, 6, 1, 0x80]] },
        Odd(.repeatedExtension("2.5.29.37")) {
            let usage = DER.extension("2.5.29.37", DER.sequence(DER.oid("1.2.3")))
            $0.extensions = [usage, usage, usage]
        },
        unusable("2.5.29.15", DER.bits([], unused: 3)), unusable("2.5.29.15", DER.bits([1], unused: 8)),
        unusable("2.5.29.15", DER.value(3, [])), unusable("2.5.29.15", []), unusable("2.5.29.37", [0x30, 5, 1]),
        unusable("2.5.29.14", DER.integer(1)), unusable("2.5.29.35", []), unusable("2.5.29.19", DER.integer(1)),
        unusable("1.3.6.1.4.1.311.20.2", DER.integer(1)), unusable("1.3.6.1.4.1.311.21.7", DER.sequence()),
        unusable("2.5.29.17", DER.sequence([0x82, 9])),
        names(.impossibleAddress(bytes: 5), names: DER.value(0x87, [1, 2, 3, 4, 5])),
        names(.nonASCIIName(.subjectAltName), names: DER.text("bücher.example", 0x82)),
        names(.controlCharacter(.subjectAltName), names: DER.text("a\0.b", 0x82)),
        names(.controlCharacter(.subjectAltName), names: DER.value(0xa4, DER.commonName("a\0"))),
        names(.unreadableName(.subjectAltName), names: DER.value(0xa4, DER.sequence([0x31, 1]))),
    ]

    @Test(arguments: odd) func `an odd certificate is read, and told what is odd`(_ odd: Odd) throws {
        let certificate = try X509Certificate(odd.der)
        #expect(certificate.problems == odd.problems)
    }

    @Test func `what can't be read does not hide what can`() throws {
        let certificate = try read {
            $0.notAfter = DER.text("never", DERTag.utcTime)
            $0.key = DER.sequence()
            $0.extensions = [
                DER.extension("2.5.29.37", [0x30, 9]),
                DER.extension("2.5.29.17", DER.sequence(DER.text("a.example", 0x82), [0x82, 9])),
                DER.extension("1.2.3.4", [], isCritical: true),
                DER.extension("2.5.29.15", DER.bits([0x80, 0x80], unused: 7)),
                [0x30, 3, 6, 1, 0x80],
                DER.extension("2.5.29.14", DER.octets([1])),
            ]
        }
        #expect(certificate.notBefore != nil && certificate.notAfter == nil && certificate.publicKey.kind == .unknown)
        #expect(certificate.extendedKeyUsage == nil)
        #expect(certificate.subjectAlternativeNames == [.dns("a.example")])
        #expect(certificate.unknownCriticalExtensions == ["1.2.3.4"])
        #expect(certificate.keyUsage == [.digitalSignature, .decipherOnly])
        #expect(certificate.subjectKeyIdentifier == nil)
        #expect(
            certificate.problems == [
                .unreadableKey, .unreadableTime(.notAfter), .unreadableExtension("2.5.29.37"),
                .unreadableExtension("2.5.29.17"), .unreadableExtensions,
            ])
    }

    @Test func `bytes behind the certificate and long lengths are told`() throws {
        let der = CertificateBuilder.make()
        let certificate = try X509Certificate(der + [1, 2, 3])
        #expect(certificate.problems == [.trailingBytes(3)] && certificate.encoded == 0..<der.count)
        let long = [0x30, 0x83, 0x00, 0x00] + der[2...]
        #expect(try X509Certificate(Array(long)).problems == [.longLength])
    }

    @Test func `what is no certificate is refused`() throws {
        let der = CertificateBuilder.make { $0.extensions = [DER.extension("1.2.3", [])] }
        for length in 0..<der.count {
            #expect(throws: DERError.self) { try X509Certificate(Array(der[..<length])) }
        }
        for other in [DER.sequence(), DER.integer(1), DER.sequence(DER.sequence(), DER.sequence(), DER.bits([]))] {
            #expect(throws: DERError.self) { try X509Certificate(other) }
        }
    }

    @Test(
        arguments: [
            ([0x01], "01"), ([0x00, 0x80], "80"), ([0xff], "-01"), ([0x80, 0x00], "-8000"), ([0x80], "-80"),
            ([0xcf, 0xc7], "-3039"), ([0x00], "00"), ([], "00"), ([0xff, 0x00], "-0100"),
        ] as [([UInt8], String)]) func `serial numbers are hexadecimal`(_ content: [UInt8], _ text: String) throws
    {
        #expect(try read { $0.serial = DER.value(2, content) }.serialNumber == text)
    }

    @Test(arguments: [
        (["2.5.4.3": " lead#trail "], "CN=\\ lead#trail\\ "), (["2.5.4.3": "#1"], "CN=\\#1"),
        (["2.5.4.3": " "], "CN=\\ "),
        (["2.5.4.10": "A, \"B\" <c>;+\\="], "O=A\\, \\\"B\\\" \\<c\\>\\;\\+\\\\="),
        (["2.5.4.3": "a\0\u{1b}\u{7f}"], "CN=a\\00\\1B\\7F"),
        (["2.5.4.3": "Zürich 😀"], "CN=Zürich 😀"), (["1.2.3.4": "x"], "1.2.3.4=#0C0178"), ([:], ""),
    ]) func `names are written by RFC 4514`(_ attributes: [String: String], _ text: String) throws {
        let name = DER.value(
            0x30, attributes.flatMap { DER.value(0x31, DER.sequence(DER.oid($0.key), DER.text($0.value))) })
        #expect(try read { $0.subject = name }.subject.text == text)
    }

    @Test func `the most specific part of a name comes first`() throws {
        let several = DER.value(
            DERTag.set,
            DER.sequence(DER.oid("2.5.4.3"), DER.text("b")) + DER.sequence(DER.oid("2.5.4.5"), DER.text("42")))
        let subject = DER.value(0x30, DER.value(DERTag.set, DER.sequence(DER.oid("2.5.4.3"), DER.text("a"))) + several)
        let certificate = try read { $0.subject = subject }
        #expect(certificate.subject.text == "serialNumber=42+CN=b,CN=a")
        #expect(certificate.subject.commonName == "b")
        #expect(certificate.subject.relativeNames.map(\.count) == [1, 2])
    }

    @Test(
        arguments: [
            (DERTag.utf8String, Array("Zü".utf8), "Zü"), (DERTag.printableString, [0x5a, 0xfc], "Zü"),
            (DERTag.teletexString, [0x5a, 0xfc], "Zü"), (DERTag.ia5String, [0x5a], "Z"),
            (DERTag.bmpString, [0, 0x5a, 0, 0xfc], "Zü"),
            (DERTag.bmpString, [0xd8, 0x3d, 0xde, 0x00], "😀"), (DERTag.universalString, [0, 1, 0xf6, 0], "😀"),
            (DERTag.bmpString, [0xd8, 0x3d], nil), (DERTag.bmpString, [0], nil),
            (DERTag.universalString, [0, 0x11, 0, 0], nil),
            (DERTag.universalString, [0, 0, 0], nil), (DERTag.utf8String, [0xed, 0xa0, 0x80], nil),
            (DERTag.integer, [1], nil),
        ] as [(UInt8, [UInt8], String?)]) func `text of every type is read`(
            _ tag: UInt8, _ content: [UInt8], _ text: String?
        ) throws
    {
        let name = DER.name(("2.5.4.3", DER.value(tag, content)))
        #expect(try read { $0.subject = name }.subject.commonName == text)
    }

    @Test(
        arguments: [
            ([0, 0, 0, 0, 0, 0, 0, 0], "::"), ([0, 0, 0, 0, 0, 0, 0, 1], "::1"),
            ([0x2001, 0xdb8, 0, 0, 0, 0, 0, 1], "2001:db8::1"),
            ([0x2001, 0xdb8, 0, 1, 1, 1, 1, 1], "2001:db8:0:1:1:1:1:1"),
            ([0x2001, 0, 0, 1, 0, 0, 0, 1], "2001:0:0:1::1"),
            ([0x2001, 0xdb8, 0, 0, 1, 0, 0, 1], "2001:db8::1:0:0:1"), ([1, 2, 3, 4, 5, 6, 7, 0], "1:2:3:4:5:6:7:0"),
            ([1, 2, 3, 4, 5, 6, 0, 0], "1:2:3:4:5:6::"), ([0xffff, 0xabcd, 0, 0, 0, 0, 0, 0], "ffff:abcd::"),
        ] as [([UInt16], String)]) func `IPv6 addresses are written by RFC 5952`(_ groups: [UInt16], _ text: String)
        throws
    {
        let bytes = groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
        let certificate = try read {
            $0.extensions = [DER.extension("2.5.29.17", DER.sequence(DER.value(0x87, bytes)))]
        }
        #expect(certificate.subjectAlternativeNames == [.ip(text)])
        #expect(certificate.subjectAlternativeNames?.first?.description == "IP:\(text)")
    }

    @Test func `digests of PSS are read from its parameters`() throws {
        let digest = DER.value(0xa0, DER.sequence(DER.oid("2.16.840.1.101.3.4.2.2")))
        let cases: [([UInt8], X509SignatureAlgorithm.Digest?)] = [
            ([], .sha1), (DER.sequence(), .sha1), (DER.sequence(digest), .sha384),
            (DER.sequence(DER.value(0xa0, DER.sequence(DER.oid("1.2.3")))), nil),
        ]
        for (parameters, digest) in cases {
            let algorithm = DER.sequence(DER.oid("1.2.840.113549.1.1.10"), parameters)
            let certificate = try read {
                $0.innerAlgorithm = algorithm
                $0.outerAlgorithm = algorithm
            }
            #expect(certificate.signatureAlgorithm.digest == digest && certificate.problems == [])
        }
    }

    @Test func `a Windows machine's own RDP certificate is read`() throws {
        let certificates = try CertificateCase.windows().map { try X509Certificate($0.der) }
        let own = try #require(certificates.first { $0.extendedKeyUsage == ["1.3.6.1.5.5.7.3.1"] && $0.isSelfIssued })
        #expect(own.keyUsage == [.keyEncipherment, .dataEncipherment] && own.subjectAlternativeNames == nil)
        #expect(own.publicKey.bits == 2_048 && own.signatureAlgorithm.digest == .sha1 && own.problems == [])
        #expect(own.notBefore.map { ISO8601.text($0) } == "2011-12-02T20:06:00Z")
    }
}
