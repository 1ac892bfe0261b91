package import HostFacts

/// What a fleet is held against: controls, their parameters, and what differs by role.
package struct Baseline: Sendable {
    /// `rdp-connectivity`
    package let name: String
    package let version: String
    package let title: String
    /// Every control that concerns some host, those of single roles at the end.
    package let controls: [Control]
    /// Parameters by control, over the controls' own defaults.
    package internal(set) var parameters: [String: [String: PolicyValue]]
    package internal(set) var roles: [String: Role]
    package let catalogue: UpdateCatalogue
    /// The role that every host is judged as, whatever the inventory says; `nil`: each host as its own.
    package let role: String?
    /// The names of the baselines that it extends, the nearest first.
    package let lineage: [String]
    /// By control: the baseline whose file named it.
    package let origins: [String: String]
    /// Controls of baselines above it that it, or one between, left out.
    package let exclusions: [Exclusion]
    /// What it, or one that it extends, changed about controls, the farthest first.
    package let overrides: [Override]

    /// A control that a baseline left out of what it extends.
    package struct Exclusion: Sendable, Hashable {
        package let control: String
        /// The baseline whose file says so.
        package let baseline: String
        package let reason: String
    }

    /// A change to a control that had to be explained.
    package struct Override: Sendable, Hashable {
        package let control: String
        /// The baseline whose file says so.
        package let baseline: String
        /// `nil`: for every host.
        package let role: String?
        package let reason: String
        package let severity: Severity?
        package let parameters: [String: PolicyValue]
    }

    /// What is different for the hosts of a role (`fleetaudit_role` in the inventory).
    package struct Role: Sendable {
        package let name: String
        package internal(set) var parameters: [String: [String: PolicyValue]] = [:]
        /// Controls that do not concern this role, with the reason.
        package internal(set) var excluded: [String: String] = [:]
        /// Controls that concern hosts of this role, and no others but of roles that name them as well.
        package internal(set) var ownControls: [Control] = []
    }

    /// Roles that mean the same in every baseline, also in those that make no difference for them.
    private static let usualRoles = ["admin-server", "jump-host", "rdsh", "workgroup", "workstation"]

    /// Every role that an inventory may name without being in error, in alphabetical order.
    package var knownRoles: [String] { Self.knownRoles(with: roles) }

    static func knownRoles(with roles: [String: Role]) -> [String] {
        Set(roles.keys).union(usualRoles).sorted()
    }

    /// The role that a host is judged as.
    package func role(of host: AuditedHost) -> String? { role ?? host.role }

    /// Some control looks at what hosts share with each other, so the whole fleet must be looked at before the first host
    /// is judged.
    package var needsFleet: Bool { controls.contains(where: \.isFleetWide) }

    /// What its rules ask of the whole fleet, each once.
    package var peerQuestions: [PeerQuestion] {
        let asked = controls.flatMap(\.peerQuestions)
        var seen: Set<PeerQuestion> = []
        return asked.filter { seen.insert($0).inserted }
    }

    /// Why a control does not concern hosts of a role; `nil` when it does.
    package func exclusion(of control: String, role: String?) -> String? {
        let own = role.flatMap { roles[$0] }
        if let own, let reason = own.excluded[control] { return "role \(own.name): \(reason)" }
        let owners = roles.values.filter { $0.ownControls.contains { $0.id == control } }.map(\.name).sorted()
        guard !owners.isEmpty, !owners.contains(role ?? "") else { return nil }
        return "it concerns hosts of the role \(owners.joined(separator: ", ")) only"
    }

    /// The parameters of a control on a host of a role: its defaults, then the baseline's, then the role's.
    package func parameters(of control: Control, role: String?) -> [String: PolicyValue] {
        var values = control.parameters
        values.merge(parameters[control.id] ?? [:]) { $1 }
        if let role { values.merge(roles[role]?.parameters[control.id] ?? [:]) { $1 } }
        return values
    }
}
