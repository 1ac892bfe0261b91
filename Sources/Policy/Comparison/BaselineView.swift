/// What a baseline asks of the hosts of one role.
struct BaselineView {
    /// One control as it is asked.
    struct Demand: Hashable {
        let severity: Severity
        let parameters: [String: PolicyValue]
    }

    let baseline: Baseline
    /// The role that the hosts are judged as.
    let role: String?
    let demands: [String: Demand]

    init(_ baseline: Baseline, role: String?) {
        self.baseline = baseline
        let role = baseline.role ?? role
        self.role = role
        let asked = baseline.controls.filter { baseline.exclusion(of: $0.id, role: role) == nil }
        demands = Dictionary(
            asked.map {
                ($0.id, Demand(severity: $0.severity, parameters: baseline.parameters(of: $0, role: role)))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Why a control is not asked; `nil` when nobody said.
    func absence(_ id: String) -> String? {
        if let control = baseline.controls.first(where: { $0.id == id }) {
            return baseline.exclusion(of: control.id, role: role)
        }
        return baseline.exclusions.last { $0.control == id }.map { "\($0.baseline): \($0.reason)" }
    }

    /// Why a control is rated otherwise than by its own file; `nil` when it is not.
    func reasonForSeverity(_ id: String) -> String? {
        baseline.overrides.last { $0.control == id && $0.severity != nil }.map { "\($0.baseline): \($0.reason)" }
    }

    /// Why a parameter was changed; `nil` when it was set without any reason.
    func reason(for parameter: String, of id: String) -> String? {
        let changes = baseline.overrides.filter { $0.control == id && $0.parameters[parameter] != nil }
        let change = changes.last { $0.role != nil && $0.role == role } ?? changes.last { $0.role == nil }
        return change.map { "\($0.baseline): \($0.reason)" }
    }
}
