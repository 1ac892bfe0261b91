/// How this machine's own Remote Desktop client behaves: half of a failing connection may lie there.
package struct RemoteDesktopClient: Sendable {
    /// The gateway that policy sets for one user whose profile is loaded.
    package struct UserGateway: Sendable, Hashable {
        package let user: String
        /// `nil` where only the use is set.
        package let name: String?
        package let isUsed: Bool?

        package init(user: String, name: String?, isUsed: Bool?) {
            self.user = user
            self.name = name
            self.isUsed = isUsed
        }
    }

    /// What to do about a server that cannot be authenticated: 0 connect, 1 refuse, 2 warn.
    package let serverAuthenticationLevel: Setting<UInt32>
    /// 1: TCP only.
    package let disableUDP: Setting<UInt32>
    /// Of users who are signed in, or whose services run; others' profiles are not loaded and cannot be asked.
    package let userGateways: Collected<[UserGateway]>

    package init(
        registry: RegistryReading, windows: Collected<WindowsVersion>, userGateways: Collected<[UserGateway]>
    ) {
        serverAuthenticationLevel = registry.setting(
            .serverAuthenticationLevel, policy: Keys.terminalServicesPolicy, local: nil, on: windows)
        disableUDP = registry.setting(
            .clientDisableUDP, policy: Keys.terminalServicesClientPolicy, local: nil, on: windows)
        self.userGateways = userGateways
    }
}
