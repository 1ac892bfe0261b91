import Formats
import FoundationEssentials

extension FactDictionary {
    static let certificateFacts: [Fact] = [
        Fact(
            "certificates.bound.binding", "How the served certificate is chosen",
            choices: ServedCertificate.Binding.allCases.map(\.rawValue)
        ) { $0.servedCertificate.binding },
        Fact("certificates.bound.thumbprint", "SHA-1 thumbprint that the listener is set to serve") {
            $0.servedCertificate.thumbprint
        },
        Fact("certificates.bound.present", "The certificate is in a store that RDP uses") { facts in
            // A thumbprint without an entry is a fault; no thumbprint at all is not.
            facts.servedCertificate.thumbprint.flatMap { _ in
                facts.servedCertificate.entry.isAbsent ? .value(false) : facts.servedCertificate.entry.map { _ in true }
            }
        },
        Fact(
            "certificates.bound.store", "The store it was found in",
            choices: CertificateStores.Store.allCases.map(\.rawValue)
        ) {
            $0.servedCertificate.store
        },
        certificate("subject", "Subject") { .value($0.subject.text) },
        certificate("issuer", "Issuer") { .value($0.issuer.text) },
        certificate("selfIssued", "Subject and issuer are the same") { .value($0.isSelfIssued) },
        certificate("notBefore", "Valid from") { $0.notBefore.map { .value($0) } ?? .failed("no readable date") },
        certificate("notAfter", "Valid until") { $0.notAfter.map { .value($0) } ?? .failed("no readable date") },
        certificate("keyAlgorithm", "Algorithm of the public key") { .value($0.publicKey.kind.rawValue) },
        certificate("keyBits", "Length of the public key", unit: "bits") {
            $0.publicKey.bits.map { .value($0) } ?? .failed("no readable key")
        },
        certificate("signatureAlgorithm", "Signature algorithm") { .value($0.signatureAlgorithm.name) },
        certificate("extendedKeyUsage", "Extended key usages by OID; absent means any") {
            $0.extendedKeyUsage.map { .value($0.map(\.dotted)) } ?? .absent
        },
        certificate("alternativeNames", "Subject alternative names; absent when there is no such extension") {
            $0.subjectAlternativeNames.map { .value($0.map(\.description)) } ?? .absent
        },
        certificate("signatureDigest", "Digest of the signature") {
            $0.signatureAlgorithm.digest.map { .value($0.rawValue) } ?? .absent
        },
        certificate("templateName", "Certificate template by name, where the certificate carries it") {
            $0.templateName.map { .value($0) } ?? .absent
        },
        certificate("problems", "What is odd about the certificate's encoding") {
            .value($0.problems.map(\.description))
        },
        entry("keyProvider", "Provider that holds the private key of the served certificate") {
            $0.keyProvider.map { .value($0.provider) } ?? .absent
        },
        entry("keyContainer", "Container of the private key of the served certificate") {
            $0.keyProvider.map { .value($0.container) } ?? .absent
        },
        entry("madeForRemoteDesktop", "Windows made the served certificate for Remote Desktop by itself") {
            .value($0.isMadeForRemoteDesktop)
        },
        Fact("certificates.bound.disallowed", "The served certificate is in the store Disallowed") { facts in
            facts.servedCertificate.thumbprint.flatMap { thumbprint in
                facts.certificates.disallowedThumbprints.map { $0.contains(thumbprint) }
            }
        },
        Fact("certificates.remoteDesktop.count", "Certificates in the store Remote Desktop") {
            $0.certificates.remoteDesktop.map(\.count)
        },
        Fact("certificates.remoteDesktop.thumbprints", "Thumbprints in the store Remote Desktop") {
            $0.certificates.remoteDesktop.map { $0.map(\.thumbprint).sorted() }
        },
        Fact("certificates.personal.count", "Certificates in the store My") { $0.certificates.personal.map(\.count) },
        Fact("certificates.personal.thumbprints", "Thumbprints in the store My") {
            $0.certificates.personal.map { $0.map(\.thumbprint).sorted() }
        },
        Fact("certificates.damaged", "Store entries that cannot be read, with the reason") {
            .value($0.certificates.damagedEntries)
        },
        Fact("certificates.misnamed", "Store entries whose name is not the SHA-1 of their certificate") { facts in
            facts.certificates.remoteDesktop.flatMap { remoteDesktop in
                facts.certificates.personal.map { personal in
                    (remoteDesktop + personal).filter { !$0.hasMatchingThumbprint }.map(\.thumbprint)
                }
            }
        },
    ]

    static let machineKeyFacts: [Fact] = [
        Fact("machineKeys.folder.sddl", "Security descriptor of the folder RSA\\MachineKeys") {
            $0.machineKeys.folder.flatMap(\.descriptor)
        },
        Fact("machineKeys.folder.owner", "SID of the owner of the folder RSA\\MachineKeys; Windows' own is S-1-5-18") {
            owner($0.machineKeys.folder.flatMap(\.descriptor))
        },
        Fact("machineKeys.folder.stockAccess", "The folder has Windows' own access list") {
            $0.machineKeys.hasStockFolderAccess
        },
        Fact("machineKeys.count", "Files in RSA\\MachineKeys", stability: .volatile) {
            $0.machineKeys.folder.map(\.count)
        },
        Fact("machineKeys.bytes", "Size of the files in RSA\\MachineKeys together, in bytes", stability: .volatile) {
            $0.machineKeys.folder.flatMap { $0.bytes.map { .value($0) } ?? .failed("the host did not say") }
        },
        Fact("machineKeys.newest", "When the newest file in RSA\\MachineKeys was written, UTC", stability: .volatile) {
            $0.machineKeys.folder.flatMap { folder in
                folder.newest.map { .value($0) } ?? (folder.count == 0 ? .absent : .failed("the host did not say"))
            }
        },
        Fact("machineKeys.cngFolder.sddl", "Security descriptor of the folder Crypto\\Keys") {
            $0.machineKeys.cng.flatMap(\.descriptor)
        },
        Fact("machineKeys.cngCount", "Files in Crypto\\Keys", stability: .volatile) { $0.machineKeys.cng.map(\.count) },
        Fact("machineKeys.renamedFolders", "Folders beside MachineKeys that tell of a renaming") {
            $0.machineKeys.renamedFolders
        },
        Fact("machineKeys.rdpKey.fileCount", "Key files with the name of RDP's own container") {
            $0.machineKeys.remoteDesktopFileCount
        },
        Fact("machineKeys.rdpKey.foreignFiles", "Those of them that another MachineGuid wrote, as after cloning") {
            $0.machineKeys.foreignRemoteDesktopFiles
        },
        Fact("machineKeys.rdpKey.modified", "When the served certificate's key file was written, UTC") {
            $0.machineKeys.servedKey.modified
        },
        Fact("machineKeys.rdpKey.name", "Predicted name of the served certificate's key file") {
            $0.machineKeys.servedKey.name
        },
        Fact("machineKeys.rdpKey.present", "That file is there") { $0.machineKeys.servedKey.isPresent },
        Fact("machineKeys.rdpKey.sddl", "Security descriptor of that file") { $0.machineKeys.servedKey.descriptor },
        Fact("machineKeys.rdpKey.owner", "SID of the owner of that file; Windows' own is S-1-5-18") {
            owner($0.machineKeys.servedKey.descriptor)
        },
        Fact("machineKeys.rdpKey.networkServiceCanRead", "TermService's account may read it, by the descriptor") {
            $0.machineKeys.servedKey.networkServiceCanRead
        },
    ]

    private static func owner(_ descriptor: Collected<String>) -> Collected<SID> {
        descriptor.flatMap { text in
            do throws(SDDLError) {
                return try SecurityDescriptor(sddl: text).owner.map { .value($0) }
                    ?? .unsupported("the descriptor came without its owner, as cmd.exe's programs show it")
            } catch {
                return .failed("\(error)")
            }
        }
    }

    private static func entry<Value: FactRepresentable>(
        _ name: String, _ meaning: String, _ read: @escaping @Sendable (CertificateStoreEntry) -> Collected<Value>
    ) -> Fact {
        Fact("certificates.bound.\(name)", meaning) { $0.servedCertificate.entry.flatMap(read) }
    }

    private static func certificate<Value: FactRepresentable>(
        _ name: String, _ meaning: String, unit: String? = nil,
        _ read: @escaping @Sendable (X509Certificate) -> Collected<Value>
    ) -> Fact {
        Fact("certificates.bound.\(name)", "\(meaning) of the served certificate", unit: unit) {
            $0.servedCertificate.entry.flatMap { read($0.certificate) }
        }
    }
}
