import Formats
import TestSupport
import Testing

/// Every field that `cryptography` or `openssl` can read is what we read.
@Suite(.enabled(if: Peers.hasPython)) struct X509PeerTests {
    @Test func `odd certificates are read as others read them`() async throws {
        let cases = try await CertificateCase.odd()
        #expect(cases.count > 100)
        try await compare(cases)
    }

    @Test func `certificates of Windows machines are read as others read them`() async throws {
        let cases = try CertificateCase.windows()
        #expect(cases.count >= 8)
        try await compare(cases)
    }

    @Test func `certificates of public authorities are read as others read them`() async throws {
        let cases = try await CertificateCase.roots()
        #expect(cases.count > 100)
        try await compare(cases)
    }

    @Test func `damaged certificates are read as others read them, or refused as they refuse them`() async throws {
        var mutations = Mutations(seed: 509, alphabet: "\u{1}\u{2}\u{3}\u{6}\u{0c}\u{13}\u{16}\u{17}\u{18}01Z")
        let seeds = try await CertificateCase.odd().filter { $0.der.count < 3_000 } + CertificateCase.windows()
        let cases = seeds.flatMap { seed in
            mutations.sweep([seed.der], each: 2).map { CertificateCase(id: seed.id + "~", der: $0) }
        }
        try await compare(cases)
    }

    private func compare(_ cases: [CertificateCase]) async throws {
        let questions: [JSON] = cases.map { ["id": .string($0.id), "der": .string(Base64.encode($0.der))] }
        let answers = try await Peer(script: "x509_peer.py").answers(to: questions)
        var compared = 0
        for (certificate, answer) in zip(cases, answers) {
            let read = try? X509Certificate(certificate.der)
            let ours: [String: JSON] = read.map(fields) ?? [:]
            for (peer, theirs) in [("cryptography", answer["cryptography"]), ("openssl", answer["openssl"])] {
                for field in theirs?.object ?? [] where !isMeant(certificate, field.key, read) {
                    compared += 1
                    let our = ours["\(peer).\(field.key)"] ?? ours[field.key]
                    #expect(our == field.value, "\(certificate.id): \(peer) \(field.key)")
                }
            }
        }
        #expect(compared > cases.count)
    }

    /// Differences that are there on purpose.
    private func isMeant(_ certificate: CertificateCase, _ field: String, _ ours: X509Certificate?) -> Bool {
        // openssl reads BER's indefinite lengths, we do not.
        if ours == nil, certificate.der.dropFirst().first == 0x80 { return true }
        // RSA exponents beyond 64 bits are of no use to anybody.
        if field == "key", ours?.publicKey.bits != nil, ours?.publicKey.exponent == nil { return true }
        // openssl forgives a wrong tag in a name and knows types of attributes that nobody uses; only mutations make them.
        if certificate.id.contains("~"), field == "issuer" || field == "subject", let ours {
            let names = [ours.issuer, ours.subject].map(\.text)
            return ours.problems.contains { [.unreadableName(.issuer), .unreadableName(.subject)].contains($0) }
                || names.contains { $0.contains("2.5.4.") }
        }
        return false
    }

    private func fields(_ certificate: X509Certificate) -> [String: JSON] {
        let key = certificate.publicKey
        return [
            "version": JSON(certificate.version),
            "serial": .string(certificate.serialNumber),
            "cryptography.issuer": names(certificate.issuer),
            "cryptography.subject": names(certificate.subject),
            "openssl.issuer": .string(certificate.issuer.text),
            "openssl.subject": .string(certificate.subject.text),
            "notBefore": text(certificate.notBefore.map { ISO8601.text($0) }),
            "notAfter": text(certificate.notAfter.map { ISO8601.text($0) }),
            "signatureOID": text(certificate.signatureAlgorithm.algorithm?.dotted),
            "digest": text(certificate.signatureAlgorithm.digest?.rawValue.lowercased().replacing("sha-", with: "sha")),
            "signature": .string(certificate.signatureAlgorithm.name),
            "key": [
                .string(key.kind == .rsaPSS ? "RSA" : key.kind.rawValue),
                key.kind == .ed25519 || key.kind == .ed448 ? .null : number(key.bits),
                text(key.exponent.map { String($0) }),
            ],
            "bits": number(key.bits),
            "curve": text(key.curve),
            "extensions": .array(certificate.extensions.map { [.string($0.id.dotted), .bool($0.isCritical)] }),
            "eku": certificate.extendedKeyUsage.map { .array($0.map { .string($0.dotted) }) } ?? .null,
            "keyUsage": certificate.keyUsage.map { .array($0.names.sorted().map(JSON.string)) } ?? .null,
            "san": certificate.subjectAlternativeNames.map { .array($0.map(general)) } ?? .null,
            "basicConstraints": certificate.basicConstraints.map { [.bool($0.isAuthority), number($0.pathLength)] }
                ?? .null,
            "ski": text(certificate.subjectKeyIdentifier),
            "aki": text(certificate.authorityKeyIdentifier),
            "template": certificate.template.map {
                [.string($0.id.dotted), number($0.majorVersion), number($0.minorVersion)]
            } ?? .null,
        ]
    }

    private func text(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }
    private func number(_ number: Int?) -> JSON { number.map { JSON($0) } ?? .null }

    private func names(_ name: DistinguishedName) -> JSON {
        .array(name.relativeNames.map { .array($0.map { [.string($0.type.dotted), text($0.text)] }) })
    }

    private func general(_ name: GeneralName) -> JSON {
        switch name {
        case .dns(let name): ["dns", .string(name)]
        case .email(let name): ["email", .string(name)]
        case .uri(let name): ["uri", .string(name)]
        case .ip(let address): ["ip", .string(address)]
        case .directory(let name): ["directory", names(name)]
        case .registeredID(let oid): ["registeredID", .string(oid.dotted)]
        case .other(let oid, _): ["other", .string(oid.dotted)]
        case .unread(let tag, _): ["unread", JSON(tag)]
        }
    }
}
