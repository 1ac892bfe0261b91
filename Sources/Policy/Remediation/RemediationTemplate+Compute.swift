package import HostFacts

extension RemediationTemplate {
    /// The change for one host, from what was seen there.
    ///
    /// - Parameters:
    ///   - policyOwned: a policy decides the value, so that a local change would be reverted.
    ///   - policyObject: that policy, where the host could name it.
    ///   - parameters: what the baseline and the host's role want.
    package func action(
        for facts: HostFacts, policyOwned: Bool, policyObject: String? = nil, parameters: [String: PolicyValue] = [:]
    ) -> RemediationAction {
        let summary = summary(parameters)
        if policyOwned || changesPolicyValue(facts), policyPath != nil || isRegistryChange {
            return RemediationAction(
                summary: "\(summary) in the policy that sets it", place: .policy, policyPath: policyPath,
                policyObject: policyObject, effect: effect, risk: risk)
        }
        switch change {
        case .setRegistry(let key, let name, let target):
            guard let value = target.value(parameters) else { return manual("\(summary) by hand") }
            return registryAction(facts, key, name, summary, value)
        case .removeRegistry(let key, let name): return registryAction(facts, key, name, summary, nil)
        case .startService(let service, let start): return serviceAction(facts, service, start)
        case .enableRemoteDesktopRules: return enableRules(facts)
        case .disableBlockingRules: return disableRules(facts)
        case .grantKeyFileAccess: return grantKeyFile(facts)
        case .renewSelfSignedCertificate: return renewCertificate(facts)
        case .advise(let text):
            return RemediationAction(
                summary: text, place: .manual, policyPath: policyPath, effect: effect, risk: risk)
        }
    }

    private var isRegistryChange: Bool {
        switch change {
        case .setRegistry, .removeRegistry: true
        default: false
        }
    }

    /// There is nothing to change: of several values some may stand as they should.
    func holds(on facts: HostFacts, _ parameters: [String: PolicyValue]) -> Bool {
        switch change {
        case .setRegistry(let key, let name, let target):
            guard let wanted = target.value(parameters), let path = Self.filled(key, facts) else { return false }
            return facts.registry.value(path, name).value == wanted
        case .removeRegistry(let key, let name):
            return Self.filled(key, facts).map { facts.registry.value($0, name).isAbsent } ?? false
        default: return false
        }
    }

    /// The value stands below `SOFTWARE\Policies`, where the next refresh of policy would put it back.
    private func changesPolicyValue(_ facts: HostFacts) -> Bool {
        let location: RegistryLocation
        switch change {
        case .setRegistry(let key, let name, _), .removeRegistry(let key, let name):
            location = RegistryLocation(key, name)
        default: return false
        }
        return location.key.lowercased().hasPrefix("software\\policies\\")
            && facts.registry.value(location).value != nil
    }

    /// What it does, in words.
    func summary(_ parameters: [String: PolicyValue]) -> String {
        switch change {
        case .setRegistry(let key, let name, let target):
            "Set \(name) to \(target.value(parameters).map(Self.shown) ?? "what the baseline wants")\(Self.place(of: key))"
        case .removeRegistry(let key, let name): "Remove \(name)\(Self.place(of: key))"
        case .startService(let service, _): "Start the service \(service.rawValue)"
        case .enableRemoteDesktopRules: "Enable the firewall rules of Remote Desktop"
        case .disableBlockingRules: "Disable the block rules that hit the Remote Desktop port"
        case .grantKeyFileAccess: "Give NETWORK SERVICE read access to the one key file of the RDP certificate"
        case .renewSelfSignedCertificate:
            "Delete the one self-signed certificate that is served, so that Windows makes a new one"
        case .advise(let text): text
        }
    }

    /// Which of several keys is meant, where many hold values of one name.
    private static func place(of key: String) -> String {
        let parts = key.split(separator: "\\")
        if key.hasPrefix(Keys.schannelProtocols), parts.count > 2 {
            return " for " + parts.suffix(2).joined(separator: " ")
        }
        if key.hasPrefix(Keys.firewall), let last = parts.last { return " for \(last)" }
        return ""
    }

    static func shown(_ value: RegistryValue) -> String {
        switch value {
        case .dword(let number): String(number)
        case .qword(let number): String(number)
        case .string(let text), .expandString(let text): "'\(text)'"
        default: value.typeName
        }
    }

    /// For changes that hang on no parameter.
    var summary: String { summary([:]) }

    func manual(_ text: String) -> RemediationAction {
        RemediationAction(summary: text, place: .manual, effect: effect, risk: risk)
    }

    /// - Parameter wanted: `nil` removes the value.
    private func registryAction(
        _ facts: HostFacts, _ key: String, _ name: String, _ summary: String, _ wanted: RegistryValue?
    ) -> RemediationAction {
        guard let path = Self.filled(key, facts) else {
            return manual("\(summary); which key it is on this host could not be told")
        }
        let commands = RegistryCommands(location: RegistryLocation(path, name), registry: facts.registry)
        if wanted == nil, commands.observed.isAbsent {
            return manual("\(name) is not set on this host, so there is nothing to remove")
        }
        // Without a way back there is no command.
        let rollback: [String]
        switch commands.rollback() {
        case .commands(let lines): rollback = lines
        case .none(let why): return manual("\(summary) by hand: \(why)")
        }
        if let wanted, commands.observed.value == wanted {
            return manual("\(name) is as it should be already: the change that this control proposes does not end it")
        }
        guard let apply = wanted.map({ commands.set($0) }) ?? commands.remove() else {
            return manual("\(summary) by hand: its type cannot be written")
        }
        return RemediationAction(
            summary: summary, place: .host,
            steps: [
                .registry(
                    .init(
                        location: commands.location, observed: commands.observed.value, wanted: wanted,
                        missingKeys: commands.missingKeys))
            ],
            guardCondition: commands.guardCondition(), apply: apply, verify: commands.verify(), rollback: rollback,
            whyNoRollback: commands.mayMissMore && commands.observed.isAbsent
                ? "an empty key above \(commands.missingKeys.last ?? path) may stay that was made for it" : nil,
            effect: effect, risk: risk)
    }

    /// Replaces `{fact.path}`; `nil` when the fact has no value, or none that is one key's name.
    private static func filled(_ key: String, _ facts: HostFacts) -> String? {
        guard let opening = key.firstIndex(of: "{"), let closing = key[opening...].firstIndex(of: "}") else {
            return key
        }
        let path = String(key[key.index(after: opening)..<closing])
        guard case .value(let value)? = FactDictionary[path]?.read(facts), !value.text.isEmpty,
            !value.text.contains("\\")
        else { return nil }
        return key[..<opening] + value.text + key[key.index(after: closing)...]
    }
}
