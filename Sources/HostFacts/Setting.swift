/// Where the value in force comes from.
package enum SettingSource: String, Sendable, Hashable, CaseIterable {
    /// A policy key: a GPO, MDM, or somebody who wrote there by hand. It wins, and a local change below it is reverted or
    /// without effect.
    case policy
    /// The component's own key.
    case local
    /// Neither is set: Windows' built-in default for this version.
    case osDefault = "default"
}

/// Where a setting stands in the registry, and which default holds when it does not.
package struct SettingPlaces: Sendable, Hashable {
    /// `nil` when no policy exists for it, or it is no single value.
    package var policy: RegistryLocation?
    /// `nil` when only policy can set it.
    package var local: RegistryLocation?
    package var item: OSDefaults.Item?

    package init(policy: RegistryLocation? = nil, local: RegistryLocation? = nil, item: OSDefaults.Item? = nil) {
        self.policy = policy
        self.local = local
        self.item = item
    }
}

/// A setting that may stand in a policy key, in the component's own key, or nowhere.
package struct Setting<Value: Sendable>: Sendable {
    package let policy: Collected<Value>
    package let local: Collected<Value>
    /// The value in force. A policy that could not be read makes it unknown: it might have won.
    package let effective: Collected<Value>
    /// `absent` when no value is in force.
    package let source: Collected<SettingSource>
    /// The raw values behind it, for evidence; empty where they are no single registry values.
    package let places: SettingPlaces

    package init(
        policy: Collected<Value>, local: Collected<Value>, osDefault: Collected<Value>,
        places: SettingPlaces = SettingPlaces()
    ) {
        self.places = places
        self.policy = policy
        self.local = local
        switch (policy, local) {
        case (.value, _): (effective, source) = (policy, .value(.policy))
        case (.absent, .value), (.unsupported, .value): (effective, source) = (local, .value(.local))
        case (.absent, .absent), (.unsupported, .absent), (.absent, .unsupported), (.unsupported, .unsupported):
            (effective, source) = (osDefault, osDefault.map { _ in .osDefault })
        case (.absent, _), (.unsupported, _): (effective, source) = (local, local.map { _ in .local })
        case (.accessDenied, _), (.failed, _): (effective, source) = (policy, policy.map { _ in .policy })
        }
    }

    package func map<Other: Sendable>(_ transform: (Value) -> Other) -> Setting<Other> {
        Setting<Other>(
            policy: policy.map(transform), local: local.map(transform), effective: effective.map(transform),
            source: source, places: places)
    }

    private init(
        policy: Collected<Value>, local: Collected<Value>, effective: Collected<Value>,
        source: Collected<SettingSource>, places: SettingPlaces
    ) {
        self.places = places
        self.policy = policy
        self.local = local
        self.effective = effective
        self.source = source
    }
}

extension Setting where Value: Equatable {
    /// Both are set and disagree: the local value waits to come back when the policy goes.
    package var isLocalHiddenByPolicy: Collected<Bool> {
        guard case .value(let policy) = policy else {
            return self.policy.isAbsent ? .value(false) : self.policy.map { _ in false }
        }
        guard case .value(let local) = local else {
            return self.local.isAbsent ? .value(false) : self.local.map { _ in false }
        }
        return .value(policy != local)
    }
}
