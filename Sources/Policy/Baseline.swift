package import HostFacts

/// What a fleet is held against: controls, their parameters, and what differs by role.
package struct Baseline: Sendable {
    /// `rdp-connectivity`
    package let name: String
    package let version: String
    package let title: String
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
    }

    /// The parameters of a control on a host of a role: its defaults, then the baseline's, then the role's.
    func parameters(of control: Control, role: String?) -> [String: PolicyValue] {
        var values = control.parameters
        values.merge(parameters[control.id] ?? [:]) { $1 }
        if let role { values.merge(roles[role]?.parameters[control.id] ?? [:]) { $1 } }
        return values
    }
}
