package import FoundationEssentials
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
    package let reasons: [String]

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

extension HostOutcomes {
    /// The same without other controls than these: what only one of two baselines asks is no difference between hosts.
    package func limited(to wanted: Set<String>) -> HostOutcomes {
        let kept = controls.indices.filter { outcomes.indices.contains($0) && wanted.contains(controls[$0]) }
        guard kept.count < controls.count else { return self }
        return HostOutcomes(
            host: host, state: state, controls: kept.map { controls[$0] }, outcomes: kept.map { outcomes[$0] },
            reasons: reasons.isEmpty ? [] : kept.map { reason($0) })
    }

    /// Controls that failed openly and of which a later judgement of the host says nothing: it was not judged, or the
    /// answer is unknown. They are neither failing nor fixed.
    package func failuresOutOfSight(in later: HostOutcomes) -> [String] {
        let failed = controls.indices.filter { outcomes.indices.contains($0) && outcomes[$0] == .fail }
        guard !failed.isEmpty, !later.outcomes.isEmpty else { return failed.map { controls[$0] } }
        let unknown = Set(later.controls.indices.filter { later.outcomes[$0] == .unknown }.map { later.controls[$0] })
        return failed.map { controls[$0] }.filter { unknown.contains($0) }
    }
}

extension HostOutcomes {
    /// Controls of a later run whose passes prove nothing beside an earlier one: they hold hosts against others, and not
    /// all that were read then were read now.
    package static func blindControls(
        _ baseline: BaselineStatement, before: some Sequence<HostOutcomes>, after: some Sequence<HostOutcomes>
    ) -> Set<String> {
        guard !baseline.fleetWide.isEmpty else { return [] }
        let read = Set(after.lazy.filter { $0.state.isJudged }.map(\.host))
        return before.contains { $0.state.isJudged && !read.contains($0.host) } ? Set(baseline.fleetWide) : []
    }

    /// As if what failed before and was looked at with less sight now could not be told.
    package func doubting(_ blind: Set<String>, after before: HostOutcomes?) -> HostOutcomes {
        guard let before, !blind.isEmpty, !outcomes.isEmpty else { return self }
        let failed = Set(
            zip(before.controls, before.outcomes).lazy.filter { $1 == .fail || $1 == .waived }.map(\.0))
        let doubtful = blind.intersection(failed)
        guard !doubtful.isEmpty else { return self }
        var (outcomes, reasons) = (outcomes, reasons)
        for (index, control) in controls.enumerated()
        where doubtful.contains(control) && (outcomes[index] == .pass || outcomes[index] == .notApplicable) {
            outcomes[index] = .unknown
            if reasons.indices.contains(index) { reasons[index] = "hosts that it was held against were not read" }
        }
        return HostOutcomes(host: host, state: state, controls: controls, outcomes: outcomes, reasons: reasons)
    }
}

extension JudgementDifference {
    /// What the earlier look could not tell, and an even earlier one saw failing, is no new failure.
    ///
    /// - Parameters:
    ///   - since: since when it fails without a known pass between, by control.
    ///   - moment: of the earlier look.
    package func recalling(_ since: [String: Date], before moment: Date) -> JudgementDifference {
        guard changes.contains(where: { $0.kind == .newlyFailing }), !since.isEmpty else { return self }
        return JudgementDifference(
            host: host, presence: presence,
            changes: changes.map { change in
                guard change.kind == .newlyFailing, change.before == nil || change.before == .unknown,
                    let began = since[change.control], began <= moment
                else { return change }
                return ControlChange(
                    control: change.control, kind: .stillFailing, before: change.before, after: change.after,
                    because: change.because)
            })
    }
}
