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
    package let parameters: [String: [String: PolicyValue]]
    package let roles: [String: Role]
    package let catalogue: UpdateCatalogue

    /// What is different for the hosts of a role (`fleetaudit_role` in the inventory).
    package struct Role: Sendable {
        package let name: String
        package let parameters: [String: [String: PolicyValue]]
        /// Controls that do not concern this role, with the reason.
        package let excluded: [String: String]
        /// Controls that concern hosts of this role, and no others but of roles that name them as well.
        package let ownControls: [Control]
    }

    /// Roles that mean the same in every baseline, also in those that make no difference for them.
    private static let usualRoles = ["admin-server", "jump-host", "rdsh", "workgroup", "workstation"]

    /// Every role that an inventory may name without being in error, in alphabetical order.
    package var knownRoles: [String] { Set(roles.keys).union(Self.usualRoles).sorted() }

    /// Some control looks at what hosts share with each other, so the whole fleet must be looked at before the first host
    /// is judged.
    package var needsFleet: Bool {
        controls.contains { control in
            ([control.check] + [control.appliesTo].compactMap { $0 }).flatMap(\.facts)
                .contains { $0.path.hasPrefix(FactDictionary.fleetPrefix) }
        }
    }

    /// Why a control does not concern hosts of a role; `nil` when it does.
    func exclusion(of control: Control, role: String?) -> String? {
        let own = role.flatMap { roles[$0] }
        if let own, let reason = own.excluded[control.id] { return "role \(own.name): \(reason)" }
        let owners = roles.values.filter { $0.ownControls.contains { $0.id == control.id } }.map(\.name).sorted()
        guard !owners.isEmpty, !owners.contains(role ?? "") else { return nil }
        return "it concerns hosts of the role \(owners.joined(separator: ", ")) only"
    }

    /// The parameters of a control on a host of a role: its defaults, then the baseline's, then the role's.
    func parameters(of control: Control, role: String?) -> [String: PolicyValue] {
        var values = control.parameters
        values.merge(parameters[control.id] ?? [:]) { $1 }
        if let role { values.merge(roles[role]?.parameters[control.id] ?? [:]) { $1 } }
        return values
    }
}
