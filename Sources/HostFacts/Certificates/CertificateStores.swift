import Formats

/// The certificate stores that decide what RDP serves.
package struct CertificateStores: Sendable {
    package enum Store: String, Sendable, Hashable, CaseIterable {
        case remoteDesktop = "Remote Desktop"
        case personal = "My"
    }

    package let remoteDesktop: Collected<[CertificateStoreEntry]>
    package let personal: Collected<[CertificateStoreEntry]>
    /// Thumbprints that this machine trusts in no case, by its own list or by policy.
    package let disallowedThumbprints: Collected<Set<String>>
    /// Entries whose bytes could not be read, as `store\thumbprint: reason`.
    package let damagedEntries: [String]

    package init(registry: RegistryReading) {
        var damaged: [String] = []
        remoteDesktop = Self.read(.remoteDesktop, Keys.remoteDesktopStore, registry, &damaged)
        personal = Self.read(.personal, Keys.personalStore, registry, &damaged)
        damagedEntries = damaged
        disallowedThumbprints = Self.disallowed(registry)
    }

    private static func disallowed(_ registry: RegistryReading) -> Collected<Set<String>> {
        var thumbprints: Set<String> = []
        for key in [Keys.disallowedStore, Keys.disallowedPolicyStore] {
            switch registry.subkeys(of: key) {
            case .value(let names): thumbprints.formUnion(names.map { $0.uppercased() })
            case .absent, .unsupported: continue
            case .accessDenied: return .accessDenied
            case .failed(let reason): return .failed(reason)
            }
        }
        return .value(thumbprints)
    }

    package func entries(_ store: Store) -> Collected<[CertificateStoreEntry]> {
        switch store {
        case .remoteDesktop: remoteDesktop
        case .personal: personal
        }
    }

    /// The entry with a thumbprint, and the store it was found in; `absent` when no store that RDP uses has it.
    package func find(_ thumbprint: String, in stores: [Store]) -> Collected<
        (store: Store, entry: CertificateStoreEntry)
    > {
        for store in stores {
            switch entries(store) {
            case .value(let entries):
                if let entry = entries.first(where: { $0.thumbprint == thumbprint }) { return .value((store, entry)) }
            case .absent, .unsupported: continue
            case .accessDenied: return .accessDenied
            case .failed(let reason): return .failed(reason)
            }
        }
        if let damage = damagedEntries.first(where: { $0.contains(thumbprint) }) { return .failed(damage) }
        return .absent
    }

    private static func read(
        _ store: Store, _ key: String, _ registry: RegistryReading, _ damaged: inout [String]
    ) -> Collected<[CertificateStoreEntry]> {
        // A store that does not exist is an empty store.
        guard case .value(let names) = registry.subkeys(of: key) else {
            return registry.subkeys(of: key).isAbsent ? .value([]) : registry.subkeys(of: key).map { _ in [] }
        }
        var entries: [CertificateStoreEntry] = []
        for name in names {
            switch registry.value(key + "\\" + name, "Blob") {
            case .value(let value):
                guard let blob = value.bytes else {
                    damaged.append("\(store.rawValue)\\\(name): the entry is \(value.typeName), not binary")
                    continue
                }
                do throws(PropertyListError) {
                    entries.append(try CertificateStoreEntry(thumbprint: name, blob: blob))
                } catch {
                    damaged.append("\(store.rawValue)\\\(name): \(error)")
                }
            case .absent: continue
            case let missing: damaged.append("\(store.rawValue)\\\(name): \(missing.whyMissing ?? "unreadable")")
            }
        }
        return .value(entries)
    }
}
