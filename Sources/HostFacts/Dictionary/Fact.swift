/// One fact of the dictionary: the stable dotted path that policies, reports and `explain` use, and how it is read.
package struct Fact: Sendable {
    /// Whether a change of it is drift. Volatile facts (clocks, counters) never are.
    package enum Stability: String, Sendable { case stable, volatile }

    package let path: String
    package let type: FactType
    /// One sentence without a full stop, with the unit where there is one.
    package let meaning: String
    /// The words that a text or number can be, when there are few.
    package let choices: [String]
    package let stability: Stability
    /// Where a policy or local registry value behind it stands, when it is one value.
    package let registry: [RegistryLocation]
    package let read: @Sendable (HostFacts) -> Collected<FactValue>

    /// A single value.
    package init<Value: FactRepresentable>(
        _ path: String, _ meaning: String, choices: [String] = [], stability: Stability = .stable,
        registry: [RegistryLocation] = [], _ read: @escaping @Sendable (HostFacts) -> Collected<Value>
    ) {
        self.path = path
        self.meaning = meaning
        self.choices = choices
        self.stability = stability
        self.registry = registry
        type = Value.factType
        self.read = { read($0).map(\.factValue) }
    }
}

extension Fact {
    /// The four facts of a setting: `.effective`, `.source`, `.local`, `.policy`.
    static func setting<Value: FactRepresentable>(
        _ path: String, _ meaning: String, choices: [String] = [],
        _ read: @escaping @Sendable (HostFacts) -> Setting<Value>
    ) -> [Fact] {
        [
            Fact("\(path).effective", meaning, choices: choices) { read($0).effective },
            Fact("\(path).source", "\(meaning): what decides it", choices: SettingSource.allCases.map(\.rawValue)) {
                read($0).source
            },
            Fact("\(path).local", "\(meaning): the component's own value", choices: choices) { read($0).local },
            Fact("\(path).policy", "\(meaning): the value in the policy key", choices: choices) { read($0).policy },
        ]
    }

    /// As ``setting(_:_:choices:_:)`` for a setting of the listener, which may itself be unknown.
    static func listenerSetting(
        _ name: String, _ meaning: String, choices: [String] = [],
        _ read: @escaping @Sendable (RemoteDesktopSettings.Listener) -> Setting<UInt32>
    ) -> [Fact] {
        let path = "rdp.listener.\(name)"
        return [
            Fact("\(path).effective", meaning, choices: choices) {
                $0.remoteDesktop.listener.flatMap { read($0).effective }
            },
            Fact("\(path).source", "\(meaning): what decides it", choices: SettingSource.allCases.map(\.rawValue)) {
                $0.remoteDesktop.listener.flatMap { read($0).source }
            },
            Fact("\(path).local", "\(meaning): the listener's own value", choices: choices) {
                $0.remoteDesktop.listener.flatMap { read($0).local }
            },
            Fact("\(path).policy", "\(meaning): the value in the policy key", choices: choices) {
                $0.remoteDesktop.listener.flatMap { read($0).policy }
            },
        ]
    }
}

/// All facts by path.
package enum FactDictionary {
    /// In the order of the areas, as `fleetaudit facts` lists them.
    package static let all: [Fact] =
        windowsFacts + remoteDesktopFacts + certificateFacts + machineKeyFacts + credSSPFacts + schannelFacts
        + serviceFacts + firewallFacts + updateFacts

    private static let byPath = Dictionary(uniqueKeysWithValues: all.map { ($0.path, $0) })

    package static subscript(_ path: String) -> Fact? { byPath[path] }
}
