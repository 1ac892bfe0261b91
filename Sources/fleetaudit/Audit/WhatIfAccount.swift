import Collection
import Console
import FoundationEssentials
import HostFacts
import Policy

/// What a question came to on a fleet: totals, and of single hosts only what differs.
struct WhatIfAccount: Sendable {
    let question: WhatIf
    let path: String
    private(set) var run = ""
    /// Hosts that were meant.
    private(set) var count = 0
    /// Hosts of the snapshot that were not asked, and of which no group is known: the pattern may mean them.
    private(set) var doubtful = 0
    private(set) var tally = DifferenceTally()
    /// Hosts on which something changes.
    private(set) var hosts: [Changed] = []
    private(set) var notJudged: [NotJudged] = []
    /// Judged hosts of which not everything is known.
    private(set) var unwhole = 0
    /// How often an assignment changed a value, and so on.
    private(set) var effects: [EffectTally]
    private(set) var cautions: [Caution: Int] = [:]
    /// Self-signed certificates that end and that Windows renews.
    private(set) var renewing = 0

    /// A host on which something differs.
    struct Changed: Sendable {
        let host: String
        /// Without what stays, and without controls that are only new.
        let changes: [JudgementDifference.ControlChange]
        let cutOffs: [CutOff]
        /// What kept an assignment from having its effect, by its place in the question.
        let hindered: [Int: AssignmentEffect]
        /// Only one that Windows may not renew.
        let certificate: CertificateEnd?
        let cautions: [Caution]
    }

    struct NotJudged: Sendable {
        let host: String
        let state: HostState
        let reason: String
    }

    struct EffectTally: Sendable {
        var changed = 0, alreadySo = 0, takenAsGiven = 0, reverted = 0, impossible = 0, unknown = 0
    }

    /// The answer of one host, judged or not.
    enum Answer: Sendable {
        case judged(WhatIf.HostAnswer)
        case notJudged(NotJudged)

        init(_ record: HostRecord, _ question: WhatIf, _ survey: FleetSurvey?) {
            guard record.state.isJudged else {
                self = .notJudged(NotJudged(host: record.name, state: record.state, reason: record.reason))
                return
            }
            let answer = question.answer(record.audited(nil), record.reading) { facts in
                survey?.complete(&facts, of: record)
            }
            if let reason = answer.whyNotJudged {
                self = .notJudged(NotJudged(host: record.name, state: record.state, reason: reason))
            } else {
                self = .judged(answer)
            }
        }
    }

    init(question: WhatIf, path: String) {
        self.question = question
        self.path = path
        effects = Array(repeating: EffectTally(), count: question.assignments.count)
    }

    mutating func add(_ answer: Answer) {
        count += 1
        switch answer {
        case .notJudged(let host): notJudged.append(host)
        case .judged(let answer): add(answer)
        }
    }

    private mutating func add(_ answer: WhatIf.HostAnswer) {
        if let difference = answer.difference { tally.add(difference) }
        if !answer.isWhole { unwhole += 1 }
        for caution in answer.cautions { cautions[caution, default: 0] += 1 }
        var hindered: [Int: AssignmentEffect] = [:]
        for (index, effect) in answer.effects.enumerated() {
            effects[index].count(effect)
            switch effect {
            case .reverted, .impossible, .unknown: hindered[index] = effect
            case .changed, .alreadySo, .takenAsGiven: break
            }
        }
        var certificate = answer.certificate
        if certificate?.renewal == .byWindows {
            renewing += 1
            certificate = nil
        }
        let changes = (answer.difference?.changes ?? []).filter { change in
            change.kind.isChange && change.kind != .added && change.kind != .removed
        }
        if changes.isEmpty, answer.cutOffs.isEmpty, hindered.isEmpty, certificate == nil { return }
        hosts.append(
            Changed(
                host: answer.host, changes: changes, cutOffs: answer.cutOffs, hindered: hindered,
                certificate: certificate, cautions: answer.cautions))
    }

    /// Takes in what the snapshot said in the end, and puts hosts in the order of their names.
    mutating func finish(_ ending: SnapshotStream.Ending, isWanted: (String) -> Bool, hasPattern: Bool) {
        run = ending.header.run
        for name in ending.unasked {
            if isWanted(name) {
                count += 1
                notJudged.append(
                    NotJudged(
                        host: name, state: .skipped, reason: "the run was interrupted before this host"))
            } else if hasPattern {
                doubtful += 1
            }
        }
        hosts.sort { $0.host < $1.host }
        notJudged.sort { $0.host < $1.host }
    }

    var judged: Int { count - notJudged.count }

    /// Certain ways that close, and certificates and values that nobody can tell of.
    var cutOffCount: Int { hosts.count { $0.cutOffs.contains { $0.isCertain } } }

    private var isIncomplete: Bool {
        !notJudged.isEmpty || unwhole > 0 || doubtful > 0 || effects.contains { $0.unknown > 0 }
            || hosts.contains { host in
                if case .unknown? = host.certificate?.renewal { return true }
                return host.cutOffs.contains { !$0.isCertain }
            }
    }

    /// - Parameter threshold: the least severity that sets bit 1; `nil`: nothing does.
    func exitCode(threshold: Severity?) -> ExitCode {
        guard let threshold else { return .verdict(hasDrift: false, isIncomplete: isIncomplete) }
        let severe = Set(question.after.baseline.controls.filter { $0.severity >= threshold }.map(\.id))
        return .verdict(
            hasDrift: cutOffCount > 0 || tally.worse.contains { severe.contains($0) }, isIncomplete: isIncomplete)
    }
}

extension WhatIfAccount.EffectTally {
    fileprivate mutating func count(_ effect: AssignmentEffect) {
        switch effect {
        case .changed: changed += 1
        case .alreadySo: alreadySo += 1
        case .takenAsGiven: takenAsGiven += 1
        case .reverted: reverted += 1
        case .impossible: impossible += 1
        case .unknown: unknown += 1
        }
    }
}
