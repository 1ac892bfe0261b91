import Formats
package import FoundationEssentials

/// What a host holds that reports list one by one: certificates, updates, and whether a restart is due.
package struct HostAssets: Sendable {
    package let certificates: Collected<[Certificate]>
    package let updates: Collected<[Update]>
    package let isRestartPending: Collected<Bool>

    /// A certificate of a store that Remote Desktop serves from.
    package struct Certificate: Sendable, Hashable {
        package let store: CertificateStores.Store
        /// SHA-1 in upper-case hexadecimal.
        package let thumbprint: String
        package let subject: String
        package let issuer: String
        /// `nil` when it cannot be read.
        package let notBefore: Date?
        /// `nil` when it cannot be read.
        package let notAfter: Date?
        /// The listener is set to serve it.
        package let isServed: Bool
        /// Windows made it for Remote Desktop.
        package let isMadeForRemoteDesktop: Bool
        package let isSelfIssued: Bool
        /// `RSA 2048`
        package let key: String

        package init(
            store: CertificateStores.Store, thumbprint: String, subject: String, issuer: String, notBefore: Date?,
            notAfter: Date?, isServed: Bool, isMadeForRemoteDesktop: Bool, isSelfIssued: Bool, key: String
        ) {
            self.store = store
            self.thumbprint = thumbprint
            self.subject = subject
            self.issuer = issuer
            self.notBefore = notBefore
            self.notAfter = notAfter
            self.isServed = isServed
            self.isMadeForRemoteDesktop = isMadeForRemoteDesktop
            self.isSelfIssued = isSelfIssued
            self.key = key
        }
    }

    /// An update of the component store that is there or waits to be.
    package struct Update: Sendable, Hashable {
        /// Without "KB".
        package let number: UInt32
        package let state: InstalledUpdates.State

        package init(number: UInt32, state: InstalledUpdates.State) {
            self.number = number
            self.state = state
        }
    }

    package init(
        certificates: Collected<[Certificate]>, updates: Collected<[Update]>, isRestartPending: Collected<Bool>
    ) {
        self.certificates = certificates
        self.updates = updates
        self.isRestartPending = isRestartPending
    }

    package init(_ facts: HostFacts) {
        let served = facts.servedCertificate.entry.value?.thumbprint
        let stores = CertificateStores.Store.allCases.map { store in
            facts.certificates.entries(store).map { $0.map { Certificate($0, in: store, served: served) } }
        }
        // One store that cannot be read must not look like an empty one.
        let missing = stores.first { $0.value == nil }
        certificates = missing ?? .value(stores.flatMap { $0.value ?? [] })
        updates = facts.updates.packages.map { packages in
            packages.filter { $0.value != .superseded }.map { Update(number: $0.key, state: $0.value) }
                .sorted { $0.number < $1.number }
        }
        isRestartPending = facts.isRebootPending
    }

    /// Of a host that gave no answer.
    package static let untold = HostAssets(
        certificates: .failed("the host was not audited"), updates: .failed("the host was not audited"),
        isRestartPending: .failed("the host was not audited"))
}

extension HostAssets.Certificate {
    fileprivate init(_ entry: CertificateStoreEntry, in store: CertificateStores.Store, served: String?) {
        let certificate = entry.certificate
        let key = certificate.publicKey
        self.init(
            store: store, thumbprint: entry.thumbprint, subject: certificate.subject.text,
            issuer: certificate.issuer.text, notBefore: certificate.notBefore, notAfter: certificate.notAfter,
            isServed: entry.thumbprint == served, isMadeForRemoteDesktop: entry.isMadeForRemoteDesktop,
            isSelfIssued: certificate.isSelfIssued,
            key: ([key.kind.rawValue] + [key.bits.map(String.init)].compactMap(\.self)).joined(separator: " "))
    }
}
