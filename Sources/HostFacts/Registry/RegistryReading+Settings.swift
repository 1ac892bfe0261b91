extension RegistryReading {
    /// A DWORD, or why there is none; a value of another type is `failed`, never a guess.
    package func number(_ key: String, _ name: String) -> Collected<UInt32> {
        value(key, name).flatMap { value in
            value.number.map { .value($0) } ?? .failed("\(name) is \(value.typeName), not REG_DWORD")
        }
    }

    /// A REG_SZ or REG_EXPAND_SZ.
    package func text(_ key: String, _ name: String) -> Collected<String> {
        value(key, name).flatMap { value in
            value.text.map { .value($0) } ?? .failed("\(name) is \(value.typeName), not text")
        }
    }

    /// A number that policy, the component's key or Windows' default decides.
    ///
    /// - Parameters:
    ///   - policyKey: `nil` when no policy exists for it.
    ///   - localKey: `nil` when only policy can set it.
    package func setting(
        _ item: OSDefaults.Item, policy policyKey: String?, local localKey: String?,
        on windows: Collected<WindowsVersion>
    ) -> Setting<UInt32> {
        Setting(
            policy: policyKey.map { number($0, item.rawValue) } ?? .absent,
            local: localKey.map { number($0, item.rawValue) } ?? .absent,
            osDefault: OSDefaults.value(item, on: windows),
            places: SettingPlaces(
                policy: policyKey.map { RegistryLocation($0, item.rawValue) },
                local: localKey.map { RegistryLocation($0, item.rawValue) }, item: item))
    }
}
