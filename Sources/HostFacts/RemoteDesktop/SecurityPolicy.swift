/// System-wide security settings that decide whether signing in over RDP works.
package struct SecurityPolicy: Sendable {
    /// 0 to 5; 5 refuses LM and NTLMv1.
    package let lmCompatibilityLevel: Setting<UInt32>
    /// 1 bars the use of stored domain credentials.
    package let disableDomainCredentials: Setting<UInt32>
    /// 0 allows Restricted Admin and Remote Credential Guard; absent does not.
    package let disableRestrictedAdmin: Collected<UInt32>
    package let isFIPSEnforced: Setting<Bool>

    package init(registry: RegistryReading, windows: Collected<WindowsVersion>) {
        lmCompatibilityLevel = registry.setting(.lmCompatibilityLevel, policy: nil, local: Keys.lsa, on: windows)
        disableDomainCredentials = registry.setting(
            .disableDomainCredentials, policy: nil, local: Keys.lsa, on: windows)
        disableRestrictedAdmin = registry.number(Keys.lsa, "DisableRestrictedAdmin")
        isFIPSEnforced = Setting(
            policy: .absent, local: registry.number(Keys.fipsPolicy, "Enabled"),
            osDefault: OSDefaults.value(.fipsEnabled, on: windows)
        ).map { $0 != 0 }
    }
}
