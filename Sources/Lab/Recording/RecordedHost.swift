import Collection
package import Formats
package import HostFacts

/// A host as the lab replays it: a registry, and what the probe asks beside it.
///
/// What nobody recorded is answered as "not recorded", which ends as unknown, never as absent.
package struct RecordedHost: Sendable {
    package var registry: RegistryImage
    /// What sections say beside the registry, by section and member: `services.states`, `machine-keys.rsa`, …
    package var items: [SectionName: [JSON.Member]]

    package init(registry: RegistryImage, items: [SectionName: [JSON.Member]] = [:]) {
        self.registry = registry
        self.items = items
    }

    /// The members that the probe adds to each section.
    package static let itemNames: [SectionName: [String]] = [
        .os: ["engine"], .rdp: ["userGateways"], .credssp: ["tspkg"], .services: ["states"],
        .network: ["listeners", "udpListeners", "interfaces"],
        .activeProfiles: ["activeProfiles"], .identity: ["machineSID"], .machineKeys: ["rsa", "siblings", "cng"],
        .events: ["logs"] + EventSource.allCases.map(\.rawValue), .served: ["settings", "licensing"],
        .groups: LocalGroup.allCases.map(\.rawValue), .listeners: ["owners", "termService"],
        .policySource: ["settings", "objects", "rights"], .firewallProducts: ["securityCenter", "registered"],
        .secureChannel: ["membership", "channel"], .quickFixes: ["fixes"],
    ]

    package mutating func setItem(_ section: SectionName, _ name: String, _ value: JSON) {
        items[section, default: []].removeAll { $0.key == name }
        items[section, default: []].append(.init(name, value))
    }

    package func item(_ section: SectionName, _ name: String) -> JSON? {
        items[section]?.first { $0.key == name }?.value
    }

    /// The `data` of a section, as the probe would print it.
    package func data(_ section: SectionName) -> JSON {
        var parts: [String: [JSON.Member]] = [:]
        for question in section.registryQuestions { answer(question, into: &parts) }
        var members = ["keys", "lists", "children", "counts"].compactMap { part in
            parts[part].map { JSON.Member(part, .object($0)) }
        }
        for name in Self.itemNames[section] ?? [] {
            members.append(.init(name, item(section, name) ?? ["error": .string(Self.notRecorded)]))
        }
        return .object(members)
    }

    /// How "nobody wrote that down" looks among a host's answers.
    static let notRecorded = "ffffffff not-recorded"

    private func answer(_ question: RegistryQuestion, into parts: inout [String: [JSON.Member]]) {
        let key = question.key
        switch question.scope {
        case .values(let names): parts["keys", default: []].append(.init(key, named(key, names)))
        case .presence: parts["keys", default: []].append(.init(key, named(key, [])))
        case .everyValue(let limit): parts["lists", default: []].append(.init(key, list(key, limit)))
        case .children(let names): children(key, names, into: &parts) { _ in true }
        case .childrenLike(let patterns, let names):
            children(key, names, into: &parts) { name in patterns.contains { Wildcard($0).matches(name) } }
        case .tree(let names): tree(key, names, depth: 1, into: &parts)
        case .count:
            let count: JSON =
                switch registry.presence(key) {
                case .absent: .null
                case .present: registry.count(key).map { JSON($0) } ?? .string(Self.notRecorded)
                case .notRecorded: registry.count(key).map { JSON($0) } ?? .string(Self.notRecorded)
                }
            parts["counts", default: []].append(.init(key, count))
        }
    }

    private func named(_ key: String, _ names: [String]) -> JSON {
        switch registry.presence(key) {
        case .absent: return .null
        case .notRecorded: return .string(Self.notRecorded)
        case .present:
            return .object(
                names.map { name in
                    .init(name, registry.value(RegistryLocation(key, name)).map(RegistryJSON.pair) ?? .null)
                })
        }
    }

    private func list(_ key: String, _ limit: Int) -> JSON {
        switch registry.presence(key) {
        case .absent: .null
        case .notRecorded: .string(Self.notRecorded)
        case .present: .object(registry.values(key).prefix(limit).map { .init($0.name, RegistryJSON.pair($0.value)) })
        }
    }

    private func children(
        _ key: String, _ names: [String], into parts: inout [String: [JSON.Member]], where isWanted: (String) -> Bool
    ) {
        switch registry.presence(key) {
        case .absent: parts["children", default: []].append(.init(key, .null))
        case .notRecorded: parts["children", default: []].append(.init(key, .string(Self.notRecorded)))
        case .present:
            guard let all = registry.children(key) else {
                parts["children", default: []].append(.init(key, .string(Self.notRecorded)))
                return
            }
            let wanted = all.filter(isWanted)
            parts["children", default: []].append(.init(key, .array(wanted.map { .string($0) })))
            for name in wanted {
                parts["keys", default: []].append(.init(key + "\\" + name, named(key + "\\" + name, names)))
            }
        }
    }

    private func tree(_ key: String, _ names: [String], depth: Int, into parts: inout [String: [JSON.Member]]) {
        if depth == 1 { parts["keys", default: []].append(.init(key, named(key, names))) }
        children(key, names, into: &parts) { _ in true }
        guard depth < 4, registry.presence(key) == .present else { return }
        for name in registry.children(key) ?? [] { tree(key + "\\" + name, names, depth: depth + 1, into: &parts) }
    }
}
