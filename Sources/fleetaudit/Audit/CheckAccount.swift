import Collection
import Console
import FoundationEssentials
import HostFacts
import Policy

/// What a check came to: failures, or what differs from the state before.
struct CheckAccount: Sendable {
    let baseline: Baseline
    let path: String
    let moment: Date
    let earlier: CheckRun.Earlier?
    private(set) var run = ""
    private(set) var count = 0
    private(set) var tally = DifferenceTally()
    /// Hosts on which something fails or, with a state before, differs.
    private(set) var hosts: [Checked] = []
    private(set) var notJudged: [WhatIfAccount.NotJudged] = []
    /// Judged hosts of which not everything is known.
    private(set) var unwhole = 0
    /// Hosts that the state before does not know.
    private(set) var added: [String] = []
    /// Hosts of the state before that were not looked at now.
    private(set) var unlooked = 0
    private var unmatched: Set<String>

    struct Checked: Sendable {
        let host: String
        let presence: JudgementDifference.Presence
        let changes: [JudgementDifference.ControlChange]
    }

    /// One host as it is, and what differs.
    struct Answer: Sendable {
        let host: AuditedHost
        let difference: JudgementDifference?
        let isWhole: Bool
        let whyNotJudged: String?

        /// - Parameter before: the state before; `nil` when there is none, so that every failure is new.
        init(_ judgement: HostJudgement, _ outcomes: HostOutcomes, _ before: [String: HostOutcomes]?) {
            host = judgement.host
            difference = JudgementDifference(before: before?[host.name], after: outcomes)
            isWhole = host.state == .audited && !outcomes.outcomes.contains(.unknown)
            whyNotJudged = host.state.isJudged ? outcomes.whyNotJudged : host.reason
        }
    }

    init(
        baseline: Baseline, path: String, moment: Date, earlier: CheckRun.Earlier?, before: [String: HostOutcomes]?
    ) {
        self.baseline = baseline
        self.path = path
        self.moment = moment
        self.earlier = earlier
        unmatched = Set((before ?? [:]).keys)
    }

    mutating func add(_ answer: Answer) {
        count += 1
        unmatched.remove(answer.host.name)
        if let reason = answer.whyNotJudged {
            notJudged.append(.init(host: answer.host.name, state: answer.host.state, reason: reason))
        } else if !answer.isWhole {
            unwhole += 1
        }
        guard let difference = answer.difference else { return }
        tally.add(difference)
        if earlier != nil, difference.presence == .added { added.append(answer.host.name) }
        let changes = difference.changes.filter { change in
            earlier == nil ? change.kind == .newlyFailing : change.kind.isChange && change.kind != .added
        }
        let isStateNew = difference.presence == .becameUnreadable || difference.presence == .readableAgain
        if changes.isEmpty, !isStateNew || earlier == nil { return }
        hosts.append(Checked(host: answer.host.name, presence: difference.presence, changes: changes))
    }

    /// Takes in what the snapshot said in the end, and puts hosts in the order of their names.
    mutating func finish(_ ending: SnapshotStream.Ending, isWanted: (String) -> Bool) {
        run = ending.header.run
        for name in ending.unasked where isWanted(name) {
            count += 1
            unmatched.remove(name)
            notJudged.append(.init(host: name, state: .skipped, reason: "the run was interrupted before this host"))
        }
        unlooked = unmatched.count
        hosts.sort { $0.host < $1.host }
        notJudged.sort { $0.host < $1.host }
        added.sort()
    }

    var judged: Int { count - notJudged.count }

    private var isIncomplete: Bool {
        if !notJudged.isEmpty { return true }
        return earlier == nil ? unwhole > 0 : !added.isEmpty || tally.count(.becameUnknown) > 0
    }

    /// - Parameter threshold: the least severity that sets bit 1; `nil`: nothing does.
    func exitCode(threshold: Severity?) -> ExitCode {
        let severe = threshold.map { least in Set(baseline.controls.filter { $0.severity >= least }.map(\.id)) } ?? []
        return .verdict(hasDrift: tally.worse.contains { severe.contains($0) }, isIncomplete: isIncomplete)
    }
}
