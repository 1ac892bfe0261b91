package import HostFacts

/// What every control concluded about one host, and nothing more: some bytes for each control, so that those of a whole
/// fleet can be held while another snapshot streams by.
package struct HostOutcomes: Sendable {
    /// The name in the inventory.
    package let host: String
    package let state: HostState
    /// Ids of the controls that were judged; hosts of one baseline share the one list.
    package let controls: [String]
    /// In the order of `controls`; empty for a host that was not judged.
    package let outcomes: [Finding.Outcome]
    /// Why, in the same order; empty when nobody will ask.
    let reasons: [String]

    /// - Parameters:
    ///   - controls: the ids of the baseline's controls in its order, the same list for every host.
    ///   - keepsReasons: whether differences shall be able to say why.
    package init(_ judgement: HostJudgement, controls: [String], keepsReasons: Bool = false) {
        let findings = judgement.findings
        self.init(
            host: judgement.host.name, state: judgement.host.state,
            controls: findings.count == controls.count ? controls : findings.map(\.control.id),
            outcomes: findings.map(\.outcome), reasons: keepsReasons ? findings.map(\.because) : [])
    }

    /// As they were kept somewhere else.
    package init(
        host: String, state: HostState, controls: [String], outcomes: [Finding.Outcome], reasons: [String] = []
    ) {
        self.host = host
        self.state = state
        self.controls = controls
        self.outcomes = outcomes
        self.reasons = reasons
    }

    /// Why no control concerns the host, where reasons were kept; `nil` when at least one does.
    package var whyNotJudged: String? {
        outcomes.allSatisfy { $0 == .notApplicable } ? reasons.first ?? "no control concerns it" : nil
    }

    /// By control; a control that a host could not be judged by is not in it.
    fileprivate var byControl: [String: Int] {
        Dictionary(zip(controls, outcomes.indices), uniquingKeysWith: { first, _ in first })
    }

    fileprivate func reason(_ index: Int) -> String { reasons.indices.contains(index) ? reasons[index] : "" }
}

extension JudgementDifference {
    /// Controls in the order of the later judgement, then those that only the earlier one knows.
    static func changes(_ before: HostOutcomes?, _ after: HostOutcomes?) -> [ControlChange] {
        let later = after.map { Array(zip($0.controls, $0.outcomes)) } ?? []
        // Lists that are one and the same are compared without looking at their texts.
        let isAligned = before?.controls == after?.controls && before?.outcomes.count == after?.outcomes.count
        let places = isAligned ? [:] : before?.byControl ?? [:]
        var changes: [ControlChange] = []
        for (index, (control, outcome)) in later.enumerated() {
            let place = isAligned ? index : places[control]
            let earlier = place.flatMap { before?.outcomes[$0] }
            guard let kind = ControlChange.Kind(from: earlier, to: outcome) else { continue }
            // Of a host that is new to us all is new; only what is wrong with it needs saying.
            if kind == .added, before?.outcomes.isEmpty ?? true { continue }
            changes.append(
                ControlChange(
                    control: control, kind: kind, before: earlier, after: outcome,
                    because: after?.reason(index) ?? ""))
        }
        guard !isAligned, let before, let after else { return changes }
        let known = Set(after.controls)
        // What a host that was not judged any more had, its change of state says.
        for (control, outcome) in zip(before.controls, before.outcomes)
        where !after.outcomes.isEmpty && !known.contains(control) {
            changes.append(
                ControlChange(control: control, kind: .removed, before: outcome, after: nil, because: ""))
        }
        return changes
    }
}
