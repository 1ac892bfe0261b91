import Formats
import HostFacts

/// The served certificate names the host by its full or short name, in the subject alternative names or, without those,
/// in the subject.
struct CertificateNamesHost: Rule {
    static let name = "certificate-names-host"

    var wanted: String { "the host's name in the certificate" }
    let facts: [Fact] = [
        "certificates.bound.subject", "certificates.bound.alternativeNames", "os.computerName", "os.domain",
    ].compactMap { FactDictionary[$0] }

    func judge(_ facts: HostFacts, _ context: JudgingContext) -> RuleVerdict {
        guard case .value(let entry) = facts.servedCertificate.entry else {
            return .unknown("the served certificate is not known: \(facts.servedCertificate.entry.whyMissing ?? "")")
        }
        guard case .value(let computer) = facts.identity.computerName else {
            return .unknown("the computer name is not known: \(facts.identity.computerName.whyMissing ?? "")")
        }
        var wanted: Set<String> = [computer.lowercased()]
        if let domain = facts.identity.domain.value, !domain.isEmpty {
            wanted.insert((computer + "." + domain).lowercased())
        }
        let names = Self.names(of: entry.certificate)
        guard !names.isEmpty else { return .fails("the certificate names nobody") }
        if names.contains(where: { Self.covers($0, wanted) }) { return .holds("the certificate names the host") }
        switch facts.identity.domain {
        case .value, .absent: break
        case let missing: return .unknown("the host's full name is not known: \(missing.whyMissing ?? "")")
        }
        return .fails("the certificate is for \(names.joined(separator: ", ")), the host is \(computer)")
    }

    private static func names(of certificate: X509Certificate) -> [String] {
        let alternative = (certificate.subjectAlternativeNames ?? []).compactMap { name -> String? in
            if case .dns(let text) = name { text } else { nil }
        }
        return alternative.isEmpty ? [certificate.subject.commonName].compactMap { $0 } : alternative
    }

    /// A leading `*.` stands for one label (RFC 6125 6.4.3).
    private static func covers(_ name: String, _ wanted: Set<String>) -> Bool {
        let name = name.lowercased()
        if wanted.contains(name) { return true }
        guard name.hasPrefix("*.") else { return false }
        return wanted.contains { host in
            host.firstIndex(of: ".").map { host[$0...] == name.dropFirst() } ?? false
        }
    }
}
