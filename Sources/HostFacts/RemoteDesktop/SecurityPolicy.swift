/// System-wide security settings that decide whether signing in over RDP works.
package struct SecurityPolicy: Sendable {
    /// 0 to 5; 5 refuses LM and NTLMv1.
    package let lmCompatibilityLevel: Setting<UInt32>
    /// 1 bars the use of stored domain credentials.
    package let disableDomainCredentials: Setting<UInt32>
    /// 0 allows Restricted Admin and Remote Credential Guard; absent does not.
    package let disableRestrictedAdmin: Collected<UInt32>
    package let isFIPSEnforced: Setting<Bool>
    /// Bits of NTLMMinClientSec: 0x20000000 128-bit encryption, 0x80000 NTLMv2 session security.
    package let ntlmMinClientSecurity: Setting<UInt32>
    package let ntlmMinServerSecurity: Setting<UInt32>
    /// 1: accounts without a password sign in at the console only.
    package let limitBlankPasswordUse: Setting<UInt32>
    /// 1: local administrators get their whole token over the network; else only the built-in one (KB951016).
    package let localAccountTokenFilter: Setting<UInt32>
    /// SDDL of who may ask for accounts and groups over the network; absent: administrators since 1607 / 2016.
    package let restrictRemoteSAM: Collected<String>

    package init(registry: RegistryReading, windows: Collected<WindowsVersion>) {
        lmCompatibilityLevel = registry.setting(.lmCompatibilityLevel, policy: nil, local: Keys.lsa, on: windows)
        disableDomainCredentials = registry.setting(
            .disableDomainCredentials, policy: nil, local: Keys.lsa, on: windows)
        ntlmMinClientSecurity = registry.setting(.ntlmMinClientSecurity, policy: nil, local: Keys.msv1, on: windows)
        ntlmMinServerSecurity = registry.setting(.ntlmMinServerSecurity, policy: nil, local: Keys.msv1, on: windows)
        limitBlankPasswordUse = registry.setting(.limitBlankPasswordUse, policy: nil, local: Keys.lsa, on: windows)
        localAccountTokenFilter = registry.setting(
            .localAccountTokenFilter, policy: nil, local: Keys.systemPolicies, on: windows)
        restrictRemoteSAM = registry.text(Keys.lsa, "RestrictRemoteSAM")
        disableRestrictedAdmin = registry.number(Keys.lsa, "DisableRestrictedAdmin")
        isFIPSEnforced = Setting(
            policy: .absent, local: registry.number(Keys.fipsPolicy, "Enabled"),
            osDefault: OSDefaults.value(.fipsEnabled, on: windows),
            places: SettingPlaces(local: RegistryLocation(Keys.fipsPolicy, "Enabled"), item: .fipsEnabled)
        ).map { $0 != 0 }
    }
}
