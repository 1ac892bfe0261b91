import HostFacts

// Copies of what a judgement is made of with other words in them: for reports that travel. Nothing else of them changes,
// so that what was equal stays equal.

extension Waiver {
    /// The same waiver; its hosts are words only, since a copy is never held against hosts again.
    package func retold(
        hosts: String, reason: String, owner: String, ticket: String, approver: String, file: String
    ) -> Waiver {
        Waiver(
            id: id, controls: controls, hosts: hosts, matcher: matcher, reason: reason, owner: owner, ticket: ticket,
            approver: approver, granted: granted, expires: expires, isTooLong: isTooLong, file: file, position: position
        )
    }
}

extension WaiverRegister {
    /// Each waiver in other words; warnings, which quote files, are left out.
    package func mapped(_ retell: (Waiver) -> Waiver) -> WaiverRegister {
        WaiverRegister(waivers: waivers.map(retell), warnings: [])
    }
}

extension JudgementDifference {
    package func retold(host: String, _ text: (String) -> String) -> JudgementDifference {
        JudgementDifference(
            host: host, presence: presence,
            changes: changes.map { change in
                ControlChange(
                    control: change.control, kind: change.kind, before: change.before, after: change.after,
                    because: text(change.because))
            })
    }
}

extension RemediationStep {
    /// What it changes to what, without what was observed: enough to tell equal steps from different ones, and not enough
    /// to undo one.
    package func retold(_ text: (String) -> String) -> RemediationStep {
        switch self {
        case .service: return self
        case .firewallRule(let step): return .firewallRule(step.retold(text))
        case .firewallGroup(let step):
            return .firewallGroup(FirewallGroup(group: step.group, members: step.members.map { $0.retold(text) }))
        case .keyFile(let step):
            return .keyFile(
                KeyFile(path: text(step.path), descriptor: "", refused: [], owner: nil, hasOwner: step.hasOwner))
        case .registry(let step):
            return .registry(
                Registry(
                    location: step.location.retold(text), observed: nil, wanted: step.wanted?.retold(text),
                    missingKeys: []))
        case .certificate(let step):
            return .certificate(
                Certificate(
                    thumbprint: text(step.thumbprint), entry: step.entry.retold(text), blob: .binary([]),
                    current: step.current.retold(text), observedCurrent: nil))
        }
    }
}

extension RemediationStep.FirewallRule {
    fileprivate func retold(_ text: (String) -> String) -> RemediationStep.FirewallRule {
        RemediationStep.FirewallRule(id: text(id), observed: "", isSwitchedOn: isSwitchedOn)
    }
}

extension RegistryLocation {
    fileprivate func retold(_ text: (String) -> String) -> RegistryLocation {
        RegistryLocation(text(key), text(name))
    }
}

extension RegistryValue {
    fileprivate func retold(_ text: (String) -> String) -> RegistryValue {
        switch self {
        case .string(let value): .string(text(value))
        case .expandString(let value): .expandString(text(value))
        case .multiString(let values): .multiString(values.map(text))
        case .dword, .qword: self
        case .binary: .binary([])
        case .none: .none([])
        case .other(let kind, _): .other(kind: kind, [])
        }
    }
}
