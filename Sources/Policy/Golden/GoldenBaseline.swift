package import FoundationEssentials
package import HostFacts

/// A baseline made after a host that is as it should be: it extends another, with the parameters that the host has.
package struct GoldenBaseline: Sendable {
    /// A parameter that the host decides.
    package struct Setting: Sendable, Hashable {
        package let control: String
        package let parameter: String
        package let value: PolicyValue
        /// What the base says.
        package let usual: PolicyValue
        /// The host does not meet the base's value: with its own the control asks less, or something else.
        package let isNeeded: Bool
        /// The base set it for this role, or for every host: a change of that is an override.
        package let place: Place

        package enum Place: Sendable, Hashable {
            case parameters, override
            case roleOverride(String)
        }
    }

    /// A parameter that the host cannot decide.
    package struct Left: Sendable, Hashable {
        package let control: String
        package let parameter: String
        package let reason: String
    }

    /// A control with what was found.
    package struct Note: Sendable, Hashable {
        package let control: String
        package let because: String
    }

    package let base: Baseline
    package let host: AuditedHost
    package let settings: [Setting]
    package let left: [Left]
    /// Controls that the host fails even so.
    package let failing: [Note]
    package let unknown: [Note]

    package init(base: Baseline, host: AuditedHost, facts: HostFacts, at moment: Date) {
        self.base = base
        self.host = host
        let role = base.role(of: host)
        func judge(_ baseline: Baseline) -> [Finding] {
            Evaluator(baseline: baseline, now: moment).judge(host, facts).findings
        }
        let before = Dictionary(
            judge(base).map { ($0.control.id, $0.outcome) }, uniquingKeysWith: { first, _ in first })
        var taken = base
        var settings: [Setting] = []
        var left: [Left] = []
        for control in base.controls.sorted(by: { $0.id < $1.id })
        where !control.parameters.isEmpty && base.exclusion(of: control.id, role: role) == nil {
            let usual = base.parameters(of: control, role: role)
            let context = JudgingContext(now: moment, parameters: usual, catalogue: base.catalogue)
            var own: [Setting] = []
            var trial = taken
            for parameter in control.parameters.keys.sorted() {
                let seen = ObservedParameter(parameter, of: control, facts, context)
                switch seen {
                case .value(let value):
                    let place = base.place(of: parameter, of: control.id, role: role)
                    // What the base itself set is inherited.
                    if value == usual[parameter], place != .parameters { continue }
                    trial.set(parameter, of: control.id, to: value, at: place)
                    own.append(
                        Setting(
                            control: control.id, parameter: parameter, value: value,
                            usual: usual[parameter] ?? value, isNeeded: before[control.id] == .fail, place: place))
                case .left(let reason):
                    left.append(Left(control: control.id, parameter: parameter, reason: reason))
                }
            }
            guard !own.isEmpty else { continue }
            guard judge(trial).contains(where: { $0.control.id == control.id && $0.outcome == .pass }) else {
                left += own.map {
                    Left(control: control.id, parameter: $0.parameter, reason: "the control does not pass with it")
                }
                continue
            }
            taken = trial
            settings += own
        }
        let findings = judge(taken).sorted { $0.control.id < $1.control.id }
        self.settings = settings
        self.left = left
        failing = findings.filter { $0.outcome == .fail }.map { Note(control: $0.control.id, because: $0.because) }
        unknown = findings.filter { $0.outcome == .unknown }.map {
            Note(control: $0.control.id, because: $0.because)
        }
    }
}

extension Baseline {
    /// Where a child must say what a parameter is.
    fileprivate func place(of parameter: String, of control: String, role: String?) -> GoldenBaseline.Setting.Place {
        if let role, roles[role]?.parameters[control]?[parameter] != nil { return .roleOverride(role) }
        return parameters[control]?[parameter] == nil ? .parameters : .override
    }

    fileprivate mutating func set(
        _ parameter: String, of control: String, to value: PolicyValue, at place: GoldenBaseline.Setting.Place
    ) {
        switch place {
        case .parameters, .override: parameters[control, default: [:]][parameter] = value
        case .roleOverride(let role): roles[role]?.parameters[control, default: [:]][parameter] = value
        }
    }
}
