package import FoundationEssentials

/// The health of the machine key folders, and of the one key file that RDP cannot do without.
package struct MachineKeys: Sendable {
    /// The key file of a certificate.
    package struct KeyFile: Sendable {
        /// The predicted name; `failed` when it cannot be predicted (CNG keys, names outside ASCII).
        package let name: Collected<String>
        package let isPresent: Collected<Bool>
        /// SDDL. Since build 17763 an administrator may be refused to read it.
        package let descriptor: Collected<String>
        /// Whether TermService's account may read the key, by the descriptor.
        package let networkServiceCanRead: Collected<Bool>
        /// When it was last written, UTC: the key was made then.
        package let modified: Collected<Date>
    }

    package let folder: Collected<KeyFolderReading>
    package let cng: Collected<KeyFolderReading>
    /// Folders beside MachineKeys whose name tells of a renaming.
    package let renamedFolders: Collected<[String]>
    /// How many files have RDP's container hash: two or more after cloning or a changed MachineGuid.
    package let remoteDesktopFileCount: Collected<Int>
    /// Those of them that another MachineGuid wrote: what a cloned machine brought along.
    package let foreignRemoteDesktopFiles: Collected<[String]>
    /// The file of the certificate that is served.
    package let servedKey: KeyFile

    package init(reading: Collected<MachineKeysReading>, machineGuid: Collected<String>, served: ServedCertificate) {
        folder = reading.flatMap(\.rsa)
        cng = reading.flatMap(\.cng)
        renamedFolders = reading.flatMap(\.siblings).map { names in
            names.filter { $0.lowercased().hasPrefix("machinekeys") && $0.lowercased() != "machinekeys" }
        }
        remoteDesktopFileCount = folder.map { folder in
            folder.files.count { $0.name.lowercased().hasPrefix(KeyFileName.remoteDesktopHash + "_") }
        }
        foreignRemoteDesktopFiles = folder.flatMap { folder in
            machineGuid.map { guid in
                let own = (KeyFileName.remoteDesktopHash + "_" + guid).lowercased()
                return folder.files.map(\.name).filter {
                    $0.lowercased().hasPrefix(KeyFileName.remoteDesktopHash + "_") && $0.lowercased() != own
                }.sorted()
            }
        }
        servedKey = KeyFile(served: served, folder: folder, machineGuid: machineGuid)
    }

    /// The descriptor of a stock folder, the same on 2012 R2 to Server 2025 (owner SYSTEM; Everyone may list and create,
    /// Administrators full; nothing inherited).
    package static let stockFolderEntries: Set<AccessEntry> = [
        AccessEntry(kind: .allow, flags: "", rights: FileRights(rawValue: 0x12_019F), trustee: .everyone),
        AccessEntry(kind: .allow, flags: "", rights: .full, trustee: .administrators),
    ]

    /// Whether the folder's access list is the stock one; its owner does not count.
    package var hasStockFolderAccess: Collected<Bool> {
        folder.flatMap(\.descriptor).flatMap { text in
            do throws(SDDLError) {
                guard let list = try SecurityDescriptor(sddl: text).accessList else { return .value(false) }
                return .value(list.isProtected && Set(list.entries) == Self.stockFolderEntries)
            } catch {
                return .failed("\(error)")
            }
        }
    }
}

extension MachineKeys.KeyFile {
    init(served: ServedCertificate, folder: Collected<KeyFolderReading>, machineGuid: Collected<String>) {
        name = served.entry.flatMap { entry in
            guard let provider = entry.keyProvider else {
                return .failed("the store entry names no private key")
            }
            guard provider.isLegacy else {
                return .failed(
                    "the key lies with \(provider.provider) (CNG), whose file name cannot be told from outside")
            }
            return machineGuid.flatMap { guid in
                KeyFileName(container: provider.container, machineGuid: guid).map { .value($0.text) }
                    ?? .failed("the file name of the container \(provider.container) cannot be predicted")
            }
        }
        let file = name.flatMap { name in folder.flatMap { Self.find(name, in: $0) } }
        isPresent = file.isAbsent && folder.value != nil && name.value != nil ? .value(false) : file.map { _ in true }
        descriptor = file.flatMap { file in
            file.descriptor ?? .failed("the folder holds too many files to read every descriptor")
        }
        modified = file.flatMap { file in
            file.modified.map { .value($0) } ?? .failed("the host did not say when the file was written")
        }
        networkServiceCanRead = descriptor.flatMap { text in
            do throws(SDDLError) {
                let answer = try SecurityDescriptor(sddl: text).grants(.read, to: SID.networkServiceToken)
                return answer.map { .value($0) } ?? .failed("a conditional entry decides, which cannot be evaluated")
            } catch {
                return .failed("\(error)")
            }
        }
    }

    private static func find(_ name: String, in folder: KeyFolderReading) -> Collected<KeyFolderReading.File> {
        if let file = folder.files.first(where: { $0.name.lowercased() == name.lowercased() }) { return .value(file) }
        return folder.isComplete ? .absent : .failed("the folder holds \(folder.count) files and only some were listed")
    }
}
