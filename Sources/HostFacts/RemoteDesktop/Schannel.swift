/// Which versions of TLS Schannel would use, by registry and by Windows' defaults.
package struct Schannel: Sendable {
    package enum ProtocolVersion: String, Sendable, Hashable, CaseIterable {
        case ssl2 = "SSL 2.0"
        case ssl3 = "SSL 3.0"
        case tls10 = "TLS 1.0"
        case tls11 = "TLS 1.1"
        case tls12 = "TLS 1.2"
        case tls13 = "TLS 1.3"
    }

    package enum Side: String, Sendable, Hashable, CaseIterable {
        case client = "Client"
        case server = "Server"
    }

    /// The three states of "TLS registry settings" (Microsoft Learn).
    package enum State: String, Sendable, Hashable, CaseIterable {
        case enabled
        /// Used only by programs that ask for it by name. RDP does not.
        case disabledByDefault = "disabled-by-default"
        case disabled
    }

    package struct Usage: Sendable {
        package let state: Collected<State>
        package let source: Collected<SettingSource>
    }

    private let protocols: [ProtocolVersion: [Side: Usage]]
    /// The suite order that a policy sets; absent when none does.
    package let cipherOrderPolicy: Collected<String>
    /// The suite order that the machine has by itself.
    package let cipherOrderLocal: Collected<String>
    /// Shorter RSA keys of a server are refused by this machine as a client, in bits.
    package let rsaClientMinKeyBits: Setting<UInt32>
    /// Length of the Diffie-Hellman parameters that this machine offers as a server, in bits.
    package let diffieHellmanServerMinKeyBits: Setting<UInt32>
    /// Protocols that Remote Desktop can serve: those in state `enabled`, which the listener of this Windows knows.
    package let usableByRemoteDesktop: Collected<[ProtocolVersion]>

    package init(registry: RegistryReading, windows: Collected<WindowsVersion>, updates: InstalledUpdates) {
        var protocols: [ProtocolVersion: [Side: Usage]] = [:]
        for version in ProtocolVersion.allCases {
            for side in Side.allCases {
                protocols[version, default: [:]][side] = Self.read(version, side, registry, windows)
            }
        }
        self.protocols = protocols
        cipherOrderPolicy = Self.cipherOrder(registry, Keys.cipherOrderPolicy)
        cipherOrderLocal = Self.cipherOrder(registry, Keys.cipherOrderLocal)
        rsaClientMinKeyBits = registry.setting(
            .rsaClientMinKeyBits, policy: nil, local: Keys.rsaKeyExchange, on: windows)
        diffieHellmanServerMinKeyBits = registry.setting(
            .diffieHellmanServerMinKeyBits, policy: nil, local: Keys.diffieHellman, on: windows)
        usableByRemoteDesktop = Self.usable(protocols, windows, updates)
    }

    private static func cipherOrder(_ registry: RegistryReading, _ key: String) -> Collected<String> {
        registry.value(key, "Functions").flatMap { value in
            switch value {
            case .multiString(let names): .value(names.joined(separator: ","))
            default: value.text.map { .value($0) } ?? .failed("Functions is \(value.typeName), not text")
            }
        }
    }

    /// The listener of Windows 7 and Server 2008 R2 speaks TLS 1.1 and 1.2 only with KB3080079 (KB3097192).
    private static let listenerUpdate: UInt32 = 3_080_079

    private static func usable(
        _ protocols: [ProtocolVersion: [Side: Usage]], _ windows: Collected<WindowsVersion>,
        _ updates: InstalledUpdates
    ) -> Collected<[ProtocolVersion]> {
        windows.flatMap { windows in
            guard windows.isSupported else { return .unsupported("\(windows.name) is too old to say") }
            var usable: [ProtocolVersion] = []
            // The listener speaks no SSL ([MS-RDPBCGR] 5.4.5.1).
            for version in ProtocolVersion.allCases where version != .ssl2 && version != .ssl3 {
                let state = protocols[version]?[.server]?.state ?? .failed("not read")
                switch state {
                case .value(.enabled):
                    if windows.version.build < 9200, version == .tls11 || version == .tls12 {
                        switch updates.has(listenerUpdate) {
                        case .value(true): break
                        case .value(false): continue
                        case let missing: return missing.map { _ in [] }
                        }
                    }
                    usable.append(version)
                // Remote Desktop does not ask for what is disabled by default.
                case .value, .absent, .unsupported: continue
                case .accessDenied: return .accessDenied
                case .failed(let reason): return .failed("\(version.rawValue): \(reason)")
                }
            }
            return .value(usable)
        }
    }

    package subscript(_ version: ProtocolVersion, _ side: Side) -> Usage {
        protocols[version]?[side] ?? Usage(state: .failed("not read"), source: .failed("not read"))
    }

    private static func read(
        _ version: ProtocolVersion, _ side: Side, _ registry: RegistryReading, _ windows: Collected<WindowsVersion>
    ) -> Usage {
        let key = Keys.schannelProtocols + "\\" + version.rawValue + "\\" + side.rawValue
        let enabled = registry.number(key, "Enabled")
        let disabledByDefault = registry.number(key, "DisabledByDefault")
        let osDefault = defaultState(version, windows)
        // What this Windows does not have, no value switches on.
        if case .unsupported = osDefault { return Usage(state: osDefault, source: osDefault.map { _ in .osDefault }) }
        // Any number but 0 is "on": some tools write 0xFFFFFFFF.
        switch (enabled, disabledByDefault) {
        case (.value(0), _): return Usage(state: .value(.disabled), source: .value(.local))
        case (.value, .value(0)): return Usage(state: .value(.enabled), source: .value(.local))
        case (.value, .value): return Usage(state: .value(.disabledByDefault), source: .value(.local))
        case (.absent, .value(let flag)) where flag != 0:
            return Usage(
                state: osDefault.map { $0 == .disabled ? .disabled : .disabledByDefault }, source: .value(.local))
        case (.value, .absent):
            // Switched on, but not against a default of "only when asked for".
            return Usage(
                state: osDefault.map { $0 == .enabled ? .enabled : .disabledByDefault }, source: .value(.local))
        case (.absent, .value):
            return Usage(state: osDefault.map { _ in .enabled }, source: .value(.local))
        case (.absent, .absent): return Usage(state: osDefault, source: osDefault.map { _ in .osDefault })
        case (.absent, let unknown), (let unknown, _):
            return Usage(state: unknown.flatMap { _ in .absent }, source: unknown.flatMap { _ in .absent })
        }
    }

    /// "Protocols in TLS/SSL (Schannel SSP)", Microsoft Learn.
    private static func defaultState(_ version: ProtocolVersion, _ windows: Collected<WindowsVersion>) -> Collected<
        State
    > {
        guard case .value(let windows) = windows else {
            return .failed(
                "\(version.rawValue) is not set and its default hangs on the Windows version, which is not known")
        }
        let build = windows.version.build
        switch version {
        case .ssl2: return build >= 14393 ? .unsupported("\(windows.name) has no SSL 2.0") : .value(.disabledByDefault)
        case .ssl3: return .value(build >= 14393 ? .disabledByDefault : .enabled)
        case .tls10: return .value(.enabled)
        case .tls11, .tls12: return .value(build >= 9200 ? .enabled : .disabledByDefault)
        case .tls13: return build >= 20348 ? .value(.enabled) : .unsupported("\(windows.name) has no TLS 1.3")
        }
    }
}
