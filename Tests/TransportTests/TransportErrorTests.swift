import Formats
import Testing
import Transport

@Suite struct TransportErrorTests {
    static let reasons: [TransportError.Reason] = [
        .nameNotFound, .refused, .unreachable, .timedOut(.seconds(10)), .connectionLost, .tls(.expired),
        .tls(.notYetValid), .tls(.selfSigned), .tls(.unknownAuthority), .tls(.wrongName),
        .tls(.pinDiffers(presented: "ab")), .tls(.version), .tls(.notTLS), .tls(.other),
        .hostKey(.unknown, fingerprint: "SHA256:x"), .hostKey(.changed, fingerprint: "SHA256:x"),
        .hostKey(.revoked, fingerprint: "SHA256:x"), .noCommonAlgorithm, .keyUnusable,
        .missingMechanism(package: "gss-ntlmssp"), .authenticationRefused(offered: ["password"]),
        .methodNotOffered(offered: []), .signInStopped, .accountAtRisk, .notAuthorised, .quota(code: 1), .busy,
        .fault(code: 1), .protocolViolation, .outputTooLarge(limit: 1), .endedBySignal("KILL"), .cancelled, .settings,
        .notRecorded,
    ]

    @Test func `every reason reads as a sentence of its own, in every stage, with advice`() {
        var seen: Set<String> = []
        for reason in Self.reasons {
            let error = TransportError(.signIn, reason)
            #expect(error.description.contains(" while signing in"))
            #expect(seen.insert(error.description).inserted, "\(error.description)")
            for stage in TransportError.Stage.allCases {
                let advice = TransportError(stage, reason).advice
                #expect(advice.hasSuffix("."), "\(advice)")
                #expect(advice.first?.isUppercase == true)
            }
        }
    }

    @Test func `nothing that a secret was refused for is worth another try`() {
        for reason in [
            TransportError.Reason.authenticationRefused(offered: []), .accountAtRisk, .signInStopped, .notAuthorised,
            .hostKey(.changed, fingerprint: ""), .tls(.expired), .protocolViolation,
        ] {
            #expect(!TransportError(.signIn, reason).isRetryable)
        }
    }

    @Test func `a description names stage, reason, limit and detail`() {
        let error = TransportError(.connect, .timedOut(.milliseconds(1500)), "the limit")
        #expect(error.description == "no answer within 1.5 s while connecting: the limit")
        #expect(
            TransportError(.signIn, .authenticationRefused(offered: ["publickey", "password"])).description
                == "the host refused the sign-in (it offers publickey, password) while signing in")
    }

    @Test(
        arguments: [
            ("web01", 5985, "web01:5985"), ("10.0.0.1", 22, "10.0.0.1:22"), ("fe80::1", 22, "[fe80::1]:22"),
            ("[fe80::1]", 22, "[fe80::1]:22"), ("fe80::1%eth0", 22, "[fe80::1%25eth0]:22"),
            ("bücher.example", 1, "bücher.example:1"),
            ("", 1, nil), ("a b", 1, nil), ("a/b", 1, nil), ("u@h", 1, nil), ("h?q", 1, nil), ("h#f", 1, nil),
            ("fe80::1%", 1, nil), ("fe80::1%a/b", 1, nil), ("fe80::g", 1, nil), ("a\nb", 1, nil), ("a:80", 1, nil),
            ("[", 1, nil), ("[]", 1, nil), ("a\\b", 1, nil),
        ] as [(String, UInt16, String?)])
    func `only what is a host becomes part of a URL`(_ host: String, port: UInt16, authority: String?) {
        #expect(HostName.authority(host, port: port) == authority)
    }

    @Test(arguments: [
        (Int32(10), TransportError.TLSProblem.expired), (9, .notYetValid), (18, .selfSigned), (19, .unknownAuthority),
        (20, .unknownAuthority), (21, .unknownAuthority), (0, .wrongName), (62, .wrongName), (7, .other),
    ])
    func `OpenSSL's verdicts are told apart`(_ code: Int32, problem: TransportError.TLSProblem) {
        #expect(TLSVerdict.problem(code) == problem)
    }

    @Test func `a missing mechanism is told apart from a failed call, and names its package`() {
        let missing = GSSAPIFailure(call: "gss_acquire_cred_with_password", major: 0x10000, minor: 0)
        #expect(missing.error(.signIn, package: "gss-ntlmssp").reason == .missingMechanism(package: "gss-ntlmssp"))
        let failed = GSSAPIFailure(call: "gss_wrap", major: 0xD0000, minor: 3)
        #expect(failed.error(.signIn, package: "x").reason == .protocolViolation)
    }
}
