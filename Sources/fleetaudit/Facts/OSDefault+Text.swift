import HostFacts

extension OSDefaults.Row {
    /// The registry value, by its name (`rdp.enabled` is true where fDenyTSConnections is 0), that holds when nobody set one, since when, and where that is known from.
    var text: String {
        "\(item.rawValue) \(value) \(fromBuild == 0 ? "on every Windows" : "since build \(fromBuild)") (\(source))"
    }
}
