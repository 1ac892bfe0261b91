package import HostFacts

/// A change that a control proposes, before it is known what stands on the host.
package struct RemediationTemplate: Sendable {
    package enum Change: Sendable {
        /// `key` may hold `{fact.path}`, filled in from the host.
        case setRegistry(key: String, name: String, value: Target)
        case removeRegistry(key: String, name: String)
        /// Set a service's start type when it is disabled, and start it.
        case startService(AuditedService, start: ServiceStart)
        /// Switch on the rules of the group Remote Desktop that let the listener be reached.
        case enableRemoteDesktopRules
        /// Switch off the block rules that hit the listener's port.
        case disableBlockingRules
        /// Give TermService's account read access to the one key file.
        case grantKeyFileAccess
        /// Delete the one self-signed certificate, so that Windows makes a new one.
        case renewSelfSignedCertificate
        /// Nothing that a command could do: a sentence for people.
        case advise(String)
    }

    /// What a registry value is set to.
    package enum Target: Sendable, Hashable {
        case constant(RegistryValue)
        /// What the baseline or the role wants.
        case parameter(String)

        func value(_ parameters: [String: PolicyValue]) -> RegistryValue? {
            switch self {
            case .constant(let value): return value
            case .parameter(let name):
                switch parameters[name] {
                case .integer(let number)?: return UInt32(exactly: number).map { .dword($0) }
                case .text(let text)?: return .string(text)
                default: return nil
                }
            }
        }
    }

    package enum Effect: String, Sendable, Hashable, CaseIterable {
        case immediate
        case newConnections = "new connections"
        /// TermService must be restarted, which ends every session.
        case serviceRestart = "restart of TermService: ends all sessions"
        case reboot = "restart of the host"
    }

    package let change: Change
    /// Where the setting stands in Group Policy, for hosts on which policy owns it.
    package let policyPath: String?
    package let effect: Effect
    /// What could cut off Remote Desktop or our own way in; empty when nothing does.
    package let risk: String
    /// The fact whose comparison must have failed for this change to be proposed; `nil`: whenever the control fails.
    package let onlyFor: String?
}

/// A change for one host, computed from what was observed there, with the way back. Nothing of it is ever executed by
/// us.
package struct RemediationAction: Sendable, Hashable {
    package enum Place: String, Sendable, Hashable {
        case host
        /// Policy owns the value: a local change would be reverted by the next refresh.
        case policy
        /// A person has to decide or do it.
        case manual
    }

    package let summary: String
    package let place: Place
    /// The policy's path, for `policy`.
    package let policyPath: String?
    /// The policy object that decides, for `policy`; `nil` when the host could not name it.
    package let policyObject: String?
    /// What a script does on the host; empty unless the place is the host.
    package let steps: [RemediationStep]
    /// True in PowerShell when the host still is as the audit saw it.
    package let guardCondition: String?
    /// PowerShell, one command a line; empty when there is nothing to run on the host.
    package let apply: [String]
    /// Shows, in PowerShell, that it took hold.
    package let verify: String?
    package let rollback: [String]
    /// Why there is no exact way back, when `rollback` is empty although `apply` is not.
    package let whyNoRollback: String?
    package let effect: RemediationTemplate.Effect
    package let risk: String

    package init(
        summary: String, place: Place, policyPath: String? = nil, policyObject: String? = nil,
        steps: [RemediationStep] = [],
        guardCondition: String? = nil, apply: [String] = [], verify: String? = nil, rollback: [String] = [],
        whyNoRollback: String? = nil,
        effect: RemediationTemplate.Effect, risk: String
    ) {
        self.summary = summary
        self.place = place
        self.policyPath = policyPath
        self.policyObject = policyObject
        self.steps = steps
        self.guardCondition = guardCondition
        self.apply = apply
        self.verify = verify
        self.rollback = rollback
        self.whyNoRollback = whyNoRollback
        self.effect = effect
        self.risk = risk
    }
}
