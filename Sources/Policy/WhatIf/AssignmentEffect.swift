package import HostFacts

/// What an assignment comes to on one host.
package enum AssignmentEffect: Sendable, Hashable {
    /// The value in force is another one.
    case changed
    /// The value in force is already that.
    case alreadySo
    /// A policy decides the value and holds another one: what is set below it has no effect, or is reverted.
    case reverted(PolicyHold)
    /// The fact is judged as given; nothing that is derived from it follows.
    case takenAsGiven
    /// This host has no such thing.
    case impossible(String)
    /// What it comes to cannot be told.
    case unknown(String)
}

/// A policy that decides a value.
package struct PolicyHold: Sendable, Hashable {
    package let place: RegistryLocation
    /// What the policy says.
    package let value: String
    /// The group policy object, or that its name is not known; `nil` when that could not be told.
    package let origin: String?
}

extension FactAssignment {
    /// Puts the value where it stands on a host.
    ///
    /// - Parameter facts: what the reading says so far.
    /// - Returns: why it cannot be put anywhere; `nil` when it was.
    func put(into reading: inout HostReading, _ facts: HostFacts) -> AssignmentEffect? {
        switch target {
        case .fact: return nil
        case .setting(let fact, let isPolicy):
            guard let places = fact.setting?.places(facts),
                let place = isPolicy ? places.policy : places.local
            else {
                return .unknown("where it stands: \(fact.read(facts).whyMissing ?? "no such place")")
            }
            reading.registry.replace(place, with: value.flatMap { Self.registryValue($0, places.item) })
            return nil
        case .schannel(let version, let side):
            if case .unsupported(let reason) = facts.schannel[version, side].state { return .impossible(reason) }
            putSchannel(version, side, into: &reading.registry)
            return nil
        case .serviceStart(let service): return putStart(service, into: &reading.registry)
        case .serviceState(let service):
            if facts.services[service].state.isAbsent { return .impossible("it has no service \(service.rawValue)") }
            let state = [ServiceState.stopped, .running, .paused].first { .text("\($0)") == value }
            reading.serviceStates[service] = state.map { .value($0) } ?? .absent
            return nil
        case .firewallRule(let id): return putRule(id, into: &reading.registry)
        }
    }

    /// A setting is a REG_DWORD; the one whose fact says the opposite of its value is turned round.
    private static func registryValue(_ value: FactValue, _ item: OSDefaults.Item?) -> RegistryValue? {
        switch value {
        case .flag(let flag): .dword(flag == (item == .denyConnections) ? 0 : 1)
        case .integer(let number): UInt32(exactly: number).map { .dword($0) }
        case .text, .version, .date, .list: nil
        }
    }

    /// Both values of the three states ("TLS registry settings", Microsoft Learn).
    private func putSchannel(
        _ version: Schannel.ProtocolVersion, _ side: Schannel.Side, into registry: inout RegistryReading
    ) {
        let key = Keys.schannelProtocols + "\\" + version.rawValue + "\\" + side.rawValue
        var enabled: RegistryValue?
        var disabledByDefault: RegistryValue?
        switch value {
        case .text(Schannel.State.enabled.rawValue): (enabled, disabledByDefault) = (.dword(1), .dword(0))
        case .text(Schannel.State.disabledByDefault.rawValue): (enabled, disabledByDefault) = (.dword(1), .dword(1))
        case .text: (enabled, disabledByDefault) = (.dword(0), .dword(1))
        default: break
        }
        registry.replace(RegistryLocation(key, "Enabled"), with: enabled)
        registry.replace(RegistryLocation(key, "DisabledByDefault"), with: disabledByDefault)
    }

    private func putStart(_ service: AuditedService, into registry: inout RegistryReading) -> AssignmentEffect? {
        let place = RegistryLocation(Keys.services + "\\" + service.rawValue, "Start")
        switch registry.value(place) {
        case .value: break
        case .absent: return .impossible("it has no service \(service.rawValue)")
        case let missing: return .unknown("whether it has this service: \(missing.whyMissing ?? "")")
        }
        let starts: [ServiceStart] = [.boot, .system, .automatic, .manual, .disabled]
        guard let start = starts.first(where: { .text("\($0)") == value }) else {
            return .unknown("no such start type")
        }
        registry.replace(place, with: .dword(start.rawValue))
        return nil
    }

    private func putRule(_ id: String, into registry: inout RegistryReading) -> AssignmentEffect? {
        let place = RegistryLocation(Keys.firewall + #"\FirewallRules"#, id)
        switch registry.value(place) {
        case .value(let found):
            guard let text = found.text else { return .unknown("the rule \(id) is no text") }
            registry.replace(place, with: .string(Self.rule(text, isActive: value == .flag(true))))
            return nil
        case .absent, .unsupported:
            let policies = [Keys.firewallPolicy + #"\FirewallRules"#, Keys.firewall + #"\Mdm\FirewallRules"#]
            for key in policies {
                let place = RegistryLocation(key, id)
                guard case .value(let found) = registry.value(place) else { continue }
                return .reverted(PolicyHold(place: place, value: found.text ?? found.typeName, origin: nil))
            }
            return .impossible("it has no firewall rule with the id \(id)")
        case let missing: return .unknown("its firewall rules could not be read: \(missing.whyMissing ?? "")")
        }
    }

    /// A rule's text ([MS-GPFAS] 2.2.2) with another `Active`.
    private static func rule(_ text: String, isActive: Bool) -> String {
        let field = "Active=\(isActive ? "TRUE" : "FALSE")"
        var fields = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        if let index = fields.firstIndex(where: { $0.lowercased().hasPrefix("active=") }) {
            fields[index] = field
        } else {
            fields.insert(field, at: min(1, fields.count))
        }
        return fields.joined(separator: "|")
    }

    /// What it came to, once facts were derived again.
    func effect(before: HostFacts, after: HostFacts) -> AssignmentEffect {
        switch target {
        case .fact:
            guard let fact, fact.read(before) == fact.read(after) else { return .takenAsGiven }
            return .alreadySo
        case .firewallRule(let id):
            let place = RegistryLocation(Keys.firewall + #"\FirewallRules"#, id)
            return before.registry.value(place) == after.registry.value(place) ? .alreadySo : .changed
        case .setting(let fact, let isPolicy):
            if !isPolicy, let hold = Self.hold(on: fact, after), fact.read(after) != value.map({ .value($0) }) {
                return .reverted(hold)
            }
            return Self.effect(on: fact, before, after)
        case .schannel, .serviceStart, .serviceState:
            return fact.map { Self.effect(on: $0, before, after) } ?? .changed
        }
    }

    private static func effect(on fact: Fact, _ before: HostFacts, _ after: HostFacts) -> AssignmentEffect {
        switch fact.read(after) {
        case .value, .absent: fact.read(before) == fact.read(after) ? .alreadySo : .changed
        case .unsupported(let reason): .impossible(reason)
        case .accessDenied: .unknown("access denied")
        case .failed(let reason): .unknown(reason)
        }
    }

    private static func hold(on fact: Fact, _ facts: HostFacts) -> PolicyHold? {
        guard fact.source(facts) == .policy, let place = fact.setting?.places(facts)?.policy else { return nil }
        return PolicyHold(
            place: place, value: fact.read(facts).shown, origin: facts.live.origin(of: place, in: facts.registry).value)
    }
}
