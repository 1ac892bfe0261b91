/// One fact of the dictionary: the stable dotted path that policies, reports and `explain` use, and how it is read.
package struct Fact: Sendable {
    /// Whether a change of it is drift. Volatile facts (clocks, counters) never are.
    package enum Stability: String, Sendable { case stable, volatile }

    package let path: String
    package let type: FactType
    /// One sentence without a full stop.
    package let meaning: String
    /// What a number counts, or which clock a date is of, where the meaning does not say it.
    package let unit: String?
    /// The words that a text or number can be, when there are few.
    package let choices: [String]
    package let stability: Stability
    /// Where a policy or local registry value behind it stands, when it is one value.
    package let registry: [RegistryLocation]
    /// The setting that it tells a part of; `nil` for a fact that stands alone.
    package private(set) var setting: SettingPart?
    package let read: @Sendable (HostFacts) -> Collected<FactValue>

    /// One of the four facts of a setting.
    package struct SettingPart: Sendable {
        package enum Part: String, Sendable, CaseIterable { case effective, source, local, policy }

        /// The facts' common path, `rdp.enabled`.
        package let path: String
        package let part: Part
        /// Where it stands on a host; `nil` when it cannot be told (which listener is meant is not known).
        package let places: @Sendable (HostFacts) -> SettingPlaces?
    }

    /// A single value.
    package init<Value: FactRepresentable>(
        _ path: String, _ meaning: String, choices: [String] = [], unit: String? = nil, stability: Stability = .stable,
        registry: [RegistryLocation] = [], _ read: @escaping @Sendable (HostFacts) -> Collected<Value>
    ) {
        self.path = path
        self.meaning = meaning
        self.choices = choices
        self.unit = unit ?? Value.factType.unit
        self.stability = stability
        self.registry = registry
        type = Value.factType
        self.read = { facts in
            if !facts.assumed.isEmpty, let assumed = facts.assumed[path] { return assumed }
            return read(facts).map(\.factValue)
        }
    }
}

extension Fact {
    /// The four facts of a setting: `.effective`, `.source`, `.local`, `.policy`.
    static func setting<Value: FactRepresentable>(
        _ path: String, _ meaning: String, choices: [String] = [], unit: String? = nil,
        _ read: @escaping @Sendable (HostFacts) -> Setting<Value>
    ) -> [Fact] {
        setting(path, meaning, owner: "the component", choices: choices, unit: unit) { .value(read($0)) }
    }

    /// As ``setting(_:_:choices:unit:_:)`` for a setting of the listener, which may itself be unknown.
    static func listenerSetting(
        _ name: String, _ meaning: String, choices: [String] = [], unit: String? = nil,
        _ read: @escaping @Sendable (RemoteDesktopSettings.Listener) -> Setting<UInt32>
    ) -> [Fact] {
        setting("rdp.listener.\(name)", meaning, owner: "the listener", choices: choices, unit: unit) {
            $0.remoteDesktop.listener.map(read)
        }
    }

    private static func setting<Value: FactRepresentable>(
        _ path: String, _ meaning: String, owner: String, choices: [String], unit: String?,
        _ read: @escaping @Sendable (HostFacts) -> Collected<Setting<Value>>
    ) -> [Fact] {
        func part(_ part: SettingPart.Part, _ fact: Fact) -> Fact {
            var fact = fact
            fact.setting = SettingPart(path: path, part: part) { read($0).value?.places }
            return fact
        }
        return [
            part(
                .effective,
                Fact("\(path).effective", meaning, choices: choices, unit: unit) { read($0).flatMap(\.effective) }),
            part(
                .source,
                Fact("\(path).source", "\(meaning): what decides it", choices: SettingSource.allCases.map(\.rawValue)) {
                    read($0).flatMap(\.source)
                }),
            part(
                .local,
                Fact("\(path).local", "\(meaning): \(owner)'s own value", choices: choices, unit: unit) {
                    read($0).flatMap(\.local)
                }),
            part(
                .policy,
                Fact("\(path).policy", "\(meaning): the value in the policy key", choices: choices, unit: unit) {
                    read($0).flatMap(\.policy)
                }),
        ]
    }
}

/// All facts by path.
package enum FactDictionary {
    /// In the order of the areas, as `fleetaudit facts` lists them.
    package static let all: [Fact] =
        windowsFacts + remoteDesktopFacts + certificateFacts + machineKeyFacts + credSSPFacts + schannelFacts
        + serviceFacts + firewallFacts + updateFacts + servedKeyFacts + eventFacts + liveFacts + policyFacts
        + fleetFacts

    private static let byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })

    package static subscript(_ path: String) -> Fact? { byPath[path] }
}
