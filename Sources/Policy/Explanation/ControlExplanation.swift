package import HostFacts

/// Everything that there is to know of a control before any host is looked at.
package struct ControlExplanation: Sendable {
    /// Where a control stands: a baseline, for all hosts or for those of a role.
    package struct Place: Sendable, Hashable {
        package let baseline: String
        /// `nil`: every host that no other place speaks of.
        package let role: String?
        /// Why it does not concern these hosts; `nil` when it does.
        package let exclusion: String?
        package let severity: Severity
        package let parameters: [String: PolicyValue]
    }

    /// A change that is proposed when the control fails.
    package struct Change: Sendable, Hashable {
        package let summary: String
        /// Only when this fact is what failed.
        package let onlyFor: String?
        package let policyPath: String?
        package let effect: String
        package let risk: String
    }

    package let control: Control
    /// The parameters in force, by name.
    package let parameters: [String: PolicyValue]
    /// Empty: it concerns every host.
    package let appliesTo: [ConditionSentence]
    package let check: [ConditionSentence]
    /// What each outcome beside pass and fail comes from.
    package let notApplicable: [String]
    package let unknown: [String]
    package let facts: [Fact]
    package let changes: [Change]
    package let places: [Place]

    /// - Parameters:
    ///   - baseline: whose parameters are meant; `nil`: the control's own defaults.
    ///   - all: the baselines in which it is looked for.
    package init(_ control: Control, baseline: Baseline?, role: String?, among all: [Baseline]) {
        let control = baseline?.controls.first { $0.id == control.id } ?? control
        let parameters = baseline?.parameters(of: control, role: role) ?? control.parameters
        self.control = control
        self.parameters = parameters
        appliesTo = control.appliesTo?.sentences(parameters) ?? []
        check = control.check.sentences(parameters)
        facts = control.facts
        changes = control.remediation.map { template in
            Change(
                summary: template.summary(parameters), onlyFor: template.onlyFor, policyPath: template.policyPath,
                effect: template.effect.rawValue, risk: template.risk)
        }
        places = all.flatMap { Self.places(of: control, in: $0) }
        unknown = Self.unknown(control)
        notApplicable = Self.notApplicable(control)
    }

    private static func places(of control: Control, in baseline: Baseline) -> [Place] {
        guard let own = baseline.controls.first(where: { $0.id == control.id }) else { return [] }
        func place(_ role: String?) -> Place {
            Place(
                baseline: baseline.name, role: role, exclusion: baseline.exclusion(of: own.id, role: role),
                severity: own.severity, parameters: baseline.parameters(of: own, role: role))
        }
        let common = place(nil)
        // Roles for which nothing differs need no word.
        let others = baseline.roles.keys.sorted().map { place($0) }.filter {
            $0.exclusion != common.exclusion || $0.parameters != common.parameters
        }
        return [common] + others
    }

    private static func unknown(_ control: Control) -> [String] {
        let conditions = [control.appliesTo, control.check].compactMap(\.self)
        var reasons = ["what decides could not be read: access was denied, or the answer was cut or damaged"]
        let open = conditions.flatMap(\.leaves).compactMap { leaf -> String? in
            guard case .compare(let comparison) = leaf, comparison.whenAbsent == nil,
                comparison.operator != .isPresent
            else { return nil }
            return comparison.fact.path
        }
        if !open.isEmpty {
            var seen: Set<String> = []
            let paths = open.filter { seen.insert($0).inserted }
            reasons.append("absent where a value is needed: \(paths.joined(separator: ", "))")
        }
        return reasons
    }

    private static func notApplicable(_ control: Control) -> [String] {
        var reasons: [String] = []
        if control.appliesTo != nil { reasons.append("the host is none of those that it concerns") }
        let left = control.check.leaves.compactMap { leaf -> String? in
            guard case .compare(let comparison) = leaf, comparison.whenAbsent == .notApplicable else { return nil }
            return comparison.fact.path
        }
        if !left.isEmpty { reasons.append("absent, and nothing else decides: \(left.joined(separator: ", "))") }
        reasons.append("this Windows has no such thing, or its baseline leaves it out for the host's role")
        return reasons
    }
}

extension Control {
    /// The facts that it looks at, each once: those of its check, then those of whom it concerns.
    package var facts: [Fact] {
        var seen: Set<String> = []
        return (check.facts + (appliesTo?.facts ?? [])).filter { seen.insert($0.path).inserted }
    }
}
