package import FoundationEssentials

/// What one host answered, section by section, decoded but not interpreted: the input of ``HostFacts``.
package struct HostReading: Sendable {
    package var registry = RegistryReading()
    package var serviceStates: [AuditedService: Collected<ServiceState>] = [:]
    package var machineKeys: Collected<MachineKeysReading> = .unasked
    /// Product version of `System32\TSpkg.dll`.
    package var credSSPPackage: Collected<BuildVersion> = .unasked
    package var listeningPorts: Collected<Set<UInt16>> = .unasked
    package var activeProfiles: Collected<Set<FirewallProfile>> = .unasked
    package var machineSID: Collected<SID> = .unasked
    /// Gateways that policy sets for users whose profiles are loaded.
    package var userGateways: Collected<[RemoteDesktopClient.UserGateway]> = .unasked
    package var engine: Collected<ProbeEngine> = .unasked
    package var live = LiveReading()

    package init() {}
}

extension Collected {
    /// No section that would say it was answered.
    package static var unasked: Self { .failed("the host did not answer this section") }
}

/// The PowerShell that ran the probe, and what it was allowed to do.
package struct ProbeEngine: Sendable, Hashable {
    /// `$PSVersionTable.PSVersion`, as `5.1.17763.6414`.
    package let version: String
    package let is64Bit: Bool
    /// The token is an administrator's, unfiltered.
    package let isElevated: Bool
    /// The host's clock when the probe began.
    package let clock: Date

    package init(version: String, is64Bit: Bool, isElevated: Bool, clock: Date) {
        self.version = version
        self.is64Bit = is64Bit
        self.isElevated = isElevated
        self.clock = clock
    }
}

/// The folders of machine keys as the host listed them.
package struct MachineKeysReading: Sendable {
    /// Legacy CSP keys: `%ProgramData%\Microsoft\Crypto\RSA\MachineKeys`.
    package var rsa: Collected<KeyFolderReading>
    /// CNG keys: `%ProgramData%\Microsoft\Crypto\Keys`.
    package var cng: Collected<KeyFolderReading>
    /// The folders beside MachineKeys, itself included: a `MachineKeys_old` tells of a renaming.
    package var siblings: Collected<[String]>

    package init(
        rsa: Collected<KeyFolderReading>, cng: Collected<KeyFolderReading>, siblings: Collected<[String]>
    ) {
        self.rsa = rsa
        self.cng = cng
        self.siblings = siblings
    }
}

/// One folder of key files.
package struct KeyFolderReading: Sendable {
    package struct File: Sendable {
        package let name: String
        /// `nil` when the probe did not ask for this file's descriptor (only for folders with many files).
        package let descriptor: Collected<String>?
        /// Bytes.
        package let size: Int64?
        /// When it was last written, UTC.
        package let modified: Date?

        package init(name: String, descriptor: Collected<String>?, size: Int64? = nil, modified: Date? = nil) {
            self.name = name
            self.descriptor = descriptor
            self.size = size
            self.modified = modified
        }
    }

    package var path: String
    package var descriptor: Collected<String>
    /// All files, also those not listed.
    package var count: Int
    /// At most 256, RDP's key file always among them.
    package var files: [File]
    /// Bytes of all files together; `nil` when the host did not say.
    package var bytes: Int64?
    /// When the newest file was written, UTC; `nil` in an empty folder, or when the host did not say.
    package var newest: Date?

    package init(
        path: String, descriptor: Collected<String>, count: Int, files: [File], bytes: Int64? = nil,
        newest: Date? = nil
    ) {
        self.path = path
        self.descriptor = descriptor
        self.count = count
        self.files = files
        self.bytes = bytes
        self.newest = newest
    }

    /// Every file of the folder is in `files`.
    package var isComplete: Bool { files.count == count }
}
