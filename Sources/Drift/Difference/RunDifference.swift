package import FoundationEssentials
package import HostFacts
package import Policy

/// What changed between two runs: hosts, verdicts with the facts behind them, and facts that changed no verdict.
///
/// Hosts are added one by one, in any order; what is the same on many of them becomes one entry. Only controls that
/// both runs were judged by are compared.
package struct RunDifference: Sendable {
    package var before: ComparedRun
    package var after: ComparedRun
    /// `nil` when both were judged by the same controls of one version of one baseline.
    package let baselineChange: RunTrend.BaselineChange?
    /// What became of hosts and controls, counted.
    package private(set) var tally = DifferenceTally()
    /// Hosts that were not judged both times.
    package private(set) var presences: [HostPresence] = []
    /// Hosts that say that they are not who they were.
    package private(set) var machines: [MachineChange] = []
    /// Failures of the run before, by control, that this one could not look at: the host was not judged, or the answer
    /// is unknown. They are neither failing nor fixed.
    package private(set) var noLongerVisible: [String: Int] = [:]
    /// Failures of the run before on hosts that this one does not know.
    package private(set) var vanishedFailures = 0
    /// Facts that are told otherwise and changed no verdict: how many, counted on each host, and on how many hosts.
    package private(set) var factCount = 0
    package private(set) var factHosts = 0
    /// Hosts judged both times whose facts were not kept, so that only verdicts are compared.
    package private(set) var hostsWithoutFacts = 0

    /// Controls that are compared.
    package let controlCount: Int
    private let common: Set<String>?
    let severities: [String: Severity]
    private var seen: Set<String> = []
    private var verdicts = HostGroups<VerdictKey, ChangedFact>()
    private var drift = HostGroups<DriftKey, ChangedFact>()
    private(set) var lasting: [String: (hosts: [String], since: Date?)] = [:]

    var verdictEntries: [HostGroups<VerdictKey, ChangedFact>.Entry] { verdicts.entries }
    var driftEntries: [HostGroups<DriftKey, ChangedFact>.Entry] { drift.entries }

    /// A host that one of the runs did not judge.
    package struct HostPresence: Sendable, Hashable {
        package let host: String
        package let presence: JudgementDifference.Presence
        /// `nil`: the run did not know it.
        package let before: HostState?
        package let after: HostState?
        /// Why it is not judged now; empty when it is, or nobody said.
        package let reason: String
    }

    /// What must be the same for two hosts to be told as one.
    struct VerdictKey: Hashable, Sendable {
        let kind: VerdictChange.Kind
        let circumstance: VerdictChange.Circumstance
        let controls: [String]
        let paths: [String]
    }

    struct DriftKey: Hashable, Sendable {
        let path: String
        let kind: ChangedFact.Kind
    }

    /// - Parameter isWanted: which controls are looked at.
    package init(
        from before: ComparedRun, to after: ComparedRun, controls isWanted: (String) -> Bool = { _ in true }
    ) {
        self.before = before
        self.after = after
        let (old, new) = (Set(before.controls.map(\.id)), Set(after.controls.map(\.id)))
        let isSameControls = old == new
        let (was, now) = (before.run, after.run)
        if isSameControls, was.baseline == now.baseline, was.baselineVersion == now.baselineVersion {
            baselineChange = nil
        } else {
            baselineChange = .init(
                before: "\(was.baseline) \(was.baselineVersion)", after: "\(now.baseline) \(now.baselineVersion)",
                added: new.subtracting(old).sorted(), removed: old.subtracting(new).sorted())
        }
        let wanted = old.intersection(new).filter(isWanted)
        controlCount = wanted.count
        common = wanted == new && isSameControls ? nil : wanted
        severities = Dictionary(
            (after.controls + before.controls).map { ($0.id, $0.severity) }, uniquingKeysWith: { first, _ in first })
    }

    /// Takes in one host; a name that came before is passed over.
    ///
    /// - Parameter failingSince: by control, since when it has failed without a known pass between.
    package mutating func add(
        _ before: ComparedHost?, _ after: ComparedHost?, facts: FactPair, failingSince: [String: Date] = [:]
    ) {
        let (before, after) = (before?.limited(to: common), after?.limited(to: common))
        guard
            let difference = JudgementDifference(before: before?.outcomes, after: after?.outcomes)?
                .recalling(failingSince, before: self.before.run.started),
            seen.insert(difference.host).inserted
        else { return }
        tally.add(difference)
        note(difference.presence, of: difference.host, before, after)
        if let before = before?.outcomes {
            if let after = after?.outcomes {
                for control in before.failuresOutOfSight(in: after) { noLongerVisible[control, default: 0] += 1 }
            } else {
                vanishedFailures += before.outcomes.count { $0 == .fail }
            }
        }
        var machine: MachineChange?
        var changes: [ChangedFact] = []
        if difference.presence == .compared {
            switch facts {
            case .same: break
            case .notKept: hostsWithoutFacts += 1
            case .differing(let old, let new, let ledger):
                machine = MachineChange(difference.host, ledger, old, new)
                // Facts of two machines beside each other mean nothing.
                if machine?.isAnotherMachine != true { changes = ledger.changes(from: old, to: new) }
            }
        }
        if let machine { machines.append(machine) }
        let circumstance: VerdictChange.Circumstance =
            machine?.isAnotherMachine == true
            ? .anotherMachine : difference.presence == .compared ? .compared : .notJudgedBefore
        let told = addVerdicts(difference, circumstance, changes, before, after)
        for change in difference.changes where change.kind == .stillFailing {
            var entry = lasting[change.control] ?? ([], nil)
            entry.hosts.append(difference.host)
            if let since = failingSince[change.control] { entry.since = min(since, entry.since ?? since) }
            lasting[change.control] = entry
        }
        addDrift(changes.filter { !told.contains($0.path) }, on: difference.host)
    }

    private mutating func note(
        _ presence: JudgementDifference.Presence, of host: String, _ before: ComparedHost?, _ after: ComparedHost?
    ) {
        guard presence != .compared else { return }
        presences.append(
            HostPresence(
                host: host, presence: presence, before: before?.outcomes.state, after: after?.outcomes.state,
                reason: after.map { $0.outcomes.state.isJudged ? "" : $0.reason } ?? ""))
    }

    /// - Returns: the paths of the changes that are told with a verdict.
    private mutating func addVerdicts(
        _ difference: JudgementDifference, _ circumstance: VerdictChange.Circumstance, _ facts: [ChangedFact],
        _ before: ComparedHost?, _ after: ComparedHost?
    ) -> Set<String> {
        var told: Set<String> = []
        for story in VerdictStory.stories(of: difference, facts, before, after) {
            let controls = story.controls.sorted { left, right in
                let (a, b) = (severities[left.control] ?? .info, severities[right.control] ?? .info)
                return (b, left.control) < (a, right.control)
            }
            told.formUnion(story.facts.map(\.path))
            let because = ChangedFact.cut(controls.first?.because ?? "")
            verdicts.add(
                VerdictKey(
                    kind: story.kind, circumstance: circumstance, controls: controls.map(\.control),
                    paths: story.facts.map(\.path)),
                story.facts, because: because, host: difference.host)
        }
        return told
    }

    private mutating func addDrift(_ changes: [ChangedFact], on host: String) {
        for change in changes {
            drift.add(DriftKey(path: change.path, kind: change.kind), [change], because: "", host: host)
        }
        let count = changes.count { $0.kind.isDrift }
        factCount += count
        if count > 0 { factHosts += 1 }
    }
}
