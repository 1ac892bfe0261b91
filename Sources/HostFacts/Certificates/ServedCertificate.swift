import Formats

/// The certificate that the listener is set to serve, found the way TermService finds it.
///
/// A bound thumbprint comes first (KB3042780), then a certificate of the policy's template, then the self-signed one.
/// What is really served only the wire can tell: TermService reads this when it starts.
package struct ServedCertificate: Sendable {
    package enum Binding: String, Sendable, Hashable, CaseIterable {
        /// `SSLCertificateSHA1Hash` names it.
        case explicit
        /// Policy names a certificate template.
        case template
        /// TermService's own.
        case selfSigned = "self-signed"
    }

    package let binding: Collected<Binding>
    package let thumbprint: Collected<String>
    package let store: Collected<CertificateStores.Store>
    /// `absent` when the thumbprint is in no store: the bound certificate is gone.
    package let entry: Collected<CertificateStoreEntry>

    package init(settings: RemoteDesktopSettings, stores: CertificateStores) {
        let bound = settings.listener.flatMap(\.boundThumbprint)
        let found: Collected<(store: CertificateStores.Store, entry: CertificateStoreEntry)>
        switch bound {
        case .value(let thumbprint):
            binding = .value(.explicit)
            self.thumbprint = bound
            found = stores.find(thumbprint, in: [.personal, .remoteDesktop])
        case .absent:
            if case .value(let template) = settings.certificateTemplate {
                binding = .value(.template)
                found = Self.enrolled(template: template, in: stores)
                self.thumbprint = found.map(\.entry.thumbprint)
            } else {
                binding =
                    settings.certificateTemplate.isAbsent
                    ? .value(.selfSigned) : settings.certificateTemplate.map { _ in .selfSigned }
                self.thumbprint = settings.selfSignedThumbprint
                found = settings.selfSignedThumbprint.flatMap { stores.find($0, in: [.remoteDesktop]) }
            }
        default:
            binding = bound.map { _ in .explicit }
            self.thumbprint = bound
            found = bound.flatMap { _ in .absent }
        }
        store = found.map(\.store)
        entry = found.map(\.entry)
    }

    /// The certificate of a template in My. TermService prefers the usage "Remote Desktop Authentication"; with several
    /// candidates we cannot tell which one it took.
    private static func enrolled(
        template: String, in stores: CertificateStores
    ) -> Collected<(store: CertificateStores.Store, entry: CertificateStoreEntry)> {
        stores.personal.flatMap { entries in
            let candidates = entries.filter { $0.certificate.templateName?.lowercased() == template.lowercased() }
            if candidates.count == 1 { return .value((.personal, candidates[0])) }
            let wanted = "policy wants a certificate of the template \(template)"
            if candidates.count > 1 { return .failed("\(wanted), and \(candidates.count) in My fit") }
            return .failed("\(wanted); which one in My was enrolled from it, the registry does not say")
        }
    }
}

/// Extended key usages that matter to RDP.
package enum ExtendedKeyUsage {
    package static let serverAuthentication = "1.3.6.1.5.5.7.3.1"
    package static let remoteDesktopAuthentication = "1.3.6.1.4.1.311.54.1.2"
}
