import HostFacts

/// The cipher order that a policy sets names at least one suite that RDP's TLS can use; without such a policy Windows' own
/// order is in force.
struct CipherOrderUsable: Rule {
    static let name = "cipher-order-usable"

    var wanted: String { "no policy, or one with usable suites" }
    let facts: [Fact] = ["schannel.cipherOrderPolicy"].compactMap { FactDictionary[$0] }

    func judge(_ facts: HostFacts, _ context: JudgingContext) -> RuleVerdict {
        switch facts.schannel.cipherOrderPolicy {
        case .absent: return .holds("no policy sets an order")
        case .value(let text):
            let suites = text.split(separator: ",").map { $0.filter { $0 != " " } }
            guard !suites.isEmpty else { return .fails("the policy's list is empty") }
            let usable = suites.filter { suite in
                Self.authentications.contains { suite.hasPrefix($0) } && Self.ciphers.contains { suite.contains($0) }
            }
            return usable.isEmpty
                ? .fails("none of the \(suites.count) names in the policy's list is a usable suite: \(suites[0]), …")
                : .holds("\(usable.count) of \(suites.count) suites are usable")
        case let missing: return .unknown("the policy could not be read: \(missing.whyMissing ?? "")")
        }
    }

    /// Names as Schannel writes them ("Cipher Suites in TLS/SSL (Schannel SSP)"): suites for an RSA or ECDSA certificate.
    private static let authentications = ["TLS_ECDHE_RSA_", "TLS_ECDHE_ECDSA_", "TLS_DHE_RSA_", "TLS_RSA_", "TLS_AES_"]
    private static let ciphers = ["AES_128", "AES_256", "CHACHA20", "3DES"]
}
